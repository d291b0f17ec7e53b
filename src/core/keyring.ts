import * as l10n from "@vscode/l10n";

/** Whose keyring holds the secrets of a window; `remote` is that of another machine, which this one cannot look at. */
export type Keyring = "linux" | "windows" | "macos" | "remote";

/**
 * Why a keyring forgets, as far as is known of each. Where Linux offers none, the editor keeps secrets in memory only;
 * a value that cannot be decrypted is deleted everywhere.
 * @see microsoft/vscode src/vs/platform/secrets/common/secrets.ts, microsoft/vscode#187338
 */
export const keyringCauses: Readonly<Record<Keyring, string>> = {
  linux: l10n.t(
    "Without gnome-keyring or KWallet the editor keeps secrets until it is closed: start one of them, or set password-store in argv.json (Preferences: Configure Runtime Arguments).",
  ),
  windows: l10n.t(
    "A Windows password that was reset, or a copied profile of the editor, makes what it kept unreadable.",
  ),
  macos: l10n.t(
    "A keychain that is locked or was reset makes what it kept unreadable: look for the editor in Keychain Access.",
  ),
  remote: l10n.t("The keyring of the machine where the editor's window is keeps it, not the one it is connected to."),
};
