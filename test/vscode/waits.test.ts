import assert from "node:assert/strict";
import type { ExtensionWindow } from "../fakes/extensionWindow.ts";
import { signIn, signInAsService, type Site } from "../fakes/site.ts";
import { until } from "../harness/until.ts";
import { eachInAWindow } from "./eachInAWindow.ts";

let window: ExtensionWindow;
let site: Site;

/** Begins and ends in each suite of this file. */
const inAWindow = (): void => eachInAWindow((opened) => ({ window, site } = opened));

describe("what a progress waits for", () => {
  inAWindow();

  const me = "/rest/v1.0/me";
  const companies = "/rest/v1.0/companies";
  const cases: readonly {
    readonly name: string;
    /** Where the limit is met. */
    readonly path: string;
    readonly title: RegExp;
    readonly before?: () => Promise<unknown>;
    readonly act: () => Promise<unknown>;
  }[] = [
    {
      name: "Sign In",
      path: me,
      title: /^Signed in\. Asking Procore who you are$/u,
      act: () => signIn(window, site),
    },
    {
      name: "the sign-in of a service account",
      path: me,
      title: /^Asking Procore about company \d+$/u,
      act: () => signInAsService(window, site, { company: 0 }),
    },
    {
      name: "Show Details",
      path: companies,
      title: /^Reading Ironbridge & Vale Builders$/u,
      before: () => signIn(window, site),
      async act() {
        const [company] = await window.rows();
        limit(companies);
        await window.run("procore.showDetails", company?.node);
      },
    },
    {
      name: "Open in Procore",
      path: "/rest/v1.0/company_base_url",
      title: /^Asking Procore where this company opens$/u,
      before: () => signIn(window, site),
      async act() {
        const [company] = await window.rows();
        await window.run("procore.openInProcore", company?.node);
      },
    },
    {
      name: "Open Signed-in Terminal",
      path: companies,
      title: /^Asking Procore for your companies$/u,
      before: () => signIn(window, site),
      async act() {
        await window.rows();
        limit(companies);
        const done = window.run("procore.openTerminal");
        (await window.person.pick("Which company should PROCORE_COMPANY_ID be?")).choose("Ironbridge & Vale Builders");
        await done;
      },
    },
  ];

  function limit(path: string): void {
    const fault = { kind: "reply", status: 429, headers: { "Retry-After": "8" } } as const;
    site.sandbox.control.inject({ path, fault });
  }

  for (const { name, path, title, before, act } of cases) {
    it(`is told: ${name}`, async () => {
      await before?.();
      const { notices } = window.person;
      if (path !== companies) limit(path);
      const acted = act();
      await until(
        "the progress says what it waits for",
        async () => notices.slice(notices.findLastIndex((text) => title.test(text))),
        ([first = "", ...more]) =>
          title.test(first) && more.some((text) => /^Waiting [1-9] s for Procore's rate limit$/u.test(text)),
      );
      window.controls.advanceClock(20_000);
      await acted;
      assert.deepEqual(window.person.messages, []);
    });
  }
});

describe("the log, of failures that a box or a list tells", () => {
  inAWindow();

  const logged = (): string => window.logLines.join("\n");
  const support = /Request ID: [^,]+, Time: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/u;

  function assertLogged(line: RegExp): void {
    const found = line.exec(logged());
    assert.ok(found !== null, logged());
    assert.match(found[0], support);
    assert.ok(!/not-the-secret/u.test(logged()));
  }

  it("has keys that were refused when both were pasted together", async () => {
    const done = window.run("procore.signIn");
    (await window.person.pick("Sign in to Procore")).choose(site.label);
    const { clientId } = site.sandbox;
    const pasted = JSON.stringify({ client_id: clientId, client_secret: "not-the-secret-of-this-app" });
    await (await window.person.box("Client ID")).enter(pasted);
    (await window.person.box("Client secret")).escape();
    await done;
    assertLogged(/Could not try client ID and secret\ncredentialsRejected: .*/u);
  });

  it("has keys that Edit App Credentials could not try", async () => {
    await signIn(window, site);
    const done = window.run("procore.editCredentials");
    await (await window.person.box("Client ID")).enter(site.sandbox.clientId);
    const box = await window.person.box("Client secret");
    await box.enter("not-the-secret-of-this-app");
    assert.match(box.message, /does not accept this client ID and secret/u);
    box.escape();
    await done;
    assertLogged(/Could not try client ID and secret\ncredentialsRejected: .*/u);
  });

  it("has the company that does not know a service account", async () => {
    const { clientId, clientSecret } = site.sandbox.serviceAccount;
    const done = window.run("procore.signIn", { choose: "service-account" });
    (await window.person.pick("Which environment is the service account in?")).choose(site.label);
    await (await window.person.box("Company ID")).enter("7");
    await (await window.person.box("Client ID")).enter(clientId);
    await (await window.person.box("Client secret")).enter(clientSecret);
    (await window.person.box("Company ID")).escape();
    await done;
    assertLogged(/Could not find a service account in its company\nhttp: .* answered 404.*/u);
  });

  it("has why a terminal could not list the companies", async () => {
    await signIn(window, site);
    await window.rows();
    const fault = { kind: "reply", status: 403, headers: { "x-request-id": "r-403" } } as const;
    site.sandbox.control.inject({ path: "/rest/v1.0/companies", fault });
    const done = window.run("procore.openTerminal");
    const pick = await window.person.pick("The companies could not be listed.");
    pick.choose("Without a company");
    await done;
    assertLogged(/Could not list companies to choose one\nhttp: .* answered 403.*/u);
  });
});
