import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** The scheme of folders that are on no disk; as `vscode-vfs` is that of GitHub Repositories. */
export const fileSystemScheme = "made-up";

const manifest = {
  name: "made-up-files",
  publisher: "somebody-else",
  version: "1.0.0",
  engines: { vscode: "^1.105.0" },
  main: "./extension.js",
  activationEvents: [`onFileSystem:${fileSystemScheme}`],
  capabilities: { virtualWorkspaces: true, untrustedWorkspaces: { supported: true } },
};

const source = (files: Readonly<Record<string, string>>): string => `
const vscode = require("vscode");
const files = new Map(Object.entries(${JSON.stringify(files)}));
const isFolder = (place) => place === "/" || [...files.keys()].some((name) => name.startsWith(place + "/"));
const missing = (uri) => { throw vscode.FileSystemError.FileNotFound(uri); };
const provider = {
  onDidChangeFile: new vscode.EventEmitter().event,
  watch: () => new vscode.Disposable(() => undefined),
  stat(uri) {
    const text = files.get(uri.path);
    if (text !== undefined) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: text.length };
    return isFolder(uri.path) ? { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 } : missing(uri);
  },
  readDirectory(uri) {
    const start = uri.path === "/" ? "/" : uri.path + "/";
    const below = [...files.keys()].filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
    return below.map((name) => name.includes("/")
      ? [name.split("/")[0], vscode.FileType.Directory]
      : [name, vscode.FileType.File]);
  },
  readFile: (uri) => new TextEncoder().encode(files.get(uri.path) ?? missing(uri)),
  writeFile: () => undefined,
  createDirectory: () => undefined,
  delete: () => undefined,
  rename: () => undefined,
};
exports.activate = ({ subscriptions }) => {
  subscriptions.push(vscode.workspace.registerFileSystemProvider(${JSON.stringify(fileSystemScheme)}, provider));
};
`;

/** Writes an extension of somebody else's that has these files below `made-up:/`, and nowhere else. */
export async function writeFileSystem(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  const place = path.join(folder, "made-up-files");
  await mkdir(place, { recursive: true });
  await writeFile(path.join(place, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(place, "extension.js"), source(files));
  return place;
}
