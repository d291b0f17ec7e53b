import * as l10n from "@vscode/l10n";
import * as v from "valibot";

const manifestSchema = v.object({
  contributes: v.object({
    keybindings: v.array(v.object({ command: v.string(), key: v.string(), mac: v.optional(v.string()) })),
    views: v.object({
      procore: v.array(v.object({ id: v.string(), accessibilityHelpContent: v.optional(v.string(), "") })),
    }),
  }),
});

/**
 * The help for people who use the keyboard or a screen reader: the view's `accessibilityHelpContent` in the manifest, in
 * the display language. VS Code shows that text itself only where the extension may use the proposed
 * `contribAccessibilityHelpContent` (1.105 to 1.139, read in the built workbench); the command shows it everywhere.
 * @param manifest the extension's package.json as VS Code gives it, with its texts filled in
 */
export function accessibilityHelp(manifest: unknown): string {
  const { keybindings, views } = v.parse(manifestSchema, manifest).contributes;
  const help = views.procore.find(({ id }) => id === "procore.explorer")?.accessibilityHelpContent ?? "";
  return help.replaceAll(/<keybinding:([\w.]+)>/gu, (_, command: string) => {
    const found = keybindings.find((binding) => binding.command === command);
    if (found === undefined)
      return l10n.t({
        message: "(no key assigned)",
        comment: ["Stands in the place of a key: Press {the key} to read this help"],
      });
    const [key, mac] = [spoken(found.key), spoken(found.mac ?? found.key)];
    // Which of the two is right depends on where the window is, not on where the extension runs.
    return key === mac ? key : l10n.t("{0} (on a Mac: {1})", key, mac);
  });
}

/** "ctrl+alt+p" → "Ctrl+Alt+P". */
const spoken = (key: string): string => key.replaceAll(/\b[a-z]/gu, (letter) => letter.toUpperCase());
