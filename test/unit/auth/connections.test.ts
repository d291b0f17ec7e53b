import assert from "node:assert/strict";
import { Connections } from "../../../src/auth/connections.ts";
import type { ConnectionsFile, StoredConnections } from "../../../src/auth/connectionsFile.ts";
import { sampleConnection } from "../../fakes/sampleConnection.ts";

describe("the connection that a window works with", () => {
  const createFile = (): ConnectionsFile => {
    const connections = ["sandbox", "production"].map((id) => sampleConnection({ id }));
    let stored: StoredConnections = { connections, lastUsed: "sandbox" };
    return {
      read: async () => stored,
      update: async (change) => (stored = change(stored)),
      setAside: async () => undefined,
    };
  };
  /** Opens a window over what the editor remembers of it; again, when it is reloaded. */
  const createWindow = (file: ConnectionsFile) => {
    let remembered: string | undefined;
    return async (): Promise<Connections> => {
      const memory = { get: () => remembered, set: async (id: string | undefined) => void (remembered = id) };
      const connections = new Connections(file, memory);
      await connections.load();
      return connections;
    };
  };

  it("stays when another window switches, also after a reload; a new window begins with the one used last", async () => {
    const file = createFile();
    const [openFirst, openSecond] = [createWindow(file), createWindow(file)];
    const [first, second] = [await openFirst(), await openSecond()];
    await first.activate("production");
    await second.load();
    assert.equal(second.current.active?.id, "sandbox");
    const reloaded = await openSecond();
    assert.equal(reloaded.current.active?.id, "sandbox");
    assert.equal((await createWindow(file)()).current.active?.id, "production");
  });
});
