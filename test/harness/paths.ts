import path from "node:path";

/** The checkout: the folder of package.json. */
export const repositoryFolder = path.resolve(import.meta.dirname, "../..");

/** Where everything is kept that tests and `npm start` set up by themselves; git ignores it, deleting it is safe. */
export const cacheFolder = path.join(repositoryFolder, ".vscode-test");
