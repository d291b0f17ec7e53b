import type { Transport } from "../core/http/transport.ts";
import type { Disposable } from "./disposables.ts";

export interface LazyTransport extends Disposable {
  readonly send: Transport;
}

/** A transport whose bundle is loaded by the first request. */
export function lazyTransport(load: () => Promise<Transport & { close(): Promise<void> }>): LazyTransport {
  let loading: ReturnType<typeof load> | undefined;
  return {
    async send(request, signal) {
      loading ??= load();
      return await (await loading)(request, signal);
    },
    dispose() {
      // The window closes: nobody is left to hear of trouble.
      loading?.then((transport) => transport.close()).catch(() => undefined);
    },
  };
}
