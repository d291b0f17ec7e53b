import assert from "node:assert/strict";
import { contributes } from "../../harness/menus.ts";
import { isTrue, type ContextValues } from "../../harness/whenClause.ts";
import { files, messageOf, readEnglish } from "../../harness/words.ts";

/** Commands of a welcome view's buttons and links, each with what it is given. */
type Leads = readonly string[];

const again = "procore.signIn";
const elsewhere = 'procore.signIn [{"choose":"environment"}]';
const walkthrough = "procore.openWalkthrough";

const cases: readonly (readonly [name: string, values: ContextValues, leads: Leads])[] = [
  [
    "nobody signed in yet, or the first sign-in failed",
    { "procore.state": "noConnection" },
    [again, 'procore.signIn [{"choose":"local-sandbox"}]', walkthrough, "procore.diagnose"],
  ],
  [
    "signed out",
    { "procore.state": "signedOut" },
    [again, "procore.switchConnection", elsewhere, walkthrough, "procore.diagnose"],
  ],
  [
    "signed out of the Local Sandbox, which runs",
    { "procore.state": "signedOut", "procore.activeIsLocal": true, "procore.localSandboxRunning": true },
    [again, "procore.switchConnection", elsewhere, walkthrough, "procore.diagnose"],
  ],
  [
    "signed out of the Local Sandbox, which does not run",
    { "procore.state": "signedOut", "procore.activeIsLocal": true },
    ["procore.startLocalSandbox", "procore.switchConnection", elsewhere, walkthrough],
  ],
  ...["noConnection", "signedOut"].map(
    (state) =>
      [
        `a sign-in waits for its code: ${state}`,
        { "procore.state": state, "procore.signInPending": true },
        ["procore.enterAuthorizationCode", "procore.cancelSignIn", 'procore.openWalkthrough ["signIn"]'],
      ] as const,
  ),
  ["the list cannot be read", { "procore.state": "failed" }, ["procore.showLog", "procore.diagnose", again]],
  [
    "a newer version wrote the list",
    { "procore.state": "newerVersion" },
    ["workbench.extensions.action.checkForUpdates", "procore.showLog", "procore.diagnose"],
  ],
  ["starting", {}, []],
  ["signed in: the rows are shown", { "procore.state": "signedIn" }, []],
];

describe("the view without rows leads on", () => {
  for (const [name, values, leads] of cases) {
    it(name, async () => {
      const shown = contributes().viewsWelcome.filter(({ when = "true" }) => isTrue(when, values));
      assert.equal(shown.length, values["procore.state"] === "signedIn" ? 0 : 1);
      const words = await readEnglish(files.manifest());
      const texts = shown.map(({ contents }) => messageOf(words[contents.replaceAll("%", "")] ?? ""));
      assert.deepEqual(texts.flatMap(linksOf), leads);
    });
  }
});

const linksOf = (text: string): Leads =>
  Array.from(text.matchAll(/\]\(command:(?<id>[\w.]+)(?:\?(?<given>[^)]*))?\)/gu), ({ groups }) =>
    [groups?.["id"], groups?.["given"]]
      .filter((part) => part !== undefined)
      .map(decodeURIComponent)
      .join(" "),
  );
