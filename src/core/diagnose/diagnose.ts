import * as l10n from "@vscode/l10n";
import { assertNever } from "../assertNever.ts";
import { buildUrl } from "../http/origin.ts";
import type { Origins } from "../procore/environments.ts";
import type { ToolPlace } from "../procore/toolPlace.ts";
import type { Check, Report } from "./check.ts";
import { companySteps } from "./companySteps.ts";
import { addressesStep, meStep } from "./connectionSteps.ts";
import { environmentPiece } from "./hideFailure.ts";
import { hostSteps, settleHosts } from "./hostSteps.ts";
import { keyringStep } from "./keyringStep.ts";
import type { Account, DiagnosePorts, Subject } from "./ports.ts";
import { type RunOptions, runSteps, type Step } from "./runSteps.ts";
import { credentialsStep, limitsStep, sessionStep, signInStep, tokenInfoStep } from "./sessionSteps.ts";
import { settingsStep } from "./settingsStep.ts";
import { toolStep } from "./toolStep.ts";
import { clockStep, type Met, transportId, transportStep } from "./transportSteps.ts";
import { versionsStep } from "./versionsStep.ts";
import { hiddenPiece, words, type Words } from "./words.ts";

export interface DiagnoseOptions {
  readonly signal: AbortSignal;
  /** After each step: the report as far as it is made. */
  readonly onChange: (report: Report) => void;
  readonly onError: RunOptions["onError"];
}

/** Looks at everything between the editor and the list of projects, and tells what it found. */
export async function diagnose(ports: DiagnosePorts, subject: Subject, options: DiagnoseOptions): Promise<Report> {
  const met: Met = { reached: new Set(), skews: new Map() };
  const steps = stepsFor(ports, subject, met);
  const about = aboutOf(subject);
  const tool = subject.kind === "connection" ? subject.tool : undefined;
  const madeAt = ports.clock.now();
  const reportOf = (checks: readonly Check[], running: Words | undefined): Report => ({
    madeAt,
    version: ports.machine.extension,
    about,
    tool,
    checks: settleHosts(checks, met.reached),
    running,
  });
  const onChange: RunOptions["onChange"] = (checks, running) => options.onChange(reportOf(checks, running));
  const { signal, onError } = options;
  const checks = await runSteps(steps, { clock: ports.clock, signal, onError, onChange });
  return reportOf(checks, undefined);
}

function stepsFor(ports: DiagnosePorts, subject: Subject, met: Met): readonly Step[] {
  const { account, tool } = subject.kind === "connection" ? subject : {};
  const origins =
    subject.kind === "machine"
      ? undefined
      : (account?.connection().origins ?? ("origins" in subject ? subject.origins : undefined));
  // A connection whose addresses changed sends nothing until it is confirmed.
  const needs = account === undefined ? [] : ["addresses"];
  return [
    settingsStep(ports),
    ...(account === undefined ? [] : [addressesStep(account)]),
    ...(origins === undefined ? [] : networkSteps(ports, origins, met, needs)),
    keyringStep(ports, account),
    ...(ports.signInTrouble === undefined ? [] : [signInStep(ports.signInTrouble, account)]),
    ...(account === undefined ? [] : accountSteps(account, tool)),
    versionsStep(ports),
  ];
}

function networkSteps(
  ports: DiagnosePorts,
  { login, api }: Origins,
  met: Met,
  needs: readonly string[],
): readonly Step[] {
  const urls = [buildUrl(login, ["oauth", "token", "info"]), buildUrl(api, ["rest", "v1.0", "me"])];
  const hosts = urls.filter((url, index) => urls.findIndex(({ origin }) => origin === url.origin) === index);
  return [
    ...hosts.flatMap((url) => hostSteps(ports, url, needs)),
    ...hosts.map((url) => transportStep(ports, url, met, needs)),
    clockStep(met, needs),
  ];
}

/** What sends needs its host to be reached: without that, each would try again and again to say the same. */
function accountSteps(account: Account, tool: ToolPlace | undefined): readonly Step[] {
  const { login, api } = account.connection().origins;
  const toLogin = transportId(new URL(login));
  const toApi = transportId(new URL(api));
  const signedIn = ["addresses", "session", toApi];
  return [
    credentialsStep(account, ["addresses", toLogin]),
    sessionStep(account, ["addresses"]),
    tokenInfoStep(account, ["addresses", "session", toLogin]),
    meStep(account, signedIn),
    ...companySteps(account, signedIn),
    toolStep(account, tool, signedIn),
    limitsStep(account, ["addresses"]),
  ];
}

function aboutOf(subject: Subject): Words {
  switch (subject.kind) {
    case "machine":
      return words(l10n.t("this machine"));
    case "environment":
      return words(l10n.t("{0}, without signing in"), environmentPiece(subject.label));
    case "connection": {
      const { environment, user } = subject.account.connection();
      const label = environmentPiece(environment.label);
      return user === undefined
        ? words("{0}", label)
        : words(l10n.t("{0}, {1}"), label, hiddenPiece("user", user.login));
    }
    default:
      return assertNever(subject);
  }
}
