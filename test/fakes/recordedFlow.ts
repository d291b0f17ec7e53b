import { createApi } from "../../src/core/http/api.ts";
import { Pacer } from "../../src/core/http/pacing/pacer.ts";
import type { Transport } from "../../src/core/http/transport.ts";
import { createTokenEndpoint } from "../../src/core/oauth/tokenEndpoint.ts";
import type { TokenSet } from "../../src/core/oauth/tokenSet.ts";
import { companyId } from "../../src/core/procore/ids.ts";
import { createProcoreClient } from "../../src/core/procore/procoreClient.ts";
import { Secret } from "../../src/core/secret.ts";
import { recordSent } from "../../src/core/sent/recordSent.ts";
import { SentRecords } from "../../src/core/sent/sentRecords.ts";
import type { Connection } from "../../src/core/session.ts";
import type { RunningSandbox } from "../../src/sandbox/index.ts";
import type { FakeClock } from "./fakeClock.ts";
import { sampleConnection } from "./sampleConnection.ts";

/** What was sent in `runFlow`, and the values that must not be in it. */
export interface RecordedFlow {
  readonly connection: Connection;
  readonly sent: SentRecords;
  readonly secrets: readonly string[];
}

/**
 * A transport to a Local Sandbox, whatever host a request is for; date and request id of its replies are always the
 * same. It imitates nothing of a network.
 */
export function transportTo({ baseUrl }: Pick<RunningSandbox, "baseUrl">): Transport {
  return async ({ url, method, headers, body }) => {
    const { pathname, search } = new URL(url);
    const reply = await fetch(`${baseUrl}${pathname}${search}`, {
      method,
      headers,
      redirect: "manual",
      ...(body !== undefined && { body }),
    });
    const fixed = { date: "Sun, 22 Nov 2026 09:30:00 GMT", "x-request-id": "0f0f0f0f-1111-2222-3333-444444444444" };
    return {
      status: reply.status,
      headers: { ...Object.fromEntries(reply.headers), ...fixed },
      body: await reply.text(),
    };
  };
}

/** Everything between the keys and the end of a session, through the product's own token calls and client. */
export async function runFlow(
  { sandbox, clock }: { readonly sandbox: RunningSandbox; readonly clock: FakeClock },
  transport: Transport = transportTo(sandbox),
): Promise<RecordedFlow> {
  const sent = new SentRecords();
  const recording = recordSent(transport, { clock, onSent: (owner, record) => sent.add(owner, record) });
  const deps = { transport: recording, clock, userAgent: "procore-explorer/test", log: () => undefined };
  const endpoint = createTokenEndpoint(deps);
  const { clientId, clientSecret, control } = sandbox;
  const connection = sampleConnection({ clientId });
  const { login: loginOrigin } = connection.origins;
  const app = { environmentLabel: "Sandbox", loginOrigin, clientId, clientSecret: new Secret(clientSecret) };
  const code = control.issueCode();
  await endpoint.checkCredentials(app);
  const first = await endpoint.exchangeCode(app, new Secret(code));
  sent.claim({ loginOrigin, clientId }, connection.id);
  const own = { ...app, connectionId: connection.id };
  await firstCalls(deps, connection, first, control.companies()[0]?.id ?? "");
  const { refreshToken } = first;
  const second = refreshToken === undefined ? first : await endpoint.refresh(own, refreshToken);
  await endpoint.tokenInfo(own, second.accessToken);
  await endpoint.revoke(own, second.accessToken);
  const tokens = [first, second].flatMap(({ accessToken, refreshToken: refresh }) => [accessToken, refresh]);
  const secrets = [clientSecret, code, ...tokens.map((token) => token?.reveal() ?? "")].filter((text) => text !== "");
  return { connection, sent, secrets };
}

async function firstCalls(
  deps: Parameters<typeof createTokenEndpoint>[0],
  connection: Connection,
  { accessToken }: TokenSet,
  company: string,
): Promise<void> {
  const fixed = async (): Promise<Secret> => accessToken;
  const random = (): number => 0.5;
  const pacer = new Pacer({ clock: deps.clock, random });
  const tokens = { accessToken: fixed, replaceToken: fixed };
  const client = createProcoreClient({ api: createApi({ ...deps, random, pacer, tokens }) });
  await client.me(connection);
  await client.companies(connection);
  await client.projects(connection, { companyId: companyId(company), page: 1 });
}
