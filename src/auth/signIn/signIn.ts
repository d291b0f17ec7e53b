import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { assertNever } from "../../core/assertNever.ts";
import type { SignInTrouble } from "../../core/diagnose/ports.ts";
import { ProcoreError } from "../../core/errors.ts";
import type { LocalSandboxSource } from "../../core/localSandbox.ts";
import type { TokenSet } from "../../core/oauth/tokenSet.ts";
import { localSandboxId } from "../../core/procore/environments.ts";
import { parsePastedCompanyId } from "../../core/procore/pastedCompanyId.ts";
import type { Secret } from "../../core/secret.ts";
import { needsSignIn, type Connection } from "../../core/session.ts";
import { withProgress } from "../../platform/cancellation.ts";
import type { BoxMessage } from "../../platform/quickInput.ts";
import type { Report } from "../../platform/report.ts";
import type { Connections } from "../connections.ts";
import type { Environments } from "../environments.ts";
import type { Vault } from "../vault.ts";
import { appOf, createAttempt, loginHost, type Account, type Attempt, type ReachableEnvironment } from "./attempt.ts";
import { askCode } from "./codeStep.ts";
import { askCompanyId, askLocalCompany } from "./companyStep.ts";
import { completeSignIn, type CompletionDependencies } from "./completeSignIn.ts";
import { askClientId, askClientSecret, credentialWords, type CredentialAnswer } from "./credentialSteps.ts";
import {
  askEnvironment,
  askServiceEnvironment,
  serviceSignInTitle,
  signInTitle,
  totalSteps,
} from "./environmentStep.ts";
import { completeServiceAccount } from "./serviceAccount.ts";

export interface SignInDependencies extends CompletionDependencies {
  /** By the id of an environment: why the last sign-in to it failed, until one comes to its end. */
  readonly troubles: Map<string, SignInTrouble>;
  readonly vault: Vault;
  readonly environments: Environments;
  readonly localSandbox: LocalSandboxSource;
  /** Opens the user's settings at `procore.environments`. */
  readonly openEnvironmentsSetting: () => Promise<void>;
}

type Step =
  | "environment"
  | "serviceEnvironment"
  | "company"
  | "clientId"
  | "clientSecret"
  | "check"
  | "code"
  | "serviceAccount"
  | "done";

/** A step, with what the person should read there first. */
interface Place {
  readonly step: Step;
  readonly message?: BoxMessage | undefined;
  /** At the end: the connection that was signed in. */
  readonly signedIn?: string | undefined;
}

/**
 * The sign-in dialogue: environment → client ID → client secret → browser → authorization code. For a service account:
 * environment → company → client ID → client secret.
 */
export class SignIn {
  readonly #deps: SignInDependencies;
  /** What was typed for each environment that was not finished. */
  readonly #drafts = new Map<string, Attempt>();
  /** Codes that this window sent, and what became of them: the likeliest cause when one of them is refused. */
  readonly #codes = new Map<Secret, "sent" | "accepted">();
  /** The attempt that the dialogue is about. */
  #attempt: Attempt | undefined;
  /** The attempt whose browser page was opened, until its code was accepted or it was cancelled. */
  #waiting: Attempt | undefined;

  constructor(deps: SignInDependencies) {
    this.#deps = deps;
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
    return await this.#run({ step: "environment" });
  }

  /** Begins with the choice of an environment for a service account. */
  async chooseServiceAccount(): Promise<void> {
    await this.#run({ step: "serviceEnvironment" });
  }

  /** Begins with the Local Sandbox: no account, no keys to enter. */
  async toLocalSandbox(): Promise<void> {
    await this.#run(await this.#chooseLocalSandbox("authorizationCode"));
  }

  /**
   * Signs a connection in again, with the client ID and secret that are kept for it. Gives the id of the connection that
   * was signed in, if one was: another user's may be one of its own.
   */
  async again(connection: Connection): Promise<string | undefined> {
    return await this.#run(await this.#chooseConnection(connection));
  }

  /** Brings the code box of the waiting attempt back. */
  async enterCode(): Promise<void> {
    if (this.#waiting !== undefined) {
      this.#attempt = this.#waiting;
      await this.#run({ step: "code" });
      return;
    }
    const chosen = await vscode.window.showInformationMessage(
      l10n.t("No sign-in is waiting for a code."),
      l10n.t("Sign In"),
    );
    if (chosen !== undefined) await this.start();
  }

  /** Forgets the waiting attempt; sessions stay as they are. */
  cancel(): void {
    this.#waiting = undefined;
    this.#deps.connections.setPending(undefined);
  }

  /** Signs in to a new app, when Edit App Credentials changed the client ID and tried the keys. */
  async withKeys({ environment, account, clientId, clientSecret, typedCompany }: Attempt): Promise<void> {
    this.#attempt = { ...createAttempt(environment, { account }), clientId, clientSecret, typedCompany };
    await this.#run({ step: account === "clientCredentials" ? "check" : "code" });
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

  async #run(first: Place): Promise<string | undefined> {
    // A list of connections that cannot be written is told before a code is spent, and so is a window that may not store.
    if ((await loadOrSetAside(this.#deps.connections)) === "declined") return undefined;
    await this.#deps.sessions.assertMayStore();
    let place = first;
    while (place.step !== "done") place = await this.#take(place);
    return place.signedIn;
  }

  async #take({ step, message }: Place): Promise<Place> {
    switch (step) {
      case "environment":
        return await this.#environment();
      case "serviceEnvironment":
        return await this.#serviceEnvironment();
      case "company":
        return await this.#company(message);
      case "clientId":
      case "clientSecret":
        return await this.#credential(step, message);
      case "check":
        return await this.#check();
      case "code":
        return await this.#code();
      case "serviceAccount":
        return await this.#serviceAccount();
      case "done":
        return { step };
      default:
        return assertNever(step);
    }
  }

  async #environment(): Promise<Place> {
    const { environments, connections } = this.#deps;
    const result = await askEnvironment({
      environments: environments.list(),
      connections: connections.current.connections,
      problems: environments.problems(),
      chosen: this.#attempt?.environment.id,
    });
    if (result.kind !== "answer") return { step: "done" };
    const { answer } = result;
    if (answer.kind === "settings") {
      await this.#deps.openEnvironmentsSetting();
      return { step: "done" };
    }
    if (answer.kind === "serviceAccount") return { step: "serviceEnvironment" };
    if (answer.kind === "environment") return await this.#chooseEnvironment(answer.id, "authorizationCode");
    const connection = connections.get(answer.id);
    return connection === undefined ? { step: "environment" } : await this.#chooseConnection(connection);
  }

  async #serviceEnvironment(): Promise<Place> {
    const result = await askServiceEnvironment(this.#deps.environments.list());
    if (result.kind === "back") return { step: "environment" };
    if (result.kind === "closed") return { step: "done" };
    return await this.#chooseEnvironment(result.answer, "clientCredentials");
  }

  async #chooseEnvironment(id: string, account: Account): Promise<Place> {
    if (id === localSandboxId) return await this.#chooseLocalSandbox(account);
    const environment = this.#reachable(id);
    if (environment === undefined) return { step: "environment" };
    const attempt = createAttempt(environment, { account });
    const draft = this.#drafts.get(draftKey(attempt));
    // What was typed for these very addresses before is there again.
    if (draft?.environment.origins.login === environment.origins.login) {
      attempt.clientId = draft.clientId;
      attempt.clientSecret = draft.clientSecret;
      attempt.typedCompany = draft.typedCompany;
    }
    this.#drafts.set(draftKey(attempt), attempt);
    this.#attempt = attempt;
    return { step: account === "clientCredentials" ? "company" : "clientId" };
  }

  async #chooseConnection(connection: Connection): Promise<Place> {
    const account = connection.grant.kind;
    if (connection.environment.kind === "local") return await this.#chooseLocalSandbox(account, connection);
    const environment = this.#reachable(connection.environment.id);
    if (environment === undefined) {
      throw new ProcoreError({ kind: "environmentGone", environment: connection.environment.label });
    }
    if (!(await confirmAddresses(connection, environment))) return { step: "done" };
    const attempt = createAttempt(environment, { account, connection });
    this.#attempt = attempt;
    try {
      attempt.clientSecret = await this.#deps.vault.clientSecret(connection.id);
    } catch (error) {
      // A keyring that cannot be read is no dead end: the secret can be entered again.
      if (!(error instanceof ProcoreError)) throw error;
      return { step: "clientSecret", message: { text: error.message, severity: "warning" } };
    }
    return { step: attempt.clientSecret === undefined ? "clientSecret" : "check" };
  }

  async #chooseLocalSandbox(account: Account, connection?: Connection): Promise<Place> {
    const app = await withProgress(l10n.t("Starting the Local Sandbox"), () => this.#deps.localSandbox.start());
    const environment = this.#reachable(localSandboxId);
    if (app === undefined || environment === undefined) return { step: "done" };
    const known = connection === undefined ? undefined : this.#deps.connections.get(connection.id);
    const { clientId, clientSecret } = account === "clientCredentials" ? app.serviceAccount : app;
    const attempt = createAttempt(environment, {
      account,
      connection: known?.clientId === clientId ? known : undefined,
    });
    attempt.clientId = clientId;
    attempt.clientSecret = clientSecret;
    this.#attempt = attempt;
    return { step: account === "clientCredentials" && attempt.typedCompany === "" ? "company" : "check" };
  }

  #reachable(id: string): ReachableEnvironment | undefined {
    const environment = this.#deps.environments.get(id);
    return environment?.origins === undefined ? undefined : { ...environment, origins: environment.origins };
  }

  async #company(message: BoxMessage | undefined): Promise<Place> {
    const attempt = this.#current();
    const local = attempt.environment.kind === "local" ? this.#deps.localSandbox.current : undefined;
    const options = { title: titleOf(attempt), attempt, message };
    const result = await (local === undefined
      ? askCompanyId(options)
      : askLocalCompany(local.serviceAccount.companies, options));
    if (result.kind === "closed") return { step: "done" };
    if (result.kind === "back") return { step: "serviceEnvironment" };
    attempt.typedCompany = result.answer;
    // After a refused company the keys are known to be good.
    return { step: local !== undefined || message !== undefined ? "check" : "clientId" };
  }

  async #credential(step: "clientId" | "clientSecret", message: BoxMessage | undefined): Promise<Place> {
    const attempt = this.#current();
    const options = {
      title: titleOf(attempt),
      // A service account has its company in front of them, and no code behind.
      step: (step === "clientId" ? 2 : 3) + (attempt.account === "clientCredentials" ? 1 : 0),
      totalSteps,
      attempt,
      back: "shown" as const,
      ...(message === undefined ? {} : { message }),
    };
    const check = (signal: AbortSignal): Promise<void> => this.#checkKeys(attempt, signal);
    const result =
      step === "clientId"
        ? await askClientId(options)
        : await askClientSecret({ ...options, check, report: this.#reportOf(attempt) });
    if (result.kind === "closed") return { step: "done" };
    if (result.kind === "back") return { step: step === "clientId" ? beforeClientId(attempt) : "clientId" };
    return { step: afterCredential(attempt, step, result.answer) };
  }

  /** Tries the keys outside a box, when they were known already or pasted together. */
  async #check(): Promise<Place> {
    const attempt = this.#current();
    try {
      const work = async (signal: AbortSignal): Promise<"checked"> => {
        await this.#checkKeys(attempt, signal);
        return "checked";
      };
      const checked = await withProgress(l10n.t("Checking client ID and secret with {0}", loginHost(attempt)), work);
      return { step: checked === undefined ? "done" : afterCheck(attempt) };
    } catch (error) {
      // The Local Sandbox has no keys to mend; everybody else reads it in the box, where Enter tries again.
      if (!(error instanceof ProcoreError) || attempt.environment.kind === "local") throw error;
      this.#reportOf(attempt).told(error, "try client ID and secret");
      return { step: "clientSecret", message: { text: credentialWords(error), severity: "error" } };
    }
  }

  async #checkKeys(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { tokenEndpoint } = this.#deps;
    if (attempt.account === "authorizationCode") await tokenEndpoint.checkCredentials(appOf(attempt), signal);
    // No other call is as harmless: it spends nothing, and its token is the session.
    else attempt.serviceTokens = await tokenEndpoint.clientCredentials(appOf(attempt), signal);
  }

  async #serviceAccount(): Promise<Place> {
    const attempt = this.#current();
    const { serviceTokens: tokens, typedCompany } = attempt;
    const companyId = parsePastedCompanyId(typedCompany);
    if (tokens === undefined || companyId === undefined) throw new Error("The service account was not asked for");
    attempt.serviceTokens = undefined;
    const deps = { ...this.#deps, report: this.#reportOf(attempt) };
    const outcome = await completeServiceAccount(deps, { attempt, companyId, tokens });
    if (outcome.kind === "wrongCompany") {
      return { step: "company", message: { text: outcome.words, severity: "error" } };
    }
    this.#drafts.delete(draftKey(attempt));
    this.#deps.troubles.delete(attempt.environment.id);
    return { step: "done", signedIn: outcome.connectionId };
  }

  async #code(): Promise<Place> {
    const attempt = this.#current();
    const { clock, connections, tokenEndpoint } = this.#deps;
    this.#waiting = attempt;
    connections.setPending({ environmentLabel: attempt.environment.label, startedAt: clock.now() });
    let exchange: Promise<TokenSet> | undefined;
    const result = await askCode({
      title: titleOf(attempt),
      attempt,
      clock,
      report: this.#reportOf(attempt),
      sent: this.#deps.sent,
      fateOf: (code) => this.#fateOf(code),
      // Without a signal: a code is spent once it is sent, so closing the box does not stop the exchange.
      exchange: async (code) => {
        if (this.#fateOf(code) === undefined) this.#codes.set(code, "sent");
        exchange = tokenEndpoint.exchangeCode(appOf(attempt), code);
        const tokens = await exchange;
        this.#codes.set(code, "accepted");
        return tokens;
      },
    });
    if (result.kind === "closed") return await this.#closedWhile(attempt, exchange);
    if (result.kind === "back") {
      return { step: attempt.environment.kind === "local" ? "environment" : "clientSecret" };
    }
    if (result.answer.kind === "editCredentials") return { step: "clientId" };
    return await this.#complete(attempt, result.answer.tokens);
  }

  #fateOf(code: Secret): "sent" | "accepted" | undefined {
    const same = Array.from(this.#codes).filter(([other]) => other.equals(code));
    return same.some(([, fate]) => fate === "accepted") ? "accepted" : same[0]?.[1];
  }

  /** The box was closed while its code was on the way: the sign-in ends well all the same, unless it was cancelled. */
  async #closedWhile(attempt: Attempt, exchange: Promise<TokenSet> | undefined): Promise<Place> {
    if (exchange === undefined) return { step: "done" };
    let tokens: TokenSet;
    try {
      tokens = await exchange;
    } catch (error) {
      this.#deps.report.failure(error, { retry: () => this.enterCode() });
      return { step: "done" };
    }
    if (this.#waiting === attempt) return await this.#complete(attempt, tokens);
    await this.#deps.tokenEndpoint.revoke(appOf(attempt), tokens.accessToken);
    return { step: "done" };
  }

  async #complete(attempt: Attempt, tokens: TokenSet): Promise<Place> {
    this.#drafts.delete(draftKey(attempt));
    if (this.#waiting === attempt) this.cancel();
    const signedIn = await completeSignIn(this.#deps, attempt, tokens);
    this.#deps.troubles.delete(attempt.environment.id);
    return { step: "done", signedIn };
  }

  /** What is told in a box is noted for Diagnose Connection as well. */
  #reportOf({ environment: { id, label } }: Attempt): Report {
    const { report, troubles, clock } = this.#deps;
    return {
      ...report,
      told(error, what) {
        troubles.set(id, { environment: label, at: clock.now(), failure: error.failure });
        report.told(error, what);
      },
    };
  }

  #current(): Attempt {
    if (this.#attempt === undefined) throw new Error("No sign-in is on its way");
    return this.#attempt;
  }
}

/** A list that is damaged is in everybody's way until a person lets it be put aside. */
async function loadOrSetAside(connections: Connections): Promise<"loaded" | "declined"> {
  try {
    await connections.load();
  } catch (error) {
    if (!(error instanceof ProcoreError) || error.failure.kind !== "damaged") throw error;
    const chosen = await vscode.window.showWarningMessage(
      l10n.t("The list of your connections is damaged and cannot be read."),
      {
        modal: true,
        detail: l10n.t(
          "It can be set aside: the file stays beside the new one as connections.json.damaged, and you begin with an empty list. Client IDs and secrets are entered again.",
        ),
      },
      l10n.t("Set Aside"),
    );
    if (chosen === undefined) return "declined";
    await connections.setAside();
  }
  return "loaded";
}

const titleOf = ({ account, environment }: Attempt): string =>
  l10n.t("{0}: {1}", account === "clientCredentials" ? serviceSignInTitle : signInTitle, environment.label);

const draftKey = ({ account, environment }: Attempt): string => `${account} ${environment.id}`;

const beforeClientId = ({ account }: Attempt): Step => (account === "clientCredentials" ? "company" : "environment");

/** The keys are good: a person goes on in the browser, a service account has its tokens by now. */
const afterCheck = ({ account }: Attempt): Step => (account === "clientCredentials" ? "serviceAccount" : "code");

function afterCredential(attempt: Attempt, step: "clientId" | "clientSecret", answer: CredentialAnswer): Step {
  if (answer === "both") return "check";
  return step === "clientId" ? "clientSecret" : afterCheck(attempt);
}

/** Keys that were given for one host are not sent to another before a person said so. */
async function confirmAddresses(connection: Connection, environment: ReachableEnvironment): Promise<boolean> {
  const { login: was, api: apiWas } = connection.origins;
  const { login: now, api: apiNow } = environment.origins;
  if (was === now && apiWas === apiNow) return true;
  const chosen = await vscode.window.showWarningMessage(
    l10n.t('The addresses of "{0}" changed since you signed in.', environment.label),
    {
      modal: true,
      detail: l10n.t(
        "Login: was {0}, now {1}.\nAPI: was {2}, now {3}.\n\nIf you go on, your client secret and the new session are sent to the new addresses.",
        was,
        now,
        apiWas,
        apiNow,
      ),
    },
    l10n.t("Use New Addresses"),
  );
  return chosen !== undefined;
}
