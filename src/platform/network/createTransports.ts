import type { Clock } from "../../core/clock.ts";
import type { Transport } from "../../core/http/transport.ts";
import type { TransportUse } from "../../core/session.ts";
import type { ClosableTransport } from "./contract.ts";
import { createFetchTransport } from "./fetchTransport.ts";
import { createUndiciTransport } from "./index.ts";
import type { NetworkSettingsSource } from "./settings.ts";
import { createTransportChoice, type TransportUser } from "./transportChoice.ts";

/** Both transports and the choice between them, as one that follows the settings until it is closed; `only` is each. */
export function createTransports(deps: {
  readonly clock: Clock;
  readonly settings: NetworkSettingsSource;
  readonly onTransportUse: (user: TransportUser, use: TransportUse) => void;
}): ClosableTransport & { readonly only: Readonly<Record<TransportUse["kind"], Transport>> } {
  const { clock, onTransportUse: onUse } = deps;
  const settings = (): ReturnType<NetworkSettingsSource["current"]> => deps.settings.current();
  const { env } = process;
  const undici = createUndiciTransport({ clock, settings, env });
  const vscode = createFetchTransport({ clock, env, fetch: () => globalThis.fetch });
  const choice = createTransportChoice({ undici, vscode, settings, env, onUse });
  const following = deps.settings.onDidChange(() => {
    undici.renew();
    choice.forget();
  });
  const transport: Transport = (request, signal) => choice(request, signal);
  return Object.assign(transport, {
    only: { undici, vscode },
    forget(connectionId: string) {
      for (const each of [choice, undici, vscode]) each.forget(connectionId);
    },
    async close() {
      following.dispose();
      await Promise.all([undici.close(), vscode.close()]);
    },
  });
}
