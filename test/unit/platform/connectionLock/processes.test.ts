import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  createProcesses,
  type ProcessIdentity,
  type ProcessSource,
  samePlace,
  systemProcesses,
} from "../../../../src/platform/connectionLock/processes.ts";

const statOf = (pid: number, state: string, start: number): string =>
  `${pid} (a (tricky) name) ${state} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 ${start} 20 21\n`;

/** A Linux where process 5 asks and 9 is looked at; a row changes what it needs. */
const linux = (changes: Readonly<Record<string, string | undefined>> = {}, signal: "found" | "missing" = "found") => {
  const told: Readonly<Record<string, string | undefined>> = {
    "/proc/sys/kernel/random/boot_id": "b0\n",
    "/proc/self/ns/pid": "pid:[1]",
    "/proc/self": "5",
    "/proc/self/stat": statOf(5, "R", 100),
    "/proc/9/stat": statOf(9, "S", 900),
    ...changes,
  };
  const tell = async (file: string): Promise<string | undefined> => told[file];
  const source: ProcessSource = { pid: 5, host: "desk", readText: tell, readLink: tell, signal: () => signal };
  return createProcesses(source);
};
const nine: ProcessIdentity = { bootId: "b0", pidNamespace: "pid:[1]", pid: 9, processStart: "900", host: "desk" };

describe("processes", () => {
  it("tells who this process is", async () => {
    assert.deepEqual(await linux().self(), { ...nine, pid: 5, processStart: "100" });
  });

  it("leaves out what the system does not tell", async () => {
    const nothing = async (): Promise<undefined> => undefined;
    const source = { pid: 5, host: "desk", readText: nothing, readLink: nothing, signal: () => "found" as const };
    const self = await createProcesses(source).self();
    assert.deepEqual(JSON.parse(JSON.stringify(self)), { pid: 5, host: "desk" });
  });

  const looks: readonly { name: string; processes: ReturnType<typeof linux>; who?: ProcessIdentity; is: string }[] = [
    { name: "a running process", processes: linux(), is: "running" },
    { name: "a number without a process", processes: linux({}, "missing"), is: "gone" },
    { name: "a number given to another", processes: linux({ "/proc/9/stat": statOf(9, "S", 901) }), is: "gone" },
    { name: "a stopped process", processes: linux({ "/proc/9/stat": statOf(9, "T", 900) }), is: "running" },
    { name: "a killed one nobody asked for", processes: linux({ "/proc/9/stat": statOf(9, "Z", 900) }), is: "gone" },
    { name: "one whose stat is hidden", processes: linux({ "/proc/9/stat": undefined }), is: "running" },
    {
      name: "a stranger in the /proc of an outer namespace",
      processes: linux({ "/proc/self": "4711", "/proc/9/stat": statOf(9, "S", 1) }),
      is: "running",
    },
    {
      name: "a number without a start time",
      processes: linux({ "/proc/9/stat": statOf(9, "S", 901) }),
      who: { ...nine, processStart: undefined },
      is: "running",
    },
  ];
  for (const { name, processes, who = nine, is } of looks) {
    it(`${name} is ${is}`, async () => assert.equal(await processes.look(who), is));
  }

  const places: readonly {
    name: string;
    one: Partial<ProcessIdentity>;
    other: Partial<ProcessIdentity>;
    same: boolean;
  }[] = [
    { name: "one boot, one namespace", one: {}, other: { pid: 1 }, same: true },
    { name: "one boot, renamed machine", one: {}, other: { host: "other" }, same: true },
    { name: "another boot", one: {}, other: { bootId: "b1" }, same: false },
    { name: "another namespace", one: {}, other: { pidNamespace: "pid:[2]" }, same: false },
    { name: "one knows its boot, one does not", one: {}, other: { bootId: undefined }, same: false },
    { name: "same host, no boot ids", one: { bootId: undefined }, other: { bootId: undefined }, same: true },
    {
      name: "other host, no boot ids",
      one: { bootId: undefined },
      other: { bootId: undefined, host: "x" },
      same: false,
    },
  ];
  for (const { name, one, other, same } of places) {
    it(`${name}: ${same ? "same" : "another"} place`, () =>
      assert.equal(samePlace({ ...nine, ...one }, { ...nine, ...other }), same));
  }

  it("sees the real processes of this machine", async () => {
    const self = await systemProcesses.self();
    assert.equal(self.pid, process.pid);
    assert.equal(await systemProcesses.look(self), "running");
    const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
    await once(child, "spawn");
    const { pid } = child;
    assert.ok(pid !== undefined);
    assert.equal(await systemProcesses.look({ ...self, pid, processStart: undefined }), "running");
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(await systemProcesses.look({ ...self, pid, processStart: undefined }), "gone");
  });
});
