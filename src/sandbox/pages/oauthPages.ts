import { html } from "hono/html";
import type { SandboxUser } from "../data/users.ts";
import { outOfBand, type AuthorizationRequest } from "../oauth/authorizationRequest.ts";
import type { Page } from "./layout.ts";

/** Asks who signs in, and whether the app may. The two values are good for one answer. */
export function approvalPage(
  users: readonly SandboxUser[],
  request: AuthorizationRequest,
  values: { readonly allow: string; readonly deny: string },
): Page {
  const isOutOfBand = request.redirectUri === outOfBand;
  // The forms' addresses are relative to /oauth/authorize. Deny is marked the way Doorkeeper's own form marks it.
  const body = html` <p>An app on this computer asks to work with the sandbox in the name of one of its test users.</p>
    <form id="allow" method="post" action="authorize">
      <input type="hidden" name="authenticity_token" value="${values.allow}" />
      <fieldset>
        <legend>Sign in as</legend>
        ${users.map(
          (user, index) =>
            html`<label
              ><input type="radio" name="user" value="${user.id}" ${index === 0 ? html` checked` : ""} />
              <span>${user.name}<small>${user.role} · ${user.login}</small></span></label
            >`,
        )}
      </fieldset>
    </form>
    <form id="deny" method="post" action="authorize">
      <input type="hidden" name="_method" value="delete" />
      <input type="hidden" name="authenticity_token" value="${values.deny}" />
    </form>
    <div class="answers">
      <button class="primary" type="submit" form="allow">Allow</button>
      <button type="submit" form="deny">Deny</button>
    </div>
    <p class="quiet">
      ${
        isOutOfBand
          ? "After Allow you get a code to paste into your editor."
          : `After Allow the browser goes to ${request.redirectUri}.`
      }
      These people are made up; nothing leaves this computer.
    </p>`;
  return {
    title: "Allow this app?",
    body,
    ...(isOutOfBand ? {} : { formTarget: new URL(request.redirectUri).origin }),
  };
}

/** The code to copy. `code` comes from the address and is shown as it is. */
export function codePage(code: string, codeTtlSeconds: number): Page {
  const minutes = codeTtlSeconds / 60;
  const life = minutes >= 2 ? `${Math.floor(minutes)} minutes` : `${codeTtlSeconds} seconds`;
  return {
    title: "Authorization code",
    body: html` <p>Copy this code, go back to your editor and paste it there.</p>
      <code id="authorization_code" tabindex="0">${code}</code>
      <p class="quiet">The code works once, and for ${life}. You can close this page afterwards.</p>`,
  };
}

/** Doorkeeper's error page: its heading, and the reason in `<pre>`. */
export function errorPage(reason: string, status: 200 | 400 | 403 = 200): Page {
  return {
    title: "An error has occurred",
    status,
    body: html` <pre>${reason}</pre>
      <p>Nothing was sent to the app. Go back to your editor and start signing in again from there.</p>`,
  };
}
