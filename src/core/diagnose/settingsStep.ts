import * as l10n from "@vscode/l10n";
import { fact, type Fact, type Trouble } from "./check.ts";
import type { DiagnosePorts, Machine, Settings } from "./ports.ts";
import type { Step } from "./runSteps.ts";
import { hiddenPiece, words } from "./words.ts";

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
  const yesNo = (value: "set" | "notSet") =>
    words(
      value === "set"
        ? l10n.t({ message: "set", comment: ["A setting of the editor, which has a value or has none"] })
        : l10n.t({ message: "not set", comment: ["A setting of the editor, which has a value or has none"] }),
    );
  const variables = settings.variables.join(", ");
  return [
    fact(words("procore.network.transport"), words(settings.transport)),
    fact(
      words("http.proxySupport"),
      words(
        settings.proxySupport === "off"
          ? l10n.t("off: no proxy is used")
          : l10n.t({ message: "on", comment: ["A setting of the editor, which is switched on or off"] }),
      ),
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
      words(
        settings.shareProductionSessions === "yes"
          ? l10n.t({ message: "on", comment: ["A setting of the editor, which is switched on or off"] })
          : l10n.t({ message: "off", comment: ["A setting of the editor, which is switched on or off"] }),
      ),
    ),
    fact(
      words("procore.explorer.projects"),
      words(
        settings.projects === "active"
          ? l10n.t("the Companies view lists active projects only")
          : l10n.t("the Companies view lists active and inactive projects"),
      ),
    ),
    fact(
      words("procore.environments"),
      words(l10n.t("entries: {0}"), settings.environments + settings.environmentProblems.length),
    ),
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
            action: "openTransportSetting",
          } satisfies Trouble,
        ]),
  ];
}
