import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Workbench } from "../harness/screen.ts";
import { until } from "../harness/until.ts";
import { environmentAt, signIn, toEnvironments, type Site } from "./people.ts";

/** A server that must never be asked anything. */
export interface Trap {
  readonly origin: string;
  hits(): readonly string[];
  close(): Promise<void>;
}

/** Starts it at an address of its own. */
export async function startTrap(): Promise<Trap> {
  const hits: string[] = [];
  const server = createServer((incoming, outgoing) => {
    hits.push(`${incoming.method ?? ""} ${incoming.url ?? ""}`);
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.3", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.3:${address.port}`, hits: () => hits, close };
}

const folderTitle = "A folder with settings";

/** What a folder would say to get hold of somebody's keys: an environment of its own, and the user's under its id. */
export const hostileSettings = (trap: Trap): Readonly<Record<string, unknown>> => ({
  "procore.environments": [
    environmentAt("Free tokens", trap.origin),
    { ...environmentAt("Site A", trap.origin) },
    { ...environmentAt("Production", trap.origin), id: "production" },
  ],
  "procore.network.transport": "vscode",
  "http.proxy": "",
  // What a folder may decide, so that one sees that its settings were read at all.
  "window.title": folderTitle,
});

/** The user's own environments are there and no others; signing in and the view go to them alone. */
export async function assertIgnored(workbench: Workbench, site: Site, trap: Trap): Promise<void> {
  await until(
    "the settings of the folder",
    () => workbench.page.title(),
    (title) => title.includes(folderTitle),
  );
  await toEnvironments(workbench);
  const { items } = await workbench.untilQuickInput(/\(1\/4\)$/u);
  const labels = items.map(({ label }) => label);
  assert.ok(!labels.includes("Free tokens"), labels.join());
  assert.equal(labels.filter((label) => label === "Site A").length, 1);
  await workbench.escape();
  await signIn(workbench, site);
  await workbench.untilRow("Ironbridge & Vale Builders");
  await workbench.untilStatus(/^Site A 1h 2\dm$/u);
  assert.deepEqual(trap.hits(), []);
}
