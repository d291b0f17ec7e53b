import * as vscode from "vscode";
import { ProcoreError } from "../core/errors.ts";
import { withoutSecrets } from "../core/redact.ts";

/**
 * Puts a text into the clipboard.
 * @throws ProcoreError `clipboard` when the editor refuses; its cause quotes nothing of the text
 */
export async function writeClipboard(text: string): Promise<void> {
  await using("write", () => vscode.env.clipboard.writeText(text));
}

/**
 * What is in the clipboard.
 * @throws ProcoreError `clipboard` when the editor refuses; its cause quotes nothing of it
 */
export async function readClipboard(): Promise<string> {
  return await using("read", () => vscode.env.clipboard.readText());
}

async function using<T>(doing: "read" | "write", work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Others' errors may quote what they were given.
    throw new ProcoreError({ kind: "clipboard", doing }, { cause: withoutSecrets(error) });
  }
}
