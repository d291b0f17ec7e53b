import * as l10n from "@vscode/l10n";
import type { PinnedNode } from "./nodes.ts";
import type { Row } from "./row.ts";

/** The row above the pinned projects. */
export function describePinned(_node: PinnedNode): Row {
  return {
    label: l10n.t("Pinned"),
    tooltip: [l10n.t("Projects that you pinned in this connection. Unpin takes one out.")],
    icon: { id: "pinned" },
    contextValue: "pinned",
    collapsible: "expanded",
    accessibilityLabel: l10n.t("Pinned projects"),
  };
}
