import * as l10n from "@vscode/l10n";
import { companyId, projectId } from "../procore/ids.ts";
import { type Tool, tools } from "../procore/tools.ts";
import type { Grant } from "../session.ts";
import { explainHeader, explainParameter } from "../sent/explain.ts";
import { stepsOf, type Field, type Step, type StepSubject, type Value } from "../sent/steps.ts";
import { type PostmanValues, postmanVariables } from "./variables.ts";

/** @see https://schema.getpostman.com/json/collection/v2.1.0/collection.json */
export interface PostmanCollection {
  readonly info: { readonly name: string; readonly description: string; readonly schema: string };
  /** OAuth 2.0, once: requests have none of their own and inherit it. */
  readonly auth: PostmanAuth;
  readonly variable: readonly { readonly key: string; readonly value: string; readonly description: string }[];
  readonly item: readonly PostmanFolder[];
}

interface PostmanAuth {
  readonly type: "oauth2" | "noauth";
  readonly oauth2?: readonly { readonly key: string; readonly value: string | boolean; readonly type: string }[];
}

interface PostmanFolder {
  readonly name: string;
  readonly description: string;
  readonly auth?: PostmanAuth;
  readonly event?: readonly object[];
  readonly item: readonly PostmanItem[];
}

interface PostmanItem {
  readonly name: string;
  readonly request: PostmanRequest;
}

interface PostmanPair {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
}

interface PostmanRequest {
  readonly method: "GET" | "POST";
  readonly description: string;
  readonly header: readonly PostmanPair[];
  readonly url: {
    readonly raw: string;
    readonly host: readonly string[];
    readonly path: readonly string[];
    readonly query?: readonly PostmanPair[];
  };
  readonly body?: { readonly mode: "urlencoded"; readonly urlencoded: readonly PostmanPair[] };
}

const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/**
 * A collection in Postman's format v2.1: the steps of signing in by hand, the first calls, and a list for each project
 * tool. Hosts, ids and keys are variables; nothing of a person is in it but what `values` holds.
 */
export function postmanCollection(about: {
  readonly name: string;
  readonly grant: Grant["kind"];
  readonly values: PostmanValues;
}): PostmanCollection {
  const { name, grant, values } = about;
  const steps = stepsOf(subjectOf(grant));
  const byHand = steps.filter(
    ({ request, id }) => request.host === "login" && id !== "token-info" && id !== "key-check",
  );
  const calls = steps.filter((step) => step.request.authorization === "token");
  return {
    info: { name, description: description(grant), schema },
    auth: oauth(grant),
    variable: postmanVariables(values)
      .filter(({ type }) => type === "default")
      .map(({ key, value, description: words }) => ({ key, value, description: words })),
    item: [
      {
        name: l10n.t("First calls"),
        description: l10n.t(
          "Whose token it is, which companies there are, and the projects of the company in company_id.",
        ),
        item: calls.map(stepItem),
      },
      {
        name: l10n.t("Project tools"),
        description: l10n.t("The first page of each tool's list in the project in project_id."),
        item: tools.map(toolItem),
      },
      {
        name: l10n.t("Sign in by hand"),
        description: l10n.t(
          "The calls that Get New Access Token makes for you, one by one. Each answer's tokens are put into the selected environment, and the other folders then use them.",
        ),
        // These calls show the app's keys instead; a token that has ended must not stand beside them.
        auth: { type: "noauth" },
        event: [{ listen: "test", script: { type: "text/javascript", exec: keepTokens } }],
        item: byHand.map(stepItem),
      },
    ],
  };
}

const keepTokens = [
  "let answer = {};",
  "try { answer = pm.response.json(); } catch (error) { answer = {}; }",
  'for (const name of ["access_token", "refresh_token"]) {',
  "  if (answer[name]) pm.environment.set(name, answer[name]);",
  "}",
];

const description = (grant: Grant["kind"]): string =>
  grant === "clientCredentials"
    ? l10n.t(
        "1. Import the environment file too, and select it.\n2. Fill in client_id and client_secret, and company_id.\n3. Collection > Authorization > Get New Access Token > Use Token.\n4. Send any request: all of them inherit this authorization.",
      )
    : l10n.t(
        "1. Import the environment file too, and select it.\n2. Fill in client_id and client_secret. callback_url must be one of the app's redirect URIs; a new app has http://localhost.\n3. Collection > Authorization > Get New Access Token, sign in, Allow, Use Token. Where only urn:ietf:wg:oauth:2.0:oob is registered, take the folder Sign in by hand instead.\n4. Send any request: all of them inherit this authorization. Put the id of a company into company_id, and of a project into project_id.",
      );

/** @see https://learning.postman.com/docs/sending-requests/authorization/oauth-20/ */
function oauth(grant: Grant["kind"]): PostmanAuth {
  const browser: readonly (readonly [string, string | boolean])[] = [
    ["authUrl", "{{login_url}}/oauth/authorize"],
    ["redirect_uri", "{{callback_url}}"],
    ["useBrowser", false],
    ["refreshTokenUrl", "{{login_url}}/oauth/token"],
  ];
  const attributes: readonly (readonly [string, string | boolean])[] = [
    ["grant_type", grant === "clientCredentials" ? "client_credentials" : "authorization_code"],
    ["accessTokenUrl", "{{login_url}}/oauth/token"],
    ...(grant === "clientCredentials" ? [] : browser),
    ["clientId", "{{client_id}}"],
    ["clientSecret", "{{client_secret}}"],
    // Procore reads the keys from the body: procore-oss/ruby-sdk CHANGELOG.md, 0.6.3
    ["client_authentication", "body"],
    ["accessToken", "{{access_token}}"],
    ["tokenName", "Procore"],
    ["addTokenTo", "header"],
    ["headerPrefix", "Bearer"],
  ];
  const oauth2 = attributes.map(([key, value]) => ({ key, value, type: typeof value }));
  return { type: "oauth2", oauth2 };
}

/** Nobody's app: everything of a person is a variable. */
function subjectOf(grant: Grant["kind"]): StepSubject {
  const origins = { login: "{{login_url}}", api: "{{api_url}}", web: "" };
  const own = companyId("{{company_id}}");
  return {
    origins,
    clientId: undefined,
    grant: grant === "clientCredentials" ? { kind: grant, companyId: own } : { kind: "authorizationCode" },
  };
}

function stepItem({ id, title, about, request }: Step): PostmanItem {
  const { method, host, path, query, form, company } = request;
  const pair = ([name, value]: Field): PostmanPair => described(name, textOf(value), explainParameter(name, id));
  const headers = [
    ...(id === "authorize" ? [] : [accept()]),
    ...(company === undefined ? [] : [companyHeader(textOf(company))]),
  ];
  return {
    name: title,
    request: {
      method,
      description: about,
      header: headers,
      url: urlOf(`{{${host}_url}}`, path, query.map(pair)),
      ...(form.length > 0 && { body: { mode: "urlencoded", urlencoded: form.map(pair) } as const }),
    },
  };
}

function toolItem(tool: Tool): PostmanItem {
  const { title, items, pageSize } = tool;
  const place = { companyId: companyId("{{company_id}}"), projectId: projectId("{{project_id}}") };
  const { path, query } = tool.list(place);
  const pairs = Object.entries({ ...query, page: "1", per_page: String(pageSize) }).map(([key, value]) =>
    described(key, value, explainParameter(key, "projects")),
  );
  return {
    name: title,
    request: {
      method: "GET",
      description: l10n.t("The list of a tool in a project: {0}.", items),
      header: [accept(), companyHeader("{{company_id}}")],
      url: urlOf("{{api_url}}", path, pairs),
    },
  };
}

const accept = (): PostmanPair => described("Accept", "application/json", explainHeader("accept"));
const companyHeader = (value: string): PostmanPair =>
  described("Procore-Company-Id", value, explainHeader("procore-company-id"));

const described = (key: string, value: string, words: string | undefined): PostmanPair => ({
  key,
  value,
  ...(words !== undefined && { description: words }),
});

function urlOf(host: string, path: readonly string[], query: readonly PostmanPair[]): PostmanRequest["url"] {
  const pairs = query.map(({ key, value }) => `${key}=${value}`);
  const raw = `${host}/${path.join("/")}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
  return { raw, host: [host], path, ...(query.length > 0 && { query }) };
}

/** The out-of-band redirect URI is a variable as well: the app may have another one. */
const textOf = (value: Value): string => {
  if (typeof value !== "string") return `{{${value.placeholder}}}`;
  return value.startsWith("urn:") ? "{{redirect_uri}}" : value;
};
