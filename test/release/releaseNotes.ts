// `node test/release/releaseNotes.ts v1.2.3`: prints what the changelog says of the version that the tag names.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { releaseNotes } from "./changelogSection.ts";

const root = path.resolve(import.meta.dirname, "../..");
const [manifest, changelog] = await Promise.all([
  readFile(path.join(root, "package.json"), "utf8"),
  readFile(path.join(root, "CHANGELOG.md"), "utf8"),
]);
console.log(releaseNotes(process.argv[2] ?? "", manifest, changelog));
