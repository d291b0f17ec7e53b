/** The walkthrough's steps as package.json has them, in its order; `test/rules/walkthrough.test.ts` compares. */
export const walkthroughSteps = [
  "noAccount",
  "account",
  "app",
  "version",
  "redirectUri",
  "install",
  "signIn",
  "companies",
  "project",
  "testers",
  "serviceAccount",
] as const;

export type WalkthroughStep = (typeof walkthroughSteps)[number];
