/** The entry of `dist/signIn.js`: the dialogue is loaded when somebody signs in for the first time. */
export { editCredentials } from "./editCredentials.ts";
export { SignIn, type SignInDependencies } from "./signIn.ts";
