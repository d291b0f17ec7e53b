import { builtInEnvironments } from "../../core/procore/environments.ts";
import type { SentAttempt } from "../../core/sent/sentRecords.ts";
import type { StepGrant, StepSubject } from "../../core/sent/steps.ts";
import type { Connection } from "../../core/session.ts";

/** Whose app and hosts documents, command lines and files are about. */
export type Subject = StepSubject & Pick<Connection, "environment"> & { readonly label: string };

/** Of a sign-in that has not become a connection: where it was to, and the app that was tried last. */
export function subjectOfAttempt({ environment, account, clientId }: SentAttempt): Subject {
  const { origins, label } = environment;
  const grant: StepGrant =
    account === "clientCredentials" ? { kind: account, companyId: undefined } : { kind: account };
  return { origins, clientId, grant, environment, label };
}

/** A connection; without one the Development Sandbox, which every developer has, and no app. */
export function subjectOf(connection: Connection | undefined): Subject {
  if (connection !== undefined) {
    const { origins, clientId, grant, environment } = connection;
    return { origins, clientId, grant, environment, label: environment.label };
  }
  const environment = builtInEnvironments.find(({ kind }) => kind === "sandbox");
  if (environment?.origins === undefined) throw new Error("There is no sandbox among the environments");
  const { origins, label } = environment;
  return { origins, clientId: undefined, grant: { kind: "authorizationCode" }, environment, label };
}
