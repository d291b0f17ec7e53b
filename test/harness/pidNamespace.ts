import { spawnSync } from "node:child_process";

const commands: readonly (readonly string[])[] = [
  ["unshare", "--pid", "--fork"],
  // Without root, where the system lets a user make namespaces.
  ["unshare", "--user", "--map-root-user", "--pid", "--fork"],
];

/** What starts a program in a pid namespace of its own; undefined where this system lets nobody make one. */
export const inOwnPidNamespace: readonly string[] | undefined = commands.find(
  ([program = "", ...parameters]) => spawnSync(program, [...parameters, "true"]).status === 0,
);

/** For the name of a test: what stood for another pid namespace. */
export const pidNamespaceWords = inOwnPidNamespace?.join(" ") ?? "only said to be elsewhere: no namespaces here";
