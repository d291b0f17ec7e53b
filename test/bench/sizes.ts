import { stat } from "node:fs/promises";
import path from "node:path";
import { repositoryFolder } from "../harness/paths.ts";
import type { Measurement } from "./table.ts";

const kilobyte = 1_024;

/** What is loaded at activation, what follows later, and what is downloaded, as `npm run package` made them. */
export async function measureSizes(): Promise<readonly Measurement[]> {
  const size = async (file: string): Promise<number> =>
    (await stat(path.join(repositoryFolder, "dist", file))).size / kilobyte;
  return [
    {
      what: "JavaScript loaded at activation",
      value: await size("extension.js"),
      bar: 100,
      unit: "KB",
      note: "dist/extension.js, minified",
    },
    {
      what: "whole VSIX",
      value: await size("procore-explorer.vsix"),
      bar: 1.5 * kilobyte,
      unit: "KB",
      note: "dist/procore-explorer.vsix",
    },
  ];
}
