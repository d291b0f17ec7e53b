import * as vscode from "vscode";

/**
 * Opens `url` in the browser exactly as it is written.
 *
 * `vscode.Uri` keeps the decoded query and encodes it again differently: `%26` in a value becomes a real `&`. A string
 * goes through unchanged, in every version since 2019, although the type does not say so (microsoft/vscode#85930,
 * #173239).
 * @returns false when nobody could or wanted to open it
 */
export async function openUrl(url: string): Promise<boolean> {
  return await vscode.env.openExternal(url as unknown as vscode.Uri);
}
