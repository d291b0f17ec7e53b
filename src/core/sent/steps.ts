import * as l10n from "@vscode/l10n";
import { outOfBandRedirectUri } from "../oauth/authorizationUrl.ts";
import { triedCode } from "../oauth/triedCode.ts";
import type { CompanyId } from "../procore/ids.ts";
import type { Origins } from "../procore/environments.ts";
import type { StepId } from "./sentRecord.ts";

/** What a request needs and no document, command line or file of ours holds. */
export type PlaceholderName = "client_id" | "client_secret" | "code" | "access_token" | "refresh_token" | "company_id";

/** Stands for a value that the reader has to put there. */
export interface Placeholder {
  readonly placeholder: PlaceholderName;
}

/** A value of a request as it is, or a placeholder. */
export type Value = string | Placeholder;
export type Field = readonly [name: string, value: Value];

/** How a request of a step looks. Parameters stand in the order in which they are sent. */
export interface StepRequest {
  readonly method: "GET" | "POST";
  readonly host: "login" | "api";
  readonly path: readonly string[];
  readonly query: readonly Field[];
  readonly form: readonly Field[];
  /** The header `Procore-Company-Id`. */
  readonly company?: Value;
  /** Does the access token go along? */
  readonly authorization: "token" | "none";
}

/** One of the steps, for people. */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** What it is for, in a sentence or two. */
  readonly about: string;
  readonly request: StepRequest;
}

/** How tokens are got. The company of a service account is not known before it has signed in. */
export type StepGrant =
  | { readonly kind: "authorizationCode" }
  | { readonly kind: "clientCredentials"; readonly companyId: CompanyId | undefined };

/** The app and the hosts that the steps are about. */
export interface StepSubject {
  readonly origins: Origins;
  /** Undefined where no app is known yet. */
  readonly clientId: string | undefined;
  readonly grant: StepGrant;
}

const placeholder = (name: PlaceholderName): Placeholder => ({ placeholder: name });

/**
 * The steps of a connection's way of signing in, in the order in which they happen. `test/unit/core/sent/recordSent.test.ts`
 * compares them with what is really sent.
 * @see procore/documentation oauth/oauth_endpoints.md, overview/quick_start_guide.md, tutorials/tutorial_mpz.md
 */
export function stepsOf(subject: StepSubject): readonly Step[] {
  const { grant } = subject;
  const own = grant.kind === "clientCredentials" ? { company: grant.companyId ?? placeholder("company_id") } : {};
  const company = own.company ?? placeholder("company_id");
  const first = grant.kind === "clientCredentials" ? [clientCredentials(subject)] : browserSteps(subject);
  const renewal = grant.kind === "clientCredentials" ? [] : [refresh(subject)];
  return [...first, ...firstCalls(own, company), ...renewal, tokenInfo(), revoke(subject)];
}

const post = (path: readonly string[], form: readonly Field[]): StepRequest => ({
  method: "POST",
  host: "login",
  path,
  query: [],
  form,
  authorization: "none",
});

const get = (host: "login" | "api", path: readonly string[], query: readonly Field[] = []): StepRequest => ({
  method: "GET",
  host,
  path,
  query,
  form: [],
  authorization: "token",
});

const keysOf = ({ clientId }: StepSubject): readonly Field[] => [
  ["client_id", clientId ?? placeholder("client_id")],
  ["client_secret", placeholder("client_secret")],
];

const tokenPath = ["oauth", "token"];

/** RFC 6749 section 4.1; the key check is this product's own. */
function browserSteps(subject: StepSubject): readonly Step[] {
  const exchange = (code: Value): StepRequest =>
    post(tokenPath, [
      ["redirect_uri", outOfBandRedirectUri],
      ["code", code],
      ["grant_type", "authorization_code"],
      ...keysOf(subject),
    ]);
  return [
    {
      id: "key-check",
      title: l10n.t("Check the Credentials"),
      about: l10n.t(
        "Tries client ID and client secret before the browser opens, by exchanging a code that cannot exist. The answer invalid_grant is the good one: the login service knows client ID and secret and refuses only the code. This step is Procore Explorer's own; the guide has none like it.",
      ),
      request: exchange(triedCode),
    },
    {
      id: "authorize",
      title: l10n.t("Ask for Authorization"),
      about: l10n.t(
        "An address for the browser, not a call of a program. The user signs in there and chooses Allow, and Procore shows an authorization code.",
      ),
      request: {
        method: "GET",
        host: "login",
        path: ["oauth", "authorize"],
        query: [
          ["response_type", "code"],
          ["client_id", subject.clientId ?? placeholder("client_id")],
          ["redirect_uri", outOfBandRedirectUri],
        ],
        form: [],
        authorization: "none",
      },
    },
    {
      id: "exchange",
      title: l10n.t("Exchange the Code"),
      about: l10n.t(
        "Trades the authorization code for an access token and a refresh token. The code is good for ten minutes and for one exchange.",
      ),
      request: exchange(placeholder("code")),
    },
  ];
}

/** RFC 6749 section 4.4. */
const clientCredentials = (subject: StepSubject): Step => ({
  id: "client-credentials",
  title: l10n.t("Get a Token for the Service Account"),
  about: l10n.t(
    "The app signs in as itself, without a browser and without a code. The answer has no refresh token: the same call gets the next access token.",
  ),
  request: post(tokenPath, [["grant_type", "client_credentials"], ...keysOf(subject)]),
});

const firstCalls = (own: Pick<StepRequest, "company">, company: Value): readonly Step[] => [
  {
    id: "me",
    title: l10n.t("Who Am I"),
    about: l10n.t("The first call of the API: whose token it is. The simplest way to see whether a token works."),
    request: { ...get("api", ["rest", "v1.0", "me"]), ...own },
  },
  {
    id: "companies",
    title: l10n.t("List Companies"),
    about:
      own.company === undefined
        ? l10n.t(
            "The companies that this user can see, whether or not the app is installed in them. A GET; older guides say POST, which there is not.",
          )
        : // procore/documentation plan_your_app/developer_managed_service_accounts.md
          l10n.t(
            "The companies in which the app is installed: a service account sees no other. A GET; older guides say POST, which there is not.",
          ),
    request: {
      ...get(
        "api",
        ["rest", "v1.0", "companies"],
        [
          ["page", "1"],
          ["per_page", "300"],
        ],
      ),
      ...own,
    },
  },
  {
    id: "projects",
    title: l10n.t("List Projects"),
    about: l10n.t(
      "The first page of a company's projects. This is where 403 says that the app is not installed in the company. The company stands in the query and in a header: Procore wants both.",
    ),
    request: {
      ...get(
        "api",
        ["rest", "v1.1", "projects"],
        [
          ["company_id", company],
          ["page", "1"],
          ["per_page", "300"],
        ],
      ),
      company,
    },
  },
];

/** RFC 6749 section 6. */
const refresh = (subject: StepSubject): Step => ({
  id: "refresh",
  title: l10n.t("Refresh the Token"),
  about: l10n.t(
    "Trades the refresh token for a new pair of tokens. Each refresh token works once: keep the new one before you use anything else of the answer.",
  ),
  request: post(tokenPath, [
    ["redirect_uri", outOfBandRedirectUri],
    ["refresh_token", placeholder("refresh_token")],
    ["grant_type", "refresh_token"],
    ...keysOf(subject),
  ]),
});

const tokenInfo = (): Step => ({
  id: "token-info",
  title: l10n.t("Ask About the Token"),
  about: l10n.t(
    "What the login service itself says of an access token: whose it is, which app got it and how long it is good. Show Session asks this.",
  ),
  request: get("login", ["oauth", "token", "info"]),
});

/** RFC 7009. */
const revoke = (subject: StepSubject): Step => ({
  id: "revoke",
  title: l10n.t("Revoke the Token"),
  about: l10n.t(
    "Ends the session at Procore; Sign Out does this. The answer is 200 also for a token that was no longer good.",
  ),
  request: post(["oauth", "revoke"], [["token", placeholder("access_token")], ...keysOf(subject)]),
});
