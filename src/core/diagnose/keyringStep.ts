import * as l10n from "@vscode/l10n";
import { keyringCauses } from "../keyring.ts";
import { utc } from "../utc.ts";
import { fact, type Fact, failed, type Outcome } from "./check.ts";
import type { Account, DiagnosePorts } from "./ports.ts";
import type { Step } from "./runSteps.ts";
import { words } from "./words.ts";

/** Does the keyring take a value and give it back, and was it seen to keep one? */
export function keyringStep({ keyring }: DiagnosePorts, account: Account | undefined): Step {
  return {
    id: "keyring",
    title: words(l10n.t("Keyring")),
    async run() {
      const facts = [...homeFacts(keyring), ...(account === undefined ? [] : await keptFacts(account))];
      if (keyring.home === "sealedFile") return { facts };
      return await tryKeyring(keyring, facts);
    },
  };
}

async function tryKeyring(keyring: DiagnosePorts["keyring"], facts: readonly Fact[]): Promise<Outcome> {
  const cause = keyring.keyring === undefined ? "" : keyringCauses[keyring.keyring];
  const known = cause === "" ? [] : [fact(words(l10n.t("What makes keyrings fail here")), words(cause))];
  const result = await keyring.roundTrip();
  if (result.kind === "kept") {
    const told = words(l10n.t("a value was stored, read back and deleted; whether it lasts only a restart shows"));
    return { facts: [...facts, fact(words(l10n.t("Round trip")), told)] };
  }
  if (result.kind === "failed") return { facts: [...facts, ...known], troubles: [failed(result.failure)] };
  const said =
    result.kind === "changed"
      ? l10n.t("A value that was stored did not come back as it was.")
      : l10n.t("A value that was deleted is still there.");
  const trouble = {
    kind: "finding",
    headline: l10n.t("Keyring does not keep"),
    words: words(said),
    action: "showLog",
  } as const;
  return { facts: [...facts, ...known], troubles: [trouble] };
}

function homeFacts({ home, keyring }: DiagnosePorts["keyring"]): readonly Fact[] {
  if (home === "sealedFile") {
    return [
      fact(words(l10n.t("Tokens")), words(l10n.t("in a sealed file, whose key is in this browser's secret storage"))),
      fact(
        words(l10n.t("Round trip")),
        words(
          l10n.t(
            "not tried: in a browser each write puts this window's copy in the place of what other windows stored",
          ),
        ),
      ),
    ];
  }
  const whose = {
    linux: l10n.t("the system's keyring, or the editor's memory where it found none; the editor does not tell which"),
    windows: l10n.t("the Windows data protection of this user"),
    macos: l10n.t("the keychain"),
    remote: l10n.t("the keyring of the machine where the window is"),
    unknown: l10n.t("the editor's secret storage"),
  };
  return [fact(words(l10n.t("Tokens and client secrets")), words(whose[keyring ?? "unknown"]))];
}

async function keptFacts(account: Account): Promise<readonly Fact[]> {
  const { readBackAt, session } = account.connection();
  const label = words(l10n.t("Kept so far"));
  const unsaved = await account.unsaved();
  if (unsaved === "thisWindow") {
    return [fact(label, words(l10n.t("no: the newest tokens are in this window's memory only and go with it")))];
  }
  if (unsaved === "otherWindow") {
    return [fact(label, words(l10n.t("no: the newest tokens are in another window's memory only")))];
  }
  if (session.kind !== "active") return [fact(label, words(l10n.t("there is nothing to keep")))];
  if (readBackAt === undefined) {
    return [fact(label, words(l10n.t("not seen yet: no window that was opened later has read this sign-in back")))];
  }
  return [
    fact(label, words(l10n.t("yes: a window that was opened later read this sign-in back at {0}"), utc(readBackAt))),
  ];
}
