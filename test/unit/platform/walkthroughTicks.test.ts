import assert from "node:assert/strict";
import { createTicks } from "../../../src/platform/walkthroughTicks.ts";

/** An editor and what all windows remember; `refuses` says how often it will yet fail for a step. */
function editor(stored?: unknown) {
  const memory = new Map<string, unknown>(stored === undefined ? [] : [["procore.walkthroughTicked", stored]]);
  const marked: string[] = [];
  const refuses = new Map<string, number>();
  /** Of a window that opens now. */
  const openWindow = (): ReturnType<typeof createTicks> =>
    createTicks({
      mark: async (step) => {
        const left = refuses.get(step) ?? 0;
        refuses.set(step, left - 1);
        if (left > 0) throw new Error(`Attempting to access step which does not exist: ${step}`);
        marked.push(step);
      },
      memory: { get: (key) => memory.get(key), update: async (key, value) => void memory.set(key, value) },
    });
  return { marked, refuses, openWindow };
}

describe("ticks of the walkthrough", () => {
  it("tick what a sign-in, a company and a project prove", async () => {
    const { marked, openWindow } = editor();
    const tick = openWindow();
    await tick("procore.signedInAs", "person");
    await tick("procore.companyExpanded", "procore");
    await tick("procore.projectOpened", true);
    assert.equal(marked.join(" "), "account app redirectUri signIn version install companies project");
  });

  it("tell a service account and the Local Sandbox apart", async () => {
    const seen = async (value: "serviceAccount" | "localPerson" | "localServiceAccount"): Promise<string> => {
      const { marked, openWindow } = editor();
      await openWindow()("procore.signedInAs", value);
      return marked.join(" ");
    };
    assert.equal(await seen("serviceAccount"), "account app signIn serviceAccount");
    assert.equal(await seen("localPerson"), "noAccount");
    assert.equal(await seen("localServiceAccount"), "noAccount serviceAccount");
  });

  it("tick nothing for nobody", async () => {
    const { marked, openWindow } = editor();
    await openWindow()("procore.signedInAs", "nobody");
    await openWindow()("procore.projectOpened", false);
    assert.deepEqual(marked, []);
  });

  it("tick each step once, over all windows: a tick that was taken away stays away", async () => {
    const { marked, openWindow } = editor();
    const first = openWindow();
    await first("procore.signedInAs", "localPerson");
    await first("procore.signedInAs", "nobody");
    await first("procore.signedInAs", "localPerson");
    await openWindow()("procore.signedInAs", "localPerson");
    assert.deepEqual(marked, ["noAccount"]);
  });

  it("ask a second time at once: an editor that has not read the walkthrough fails and keeps the tick", async () => {
    const { marked, refuses, openWindow } = editor();
    refuses.set("account", 1);
    await openWindow()("procore.signedInAs", "person");
    assert.deepEqual(marked, ["account", "app", "redirectUri", "signIn"]);
  });

  it("try again at the next sight what an editor refused twice, and go on with the other steps", async () => {
    const { marked, refuses, openWindow } = editor();
    const tick = openWindow();
    refuses.set("account", 2);
    await tick("procore.signedInAs", "person");
    assert.deepEqual(marked, ["app", "redirectUri", "signIn"]);
    await tick("procore.signedInAs", "person");
    assert.deepEqual(marked, ["app", "redirectUri", "signIn", "account"]);
  });

  it("take whatever is stored", async () => {
    for (const stored of [null, "noAccount", 7, { noAccount: true }, [null, 7, ["noAccount"]]]) {
      const { marked, openWindow } = editor(stored);
      await openWindow()("procore.signedInAs", "localPerson");
      await openWindow()("procore.signedInAs", "localPerson");
      assert.deepEqual(marked, ["noAccount"], JSON.stringify(stored));
    }
  });
});
