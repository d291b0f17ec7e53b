import type { Clock } from "../clock.ts";
import type { Failure, NetworkCause } from "../errors.ts";
import type { TimedReply } from "../http/exchange.ts";
import type { RateLimit } from "../http/rateLimit.ts";
import type { Keyring } from "../keyring.ts";
import type { KeysVerdict, TokenInfo } from "../oauth/tokenEndpoint.ts";
import type { Company } from "../procore/companies.ts";
import type { Origins } from "../procore/environments.ts";
import type { CompanyId } from "../procore/ids.ts";
import type { ToolPlace } from "../procore/toolPlace.ts";
import type { Connection, TransportUse, User } from "../session.ts";

/** What runs, and where. */
export interface Machine {
  readonly extension: string;
  /** Name and version. */
  readonly editor: string;
  readonly window: "desktop" | "browser";
  /** The kind of remote ("ssh-remote", "wsl"), or for an editor in a browser its host; undefined for a local window. */
  readonly remote: string | undefined;
  readonly runsOn: "windowMachine" | "remoteMachine";
  /** Kind, release and processor. */
  readonly system: string;
  readonly node: string;
  readonly trust: "trusted" | "restricted";
  readonly workspace: "none" | "files" | "virtual";
  readonly storageFolder: string;
}

/** The settings that can change what a person sees, and what the environment says. */
export interface Settings {
  readonly transport: TransportUse["kind"] | "auto";
  readonly proxySupport: "on" | "off";
  readonly proxy: "set" | "notSet";
  readonly proxyAuthorization: "set" | "notSet";
  readonly noProxyEntries: number;
  readonly proxyCertificate: "checked" | "unchecked";
  readonly systemCertificates: "trusted" | "ignored";
  readonly shareProductionSessions: "yes" | "no";
  /** Which projects the Companies view lists: `procore.explorer.projects`. */
  readonly projects: "active" | "all";
  /** Entries of `procore.environments` that can be used. */
  readonly environments: number;
  /** One sentence per entry of `procore.environments` that was left out. */
  readonly environmentProblems: readonly string[];
  /** Names of variables that concern the network and are set. */
  readonly variables: readonly string[];
  /** NODE_TLS_REJECT_UNAUTHORIZED=0. */
  readonly certificates: "checked" | "unchecked";
}

/** How a request of ours gets to a host; `namedBy` is the setting or variable that decided. */
export type Way =
  | { readonly kind: "direct"; readonly why: "loopback" | "noProxy" | "noneNamed" | "off" }
  | {
      readonly kind: "proxy";
      readonly scheme: "http" | "https" | "socks5";
      /** Host and port. */
      readonly address: string;
      readonly credentials: "none" | "inAddress" | "inSetting";
      readonly namedBy: string;
    };

/** The certificate that a server showed, whether it is trusted or not. */
export interface ShownCertificate {
  /** TLSv1.3, … */
  readonly protocol: string;
  readonly subject: string;
  /** The names it is for. */
  readonly names: string;
  readonly issuer: string;
  /** Whoever stands at the end of the chain. */
  readonly root: string;
  /** `node`: one that Node brings along; `added`: of the system's store or NODE_EXTRA_CA_CERTS. */
  readonly rootFrom: "node" | "added" | "unknown";
  readonly chainLength: number;
  /** Epoch ms. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Why it is not trusted for this host. */
  readonly refused: { readonly cause: NetworkCause; readonly code: string } | undefined;
}

/** Looks at the network below HTTP; nothing of ours is sent. Methods reject with `ProcoreError` (`network`). */
export interface NetworkProbe {
  /** @throws ProcoreError `proxySetting` */
  way(url: URL): Way;
  /** IP addresses of a host name. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** A TCP connection to the host itself, or to its proxy; ms it took. */
  connect(url: URL, signal: AbortSignal): Promise<number>;
  /** The certificate, also one that is not trusted; undefined where this probe cannot look behind the kind of proxy. */
  certificate(url: URL, signal: AbortSignal): Promise<ShownCertificate | undefined>;
}

export interface KeyringProbe {
  readonly home: "secretStorage" | "sealedFile";
  readonly keyring: Keyring | undefined;
  /** Keeps a value that opens nothing, reads it and deletes it again. */
  roundTrip(): Promise<
    { readonly kind: "kept" | "changed" | "notDeleted" } | { readonly kind: "failed"; readonly failure: Failure }
  >;
}

/** The connection that is looked at, through its own session. Methods reject with `ProcoreError`. */
export interface Account {
  /** As it is listed now. */
  connection(): Connection;
  /** Are its addresses those of its environment? Finds the Local Sandbox again, if it is kept. */
  checkAddresses(): Promise<void>;
  checkKeys(signal: AbortSignal): Promise<KeysVerdict>;
  /** A token as a request gets it: renewed first when it is about to end. */
  session(signal: AbortSignal): Promise<void>;
  tokenInfo(signal: AbortSignal): Promise<TokenInfo>;
  unsaved(): Promise<"no" | "thisWindow" | "otherWindow">;
  me(signal: AbortSignal): Promise<User>;
  companies(signal: AbortSignal): Promise<readonly Company[]>;
  /** The first page of a company's active projects. */
  projects(
    companyId: CompanyId,
    signal: AbortSignal,
  ): Promise<{ readonly shown: number; readonly total: number | undefined }>;
  /** The project of a tool, with its company in the header. */
  project(place: ToolPlace, signal: AbortSignal): Promise<void>;
  /** The first page of a tool's list. */
  toolItems(
    place: ToolPlace,
    signal: AbortSignal,
  ): Promise<{ readonly shown: number; readonly total: number | undefined }>;
  rateLimit(): RateLimit | undefined;
  transportUse(): TransportUse | undefined;
}

/** What the report is about. */
export type Subject =
  | {
      readonly kind: "connection";
      readonly account: Account;
      /** The tool on whose row the report was asked for. */
      readonly tool?: ToolPlace | undefined;
    }
  | { readonly kind: "environment"; readonly label: string; readonly origins: Origins }
  | { readonly kind: "machine" };

/** Why a sign-in to an environment failed last in this window. */
export interface SignInTrouble {
  /** The label of the environment. */
  readonly environment: string;
  /** Epoch ms. */
  readonly at: number;
  readonly failure: Failure;
}

export interface DiagnosePorts {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly settings: Settings;
  readonly probe: NetworkProbe;
  readonly keyring: KeyringProbe;
  /** Of the environment that the report is about. */
  readonly signInTrouble: SignInTrouble | undefined;
  /** One GET without any token, through one transport and no other. */
  send(kind: TransportUse["kind"], url: URL, signal: AbortSignal): Promise<TimedReply>;
}
