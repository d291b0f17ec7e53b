import type { Transport } from "../../../src/core/http/transport.ts";
import type { OAuthApp } from "../../../src/core/oauth/tokenEndpoint.ts";
import { companyId } from "../../../src/core/procore/ids.ts";
import { Secret } from "../../../src/core/secret.ts";
import type { Connection, Grant } from "../../../src/core/session.ts";
import { createUndiciTransport } from "../../../src/platform/network/index.ts";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";
import { startRecorder, type Recorder } from "../../fakes/recorder.ts";
import { environmentParts, sampleConnection } from "../../fakes/sampleConnection.ts";
import { atSandbox, type Places } from "./fronts.ts";
import { createProduct, type Product } from "./product.ts";

/** The product's own parts, down to the socket, signed in to a Local Sandbox. */
export interface Bench extends Product {
  sandbox: RunningSandbox;
  readonly sandboxOptions: SandboxOptions;
  readonly clock: FakeClock;
  readonly places: Places;
  readonly app: OAuthApp;
  /** A code that was shown and not used yet. */
  readonly code: Secret;
  /** Every request that left, as "POST http://host/path". */
  readonly sent: string[];
  /** Whose each of them was, for the choice of a transport and for the records. */
  readonly owners: (string | undefined)[];
  /** Another host, which must hear of nothing. */
  readonly elsewhere: Recorder;
  /** As it is listed now. */
  readonly connection: () => Connection;
  close(): Promise<void>;
}

const id = "0b6f2c52-6a0f-4e0e-9c43-0d6d6a1f6b8e";

/** Opens a bench whose session, a person's or a service account's, is good for 90 minutes. */
export async function openBench(
  options: Partial<SandboxOptions> = {},
  account: "person" | "service" = "person",
  openPlaces: (sandbox: RunningSandbox) => Promise<Places> = atSandbox,
): Promise<Bench> {
  const clock = new FakeClock();
  const sandboxOptions = { clock, companies: 1, projects: 0, ...options };
  const sandbox = await startSandbox(sandboxOptions);
  const places = await openPlaces(sandbox);
  const sent: string[] = [];
  const owners: (string | undefined)[] = [];
  const undici = createUndiciTransport({ clock });
  const product = createProduct(clock, noting(places.around(undici), { sent, owners }));
  const { clientId, clientSecret } = account === "service" ? sandbox.serviceAccount : sandbox;
  const { login: loginOrigin } = places.origins;
  const app = { environmentLabel: "Production", loginOrigin, clientId, clientSecret: new Secret(clientSecret) };
  await signIn(product, { app, places, clock, sandbox, account });
  const code = new Secret(sandbox.control.issueCode());
  const elsewhere = await startRecorder();
  const bench: Bench = {
    ...product,
    sandbox,
    sandboxOptions,
    clock,
    places,
    app,
    code,
    sent,
    owners,
    elsewhere,
    connection() {
      const connection = product.connections.get(id);
      if (connection === undefined) throw new Error("The connection is gone");
      return connection;
    },
    async close() {
      await undici.close();
      await places.close();
      await bench.sandbox.close();
      await elsewhere.close();
    },
  };
  bench.sandbox.control.clearRequests();
  places.takeHeard();
  return bench;
}

const noting =
  (transport: Transport, { sent, owners }: Pick<Bench, "sent" | "owners">): Transport =>
  (request, signal) => {
    sent.push(`${request.method} ${request.url}`);
    owners.push(request.connectionId);
    return transport(request, signal);
  };

/** Over connections of its own, so that what is tried later begins with none. */
async function signIn(
  { sessions }: Product,
  {
    app,
    places,
    clock,
    sandbox: { control },
    account,
  }: Pick<Bench, "app" | "places" | "clock" | "sandbox"> & { readonly account: "person" | "service" },
): Promise<void> {
  const undici = createUndiciTransport({ clock });
  const { tokenEndpoint, procoreWith } = createProduct(clock, places.around(undici));
  const company = control.companies()[0]?.id;
  const grant: Grant =
    account === "person"
      ? { kind: "authorizationCode" }
      : { kind: "clientCredentials", companyId: companyId(Number(company)), companyName: undefined };
  const { environment } = environmentParts("production");
  const connection = sampleConnection({ id, environment, origins: places.origins, clientId: app.clientId, grant });
  const tokens =
    account === "service"
      ? await tokenEndpoint.clientCredentials(app)
      : await tokenEndpoint.exchangeCode(app, new Secret(control.issueCode()));
  const user = await procoreWith(tokens.accessToken).me(connection);
  await undici.close();
  await sessions.begin({ ...connection, user }, tokens, app.clientSecret);
}
