import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const src = path.resolve(import.meta.dirname, "../../src");

/** Every file that takes a secret out of its `Secret`, and why it must. A new one is a decision, not an accident. */
const revealing: Readonly<Record<string, string>> = {
  "core/secret.ts": "compares two secrets",
  "core/http/api.ts": "puts the access token into the request that carries it",
  "core/oauth/tokenCall.ts": "puts code, refresh token and client secret into the request that carries them",
  "core/oauth/tokenSet.ts": "writes the stored form of a session",
  "auth/panel/copyAccessToken.ts": "copies the access token, because a person asked for it",
  "auth/panel/openTerminal.ts": "puts the access token into a terminal, because a person asked for it",
  "auth/panel/sharedSessions.ts": "hands the access token to VS Code, for an extension that a person allowed",
  "auth/requests/copyEnvironment.ts": "copies the Local Sandbox's own client secret, which opens nothing",
  "auth/sessionHome.ts": "opens a sealed session with its key",
  "auth/vault.ts": "writes the stored form of a client secret",
  "auth/signIn/credentialSteps.ts": "fills the box again with what was typed, and compares secret with ID",
  "auth/signIn/codeStep.ts": "fills the box again with what was typed",
  "platform/network/route.ts": "reads the address of the proxy, which may hold a password",
  "platform/network/dispatchers.ts": "gives the proxy its password",
  "localSandbox/sandboxFile.ts": "keeps the Local Sandbox's own client secret, which opens nothing",
};

describe("security rule 2: secrets are taken out in few, known places", () => {
  it("reveal() appears in the listed files only", async () => {
    const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const found: string[] = [];
    for (const file of files) {
      const text = (await readFile(path.join(src, file), "utf8")).replace(/\/\*[\s\S]*?\*\/|\/\/.*/gu, "");
      if (/\.reveal\(\)/u.test(text)) found.push(file.replaceAll(path.sep, "/"));
    }
    assert.deepEqual(found.toSorted(), Object.keys(revealing).toSorted());
  });
});
