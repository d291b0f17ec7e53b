import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { createServer, request, type Server } from "node:http";
import path from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { startSandbox, type RunningSandbox } from "../../src/sandbox/index.ts";
import { FakeClock } from "../fakes/fakeClock.ts";

const outOfBand = "urn:ietf:wg:oauth:2.0:oob";
const markup = `"><script>document.title="ran"</script><img src=x onerror="document.title='ran'"><svg onload="document.title='ran'">`;

/** The browser that the tests drive: the one named, else the first known one on the PATH. */
function findBrowser(): string {
  const named = process.env["PROCORE_TEST_BROWSER"];
  if (named !== undefined && named !== "") return named;
  const names = ["chromium", "google-chrome", "chrome", "msedge"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const endings = process.platform === "win32" ? [".exe"] : [""];
  for (const name of names) {
    for (const file of folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))) {
      if (isExecutable(file)) return file;
    }
  }
  throw new Error(`No browser to test with: set PROCORE_TEST_BROWSER, or put one of ${names.join(", ")} on the PATH.`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Proxy {
  readonly server: Server;
  readonly origin: string;
}

/**
 * What a remote editor does: the sandbox's port under `/proxy/PORT/` of its own address, the `Host` header as it came. Elsewhere
 * it has a page that shows `?frame=` in a frame. (A page that the test itself fulfils is nowhere on the network, and the
 * browser refuses it frames of loopback addresses whatever they say.)
 */
async function startProxy(): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const match = /^\/proxy\/(\d+)(\/.*)$/.exec(incoming.url ?? "");
    if (match === null) {
      const framed = new URL(incoming.url ?? "/", "http://localhost").searchParams.get("frame") ?? "";
      outgoing.writeHead(200, { "Content-Type": "text/html" });
      outgoing.end(`<iframe src="${framed.replaceAll("&", "&amp;")}"></iframe>`);
      return;
    }
    const target = {
      host: "127.0.0.1",
      port: Number(match[1]),
      path: match[2] ?? "/",
      method: incoming.method ?? "GET",
    };
    const onward = request({ ...target, headers: incoming.headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

describe("Local Sandbox pages in a browser", function () {
  this.timeout(60_000);
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let sandbox: RunningSandbox;
  let proxy: Proxy;
  let problems: string[];

  before(async () => {
    // A browser started by root has no sandbox of its own to use.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: findBrowser(), args });
    proxy = await startProxy();
  });
  after(async () => {
    await browser.close();
    proxy.server.closeAllConnections();
    proxy.server.close();
  });

  beforeEach(async () => {
    sandbox = await startSandbox({ clock: new FakeClock(Date.UTC(2026, 10, 22, 9)) });
    sandbox.allowAuthority(new URL(proxy.origin).host);
    context = await browser.newContext();
    page = await context.newPage();
    problems = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    await sandbox.close();
  });

  const authorizePath = (query: Readonly<Record<string, string>> = {}): string => {
    const all = { response_type: "code", client_id: sandbox.clientId, redirect_uri: outOfBand, ...query };
    return `/oauth/authorize?${new URLSearchParams(all).toString()}`;
  };
  const isStyled = async (): Promise<boolean> =>
    (await page.evaluate(`getComputedStyle(document.querySelector(".banner")).fontWeight`)) === "600";
  const issuedCode = (): string | undefined => sandbox.state().codes[0]?.code;

  const bases: readonly [name: string, base: () => string][] = [
    ["on its own address", () => sandbox.baseUrl],
    ["behind a path prefix", () => `${proxy.origin}/proxy/${sandbox.port}`],
  ];
  for (const [name, base] of bases) {
    it(`leads from Allow to the code, ${name}`, async () => {
      await page.goto(base() + authorizePath());
      assert.equal(await page.locator(".banner").innerText(), "This is the Local Sandbox, not Procore");
      assert.ok(await isStyled());
      assert.equal(await page.getByRole("radio").first().isChecked(), true);
      await page.getByLabel("Tomás Brännström").check();
      await page.getByRole("button", { name: "Allow" }).click();
      await page.waitForURL(/\/oauth\/authorize\/native\?code=/);
      assert.ok(page.url().startsWith(`${base()}/oauth/authorize/native?`));
      assert.equal(await page.locator("code#authorization_code").innerText(), issuedCode());
      assert.ok(await isStyled());
      assert.equal(sandbox.state().codes[0]?.userId, sandbox.control.users[1]?.id);
      assert.deepEqual(problems, []);
    });

    it(`leads from Deny to an error page, and issues nothing, ${name}`, async () => {
      await page.goto(base() + authorizePath());
      await page.getByRole("button", { name: "Deny" }).click();
      await page.getByRole("heading", { name: "An error has occurred" }).waitFor();
      assert.match(await page.locator("pre").innerText(), /denied the request/);
      assert.equal(issuedCode(), undefined);
      assert.ok(await isStyled());
      assert.deepEqual(problems, []);
    });
  }

  it("follows Allow to http://localhost, which its policy must let through", async () => {
    const reached = page.waitForRequest(/^http:\/\/localhost\/\?/);
    await page.goto(sandbox.baseUrl + authorizePath({ redirect_uri: "http://localhost", state: "s1" }));
    await page.getByRole("button", { name: "Allow" }).click();
    assert.equal((await reached).url(), `http://localhost/?code=${issuedCode() ?? ""}&state=s1`);
  });

  it("is worked by keyboard alone: user, Allow, Deny, in this order", async () => {
    await page.goto(sandbox.baseUrl + authorizePath());
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByLabel("Tomás Brännström").isChecked(), true);
    await page.keyboard.press("Tab");
    assert.equal(await page.locator("button:focus").innerText(), "Allow");
    await page.keyboard.press("Tab");
    assert.equal(await page.locator("button:focus").innerText(), "Deny");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/oauth\/authorize\/native\?code=/);
  });

  const encoded = encodeURIComponent(markup);
  const hostile: readonly [name: string, path: () => string][] = [
    ["client_id", () => authorizePath({ client_id: markup })],
    ["redirect_uri", () => authorizePath({ redirect_uri: markup })],
    ["response_type", () => authorizePath({ response_type: markup })],
    ["state", () => authorizePath({ state: markup })],
    ["state for http://localhost", () => authorizePath({ state: markup, redirect_uri: "http://localhost" })],
    ["a parameter nobody knows", () => authorizePath({ [markup]: markup })],
    ["code", () => `/oauth/authorize/native?code=${encoded}`],
    ["a company", () => `/${encoded}/company/home/list`],
    ["a project", () => `/${encoded}/project/home`],
    ["a project of a company", () => `/webclients/host/companies/${encoded}/projects/${encoded}/tools/projecthome`],
    ["a path", () => `/${encoded}`],
    ["a query of the first page", () => `/?${encoded}=${encoded}`],
  ];
  for (const [name, path] of hostile) {
    it(`runs no script with markup as ${name}`, async () => {
      const reply = await page.goto(sandbox.baseUrl + path());
      const headers = reply?.headers() ?? {};
      assert.match(
        headers["content-security-policy"] ?? "",
        /^default-src 'none'; style-src 'self'; form-action 'self'/,
      );
      assert.match(
        headers["content-security-policy"] ?? "",
        /frame-ancestors 'none'.*; sandbox allow-forms allow-same-origin$/,
      );
      assert.deepEqual(
        [headers["x-content-type-options"], headers["cache-control"], headers["referrer-policy"]],
        ["nosniff", "no-store", "no-referrer"],
      );
      assert.match(await page.title(), / – Local Sandbox$/);
      assert.equal(await page.locator("script, img, svg").count(), 0);
    });
  }

  it("runs no script with markup in the forms' fields", async () => {
    await page.goto(sandbox.baseUrl + authorizePath());
    await page.evaluate(
      `for (const input of document.querySelectorAll("#allow input")) input.value = ${JSON.stringify(markup)}`,
    );
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByRole("heading", { name: "An error has occurred" }).waitFor();
    assert.match(await page.title(), / – Local Sandbox$/);
    assert.equal(await page.locator("script, img, svg").count(), 0);
  });

  it("is not shown in another site's frame", async () => {
    const framed = sandbox.baseUrl + authorizePath();
    await page.goto(`${proxy.origin}/?${new URLSearchParams({ frame: framed }).toString()}`);
    assert.equal(page.frames().length, 2);
    assert.doesNotMatch((await page.frames()[1]?.content()) ?? "", /Allow this app/);
  });

  it("refuses another site's form", async () => {
    await context.route("http://other.test/", (route) => {
      const user = sandbox.control.users[0]?.id ?? "";
      const fields = `<input name="user" value="${user}"><input name="authenticity_token" value="guess">`;
      const body = `<form method="post" action="${sandbox.baseUrl}/oauth/authorize">${fields}<button>Go</button></form>`;
      return route.fulfill({ contentType: "text/html", body });
    });
    await page.goto("http://other.test/");
    const answer = page.waitForResponse(`${sandbox.baseUrl}/oauth/authorize`);
    await page.getByRole("button", { name: "Go" }).click();
    assert.equal((await answer).status(), 403);
    assert.equal(issuedCode(), undefined);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has enough contrast in the ${colorScheme} scheme`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.goto(sandbox.baseUrl + authorizePath());
      const weak: unknown = await page.evaluate(`(() => {
        const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
        const part = (value) => { const c = value / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
        const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        const ground = (element) => {
          const color = numbers(getComputedStyle(element).backgroundColor);
          return color.length === 4 && color[3] === 0 ? ground(element.parentElement) : color;
        };
        const ratio = (element) => {
          const [high, low] = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
          return (high + 0.05) / (low + 0.05);
        };
        return [...document.querySelectorAll("p, h1, legend, label span, small, button")].map((element) => [element.textContent, ratio(element)])
          .filter(([, value]) => value < 4.5);
      })()`);
      assert.deepEqual(weak, []);
    });
  }
});
