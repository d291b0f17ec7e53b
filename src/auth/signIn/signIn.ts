import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { assertNever } from "../../core/assertNever.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import { needsSignIn, type Connection } from "../../core/session.ts";
import type { Environments } from "../environments.ts";
import type { Vault } from "../vault.ts";
import { createAttempt, type Attempt } from "./attempt.ts";
import {
  beginAgain,
  beginInLocalSandbox,
  chooseEnvironment,
  chooseServiceEnvironment,
  type BeginDependencies,
} from "./beginAttempt.ts";
import { askCompany } from "./companyStep.ts";
import type { CompletionDependencies } from "./completeSignIn.ts";
import { loadOrSetAside } from "./damagedList.ts";
import { Drafts } from "./drafts.ts";
import { CodeExchange } from "./exchangeCode.ts";
import type { Place } from "./place.ts";
import { completeServiceAccount } from "./serviceAccount.ts";
import type { Troubles } from "./troubles.ts";
import { askKey, tryKeys } from "./tryKeys.ts";

export interface SignInDependencies extends CompletionDependencies {
  readonly troubles: Troubles;
  readonly vault: Vault;
  readonly environments: Environments;
  readonly localSandbox: LocalSandboxSource;
  readonly openEnvironmentsSetting: BeginDependencies["openEnvironmentsSetting"];
}

/**
 * The sign-in dialogue: environment → client ID → client secret → browser → authorization code. For a service account:
 * environment → company → client ID → client secret. Here are the ways into it and the walk from place to place.
 */
export class SignIn {
  readonly #deps: SignInDependencies & BeginDependencies;
  readonly #code: CodeExchange;
  /** Of the last attempt: the choice begins with it. */
  #lastEnvironmentId: string | undefined;
  /** Of the dialogues that are on their way, also between two boxes. */
  readonly #underWay = new Set<AbortController>();

  constructor(deps: SignInDependencies) {
    this.#deps = { ...deps, drafts: new Drafts() };
    this.#code = new CodeExchange({ ...this.#deps, retry: () => this.enterCode() });
  }

  /** Begins with what is known: a connection that waits for a sign-in goes straight to the browser. */
  async start(): Promise<void> {
    const { active } = this.#deps.connections.current;
    if (active !== undefined && this.#waitsForSignIn(active)) await this.again(active);
    else await this.choose();
  }

  /** Signs the active connection in again, also when its session looks alive; without one, begins with the choice. */
  async restart(): Promise<void> {
    const { active } = this.#deps.connections.current;
    const isKnown = active !== undefined && this.#deps.environments.get(active.environment.id) !== undefined;
    if (isKnown) await this.again(active);
    else await this.choose();
  }

  /** Begins with the choice of an environment. Gives the id of the connection that was signed in, if one was. */
  async choose(): Promise<string | undefined> {
    return await this.#walk({ step: "environment" });
  }

  /** Begins with the choice of an environment for a service account. */
  async chooseServiceAccount(): Promise<void> {
    await this.#walk({ step: "serviceEnvironment" });
  }

  /** Begins with the Local Sandbox: no account, no keys to enter. */
  async toLocalSandbox(): Promise<void> {
    await this.#walk(beginInLocalSandbox(this.#deps, "authorizationCode"));
  }

  /**
   * Signs a connection in again, with the client ID and secret that are kept for it. Gives the id of the connection that
   * was signed in, if one was: another user's may be one of its own.
   */
  async again(connection: Connection): Promise<string | undefined> {
    return await this.#walk(beginAgain(this.#deps, connection));
  }

  /** Brings the code box of the waiting attempt back. */
  async enterCode(): Promise<void> {
    const { waiting } = this.#code;
    if (waiting !== undefined) {
      await this.#walk({ step: "code", attempt: waiting });
      return;
    }
    const chosen = await vscode.window.showInformationMessage(
      l10n.t("No sign-in is waiting for a code."),
      l10n.t("Sign In"),
    );
    if (chosen !== undefined) await this.start();
  }

  /**
   * Ends every dialogue that is on its way, also while keys are tried, and forgets the waiting attempt. Sessions stay as
   * they are.
   */
  cancel(): void {
    for (const dialogue of this.#underWay) dialogue.abort();
    this.#code.cancel();
  }

  /** Signs in to a new app, when Edit App Credentials changed the client ID and tried the keys. */
  async withKeys({ environment, account, clientId, clientSecret, typedCompany }: Attempt): Promise<void> {
    const attempt = { ...createAttempt(environment, { account }), clientId, clientSecret, typedCompany };
    await this.#walk({ step: account === "clientCredentials" ? "check" : "code", attempt });
  }

  /** Is signing in again what this connection waits for, and can it? */
  #waitsForSignIn(connection: Connection): boolean {
    const { environments, clock } = this.#deps;
    if (environments.get(connection.environment.id) === undefined) return false;
    if (needsSignIn(connection, clock.now())) return true;
    try {
      environments.checkAddresses(connection);
      return false;
    } catch {
      return true;
    }
  }

  async #walk(first: Place | Promise<Place>): Promise<string | undefined> {
    const dialogue = new AbortController();
    this.#underWay.add(dialogue);
    try {
      return await this.#walkFrom(await first, dialogue.signal);
    } finally {
      this.#underWay.delete(dialogue);
    }
  }

  async #walkFrom(first: Place, cancelled: AbortSignal): Promise<string | undefined> {
    // A list of connections that cannot be written is told before a code is spent, and so is a window that may not store.
    if ((await loadOrSetAside(this.#deps.connections)) === "declined") return undefined;
    await this.#deps.sessions.assertMayStore();
    let place = first;
    while (place.step !== "done") {
      if (cancelled.aborted) return undefined;
      if ("attempt" in place) {
        this.#lastEnvironmentId = place.attempt.environment.id;
        this.#deps.sent.begin(place.attempt);
      }
      place = await this.#next(place, cancelled);
    }
    return place.signedIn;
  }

  async #next(place: Exclude<Place, { readonly step: "done" }>, cancelled: AbortSignal): Promise<Place> {
    switch (place.step) {
      case "environment":
        return await chooseEnvironment(this.#deps, this.#lastEnvironmentId);
      case "serviceEnvironment":
        return await chooseServiceEnvironment(this.#deps);
      case "company":
        return await askCompany(place, this.#deps.localSandbox.current);
      case "clientId":
      case "clientSecret":
        return await askKey(this.#deps, place.step, place);
      case "check":
        return await tryKeys(this.#deps, place.attempt, cancelled);
      case "code":
        return await this.#code.ask(place.attempt, cancelled);
      case "serviceAccount":
        return await completeServiceAccount(this.#deps, place.attempt, cancelled);
      default:
        return assertNever(place);
    }
  }
}
