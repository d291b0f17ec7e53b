import * as vscode from "vscode";
import type { Disposable } from "./disposables.ts";

/**
 * Waits for `run`. When it takes longer than a moment, `title` is shown as a notification with a Cancel button until
 * it is done, with what `follow` tells of it. A cancel is `undefined`, not an error, and ends the waiting at once, also
 * where the work itself goes on.
 */
export async function withProgress<T>(
  title: string,
  run: (signal: AbortSignal) => Promise<T>,
  follow?: (show: (text: string | undefined) => void) => Disposable,
): Promise<T | undefined> {
  const controller = new AbortController();
  const work = run(controller.signal);
  // Quick work shows nothing: a notification that comes and goes is only unrest.
  if (await settlesWithin(work, quietMs)) return await work;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress, token) => {
    const following = follow?.((message = "") => progress.report({ message }));
    const cancelled = new Promise<undefined>((resolve) => {
      token.onCancellationRequested(() => {
        controller.abort();
        resolve(undefined);
      });
    });
    try {
      return await Promise.race([work, cancelled]);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      following?.dispose();
    }
  });
}

const quietMs = 700;

/** Has `work` ended, well or not, before `ms` have passed? */
async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const ended = work.then(
    () => true,
    () => true,
  );
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
