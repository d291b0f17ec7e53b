import assert from "node:assert/strict";
import { startSandbox, type RunningSandbox, type SandboxOptions } from "../../../src/sandbox/index.ts";
import { FakeClock } from "../../fakes/fakeClock.ts";

export const startedAt = Date.UTC(2026, 10, 22, 9, 30);
export const outOfBand = "urn:ietf:wg:oauth:2.0:oob";

/** A sandbox on a clock that stands still; a fault of the sandbox itself fails the test through `unexpected`. */
export interface Bench {
  readonly sandbox: RunningSandbox;
  readonly clock: FakeClock;
  readonly unexpected: readonly unknown[];
}

export async function openBench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const clock = new FakeClock(startedAt);
  const unexpected: unknown[] = [];
  const sandbox = await startSandbox({ clock, onUnexpectedError: (error) => unexpected.push(error), ...options });
  return { sandbox, clock, unexpected };
}

export async function closeBench({ sandbox, unexpected }: Bench): Promise<void> {
  await sandbox.close();
  assert.deepEqual(unexpected, []);
}

export function postForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", ...init });
}

/** Sends a grant with the right credentials, unless `fields` says otherwise. */
export function askForToken(sandbox: RunningSandbox, fields: Readonly<Record<string, string>>): Promise<Response> {
  const credentials = { client_id: sandbox.clientId, client_secret: sandbox.clientSecret };
  return postForm(`${sandbox.baseUrl}/oauth/token`, { ...credentials, ...fields });
}

/** The same for the app that has a service account. */
export function askAsService(
  { baseUrl, serviceAccount }: RunningSandbox,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const credentials = { client_id: serviceAccount.clientId, client_secret: serviceAccount.clientSecret };
  return postForm(`${baseUrl}/oauth/token`, { ...credentials, ...fields });
}

export interface TokenBody {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly created_at: number;
}

export async function readJson(reply: Response): Promise<Record<string, unknown>> {
  const body: unknown = await reply.json();
  assert.ok(typeof body === "object" && body !== null);
  return { ...body };
}

export async function tokenBody(reply: Response): Promise<TokenBody> {
  assert.equal(reply.status, 200);
  const { access_token, refresh_token, token_type, expires_in, created_at } = await readJson(reply);
  assert.ok(typeof access_token === "string" && typeof token_type === "string");
  assert.ok(typeof expires_in === "number" && typeof created_at === "number");
  return {
    access_token,
    refresh_token: typeof refresh_token === "string" ? refresh_token : "",
    token_type,
    expires_in,
    created_at,
  };
}

export async function signIn(sandbox: RunningSandbox, userId?: string): Promise<TokenBody> {
  const code = sandbox.control.issueCode(userId === undefined ? {} : { userId });
  return tokenBody(await askForToken(sandbox, { grant_type: "authorization_code", code, redirect_uri: outOfBand }));
}

export async function refresh(sandbox: RunningSandbox, refreshToken: string): Promise<Response> {
  return askForToken(sandbox, { grant_type: "refresh_token", refresh_token: refreshToken });
}

export function callApi(sandbox: RunningSandbox, path: string, token: string, companyId?: string): Promise<Response> {
  const company = companyId === undefined ? {} : { "Procore-Company-Id": companyId };
  return fetch(`${sandbox.baseUrl}${path}`, { headers: { Authorization: `Bearer ${token}`, ...company } });
}

export const companyAt = (sandbox: RunningSandbox, index: number): string =>
  sandbox.control.companies()[index]?.id ?? "";

export async function readRows(reply: Response): Promise<readonly Record<string, unknown>[]> {
  assert.equal(reply.status, 200);
  const rows: unknown = await reply.json();
  assert.ok(Array.isArray(rows));
  return rows.map((row: unknown) => {
    assert.ok(typeof row === "object" && row !== null);
    return { ...row };
  });
}

export function authorizeUrl(
  sandbox: RunningSandbox,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const all = { response_type: "code", client_id: sandbox.clientId, redirect_uri: outOfBand, ...query };
  const url = new URL("/oauth/authorize", sandbox.baseUrl);
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

export interface ApprovalForm {
  readonly allow: string;
  readonly deny: string;
  readonly userIds: readonly string[];
}

/** What a browser would send with the two forms of the approval page. */
export function readApproval(html: string): ApprovalForm {
  const values = Array.from(html.matchAll(/name="authenticity_token" value="([^"]+)"/g), (match) => match[1] ?? "");
  const userIds = Array.from(html.matchAll(/name="user" value="([^"]+)"/g), (match) => match[1] ?? "");
  assert.equal(values.length, 2);
  return { allow: values[0] ?? "", deny: values[1] ?? "", userIds };
}

export async function openApproval(
  sandbox: RunningSandbox,
  query: Readonly<Record<string, string>> = {},
): Promise<ApprovalForm> {
  const reply = await fetch(authorizeUrl(sandbox, query));
  assert.equal(reply.status, 200);
  return readApproval(await reply.text());
}
