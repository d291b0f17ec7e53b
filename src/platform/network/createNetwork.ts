import type { Clock } from "../../core/clock.ts";
import { createApi } from "../../core/http/api.ts";
import type { HttpLog } from "../../core/http/httpLog.ts";
import type { RateLimit } from "../../core/http/rateLimit.ts";
import type { Transport } from "../../core/http/transport.ts";
import { createTokenEndpoint, type TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import { createProcoreClient } from "../../core/procore/procoreClient.ts";
import type { Secret } from "../../core/secret.ts";
import type { Connection, TokenSource, TransportUse, User } from "../../core/session.ts";
import { createTransports } from "./createTransports.ts";
import type { NetworkSettingsSource } from "./settings.ts";
import type { TransportUser } from "./transportChoice.ts";

export interface NetworkDependencies {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: HttpLog;
  readonly tokens: TokenSource;
  readonly settings: NetworkSettingsSource;
  readonly onRateLimit: (connectionId: string, limit: RateLimit) => void;
  /** Hears which transport carries somebody's requests, whenever that is news. */
  readonly onTransportUse: (user: TransportUser, use: TransportUse) => void;
  /** Stands around the transport, e.g. to bring the Local Sandbox back. */
  readonly around: (transport: Transport) => Transport;
}

/** Everything that sends: one way out under the login service and the API. */
export interface Network {
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  /** GET /me with a token that may not be stored yet. */
  identify(connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<User>;
  close(): Promise<void>;
}

/** The entry of `dist/network.js`, which is loaded by the first request. */
export function createNetwork(deps: NetworkDependencies): Network {
  const transports = createTransports(deps);
  const http = { ...deps, transport: deps.around(transports) };
  return {
    tokenEndpoint: createTokenEndpoint(http),
    procore: createProcoreClient({ api: createApi(http) }),
    async identify(connection, accessToken, signal) {
      const fixed = async (): Promise<Secret> => accessToken;
      const api = createApi({ ...http, tokens: { accessToken: fixed, replaceToken: fixed } });
      return await createProcoreClient({ api }).me(connection, signal);
    },
    close: () => transports.close(),
  };
}
