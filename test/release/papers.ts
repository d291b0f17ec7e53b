// Writes what goes with the bundles of the last build: the notices of others' code, and the bill of materials.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "../harness/paths.ts";
import { bundledPackages } from "./bundledPackages.ts";
import { thirdPartyNotices } from "./notices.ts";
import { billOfMaterials } from "./sbom.ts";

const packages = await bundledPackages();
const dist = path.join(repositoryFolder, "dist");
await writeFile(path.join(dist, "third-party-notices.txt"), thirdPartyNotices(packages));
await writeFile(path.join(dist, "sbom.cdx.json"), await billOfMaterials(packages));
