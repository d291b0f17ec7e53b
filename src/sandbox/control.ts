import type { Listen, Subscription } from "../core/events.ts";
import type { SandboxUser } from "./data/users.ts";
import { outOfBand } from "./oauth/authorizationRequest.ts";
import type { Directory } from "./data/directory.ts";
import type { FaultRule, Faults } from "./faults.ts";
import type { Grants } from "./oauth/grants.ts";
import type { RequestLog, RequestLogEntry } from "./requestLog.ts";
import type { RefreshEvent } from "./world.ts";

/** One company as a test or the command line may want to know it. */
export interface SandboxCompanySummary {
  readonly id: string;
  readonly name: string;
  readonly activeProjects: number;
  /** What a company admin permitted the service account to see. */
  readonly permittedProjects: "some" | "none";
  readonly connection: "connected" | "disconnected";
}

/** What a program that started the sandbox can do to it. In-process only: there are no such routes. */
export interface SandboxControl {
  /** Who can sign in, in the order of the approval page. */
  readonly users: readonly SandboxUser[];
  /** Without the free company. */
  companies(): readonly SandboxCompanySummary[];
  /** Installs the app in a company or takes it out; throws for an unknown company. */
  setConnected(companyId: string, connection: "connected" | "disconnected"): void;
  /** A code as if a person had clicked Allow; by default the first user's, out of band, for the first app. */
  issueCode(request?: { readonly userId?: string; readonly redirectUri?: string; readonly clientId?: string }): string;
  /** Lets access tokens reach their end now; refresh tokens go on. Of one user, or of all. */
  expireAccessTokens(userId?: string): void;
  /** Ends access and refresh tokens, as cutting the app off does. Of one user, or of all. */
  endTokens(userId?: string): void;
  /** Spoils the next matching requests; disposing takes the rule back. */
  inject(rule: FaultRule): Subscription;
  /**
   * Hears of each refresh token that a client of this app offers, at the moment the server has decided and before its
   * answer leaves. A request that a fault keeps from the server is not heard of; one whose answer is lost is.
   */
  readonly onRefresh: Listen<RefreshEvent>;
  requests(): readonly RequestLogEntry[];
  clearRequests(): void;
}

export interface ControlParts {
  /** The app that only people sign in to. */
  readonly clientId: string;
  readonly directory: Directory;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly disconnected: Set<string>;
  /** Called after a company was connected or disconnected. */
  readonly changed: () => void;
  readonly onRefresh: Listen<RefreshEvent>;
}

function summaries(directory: Directory, disconnected: ReadonlySet<string>): readonly SandboxCompanySummary[] {
  return directory.companies
    .filter(({ isFree }) => !isFree)
    .map((company) => {
      const { id, name, activeProjects } = company;
      const connection = disconnected.has(id) ? "disconnected" : "connected";
      const permittedProjects = directory.serviceUser(company).sees === "noProject" ? "none" : "some";
      return { id, name, activeProjects, permittedProjects, connection };
    });
}

/** The control of one running sandbox. */
export function createControl(parts: ControlParts): SandboxControl {
  const { directory, grants, faults, log, disconnected, changed, onRefresh } = parts;
  const firstUserId = directory.users[0]?.id ?? "";
  return {
    users: directory.users,
    companies: () => summaries(directory, disconnected),
    setConnected(companyId, connection) {
      if (directory.company(companyId) === undefined) throw new RangeError(`No such company: ${companyId}`);
      if (connection === "connected") disconnected.delete(companyId);
      else disconnected.add(companyId);
      changed();
    },
    issueCode: ({ userId = firstUserId, redirectUri = outOfBand, clientId = parts.clientId } = {}) =>
      grants.issueCode({ userId, redirectUri, clientId }),
    expireAccessTokens: (userId) => grants.expireAccessTokens(userId),
    endTokens: (userId) => grants.endTokens(userId),
    inject: (rule) => faults.inject(rule),
    onRefresh,
    requests: () => log.entries(),
    clearRequests: () => log.clear(),
  };
}
