import * as l10n from "@vscode/l10n";
import { fact } from "./check.ts";
import type { DiagnosePorts } from "./ports.ts";
import type { Step } from "./runSteps.ts";
import { hostPiece, words } from "./words.ts";

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
            ? l10n.t(
                "the window is connected to another machine ({0}); this extension runs there, and its requests leave from there",
              )
            : l10n.t(
                "the window is connected to another machine ({0}); this extension runs on your own, and its requests leave from it",
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
