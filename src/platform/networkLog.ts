import type * as vscode from "vscode";
import type { HttpLog, HttpLogEntry } from "../core/http/httpLog.ts";
import { plain } from "../core/plain.ts";
import type { Disposable } from "./disposables.ts";

/** The log of requests, in a channel of its own: one line a request, from the allow-list of `HttpLogEntry`. */
export interface NetworkLog extends Disposable {
  readonly request: HttpLog;
  show(): void;
}

/** The channel is made when the first request is told, or when somebody wants to see it. */
export function createNetworkLog(create: () => vscode.LogOutputChannel): NetworkLog {
  let channel: vscode.LogOutputChannel | undefined;
  const made = (): vscode.LogOutputChannel => (channel ??= create());
  return {
    request: (entry) => made().info(describeRequest(entry)),
    show: () => made().show(true),
    dispose: () => channel?.dispose(),
  };
}

/** "GET /rest/v1.1/projects → 200 in 112 ms, 250.1 KB (request abc), retry 1, queued 812 ms" */
export function describeRequest(entry: HttpLogEntry): string {
  const { method, pathTemplate, status, failure, durationMs, requestId, sizeBytes, retry, queuedMs } = entry;
  const outcome = status ?? failure ?? "no answer";
  return [
    `${method} ${pathTemplate} → ${outcome} in ${Math.round(durationMs)} ms`,
    ...(sizeBytes === undefined ? [] : [`, ${(sizeBytes / 1_024).toFixed(1)} KB`]),
    ...(requestId === undefined ? [] : [` (request ${plain(requestId, 80)})`]),
    ...(retry === undefined ? [] : [`, retry ${retry}`]),
    ...(queuedMs === undefined ? [] : [`, queued ${Math.round(queuedMs)} ms`]),
  ].join("");
}
