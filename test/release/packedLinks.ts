import path from "node:path/posix";
import JSZip from "jszip";
import { relativeLinks } from "../harness/markdown.ts";

/** vsce makes README.md small and gives LICENSE an ending. */
const likeness = (name: string): string => name.toLowerCase().replace(/(?<=\/licen[sc]e)\.txt$/u, "");

/**
 * A page of the repository as it is in the package: a link leads to the file by the name that it has there, and of a
 * link to a file that is not packed only the words are left.
 * @param packed the names of all files in the package
 */
export function packedPage(file: string, text: string, packed: readonly string[]): string {
  return relativeLinks(file, text).reduce((page, { whole, words, target, anchor }) => {
    const found = packed.find((name) => likeness(name) === likeness(target));
    if (found === undefined) return page.replace(whole, () => words);
    const address = found === file ? "" : path.relative(path.dirname(file), found);
    return page.replace(whole, () => `${whole.slice(0, whole.indexOf("]("))}](${address}${anchor})`);
  }, text);
}

/** The package, with links in its pages that work inside it. */
export async function mendLinks(vsix: Uint8Array): Promise<Uint8Array> {
  const zip = await JSZip.loadAsync(vsix);
  const packed = Object.keys(zip.files);
  for (const file of packed.filter((name) => name.endsWith(".md"))) {
    const text = await zip.file(file)?.async("text");
    if (text !== undefined) zip.file(file, packedPage(file, text, packed));
  }
  return zip.generateAsync({ type: "uint8array" });
}
