import { rm } from "node:fs/promises";
import type { Clock } from "../core/clock.ts";
import { ProcoreError } from "../core/errors.ts";
import { Emitter, type Listen } from "../core/events.ts";
import type { Transport } from "../core/http/transport.ts";
import type { LocalSandboxApp, LocalSandboxCompany, LocalSandboxSource } from "../core/localSandbox.ts";
import type { TokenEndpoint } from "../core/oauth/tokenEndpoint.ts";
import { Secret } from "../core/secret.ts";
import type * as Sandbox from "../sandbox/index.ts";
import { readSandboxFile, writeSandboxFile } from "./sandboxFile.ts";

export interface LocalSandboxDependencies {
  /** `local-sandbox.json`, in a folder that all windows share. */
  readonly file: string;
  readonly clock: Clock;
  /** Loads the emulator's bundle. */
  readonly load: () => Promise<Pick<typeof Sandbox, "startSandbox" | "parseSandboxState">>;
  /** To ask whoever listens at the kept port whether it is ours. */
  readonly tokenEndpoint: TokenEndpoint;
  /** The authority under which a browser reaches the origin, when the editor forwards ports. */
  readonly externalAuthority: (origin: string) => Promise<string>;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * The Local Sandbox of this machine: one for all windows, run by whichever window needed it first. Its port, client
 * and tokens are kept while it is in use; when the window that ran it is gone, the next request starts it again.
 */
export class LocalSandbox implements LocalSandboxSource {
  readonly #deps: LocalSandboxDependencies;
  readonly #changes = new Emitter<LocalSandboxApp | undefined>();
  #current: LocalSandboxApp | undefined;
  #running: Sandbox.RunningSandbox | undefined;
  #starting: Promise<LocalSandboxApp> | undefined;
  /** While it is asked whether another window's sandbox listens, a refusal means no. */
  #probing: "yes" | "no" = "no";
  #saving: Promise<void> = Promise.resolve();

  readonly onDidChange: Listen<LocalSandboxApp | undefined> = this.#changes.event;

  constructor(deps: LocalSandboxDependencies) {
    this.#deps = deps;
  }

  get current(): LocalSandboxApp | undefined {
    return this.#current;
  }

  /** Reads what is kept: at start, and when another window changed it. Stops ours when another window said so. */
  async load(): Promise<void> {
    const kept = await readSandboxFile(this.#deps.file);
    if (kept === undefined) await this.#close();
    else if (this.#running !== undefined) return;
    this.#become(kept?.app);
  }

  async start(): Promise<LocalSandboxApp> {
    if (this.#running !== undefined && this.#current !== undefined) return this.#current;
    this.#starting ??= this.#startOrFind().finally(() => (this.#starting = undefined));
    return await this.#starting;
  }

  /** Ends it for all windows and forgets its client and tokens. */
  async stop(): Promise<void> {
    await this.#close();
    await rm(this.#deps.file, { force: true });
    this.#become(undefined);
  }

  /**
   * A transport that brings the Local Sandbox back when a request to it finds nobody there: its window was closed.
   * The refused request never left, so it can be sent again.
   */
  serving(transport: Transport): Transport {
    return async (request, signal) => {
      try {
        return await transport(request, signal);
      } catch (error) {
        const origin = new URL(request.url).origin;
        const ours = origin === this.#current?.origin && this.#running === undefined && this.#probing === "no";
        if (!ours || !isRefusal(error)) throw error;
        const app = await this.start();
        if (app.origin !== origin) throw new ProcoreError({ kind: "sandboxStopped" }, { cause: error });
        return await transport(request, signal);
      }
    };
  }

  /** The window closes: the port is free at once, what is kept stays for the next one. */
  dispose(): void {
    this.#changes.dispose();
    this.#running?.close().catch(this.#deps.onTrouble);
  }

  async #startOrFind(): Promise<LocalSandboxApp> {
    const kept = await readSandboxFile(this.#deps.file);
    const { startSandbox, parseSandboxState } = await this.#deps.load();
    const { clock, onTrouble } = this.#deps;
    const options = { clock, onUnexpectedError: onTrouble };
    const state = kept === undefined ? undefined : readable(kept.state, parseSandboxState);
    if (kept !== undefined && state !== undefined) {
      try {
        return await this.#run(await startSandbox({ ...options, state }));
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (await this.#answers(kept.app)) {
          this.#become(kept.app);
          return kept.app;
        }
        // Another program has taken the port: this machine gets a sandbox at another one.
      }
    }
    return await this.#run(await startSandbox(options));
  }

  /** Another window runs it when whoever listens there accepts its keys. */
  async #answers({ origin, clientId, clientSecret }: LocalSandboxApp): Promise<boolean> {
    this.#probing = "yes";
    try {
      const app = { environmentLabel: "Local Sandbox", loginOrigin: origin, clientId, clientSecret };
      await this.#deps.tokenEndpoint.checkCredentials(app);
      return true;
    } catch {
      return false;
    } finally {
      this.#probing = "no";
    }
  }

  async #run(running: Sandbox.RunningSandbox): Promise<LocalSandboxApp> {
    const { baseUrl } = running;
    const app = appOf(running);
    this.#running = running;
    running.onDidChangeState(() => this.#save(running, app, "again"));
    this.#save(running, app, "first");
    await this.#saving;
    try {
      running.allowAuthority(await this.#deps.externalAuthority(baseUrl));
    } catch (error) {
      // Without it the pages open on this machine all the same.
      this.#deps.onTrouble(error);
    }
    this.#become(app);
    return app;
  }

  #save(running: Sandbox.RunningSandbox, app: LocalSandboxApp, time: "first" | "again"): void {
    const turn = async (): Promise<void> => {
      if (running !== this.#running) return;
      // Another window's Stop took the file away; it must not come back.
      if (time === "again" && (await readSandboxFile(this.#deps.file)) === undefined) return;
      await writeSandboxFile(this.#deps.file, { app, state: running.state() }, this.#deps.clock);
    };
    this.#saving = this.#saving.then(turn).catch(this.#deps.onTrouble);
  }

  async #close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await this.#saving;
    await running?.close();
  }

  #become(app: LocalSandboxApp | undefined): void {
    const same =
      app?.origin === this.#current?.origin &&
      app?.clientId === this.#current?.clientId &&
      (app === undefined || app.clientSecret.equals(this.#current?.clientSecret));
    if (same) return;
    this.#current = app;
    this.#changes.fire(app);
  }
}

function appOf({ baseUrl, clientId, clientSecret, serviceAccount, control }: Sandbox.RunningSandbox): LocalSandboxApp {
  const companies = control.companies().map(({ id, name, permittedProjects, connection }): LocalSandboxCompany => ({
    id,
    name,
    projects: connection === "disconnected" ? "notInstalled" : permittedProjects,
  }));
  return {
    origin: baseUrl,
    clientId,
    clientSecret: new Secret(clientSecret),
    serviceAccount: {
      clientId: serviceAccount.clientId,
      clientSecret: new Secret(serviceAccount.clientSecret),
      companies,
    },
  };
}

/** A state that another version kept is worth nothing: the sandbox begins anew, and nobody loses anything real. */
function readable(state: unknown, parse: typeof Sandbox.parseSandboxState): Sandbox.SandboxState | undefined {
  try {
    return parse(state);
  } catch {
    return undefined;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ProcoreError && error.failure.kind === "network" && error.failure.cause === "refused";

const isBusy = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";
