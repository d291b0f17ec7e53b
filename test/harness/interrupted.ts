const controller = new AbortController();

/** Aborted when the person presses Ctrl+C or the process is asked to end; whoever waits then stops what it started. */
export const interrupted: AbortSignal = controller.signal;

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // The second time is meant: nothing is waited for any more.
    if (interrupted.aborted) process.exit(1);
    controller.abort(new Error(`Interrupted (${name})`));
  });
}
