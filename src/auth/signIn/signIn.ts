import * as vscode from "vscode";
import { ProcoreError } from "../../core/errors.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import { localSandboxId } from "../../core/procore/environments.ts";
import type { Secret } from "../../core/secret.ts";
import { needsSignIn, type Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { BoxMessage } from "../../platform/quickInput.ts";
import type { Environments } from "../environments.ts";
import type { Vault } from "../vault.ts";
import { appOf, createAttempt, loginHost, type Attempt, type ReachableEnvironment } from "./attempt.ts";
import { askCode } from "./codeStep.ts";
import { completeSignIn, type CompletionDependencies } from "./completeSignIn.ts";
import { askClientId, askClientSecret, credentialWords, type CredentialAnswer } from "./credentialSteps.ts";
import { askEnvironment, signInTitle } from "./environmentStep.ts";

export interface SignInDependencies extends CompletionDependencies {
  readonly vault: Vault;
  readonly environments: Environments;
  readonly localSandbox: LocalSandboxSource;
}

type Step = "environment" | "clientId" | "clientSecret" | "check" | "code";

/** The sign-in dialogue: environment → client ID → client secret → browser → authorization code. */
export class SignIn {
  readonly #deps: SignInDependencies;
  #attempt: Attempt | undefined;
  /** Codes that this window exchanged: the likeliest cause when one of them is refused. */
  readonly #accepted: Secret[] = [];

  constructor(deps: SignInDependencies) {
    this.#deps = deps;
  }

  /** Begins with what is known: a connection that is not signed in goes straight to the browser. */
  async start(): Promise<void> {
    const { active } = this.#deps.connections.current;
    if (active !== undefined && this.#isInNeed(active)) await this.again(active);
    else await this.choose();
  }

  /** Is signing in again what this connection waits for? */
  #isInNeed(connection: Connection): boolean {
    if (needsSignIn(connection, this.#deps.clock.now())) return true;
    try {
      this.#deps.environments.checkAddresses(connection);
      return false;
    } catch {
      return true;
    }
  }

  /** Begins with the choice of an environment. */
  async choose(): Promise<void> {
    await this.#run("environment");
  }

  /** Begins with the Local Sandbox: no account, no keys to enter. */
  async toLocalSandbox(): Promise<void> {
    await this.#run(await this.#chooseLocalSandbox(undefined));
  }

  /** Signs a connection in again, with the keys that are kept for it. */
  async again(connection: Connection): Promise<void> {
    await this.#run(await this.#chooseConnection(connection));
  }

  /** Brings the code box of an open attempt back. */
  async enterCode(): Promise<void> {
    if (this.#attempt?.browserOpenedAt !== undefined) {
      await this.#run("code");
      return;
    }
    const chosen = await vscode.window.showInformationMessage("No sign-in is waiting for a code.", "Sign In");
    if (chosen !== undefined) await this.start();
  }

  /** Forgets the open attempt; sessions stay as they are. */
  cancel(): void {
    this.#attempt = undefined;
    this.#deps.connections.setPending(undefined);
  }

  /** Signs in to a new app, when Edit App Credentials changed the client ID. */
  async withKeys(environment: ReachableEnvironment, clientId: string, clientSecret: Secret): Promise<void> {
    this.#attempt = createAttempt(environment);
    this.#attempt.clientId = clientId;
    this.#attempt.clientSecret = clientSecret;
    await this.#run("code");
  }

  async #run(first: Step | "done"): Promise<void> {
    let step = first;
    let message: BoxMessage | undefined;
    while (step !== "done") {
      const shown: BoxMessage | undefined = message;
      message = undefined;
      switch (step) {
        case "environment":
          step = await this.#environment();
          break;
        case "clientId":
          step = await this.#credential("clientId", shown);
          break;
        case "clientSecret":
          step = await this.#credential("clientSecret", shown);
          break;
        case "check":
          ({ step, message } = await this.#check());
          break;
        case "code":
          step = await this.#code();
          break;
      }
    }
  }

  async #environment(): Promise<Step | "done"> {
    const { environments, connections } = this.#deps;
    const result = await askEnvironment({
      environments: environments.list(),
      connections: connections.current.connections,
      problems: environments.problems(),
      chosen: this.#attempt?.environment.id,
    });
    if (result.kind !== "answer") return "done";
    const { answer } = result;
    if (answer.kind === "environment") return await this.#chooseEnvironment(answer.id);
    const connection = connections.get(answer.id);
    return connection === undefined ? "environment" : await this.#chooseConnection(connection);
  }

  async #chooseEnvironment(id: string): Promise<Step | "done"> {
    if (id === localSandboxId) return await this.#chooseLocalSandbox(undefined);
    const environment = this.#reachable(id);
    if (environment === undefined) return "environment";
    // What was typed for this environment before is there again.
    const kept = this.#attempt;
    const same = kept !== undefined && kept.connection === undefined && kept.environment.id === id;
    this.#attempt = same ? kept : createAttempt(environment);
    return "clientId";
  }

  async #chooseConnection(connection: Connection): Promise<Step | "done"> {
    if (connection.environment.kind === "local") return await this.#chooseLocalSandbox(connection);
    const environment = this.#reachable(connection.environment.id);
    if (environment === undefined) {
      throw new ProcoreError({ kind: "environmentGone", environment: connection.environment.label });
    }
    if (!(await this.#confirmAddresses(connection, environment))) return "done";
    const attempt = createAttempt(environment, connection);
    attempt.clientSecret = await this.#deps.vault.clientSecret(connection.id);
    this.#attempt = attempt;
    return attempt.clientSecret === undefined ? "clientSecret" : "check";
  }

  /** Keys that were given for one host are not sent to another before a person said so. */
  async #confirmAddresses(connection: Connection, environment: ReachableEnvironment): Promise<boolean> {
    const { login: was } = connection.origins;
    const { login: now } = environment.origins;
    if (was === now && connection.origins.api === environment.origins.api) return true;
    const chosen = await vscode.window.showWarningMessage(
      `The addresses of "${environment.label}" changed since you signed in.`,
      {
        modal: true,
        detail: `Login: was ${was}, now ${now}.\nAPI: was ${connection.origins.api}, now ${environment.origins.api}.\n\nIf you go on, your client secret and the new session are sent to the new addresses.`,
      },
      "Use New Addresses",
    );
    return chosen !== undefined;
  }

  async #chooseLocalSandbox(connection: Connection | undefined): Promise<Step | "done"> {
    const app = await withProgress("Starting the Local Sandbox", (signal) => this.#deps.localSandbox.start(signal));
    const environment = this.#reachable(localSandboxId);
    if (app === undefined || environment === undefined) return "done";
    const known = connection === undefined ? undefined : this.#deps.connections.get(connection.id);
    const attempt = createAttempt(environment, known?.clientId === app.clientId ? known : undefined);
    attempt.clientId = app.clientId;
    attempt.clientSecret = app.clientSecret;
    this.#attempt = attempt;
    return "check";
  }

  #reachable(id: string): ReachableEnvironment | undefined {
    const environment = this.#deps.environments.get(id);
    return environment?.origins === undefined ? undefined : { ...environment, origins: environment.origins };
  }

  async #credential(step: "clientId" | "clientSecret", message: BoxMessage | undefined): Promise<Step | "done"> {
    const attempt = this.#current();
    const options = { title: titleOf(attempt), attempt, ...(message === undefined ? {} : { message }) };
    const result =
      step === "clientId"
        ? await askClientId({ ...options, back: "shown" })
        : await askClientSecret({
            ...options,
            back: "shown",
            check: (...parameters) => this.#checkKeys(...parameters),
          });
    if (result.kind === "closed") return "done";
    if (result.kind === "back")
      return step === "clientId" || attempt.connection !== undefined ? "environment" : "clientId";
    return await this.#afterCredential(step, result.answer);
  }

  async #afterCredential(step: "clientId" | "clientSecret", answer: CredentialAnswer): Promise<Step | "done"> {
    if (answer === "localSandbox") return await this.#chooseLocalSandbox(undefined);
    if (answer === "both") return "check";
    return step === "clientId" ? "clientSecret" : "code";
  }

  /** Tries the keys outside a box, when they were known already or pasted together. */
  async #check(): Promise<{ readonly step: Step | "done"; readonly message?: BoxMessage | undefined }> {
    const attempt = this.#current();
    try {
      const work = async (signal: AbortSignal): Promise<"checked"> => {
        await this.#checkKeys(attempt, signal);
        return "checked";
      };
      const checked = await withProgress(`Checking client ID and secret with ${loginHost(attempt)}`, work);
      return { step: checked === undefined ? "done" : "code" };
    } catch (error) {
      if (!(error instanceof ProcoreError) || error.failure.kind !== "credentialsRejected") throw error;
      return { step: "clientSecret", message: { text: credentialWords(error, attempt), severity: "error" } };
    }
  }

  async #checkKeys(attempt: Attempt, signal: AbortSignal): Promise<void> {
    await this.#deps.tokenEndpoint.checkCredentials(appOf(attempt), signal);
  }

  async #code(): Promise<Step | "done"> {
    const attempt = this.#current();
    const { clock, connections, tokenEndpoint } = this.#deps;
    connections.setPending({ environmentLabel: attempt.environment.label, startedAt: clock.now() });
    let exchange: Promise<TokenSet> | undefined;
    const result = await askCode({
      title: titleOf(attempt),
      attempt,
      clock,
      wasAccepted: (code) => this.#accepted.some((other) => other.equals(code)),
      // Without a signal: a code is spent once it is sent, so closing the box does not stop the exchange.
      exchange: async (code) => {
        exchange = tokenEndpoint.exchangeCode(appOf(attempt), code);
        const tokens = await exchange;
        this.#accepted.push(code);
        return tokens;
      },
    });
    if (result.kind === "closed") return await this.#closedWhile(attempt, exchange);
    if (result.kind === "back") {
      connections.setPending(undefined);
      return attempt.connection === undefined && attempt.environment.kind !== "local" ? "clientSecret" : "environment";
    }
    if (result.answer.kind === "editCredentials") return "clientId";
    this.cancel();
    await completeSignIn(this.#deps, attempt, result.answer.tokens);
    return "done";
  }

  /** The box was closed while its code was on the way: the sign-in ends well all the same, unless it was cancelled. */
  async #closedWhile(attempt: Attempt, exchange: Promise<TokenSet> | undefined): Promise<"done"> {
    let tokens: TokenSet | undefined;
    try {
      tokens = await exchange;
    } catch {
      // The box would have told; the code box can be opened again.
    }
    if (tokens === undefined) return "done";
    if (this.#attempt === attempt) {
      this.cancel();
      await completeSignIn(this.#deps, attempt, tokens);
    } else {
      await this.#deps.tokenEndpoint.revoke(appOf(attempt), tokens.accessToken);
    }
    return "done";
  }

  #current(): Attempt {
    if (this.#attempt === undefined) throw new Error("No sign-in is on its way");
    return this.#attempt;
  }
}

const titleOf = (attempt: Attempt): string => `${signInTitle}: ${attempt.environment.label}`;
