import { command, document, screen, step, type Target } from "./targets.ts";

/** A numbered step, a parameter or a sample of a guide, in our own short words. */
export interface Line {
  /** Its number within the section, as the guide counts, or a word for a parameter or sample. */
  readonly id: string;
  readonly asks: string;
  readonly where: readonly Target[];
  /** Where the guide is out of date. */
  readonly holds?: string;
}

export interface Section {
  readonly id: string;
  readonly heading: string;
  /** The ids of all its lines, counted in the guide itself: a line that is left out below is missed here. */
  readonly has: string;
  readonly lines: readonly Line[];
}

export interface Guide {
  readonly title: string;
  readonly about: string;
  readonly sections: readonly Section[];
}

const line = (id: string, asks: string, where: readonly Target[], holds?: string): Line => ({
  id,
  asks,
  where,
  ...(holds === undefined ? {} : { holds }),
});

const older = document("docs/guide.md#if-you-follow-an-older-guide");
const sent = command("showWhatWasSent");
const anyTool = [command("copyAccessToken"), command("openTerminal"), command("copyAsCurl")];

const recent: Guide = {
  title: "Making Your First Call, of February 2025 to March 2026",
  about: "Seven steps in the Developer Portal, the browser and Postman.",
  sections: [
    {
      id: "before",
      heading: "Before the first step",
      has: "1 2 3",
      lines: [
        line("1", "have a developer account", [step("account"), step("noAccount")]),
        line("2", "know OAuth 2.0 and redirect URIs", [step("redirectUri"), step("signIn"), sent]),
        line(
          "3",
          "have a tool such as Postman or curl",
          [command("exportPostmanCollection"), ...anyTool],
          "not needed",
        ),
      ],
    },
    {
      id: "1",
      heading: "Step 1: the app",
      has: "account 1 2 3 4",
      lines: [
        line("account", "sign up and confirm", [step("account")]),
        line("1", "log in to the Developer Portal", [step("app")]),
        line("2", "My Apps, Create New App", [step("app")]),
        line("3", "give it a name", [step("app")]),
        line("4", "Create App", [step("app")]),
      ],
    },
    {
      id: "2",
      heading: "Step 2: the component",
      has: "1 2 3 4 5",
      lines: [
        line("1", "open Data Connector Components", [step("version")]),
        line("2", "Add Components", [step("version")]),
        line("3", "User Level Authentication", [step("version")]),
        line("4", "Save Component", [step("version")]),
        line("5", "Create Version", [step("version")], "and copy the app version key that appears"),
      ],
    },
    {
      id: "3",
      heading: "Step 3: the redirect URI",
      has: "1 2 3 4",
      lines: [
        line("1", "open OAuth Credentials", [step("redirectUri")]),
        line("2", "the Redirect URI field of the sandbox", [step("redirectUri")]),
        line("3", "paste `urn:ietf:wg:oauth:2.0:oob`", [command("copyRedirectUri")], "not only for tests"),
        line("4", "Update", [step("redirectUri")]),
      ],
    },
    {
      id: "4",
      heading: "Step 4: the installation",
      has: "mail address testers 1 2 3 4 5 6 7",
      lines: [
        line("mail", "set the sandbox's password from the e-mail", [step("account")]),
        line("address", "find the sandbox's address", [step("install"), document("README.md#environments")]),
        line("testers", "add internal and external testers", [step("testers")]),
        line("1", "log in to the sandbox, choose the company", [step("install")]),
        line("2", "Company Tools, Admin", [step("install")]),
        line("3", "App Management", [step("install")]),
        line("4", "Install App, Install Custom App", [step("install"), screen("notInstalled")]),
        line(
          "5",
          "paste the app version key",
          [step("version"), step("install")],
          "no step of the guide says to copy it",
        ),
        line("6", "Install", [step("install")]),
        line("7", "Install again, to confirm", [step("install"), command("checkAgain")]),
      ],
    },
    {
      id: "5",
      heading: "Step 5: the code",
      has: "1 sample 2 login approve 3",
      lines: [
        line("1", "put the client ID into the address", [screen("clientId")]),
        line("sample", "the address: `/oauth/authorize` with three parameters", [command("signIn"), sent]),
        line("2", "open it in a browser", [command("signIn"), screen("code")]),
        line("login", "log in there if asked", [screen("errorPage")]),
        line("approve", "Approve", [step("signIn")], "the button is called Allow"),
        line("3", "copy the code", [screen("code"), command("enterAuthorizationCode")]),
      ],
    },
    {
      id: "6",
      heading: "Step 6: the token",
      has: "1 2 grant_type code client_id client_secret redirect_uri 3 sample",
      lines: [
        line("1", "POST to `/oauth/token/`", [sent, older], "no slash at the end"),
        line("2", "a body of form fields", [step("signIn"), sent, command("copyStepAsCurl")]),
        line("grant_type", "`authorization_code`", [step("signIn"), sent]),
        line("code", "the code of step 5", [screen("code"), sent]),
        line("client_id", "the app's client ID", [screen("clientId"), sent]),
        line("client_secret", "the app's client secret", [screen("clientSecret"), command("editCredentials"), sent]),
        line("redirect_uri", "the same redirect URI", [step("redirectUri"), sent]),
        line("3", "Send", [command("signIn")]),
        line(
          "sample",
          "the answer: access_token, token_type, expires_in, refresh_token, created_at",
          [sent, command("showSession"), command("copyAccessToken")],
          "tokens are JWTs now",
        ),
      ],
    },
    {
      id: "7.1",
      heading: "Step 7, first part: companies",
      has: "reference write 1 2 3",
      lines: [
        line("reference", "look up List Companies and List Projects", [step("companies")]),
        line("write", "create and change data with the token", anyTool, "this extension only reads"),
        line("1", "POST `/rest/v1.0/companies`", [step("companies"), screen("companies"), older], "it is GET"),
        line("2", "the header `Authorization: Bearer`", [sent, command("copyAsCurl")]),
        line("3", "copy the company's ID", [command("copyId")]),
      ],
    },
    {
      id: "7.2",
      heading: "Step 7, second part: projects",
      has: "1 2 Authorization Procore-Company-Id",
      lines: [
        line(
          "1",
          "POST, the companies' address again",
          [step("companies"), older],
          "it is GET `/rest/v1.1/projects?company_id=ID`",
        ),
        line("2", "two headers", [sent, command("copyAsCurl")]),
        line("Authorization", "`Bearer` and the access token", [sent, command("copyAsCurl")]),
        line("Procore-Company-Id", "the company's ID", [step("companies"), older], "and `company_id` as well"),
      ],
    },
  ],
};

const old: Guide = {
  title: "Making Your First Call, of before June 2021",
  about: "With curl, then with Postman; copies of it are all over the web.",
  sections: [
    {
      id: "before",
      heading: "Before you begin",
      has: "1 2 oauth https tools collection",
      lines: [
        line("1", "have a developer account", [step("account")]),
        line("2", "have an app", [step("app")]),
        line("oauth", "know OAuth 2.0", [step("signIn"), sent]),
        line("https", "only HTTPS", [document("docs/network.md#environments-of-your-own")]),
        line("tools", "curl and Postman, and where they are explained", anyTool, "not needed"),
        line("collection", "Procore's Postman collection for OAuth, with curl lines", [
          command("exportPostmanCollection"),
          command("copyStepAsCurl"),
          older,
        ]),
      ],
    },
    {
      id: "1",
      heading: "1. Authorization from the user",
      has: "sample base endpoint response_type client_id redirect_uri panel expiry",
      lines: [
        line("sample", "the address of `/oauth/authorize`", [command("signIn"), sent]),
        line(
          "base",
          "`login.procore.com/oauth` as the base of every call",
          [document("README.md#environments"), older],
          "only of sign-in",
        ),
        line("endpoint", "`/authorize`", [command("signIn"), sent]),
        line("response_type", "`code`", [command("signIn"), sent]),
        line("client_id", "the app's client ID", [screen("clientId"), sent]),
        line("redirect_uri", "`urn:ietf:wg:oauth:2.0:oob`", [command("copyRedirectUri"), sent]),
        line("panel", "the page that shows the code", [screen("code"), screen("errorPage")]),
        line("expiry", "a code is good for ten minutes", [screen("codeLife"), step("signIn")]),
      ],
    },
    {
      id: "2",
      heading: "2. The access token",
      has: "client_id client_secret code grant_type redirect_uri curl flags sample",
      lines: [
        line("client_id", "the app's client ID", [screen("clientId"), sent]),
        line("client_secret", "the app's client secret", [screen("clientSecret"), sent]),
        line("code", "the code", [screen("code"), sent]),
        line("grant_type", "`authorization_code`", [step("signIn"), sent]),
        line("redirect_uri", "the same redirect URI", [step("redirectUri"), sent]),
        line(
          "curl",
          "the curl line, to `api.procore.com/oauth/token`",
          [command("copyStepAsCurl"), older],
          "the login host",
        ),
        line("flags", "-F, backslashes and -X POST", [command("copyStepAsCurl"), command("copyAsCurl")]),
        line(
          "sample",
          "the answer, with `expires_in` 7200",
          [sent, command("showSession"), older],
          "5400 today; the session goes by what the answer says",
        ),
      ],
    },
    {
      id: "3",
      heading: "3. The first call",
      has: "curl token sample",
      lines: [
        line(
          "curl",
          "the curl line for `/rest/v1.0/me`, with a curly quote",
          [command("copyAsCurl"), sent],
          "a straight quote",
        ),
        line("token", "the authorization code in the header", [sent, older], "the access token"),
        line(
          "sample",
          "the answer: id, login, name",
          [command("showSession"), older],
          "name only with a company or project",
        ),
      ],
    },
    {
      id: "postman",
      heading: "With Postman",
      has: "install 1 environment method address inherit header send sample",
      lines: [
        line("install", "install Postman", [command("exportPostmanCollection"), older], "not needed"),
        line(
          "1",
          "configure OAuth 2.0 in Postman",
          [command("exportPostmanCollection"), older],
          "Procore's page is gone",
        ),
        line("environment", "sandbox or production", [screen("environments"), document("README.md#environments")]),
        line("method", "GET", [command("exportPostmanCollection"), command("copyAsCurl")]),
        line(
          "address",
          "`/rest/v1.0/projects?company_id=1234`",
          [step("companies"), command("copyId"), older],
          "v1.1 is newer",
        ),
        line("inherit", "Inherit auth from parent", [command("exportPostmanCollection"), command("copyAccessToken")]),
        line("header", "`Procore-Company-ID` as needed", [step("companies"), older], "always"),
        line("send", "Send", [command("refreshExplorer"), screen("companies")]),
        line(
          "sample",
          "the answer: one project with its fields",
          [screen("projectRow"), command("showDetails")],
          "a list of such projects",
        ),
      ],
    },
  ],
};

/** The two editions of Procore's guide that most copies on the web are of, as facts. */
export const guides: readonly Guide[] = [recent, old];
