import type { Context } from "hono";
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** Markup in which every inserted value is escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: 200 | 400 | 403 | 404;
  /** An origin that a form of this page may be redirected to, besides our own. */
  readonly formTarget?: string;
}

/**
 * The way from a path to the root, in relative form: pages work behind a path prefix too, such as the `/proxy/PORT/` of
 * a remote editor, of which we learn nothing.
 */
export function rootFrom(path: string): string {
  return "../".repeat(Math.max(0, path.split("/").length - 2)) || "./";
}

function contentSecurityPolicy(formTarget: string | undefined): string {
  // A browser applies form-action to the redirect that follows a form, too.
  const formAction = formTarget === undefined ? "'self'" : `'self' ${formTarget}`;
  return (
    `default-src 'none'; style-src 'self'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'; ` +
    "sandbox allow-forms allow-same-origin"
  );
}

/** Headers that every page of a person has: no script, no frame, nothing kept, no address passed on. */
export function pageHeaders(formTarget?: string): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(formTarget),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  };
}

/** A whole page in the look of the sandbox. */
export async function showPage(c: Context, page: Page): Promise<Response> {
  const root = rootFrom(new URL(c.req.url).pathname);
  const document = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} – Local Sandbox</title>
        <link rel="stylesheet" href="${root}sandbox.css" />
      </head>
      <body>
        <header><p class="banner">This is the Local Sandbox, not Procore</p></header>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
      </body>
    </html> `;
  return c.html(document, page.status ?? 200, pageHeaders(page.formTarget));
}
