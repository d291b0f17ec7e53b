import * as l10n from "@vscode/l10n";
import { keyringCauses } from "../keyring.ts";
import { fact, type Fact, failed, type Outcome, type Trouble } from "./check.ts";
import type { Account, DiagnosePorts, Machine, Settings } from "./ports.ts";
import { utc } from "./reportText.ts";
import type { Step } from "./runSteps.ts";
import { hiddenPiece, hostPiece, words } from "./words.ts";

/** Settings and environment variables. */
export function settingsStep({ settings, machine }: DiagnosePorts): Step {
  return {
    id: "settings",
    title: words(l10n.t("Settings and environment")),
    run: async () => ({
      facts: [...settingFacts(settings), ...placeFacts(machine)],
      troubles: settingTroubles(settings),
    }),
  };
}

function settingFacts(settings: Settings): readonly Fact[] {
  const yesNo = (value: "set" | "notSet") => words(value === "set" ? l10n.t("set") : l10n.t("not set"));
  const variables = settings.variables.join(", ");
  return [
    fact(words("procore.network.transport"), words(settings.transport)),
    fact(
      words("http.proxySupport"),
      words(settings.proxySupport === "off" ? l10n.t("off: no proxy is used") : l10n.t("on")),
    ),
    fact(words("http.proxy"), yesNo(settings.proxy)),
    fact(words("http.proxyAuthorization"), yesNo(settings.proxyAuthorization)),
    fact(words("http.noProxy"), words(l10n.t("entries: {0}"), settings.noProxyEntries)),
    fact(
      words("http.proxyStrictSSL"),
      words(
        settings.proxyCertificate === "checked"
          ? l10n.t("the proxy's own certificate is checked")
          : l10n.t("the proxy's own certificate is not checked; those of hosts always are"),
      ),
    ),
    fact(
      words("http.systemCertificates"),
      words(
        settings.systemCertificates === "trusted"
          ? l10n.t("the system's certificate authorities are trusted")
          : l10n.t("the system's certificate authorities are not used"),
      ),
    ),
    fact(
      words("procore.shareProductionSessions"),
      words(settings.shareProductionSessions === "yes" ? l10n.t("on") : l10n.t("off")),
    ),
    fact(words("procore.environments"), words(l10n.t("entries: {0}"), settings.environments)),
    fact(
      words(l10n.t("Environment variables")),
      words(variables === "" ? l10n.t("none that concerns the network") : variables),
    ),
  ];
}

function placeFacts({ trust, workspace, storageFolder }: Machine): readonly Fact[] {
  const kinds = {
    none: l10n.t("no folder is open"),
    files: l10n.t("a folder on disk"),
    virtual: l10n.t("a virtual workspace: its files are not on this machine's disk"),
  };
  const trusted =
    trust === "trusted"
      ? l10n.t("trusted")
      : l10n.t("Restricted Mode; signing in and the Companies view work there too");
  return [
    fact(words(l10n.t("Workspace")), words(l10n.t("{0}; {1}"), kinds[workspace], trusted)),
    fact(words(l10n.t("Storage folder")), words("{0}", hiddenPiece("path", storageFolder))),
  ];
}

function settingTroubles({ environmentProblems, certificates }: Settings): readonly Trouble[] {
  return [
    ...environmentProblems.map((problem): Trouble => ({
      kind: "finding",
      headline: l10n.t("Entry with a mistake"),
      words: words(l10n.t("An entry of procore.environments was left out: {0}"), hiddenPiece("words", problem)),
      action: "openSettings",
    })),
    ...(certificates === "checked"
      ? []
      : [
          {
            kind: "finding",
            headline: l10n.t("Certificates not checked"),
            words: words(
              l10n.t(
                "NODE_TLS_REJECT_UNAUTHORIZED=0 keeps the editor from checking certificates, so nothing is sent through its own fetch. Start the editor without it.",
              ),
            ),
          } satisfies Trouble,
        ]),
  ];
}

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

/** What Microsoft's own extensions call their remotes; anything else may be the name of a machine. */
const kindsOfRemote: ReadonlySet<string> = new Set([
  "ssh-remote",
  "wsl",
  "dev-container",
  "attached-container",
  "k8s-container",
  "codespaces",
  "tunnel",
]);

/** What runs, and where. */
export function versionsStep({ machine }: DiagnosePorts): Step {
  const { extension, editor, window, remote, runsOn, system, node } = machine;
  const place =
    remote === undefined
      ? words(l10n.t("local window"))
      : words(
          runsOn === "remoteMachine"
            ? l10n.t("connected to another machine ({0}); this extension runs there, and its requests leave from there")
            : l10n.t(
                "connected to another machine ({0}); this extension runs on your own, and its requests leave from it",
              ),
          kindsOfRemote.has(remote) ? remote : hostPiece(remote),
        );
  return {
    id: "versions",
    title: words(l10n.t("Versions")),
    run: async () => ({
      facts: [
        fact(words("Procore Explorer"), words(extension)),
        fact(
          words(l10n.t("Editor")),
          words(l10n.t("{0}, {1}"), editor, window === "browser" ? l10n.t("in a browser") : l10n.t("on the desktop")),
        ),
        fact(words(l10n.t("Remote")), place),
        fact(words(l10n.t("System")), words(system)),
        fact(words("Node"), words(node)),
      ],
    }),
  };
}
