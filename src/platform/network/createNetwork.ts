import type { Clock } from "../../core/clock.ts";
import { createApi } from "../../core/http/api.ts";
import { exchange, type TimedReply } from "../../core/http/exchange.ts";
import type { HttpLog } from "../../core/http/httpLog.ts";
import { Pacer, type PacerDependencies } from "../../core/http/pacing/pacer.ts";
import type { Transport } from "../../core/http/transport.ts";
import { createTokenEndpoint, type TokenEndpoint } from "../../core/oauth/tokenEndpoint.ts";
import type { ProcoreClient } from "../../core/procore/client.ts";
import { recordSent, type RecordingDependencies } from "../../core/sent/recordSent.ts";
import { createProcoreClient } from "../../core/procore/procoreClient.ts";
import type { Secret } from "../../core/secret.ts";
import type { Connection, TokenSource, TransportUse, User } from "../../core/session.ts";
import { createTransports } from "./createTransports.ts";
import { createLimitFiles } from "./limitFiles.ts";
import type { NetworkSettingsSource } from "./settings.ts";
import type { TransportUser } from "./transportChoice.ts";

export interface NetworkDependencies
  extends Required<Pick<PacerDependencies, "onRateLimit" | "onWait">>, Pick<RecordingDependencies, "onSent"> {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly log: HttpLog;
  readonly tokens: TokenSource;
  readonly settings: NetworkSettingsSource;
  /** Hears which transport carries somebody's requests, whenever that is news. */
  readonly onTransportUse: (user: TransportUser, use: TransportUse) => void;
  /** Where the windows of the editor tell each other of rate limits; a plain file for each connection. */
  readonly limitsFolder: string;
  /** Stands around the transport, e.g. to bring the Local Sandbox back. */
  readonly around: (transport: Transport) => Transport;
}

/** Everything that sends: one way out under the login service and the API. */
export interface Network {
  readonly tokenEndpoint: TokenEndpoint;
  readonly procore: ProcoreClient;
  /** GET /me with a token that may not be stored yet. */
  identify(connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<User>;
  /** Forgets what is kept of a connection that was removed. */
  forget(connectionId: string): Promise<void>;
  /** GET /companies likewise: what a service account's company is called, if the list has it. */
  companyName(connection: Connection, accessToken: Secret, signal: AbortSignal): Promise<string | undefined>;
  /**
   * One GET without a token, a connection and a wait for limits, through one of the transports and no other: for Diagnose
   * Connection, which looks at each.
   */
  ask(kind: TransportUse["kind"], url: URL, signal: AbortSignal): Promise<TimedReply>;
  close(): Promise<void>;
}

/** The entry of `dist/network.js`, which is loaded by the first request. */
export function createNetwork(deps: NetworkDependencies): Network {
  const transports = createTransports(deps);
  const shared = createLimitFiles({ folder: deps.limitsFolder, clock: deps.clock });
  const random = Math.random;
  const pacer = new Pacer({ ...deps, random, shared });
  const http = { ...deps, random, pacer, transport: recordSent(deps.around(transports), deps) };
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
    async ask(kind, url, signal) {
      const headers = { accept: "application/json", "user-agent": deps.userAgent };
      const request = { method: "GET", url: url.href, headers, maxBodyBytes: 1_000_000 };
      const transport = deps.around(transports.only[kind]);
      return await exchange({ ...http, transport }, { request, pathTemplate: url.pathname }, signal);
    },
    async forget(connectionId) {
      transports.forget(connectionId);
      await pacer.forget(connectionId);
    },
    async close() {
      pacer.close(new DOMException("The window closes", "AbortError"));
      await Promise.all([shared.close(), transports.close()]);
    },
  };
}
