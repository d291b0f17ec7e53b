import type { Pages } from "../core/http/listAll.ts";
import { lazily } from "../core/lazily.ts";
import type { Disposable } from "./disposables.ts";
import type { Network } from "./network/createNetwork.ts";

export interface LazyNetwork
  extends Pick<Network, "tokenEndpoint" | "procore" | "identify" | "companyName" | "forget" | "ask">, Disposable {}

/** The network, loaded by the first call of any of its methods. */
export function lazyNetwork(load: () => Promise<Network>): LazyNetwork {
  let loading: Promise<Network> | undefined;
  const network = lazily(() => (loading = load()));
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
      projectStages: async (...call) => await (await network()).procore.projectStages(...call),
      allProjects: (...call) => lazyPages(async () => (await network()).procore.allProjects(...call)),
      findProjects: async (...call) => await (await network()).procore.findProjects(...call),
      project: async (...call) => await (await network()).procore.project(...call),
      companyWebOrigin: async (...call) => await (await network()).procore.companyWebOrigin(...call),
      toolItems: async (...call) => await (await network()).procore.toolItems(...call),
      record: async (...call) => await (await network()).procore.record(...call),
    },
    identify: async (...call) => await (await network()).identify(...call),
    ask: async (...call) => await (await network()).ask(...call),
    forget: async (connectionId) => (await network()).forget(connectionId),
    companyName: async (...call) => await (await network()).companyName(...call),
    dispose() {
      // The window closes: nobody is left to hear of trouble.
      loading?.then((loaded) => loaded.close()).catch(() => undefined);
    },
  };
}

/** The pages that `open` gives, opened when the first one is asked for. */
function lazyPages<T>(open: () => Promise<Pages<T>>): Pages<T> {
  let isLeft = false;
  let opened: Promise<Pages<T>> | undefined;
  const end = { done: true, value: undefined } as const;
  return {
    next: async () => (isLeft ? end : await (await (opened ??= open())).next()),
    async return() {
      isLeft = true;
      return (await (await opened)?.return?.()) ?? end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
