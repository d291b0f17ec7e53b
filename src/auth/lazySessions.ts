import { lazily } from "../core/lazily.ts";
import type { Sessions } from "./sessions.ts";

/** Sessions that are loaded by the first call that needs a token; nothing of them is needed to paint a window. */
export function lazySessions(load: () => Promise<Sessions>): Sessions {
  let loaded: Sessions | undefined;
  const sessions = lazily(async () => (loaded = await load()));
  return {
    accessToken: async (...call) => await (await sessions()).accessToken(...call),
    replaceToken: async (...call) => await (await sessions()).replaceToken(...call),
    longLivedToken: async (...call) => await (await sessions()).longLivedToken(...call),
    presentToken: async (...call) => await (await sessions()).presentToken(...call),
    checkKeys: async (...call) => await (await sessions()).checkKeys(...call),
    keeping: async (...call) => await (await sessions()).keeping(...call),
    renewNow: async (...call) => await (await sessions()).renewNow(...call),
    begin: async (...call) => await (await sessions()).begin(...call),
    discard: async (...call) => await (await sessions()).discard(...call),
    changeSecret: async (...call) => await (await sessions()).changeSecret(...call),
    assertMayStore: async () => await (await sessions()).assertMayStore(),
    takeOver: async (...call) => await (await sessions()).takeOver(...call),
    end: async (...call) => await (await sessions()).end(...call),
    remove: async (...call) => await (await sessions()).remove(...call),
    forgetUnlisted: async (...call) => await (await sessions()).forgetUnlisted(...call),
    forget: async (...call) => await (await sessions()).forget(...call),
    // Who has loaded nothing has nothing in memory.
    forgetCached: (connectionId) => loaded?.forgetCached(connectionId),
  };
}
