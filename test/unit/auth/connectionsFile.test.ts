import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  createConnectionsFile,
  parseConnections,
  serializeConnections,
  type StoredConnections,
} from "../../../src/auth/connectionsFile.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { companyId, type CompanyId } from "../../../src/core/procore/ids.ts";
import type { Connection } from "../../../src/core/session.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { MemoryLocks } from "../../fakes/memoryLocks.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

const connection = sampleConnection({ id: "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a10", lastRefreshAt: 5 });
const what = "The list of your connections (connections.json)";

const service = (id: CompanyId) => ({ kind: "clientCredentials", companyId: id, companyName: "Acme" }) as const;

describe("connections.json", () => {
  let folder = "";
  let file = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
    file = path.join(folder, "deeper", "connections.json");
  });
  afterEach(async () => await removeFolder(folder));

  it("is empty when it is not there", async () => {
    assert.deepEqual(await createConnectionsFile(file, new FakeClock(), new MemoryLocks()).read(), {
      connections: [],
      lastUsed: undefined,
    });
  });

  const records: readonly (readonly [string, Connection])[] = [
    ["a signed-in connection", connection],
    ["a service account", { ...connection, grant: service(companyId(12)) }],
    [
      "one whose company has no name yet",
      { ...connection, grant: { ...service(companyId(12)), companyName: undefined } },
    ],
    ["one that says which tokens it is about", { ...connection, tokenOrder: { generation: 3, rotation: 12 } }],
    ["one without a user", { ...connection, user: undefined, session: { kind: "signedOut" } }],
    [
      "a broken one with its failure",
      { ...connection, session: { kind: "broken", reason: "notKept" }, lastFailure: { at: 1, message: "x" } },
    ],
  ];
  it("reads a list from before there were service accounts: every connection is a person's", () => {
    const stored = { connections: [connection], lastUsed: undefined };
    const old = serializeConnections(stored).replace(/ *"grant": \{[^}]*\},\n/u, "");
    assert.ok(!old.includes("grant"), old);
    assert.deepEqual(parseConnections(old), stored);
  });

  for (const [name, record] of records) {
    it(`gives back ${name}`, () => {
      const stored = { connections: [record], lastUsed: record.id };
      assert.deepEqual(parseConnections(serializeConnections(stored)), stored);
    });
  }

  it("keeps all changes of a window that come at once", async () => {
    const connections = createConnectionsFile(file, new FakeClock(), new MemoryLocks());
    const ids = Array.from({ length: 10 }, (_, index) => `0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a1${index}`);
    await Promise.all(
      ids.map((id) =>
        connections.update((stored) => ({ ...stored, connections: [...stored.connections, { ...connection, id }] })),
      ),
    );
    assert.deepEqual(
      (await connections.read()).connections.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(await readdir(path.dirname(file)), ["connections.json"]);
  });

  it("keeps the change of whoever took the lock over, and adds to it the change of who stood still", async () => {
    const locks = new MemoryLocks();
    const [still, other] = [1, 2].map(() => createConnectionsFile(file, new FakeClock(), locks));
    const label = (name: string) => (stored: StoredConnections) => ({
      ...stored,
      connections: [...stored.connections, { ...connection, label: name }],
    });
    let meanwhile: Promise<unknown> | undefined;
    const looked = still?.update((stored) => {
      // Read, and not yet written.
      meanwhile ??= locks.takeOver("connections").then(() => other?.update(label("taken over")));
      return label("stood still")(stored);
    });
    await Promise.all([looked, meanwhile]);
    await meanwhile;
    const labels = (await still?.read())?.connections.map(({ label: name }) => name);
    assert.deepEqual(labels?.toSorted(), ["stood still", "taken over"]);
    assert.deepEqual(await readdir(path.dirname(file)), ["connections.json"]);
  });

  it("gives up when the lock is lost again and again, and leaves the list as it is", async () => {
    const locks = new MemoryLocks();
    const connections = createConnectionsFile(file, new FakeClock(), locks);
    await connections.update((stored) => ({ ...stored, connections: [connection] }));
    locks.lose();
    await assert.rejects(
      connections.update((stored) => ({ ...stored, connections: [] })),
      { failure: { kind: "storage", what, doing: "write" } },
    );
    assert.equal((await connections.read()).connections.length, 1);
  });

  it("keeps all changes of two windows that come at once", async () => {
    const locks = new MemoryLocks();
    const windows = [1, 2].map(() => createConnectionsFile(file, new FakeClock(), locks));
    const ids = Array.from({ length: 10 }, (_, index) => `0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a1${index}`);
    const add = async (id: string, index: number) =>
      await windows[index % 2]?.update((stored) => ({
        ...stored,
        connections: [...stored.connections, { ...connection, id }],
      }));
    await Promise.all(ids.map(add));
    assert.deepEqual((await windows[0]?.read())?.connections.map((item) => item.id).toSorted(), ids);
  });

  for (const [name, kind, text] of [
    ["a newer version", "newerVersion", `{"v":2,"connections":[]}`],
    ["another shape", "damaged", `{"v":1,"connections":[{"id":7}]}`],
    [
      "a company ID that is no number",
      "damaged",
      serializeConnections({
        connections: [{ ...connection, grant: service("1\r\nX: y" as CompanyId) }],
        lastUsed: undefined,
      }),
    ],
    ["half a file", "damaged", `{"v":1,"conn`],
    [
      "an address with a path",
      "damaged",
      serializeConnections({
        connections: [{ ...connection, origins: { ...connection.origins, api: "https://a.test/x" } }],
        lastUsed: undefined,
      }),
    ],
  ] as const) {
    it(`leaves ${name} as it is`, async () => {
      const plainFile = path.join(folder, "connections.json");
      await writeFile(plainFile, text);
      const connections = createConnectionsFile(plainFile, new FakeClock(), new MemoryLocks());
      const isSo = (error: unknown): boolean => error instanceof ProcoreError && error.failure.kind === kind;
      await assert.rejects(connections.read(), isSo);
      await assert.rejects(
        connections.update((stored) => stored),
        isSo,
      );
      assert.equal(await readFile(plainFile, "utf8"), text);
    });
  }

  it("sets a damaged file aside under a name of its own, each time, and no other file", async () => {
    const plainFile = path.join(folder, "connections.json");
    const connections = createConnectionsFile(plainFile, new FakeClock(), new MemoryLocks());
    for (const text of ["damaged once", "damaged twice"]) {
      await writeFile(plainFile, text);
      await connections.setAside();
      assert.deepEqual((await connections.read()).connections, []);
    }
    assert.equal(await readFile(`${plainFile}.damaged`, "utf8"), "damaged once");
    assert.equal(await readFile(`${plainFile}.damaged-2`, "utf8"), "damaged twice");
    await writeFile(plainFile, `{"v":2,"connections":[]}`);
    await assert.rejects(connections.setAside(), { failure: { kind: "newerVersion", what } });
    assert.equal(await readFile(plainFile, "utf8"), `{"v":2,"connections":[]}`);
  });
});
