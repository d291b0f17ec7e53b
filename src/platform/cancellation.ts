import * as vscode from "vscode";

/** Runs `run` with a signal that follows `token`; the token's listener is gone when `run` has settled. */
export async function withSignal<T>(
  token: vscode.CancellationToken,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  try {
    return await run(controller.signal);
  } finally {
    listener.dispose();
  }
}

/**
 * Shows `title` as a notification with a Cancel button while `run` works. A cancel is `undefined`, not an error, and
 * ends the waiting at once, also where the work itself goes on.
 */
export async function withProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, (_progress, token) =>
    withSignal(token, async (signal) => {
      const cancelled = new Promise<undefined>((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
      });
      try {
        return await Promise.race([run(signal), cancelled]);
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    }),
  );
}
