import type { Clock } from "../../core/clock.ts";
import { createApi } from "../../core/http/api.ts";
import type { HttpLog } from "../../core/http/httpLog.ts";
import type { RateLimit } from "../../core/http/rateLimit.ts";
import type { Transport } from "../../core/http/transport.ts";
import { createTokenEndpoint, type TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import { createProcoreClient } from "../../core/procore/procoreClient.ts";
import type { Secret } from "../../core/secret.ts";
import type { Connection, TokenSource, User } from "../../core/session.ts";
import { createUndiciTransport } from "./index.ts";

export interface NetworkDependencies {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: HttpLog;
  readonly tokens: TokenSource;
  readonly onRateLimit: (connectionId: string, limit: RateLimit) => void;
  /** Stands around the transport, e.g. to bring the Local Sandbox back. */
  readonly around: (transport: Transport) => Transport;
}

/** Everything that sends: one transport under the login service and the API. */
export interface Network {
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  /** GET /me with a token that may not be stored yet. */
  identify(connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<User>;
  /** GET /companies likewise: what a service account's company is called, if the list has it. */
  companyName(connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The entry of `dist/network.js`, which is loaded by the first request. */
export function createNetwork(deps: NetworkDependencies): Network {
  const undici = createUndiciTransport({ clock: deps.clock });
  const http = { ...deps, transport: deps.around(undici) };
  const clientWith = (accessToken: Secret): ProcoreClient => {
    const fixed = async (): Promise<Secret> => accessToken;
    return createProcoreClient({ api: createApi({ ...http, tokens: { accessToken: fixed, replaceToken: fixed } }) });
  };
  return {
    tokenEndpoint: createTokenEndpoint(http),
    procore: createProcoreClient({ api: createApi(http) }),
    identify: async (connection, accessToken, signal) => await clientWith(accessToken).me(connection, signal),
    async companyName(connection, accessToken, signal) {
      const [company] = await clientWith(accessToken).companies(connection, signal);
      return company === undefined || company.name === "" ? undefined : company.name;
    },
    close: () => undici.close(),
  };
}
