import { lazily } from "../core/lazily.ts";
import type { Disposable } from "./disposables.ts";
import type { Network } from "./network/createNetwork.ts";

export interface LazyNetwork
  extends Pick<Network, "tokenEndpoint" | "procore" | "identify" | "companyName">, Disposable {}

/** The network, loaded by the first call of any of its methods. */
export function lazyNetwork(load: () => Promise<Network>): LazyNetwork {
  let loaded: Network | undefined;
  const network = lazily(async () => (loaded = await load()));
  return {
    tokenEndpoint: {
      checkCredentials: async (...call) => await (await network()).tokenEndpoint.checkCredentials(...call),
      exchangeCode: async (...call) => await (await network()).tokenEndpoint.exchangeCode(...call),
      refresh: async (...call) => await (await network()).tokenEndpoint.refresh(...call),
      clientCredentials: async (...call) => await (await network()).tokenEndpoint.clientCredentials(...call),
      revoke: async (...call) => await (await network()).tokenEndpoint.revoke(...call),
      tokenInfo: async (...call) => await (await network()).tokenEndpoint.tokenInfo(...call),
    },
    procore: {
      me: async (...call) => await (await network()).procore.me(...call),
      companies: async (...call) => await (await network()).procore.companies(...call),
      projects: async (...call) => await (await network()).procore.projects(...call),
      companyWebOrigin: async (...call) => await (await network()).procore.companyWebOrigin(...call),
    },
    identify: async (...call) => await (await network()).identify(...call),
    companyName: async (...call) => await (await network()).companyName(...call),
    dispose() {
      // The window closes: nobody is left to hear of trouble.
      loaded?.close().catch(() => undefined);
    },
  };
}
