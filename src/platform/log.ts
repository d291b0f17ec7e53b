import type * as vscode from "vscode";
import { ProcoreError, supportLines } from "../core/errors.ts";
import { hideSecrets } from "../core/redact.ts";

/**
 * The product's log: allow-listed facts and the kinds of errors; never a body, header value or query value. Requests
 * have a log of their own (`networkLog.ts`).
 */
export interface Log {
  info(message: string): void;
  warn(message: string, error?: unknown): void;
  error(message: string, error?: unknown): void;
  show(): void;
}

export function createLog(channel: vscode.LogOutputChannel): Log {
  return {
    info: (message) => channel.info(message),
    warn: (message, error) => channel.warn(withError(message, error)),
    error: (message, error) => channel.error(withError(message, error)),
    show: () => channel.show(true),
  };
}

const withError = (message: string, error: unknown): string =>
  error === undefined ? message : `${message}\n${describeError(error)}`;

/**
 * The chain of causes as text. Foreseen failures give their kind and words; a broken invariant gives its stack; what
 * looks like a credential in a library's words is hidden.
 */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 6 && current !== undefined; depth += 1) {
    if (current instanceof ProcoreError) lines.push(describeForeseen(current));
    else if (current instanceof Error) lines.push(describeForeign(current, depth));
    else lines.push(`A value of type ${typeof current} was thrown`);
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.map((line, index) => (index === 0 ? line : `  caused by ${line}`)).join("\n");
}

function describeForeseen({ failure, message }: ProcoreError): string {
  const facts = supportLines(failure);
  return `${failure.kind}: ${message}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

/** Lines of the message that look like frames are none: a message can hold anything. */
function framesOf({ stack = "", message }: Error): string {
  const frames = stack.replace(message, "").split("\n");
  return frames
    .filter((line) => /^\s+at /u.test(line))
    .slice(0, 8)
    .join("\n");
}

function describeForeign(error: Error, depth: number): string {
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  const words = `${error.name}${code}: ${error.message}`;
  const frames = depth === 0 ? framesOf(error) : "";
  return hideSecrets(words) + (frames === "" ? "" : `\n${frames}`);
}
