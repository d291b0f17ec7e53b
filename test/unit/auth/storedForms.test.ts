import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseConnections } from "../../../src/auth/connectionsFile.ts";
import { parseLedgerEntry } from "../../../src/auth/ledger.ts";
import { parseHandOuts } from "../../../src/auth/panel/handOuts.ts";
import { createSealedHome, createSecretStorageHome, sealKey, sessionKey } from "../../../src/auth/sessionHome.ts";
import { createSecretValues, createVault } from "../../../src/auth/vault.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import { storedVersion } from "../../../src/core/storedValue.ts";
import { parseEntry } from "../../../src/platform/connectionLock/entry.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";

const folder = path.resolve(import.meta.dirname, "../../fixtures/stored");
const id = "0b3c1a52-5a0e-4b7b-9a53-2f8d1c1e7a10";
const sealedFile = "/sessions/5d1f7c3e-2b8a-4c57-9f0d-6a1be2c3d4e5.sealed";
const load = (name: string): Promise<string> => readFile(path.join(folder, name), "utf8");

/** Parts over stores that hold what a fixture says. */
async function over(texts: { readonly secrets?: Readonly<Record<string, string>>; readonly sealed?: string }) {
  const secrets = new MemorySecretStore();
  for (const [key, text] of Object.entries(texts.secrets ?? {})) secrets.values.set(key, text);
  const files = new MemoryTextFiles();
  if (texts.sealed !== undefined) files.texts.set(sealedFile, texts.sealed);
  const values = createSecretValues(secrets);
  const sealed = createSealedHome({ values, folder: "/sessions", files });
  return { secrets, files, vault: createVault(values), home: createSecretStorageHome(values), sealed };
}

/** How each form is read, by the beginning of its fixtures' names: something of what was in it. */
const readers: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  connections: async (text) => parseConnections(text).connections[0]?.user?.login,
  session: async (text) => {
    const session = await (await over({ secrets: { [sessionKey(id)]: text } })).home.session(id);
    return session?.tokens.refreshToken?.reveal();
  },
  clientSecret: async (text) =>
    (await (await over({ secrets: { [`procore.client.${id}`]: text } })).vault.clientSecret(id))?.reveal(),
  seal: async (text) => {
    const secrets = { [sealKey(id)]: text };
    return (await (await over({ secrets, sealed: await load("sealed.v1.json") })).sealed.session(id))?.rotation;
  },
  sealed: async (text) => {
    const secrets = { [sealKey(id)]: await load("seal.v1.json") };
    return (await (await over({ secrets, sealed: text })).sealed.session(id))?.rotation;
  },
  ledger: async (text) => parseLedgerEntry(text).rotation,
  handOuts: async (text) => parseHandOuts(text)[0]?.to,
  lockTicket: async (text) => parseEntry(text).state,
};

const expected: Readonly<Record<string, unknown>> = {
  "connections.v1.json": "ada@example.com",
  "session.v1.json": "made-up-refresh",
  "clientSecret.v1.json": "made-up-secret",
  "seal.v1.json": 17,
  "sealed.v1.json": 17,
  "ledger.v1.json": 17,
  "handOuts.v1.json": "terminal",
  "lockTicket.v1.txt": "held",
};

const read = async (name: string, text: string): Promise<unknown> => await readers[name.split(".")[0] ?? ""]?.(text);

describe("stored forms", () => {
  it("have a fixture for every version of every form", async () => {
    const names = (await readdir(folder)).filter((name) => name !== "README.md");
    assert.deepEqual(names.toSorted(), Object.keys(expected).toSorted());
    const versions = Array.from({ length: storedVersion }, (_, index) => `v${index + 1}`);
    const wanted = Object.keys(readers).flatMap((form) => versions.map((version) => `${form}.${version}`));
    assert.deepEqual(names.map((name) => name.slice(0, name.lastIndexOf("."))).toSorted(), wanted.toSorted());
  });

  for (const [name, content] of Object.entries(expected)) {
    it(`are read: ${name}`, async () => assert.equal(await read(name, await load(name)), content));
  }

  for (const name of Object.keys(expected).filter((one) => one.endsWith(".json"))) {
    it(`are told as newer, or as damaged, in words of their own: ${name}`, async () => {
      const text = await load(name);
      const kinds: unknown[] = [];
      for (const other of [text.replace(/"v": ?1/u, '"v":2'), text.slice(0, text.length / 2), "[]"]) {
        await assert.rejects(read(name, other), (error) => {
          assert.ok(error instanceof ProcoreError);
          kinds.push(error.failure.kind);
          return error.cause === undefined;
        });
      }
      assert.deepEqual(kinds, ["newerVersion", "damaged", "damaged"]);
    });
  }

  it("are kept aside when they are damaged and a sign-in takes their place, and left alone when they are newer", async () => {
    const { secrets, vault, home } = await over({
      secrets: { [sessionKey(id)]: "damaged", [`procore.client.${id}`]: `{"v":2}` },
    });
    const session = await (
      await over({ secrets: { [sessionKey(id)]: await load("session.v1.json") } })
    ).home.session(id);
    assert.ok(session);
    await home.putSession(id, session, "signIn");
    assert.equal(secrets.values.get(`${sessionKey(id)}.damaged`), "damaged");
    assert.equal((await home.session(id))?.rotation, 17);
    await assert.rejects(vault.putClientSecret(id, session.tokens.accessToken), ProcoreError);
    assert.equal(secrets.values.get(`procore.client.${id}`), `{"v":2}`);
    await home.deleteSession(id, "all");
    assert.deepEqual([...secrets.values.keys()], [`procore.client.${id}`]);
  });
});
