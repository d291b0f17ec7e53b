import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createSealedHome, sealKey } from "../../../src/auth/sessionHome.ts";
import { createSecretValues } from "../../../src/auth/vault.ts";
import { ProcoreError } from "../../../src/core/errors.ts";
import type { StoredTokenSet } from "../../../src/core/oauth/tokenSet.ts";
import { createTextFiles } from "../../../src/platform/atomicFile.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { FakeTokenEndpoint } from "../../fakes/fakeTokenEndpoint.ts";
import { MemorySecretStore } from "../../fakes/memorySecretStore.ts";
import { MemoryTextFiles } from "../../fakes/memoryTextFiles.ts";
import { removeFolder } from "../../harness/removeFolder.ts";

const id = "connection-1";

describe("the sealed home of a session", () => {
  const clock = new FakeClock();
  const endpoint = new FakeTokenEndpoint(clock);
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "procore-explorer-"));
  });
  afterEach(async () => await removeFolder(folder));

  /** A window: its own copy of the secrets, the same folder as all. */
  const openWindow = (secrets: MemorySecretStore) =>
    createSealedHome({ values: createSecretValues(secrets), folder, files: createTextFiles(clock) });
  const tokensOf = (rotation: number): StoredTokenSet => ({ generation: 1, rotation, tokens: endpoint.issue() });
  const accessOf = (stored: StoredTokenSet | undefined): string | undefined => stored?.tokens.accessToken.reveal();

  it("lets every window with the key see each renewal, without a write to the secret store", async () => {
    const one = new MemorySecretStore();
    const home = openWindow(one);
    await home.putSession(id, tokensOf(0), "signIn");
    const other = new MemorySecretStore();
    for (const [key, value] of one.values) other.values.set(key, value);
    one.fail("store", "delete");
    other.fail("store", "delete");
    const next = tokensOf(1);
    await home.putSession(id, next, "renewal");
    assert.equal(accessOf(await openWindow(other).session(id)), accessOf(next));
  });

  it("gives nothing to a window without the key, and takes nothing from it", async () => {
    await openWindow(new MemorySecretStore()).putSession(id, tokensOf(0), "signIn");
    const stranger = new MemorySecretStore();
    assert.equal(await openWindow(stranger).session(id), undefined);
    await assert.rejects(openWindow(stranger).putSession(id, tokensOf(1), "renewal"), ProcoreError);
    assert.equal(stranger.values.size, 0);
  });

  it("has a new key and a new file for each sign-in, and no file of the one before", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    await home.putSession(id, tokensOf(0), "signIn");
    const [before, key] = [await readdir(folder), secrets.values.get(sealKey(id))];
    await home.putSession(id, tokensOf(0), "signIn");
    const after = await readdir(folder);
    assert.equal(after.length, 1);
    assert.notDeepEqual(after, before);
    assert.notEqual(secrets.values.get(sealKey(id)), key);
  });

  it("is a file that only this user reads, with no token in it", async () => {
    const session = tokensOf(0);
    await openWindow(new MemorySecretStore()).putSession(id, session, "signIn");
    const file = path.join(folder, (await readdir(folder))[0] ?? "");
    const text = await readFile(file, "utf8");
    assert.equal(text.includes(accessOf(session) ?? "?"), false);
    if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it("leaves a file of a newer version as it is", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    await home.putSession(id, tokensOf(0), "signIn");
    const file = path.join(folder, (await readdir(folder))[0] ?? "");
    await writeFile(file, `{"v":2}`);
    await assert.rejects(
      home.session(id),
      (error) => error instanceof ProcoreError && error.failure.kind === "newerVersion",
    );
    assert.equal(await readFile(file, "utf8"), `{"v":2}`);
  });

  it("is there as before when a sign-in is killed between its file and its key", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    const before = tokensOf(0);
    await home.putSession(id, before, "signIn");
    secrets.fail("store");
    await assert.rejects(home.putSession(id, tokensOf(0), "signIn"), ProcoreError);
    secrets.fail();
    assert.equal(accessOf(await home.session(id)), accessOf(before));
    assert.equal((await readdir(folder)).length, 1);
  });

  it("is there as before when the file of a sign-in cannot be written", async () => {
    const files = new MemoryTextFiles();
    const home = createSealedHome({ values: createSecretValues(new MemorySecretStore()), folder: "/sessions", files });
    const before = tokensOf(0);
    await home.putSession(id, before, "signIn");
    files.write = async () => {
      throw new Error("The disk is full");
    };
    await assert.rejects(home.putSession(id, tokensOf(0), "signIn"), ProcoreError);
    assert.equal(accessOf(await home.session(id)), accessOf(before));
  });

  it("is told as damaged when somebody changed its file, which a new sign-in leaves", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    await home.putSession(id, tokensOf(0), "signIn");
    const name = (await readdir(folder))[0] ?? "";
    const text = await readFile(path.join(folder, name), "utf8");
    await writeFile(path.join(folder, name), text.replace(/"text":"..../u, `"text":"AAAA`));
    await assert.rejects(home.session(id), { failure: { kind: "damaged", what: "Your sign-in" } });
    const next = tokensOf(0);
    await home.putSession(id, next, "signIn");
    assert.equal(accessOf(await home.session(id)), accessOf(next));
    assert.ok((await readdir(folder)).includes(name));
  });

  it("is found by a window that looks while a sign-in puts a new key and file in the place of both", async () => {
    const [secrets, files] = [new MemorySecretStore(), new MemoryTextFiles()];
    const home = createSealedHome({ values: createSecretValues(secrets), folder: "/sessions", files });
    await home.putSession(id, tokensOf(0), "signIn");
    const next: StoredTokenSet = { generation: 2, rotation: 0, tokens: endpoint.issue() };
    const read = files.read.bind(files);
    files.read = async (file) => {
      files.read = read;
      await home.putSession(id, next, "signIn");
      return await read(file);
    };
    assert.equal(accessOf(await home.session(id)), accessOf(next));
  });

  it("leaves a file of a newer version when a renewal or a deletion is late, and none that is damaged", async () => {
    for (const [text, left] of [
      [`{"v":2}`, 1],
      ["damaged", 0],
    ] as const) {
      const [secrets, files] = [new MemorySecretStore(), new MemoryTextFiles()];
      const home = createSealedHome({ values: createSecretValues(secrets), folder: "/sessions", files });
      const stored = tokensOf(0);
      await home.putSession(id, stored, "signIn");
      for (const file of files.texts.keys()) files.texts.set(file, text);
      if (left === 1) await assert.rejects(home.putSession(id, tokensOf(1), "renewal"), ProcoreError);
      await home.deleteSession(id, "tokens", stored);
      assert.equal(files.texts.size, left);
      await home.deleteSession(id, "tokens");
      assert.equal(files.texts.size, 0);
    }
  });

  it("takes no renewal of the sign-in before it, and is not deleted with that", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    const next: StoredTokenSet = { generation: 2, rotation: 0, tokens: endpoint.issue() };
    await home.putSession(id, tokensOf(0), "signIn");
    await home.putSession(id, next, "signIn");
    assert.equal(await home.putSession(id, tokensOf(1), "renewal"), "overtaken");
    await home.deleteSession(id, "all", { generation: 1, rotation: 7 });
    assert.equal(accessOf(await home.session(id)), accessOf(next));
    await home.deleteSession(id, "all", next);
    assert.equal(secrets.values.size, 0);
  });

  it("keeps its key when its tokens are spent, so that nothing is written into the secret store", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    await home.putSession(id, tokensOf(0), "signIn");
    secrets.fail("store", "delete");
    await home.deleteSession(id, "tokens");
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await home.session(id), undefined);
  });

  it("is marked as used when it is opened", async () => {
    const files = new MemoryTextFiles();
    const home = createSealedHome({ values: createSecretValues(new MemorySecretStore()), folder: "/sessions", files });
    await home.putSession(id, tokensOf(0), "signIn");
    assert.deepEqual(files.touched, []);
    await home.session(id);
    assert.deepEqual(files.touched, [...files.texts.keys()]);
  });

  it("goes without a trace at sign-out", async () => {
    const secrets = new MemorySecretStore();
    const home = openWindow(secrets);
    await home.putSession(id, tokensOf(0), "signIn");
    await home.deleteSession(id, "all");
    assert.deepEqual(await readdir(folder), []);
    assert.equal(secrets.values.size, 0);
    assert.equal(await home.session(id), undefined);
  });
});
