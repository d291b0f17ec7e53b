import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import * as hosts from "../hosts.ts";
import { plain } from "../plain.ts";
import { builtInEnvironments, type Environment } from "./environments.ts";

const text = v.string(l10n.t("is no text"));

const settingSchema = v.object(
  {
    id: v.pipe(
      text,
      v.trim(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/u, l10n.t("use lowercase letters, digits and dashes")),
    ),
    label: v.pipe(
      text,
      v.trim(),
      v.minLength(1, l10n.t("is missing")),
      v.maxLength(60, l10n.t("is longer than 60 characters")),
    ),
    loginUrl: text,
    apiUrl: text,
    webUrl: v.optional(text),
  },
  ({ path }) => (path === undefined ? l10n.t("is no object") : l10n.t("is missing")),
);

export interface CustomEnvironments {
  readonly environments: readonly Environment[];
  /** One sentence per entry that was left out. */
  readonly problems: readonly string[];
}

/**
 * The user's own environments from the setting `procore.environments`. An entry that is wrong is left out and told;
 * none can take the id of a built-in environment, so no setting redirects Procore's own.
 */
export function parseCustomEnvironments(setting: unknown): CustomEnvironments {
  if (setting === undefined) return { environments: [], problems: [] };
  if (!Array.isArray(setting)) return { environments: [], problems: [l10n.t("procore.environments is not a list.")] };
  const environments: Environment[] = [];
  const problems: string[] = [];
  const taken = new Set(builtInEnvironments.map(({ id }) => id));
  for (const [index, entry] of setting.entries()) {
    const result = parseEntry(entry, taken);
    if (typeof result === "string") problems.push(l10n.t("procore.environments, entry {0}: {1}.", index + 1, result));
    else {
      taken.add(result.id);
      environments.push(result);
    }
  }
  return { environments, problems };
}

function parseEntry(entry: unknown, taken: ReadonlySet<string>): Environment | string {
  const parsed = v.safeParse(settingSchema, entry);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue);
    return plain(path === null ? issue.message : `${path}: ${issue.message}`, 160);
  }
  const { id, label, loginUrl, apiUrl, webUrl = loginUrl } = parsed.output;
  if (taken.has(id)) return l10n.t('the id "{0}" is taken', id);
  const login = parseOrigin(loginUrl);
  const api = parseOrigin(apiUrl);
  const web = parseOrigin(webUrl);
  const bad = Object.entries({ loginUrl: login, apiUrl: api, webUrl: web }).find(([, origin]) => origin === undefined);
  if (bad !== undefined || login === undefined || api === undefined || web === undefined) {
    return l10n.t(
      "{0} must be a bare https address such as https://login.example.com (http only for this machine)",
      bad?.[0] ?? l10n.t("address"),
    );
  }
  const name = plain(label, 60);
  return { id, label: name, shortLabel: name, kind: "custom", origins: { login, api, web } };
}

/** A bare origin: https, or http to a loopback address; no user, path, query or fragment. */
export function parseOrigin(address: string): string | undefined {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return undefined;
  }
  const bare =
    url.username === "" && url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
  // URL drops a lone "?", "#" or "@"; an address that has one is not what its writer thinks it is.
  if (!bare || /[?#@\\]/u.test(address)) return undefined;
  const secure = url.protocol === "https:" || (url.protocol === "http:" && hosts.isLoopback(url.hostname));
  return secure ? url.origin : undefined;
}

/** Is this one of Procore's own hosts? Decides a word of warning in the credential boxes, nothing else. */
export function isProcoreHost(origin: string): boolean {
  return hosts.isProcoreHost(new URL(origin).hostname);
}
