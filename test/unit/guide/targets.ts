import type { WalkthroughStep } from "../../../src/platform/walkthroughSteps.ts";

/**
 * A place on the screen that is neither a command nor a step: words in the source that only this place shows. In code
 * they begin a message.
 */
interface Screen {
  readonly name: string;
  readonly file: string;
  readonly words: string;
}

export const screens = {
  environments: {
    name: "Sign In: the list of environments",
    file: "src/auth/signIn/environmentStep.ts",
    words: "Which environment do you want to sign in to?",
  },
  clientId: {
    name: "Sign In: the box for the client ID",
    file: "src/auth/signIn/credentialSteps.ts",
    words: "Client ID of your app for {0}.",
  },
  clientSecret: {
    name: "Sign In: the box for the client secret",
    file: "src/auth/signIn/credentialSteps.ts",
    words: "Client secret of your app for {0}.",
  },
  code: { name: "Sign In: the box for the code", file: "src/auth/signIn/codeStep.ts", words: "Authorization code" },
  errorPage: {
    name: "Sign In: I see an error page",
    file: "src/auth/signIn/codeButtons.ts",
    words: "I see an error page",
  },
  codeLife: {
    name: "Sign In: the box for the code",
    file: "src/auth/signIn/codeStep.ts",
    words: "Choose Allow in the browser, then paste the code that Procore shows. A code is good for ten minutes",
  },
  companies: { name: "the Companies view", file: "package.nls.json", words: '"view.explorer": "Companies"' },
  projectRow: { name: "a project's row", file: "src/explorer/rows.ts", words: "Project number" },
  notInstalled: {
    name: 'the row "App not installed in this company"',
    file: "src/explorer/failureRows.ts",
    words: "App not installed in this company",
  },
} as const satisfies Readonly<Record<string, Screen>>;

/** Where a line of a guide is taken care of: exactly one of these. */
export type Target =
  | { readonly step: WalkthroughStep }
  | { readonly command: string }
  /** A heading of a document, as `README.md#heading`. */
  | { readonly document: string }
  | { readonly screen: keyof typeof screens };

export const step = (id: WalkthroughStep): Target => ({ step: id });
export const command = (id: string): Target => ({ command: `procore.${id}` });
export const document = (place: string): Target => ({ document: place });
export const screen = (id: keyof typeof screens): Target => ({ screen: id });
