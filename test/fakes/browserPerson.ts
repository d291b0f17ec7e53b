import assert from "node:assert/strict";

/**
 * A person in the browser: opens the address, chooses Allow as the first user (or the one that is named) and reads the
 * code off the page.
 */
export async function allowInBrowser(address: unknown, userId?: string): Promise<string> {
  assert.ok(typeof address === "string", "the browser is given the address as it was written");
  const page = await (await fetch(address)).text();
  const oneTimeValue = /name="authenticity_token" value="([^"]+)"/u.exec(page)?.[1];
  const user = userId ?? /name="user" value="([^"]+)"/u.exec(page)?.[1];
  assert.ok(oneTimeValue !== undefined && user !== undefined, "the page offers Allow");
  const body = new URLSearchParams({ authenticity_token: oneTimeValue, user });
  const codePage = await (await fetch(new URL("/oauth/authorize", address), { method: "POST", body })).text();
  const code = /id="authorization_code"[^>]*>([^<]+)</u.exec(codePage)?.[1];
  assert.ok(code !== undefined, "the page shows a code");
  return code;
}
