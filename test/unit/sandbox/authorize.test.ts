import assert from "node:assert/strict";
import {
  authorizeUrl,
  askForToken,
  closeBench,
  openApproval,
  openBench,
  outOfBand,
  postForm,
  type Bench,
} from "./client.ts";

describe("Local Sandbox: /oauth/authorize", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => closeBench(bench));

  const answerUrl = (): string => `${bench.sandbox.baseUrl}/oauth/authorize`;

  it("offers the three test users, and leads from Allow to the page with the code, by relative addresses", async () => {
    const page = await openApproval(bench.sandbox);
    assert.deepEqual(
      page.userIds,
      bench.sandbox.control.users.map(({ id }) => id),
    );
    const reply = await postForm(answerUrl(), { authenticity_token: page.allow, user: page.userIds[1] ?? "" });
    assert.equal(reply.status, 302);
    const location = reply.headers.get("Location") ?? "";
    assert.match(location, /^authorize\/native\?code=[\w-]{43}$/);
    const code = new URL(location, answerUrl()).searchParams.get("code") ?? "";
    const codePage = await (await fetch(new URL(location, answerUrl()))).text();
    assert.equal(/<code id="authorization_code"[^>]*>([^<]+)<\/code>/.exec(codePage)?.[1], code);
    const token = await askForToken(bench.sandbox, { grant_type: "authorization_code", code, redirect_uri: outOfBand });
    assert.equal(token.status, 200);
    assert.equal(bench.sandbox.state().tokens[0]?.userId, page.userIds[1]);
  });

  it("takes each one-time value once, and the answer ends the other value too", async () => {
    const page = await openApproval(bench.sandbox);
    const user = page.userIds[0] ?? "";
    const deny = { _method: "delete", authenticity_token: page.deny };
    assert.equal((await postForm(answerUrl(), { authenticity_token: page.allow, user })).status, 302);
    assert.equal((await postForm(answerUrl(), { authenticity_token: page.allow, user })).status, 403);
    assert.equal((await postForm(answerUrl(), deny)).status, 403);
  });

  const refusedForms: readonly [
    name: string,
    fields: (page: { allow: string; deny: string }, user: string) => Record<string, string>,
    status: number,
  ][] = [
    ["no one-time value", (_, user) => ({ user }), 403],
    ["a made-up one-time value", (_, user) => ({ authenticity_token: "x".repeat(43), user }), 403],
    ["the value of Deny for Allow", ({ deny }, user) => ({ authenticity_token: deny, user }), 403],
    ["the value of Allow for Deny", ({ allow }) => ({ authenticity_token: allow, _method: "delete" }), 403],
    ["no user", ({ allow }) => ({ authenticity_token: allow }), 400],
    ["an unknown user", ({ allow }) => ({ authenticity_token: allow, user: "1" }), 400],
  ];
  for (const [name, fields, status] of refusedForms) {
    it(`refuses a form with ${name}`, async () => {
      const page = await openApproval(bench.sandbox);
      const reply = await postForm(answerUrl(), fields(page, page.userIds[0] ?? ""));
      assert.equal(reply.status, status);
      assert.deepEqual(bench.sandbox.state().codes, []);
    });
  }

  it("shows an error page after Deny, and issues nothing", async () => {
    const page = await openApproval(bench.sandbox);
    const reply = await postForm(answerUrl(), { _method: "delete", authenticity_token: page.deny });
    assert.match(await reply.text(), /<pre>The resource owner or authorization server denied the request\.<\/pre>/);
    assert.deepEqual(bench.sandbox.state().codes, []);
  });

  it("goes to http://localhost with code and state, or with the denial", async () => {
    const query = { redirect_uri: "http://localhost", state: "a b&c" };
    const allowed = await openApproval(bench.sandbox, query);
    const yes = await postForm(answerUrl(), { authenticity_token: allowed.allow, user: allowed.userIds[0] ?? "" });
    const yesUrl = new URL(yes.headers.get("Location") ?? "");
    assert.equal(yesUrl.origin, "http://localhost");
    assert.equal(yesUrl.searchParams.get("state"), "a b&c");
    assert.equal(yesUrl.searchParams.get("code"), bench.sandbox.state().codes[0]?.code);
    const denied = await openApproval(bench.sandbox, query);
    const no = await postForm(answerUrl(), { _method: "delete", authenticity_token: denied.deny });
    assert.equal(new URL(no.headers.get("Location") ?? "").searchParams.get("error"), "access_denied");
  });

  const errorPages: readonly [name: string, query: Record<string, string | undefined>, reason: RegExp][] = [
    ["no client ID", { client_id: undefined }, /Missing required parameter: client_id\./],
    ["an unknown client", { client_id: "nobody" }, /unknown client/],
    ["no redirect URI", { redirect_uri: undefined }, /redirect uri is malformed/],
    ["an unregistered redirect URI", { redirect_uri: "https://app.test/callback" }, /redirect uri is malformed/],
    ["a slash too much in the redirect URI", { redirect_uri: "http://localhost/" }, /redirect uri is malformed/],
    ["no response type", { response_type: undefined }, /Missing required parameter: response_type\./],
    ["the implicit response type", { response_type: "token" }, /does not support this response type/],
  ];
  for (const [name, query, reason] of errorPages) {
    it(`shows an error page with status 200 for ${name}`, async () => {
      const reply = await fetch(authorizeUrl(bench.sandbox, query), { redirect: "manual" });
      assert.equal(reply.status, 200);
      const text = await reply.text();
      assert.match(text, /An error has occurred/);
      assert.match(/<pre>([^<]*)<\/pre>/.exec(text)?.[1] ?? "", reason);
    });
  }
});
