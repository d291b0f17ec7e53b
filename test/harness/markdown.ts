import path from "node:path/posix";

/** A link or a picture of a Markdown text that leads to a file beside it, or to a heading. */
interface Link {
  /** What stands in the text, from `[` or `!` to `)`. */
  readonly whole: string;
  readonly words: string;
  /** The file, from the same folder as the text's own name; the text's own for a bare `#heading`. */
  readonly target: string;
  /** `#heading`, or nothing. */
  readonly anchor: string;
}

const linkPattern = /!?\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)/gu;

/** @param file the text's own name, which may have folders, with `/` between them */
export function relativeLinks(file: string, text: string): readonly Link[] {
  return Array.from(text.matchAll(linkPattern), ([whole, words = "", address = "", anchor = ""]) => ({
    whole,
    words,
    address,
    target: address === "" ? file : path.join(path.dirname(file), address),
    anchor,
  })).filter(({ address }) => !/^[a-z]+:/u.test(address));
}

/** The anchors of a text's headings, as GitHub makes them, without `#`. */
export const anchorsOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/^#+ (.+)$/gmu), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/gu, "")
      .replaceAll(" ", "-"),
  );

/**
 * The links that lead nowhere.
 * @param textOf a file's text, undefined when there is no such file
 */
export async function deadLinks(
  files: readonly string[],
  textOf: (file: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const file of files) {
    for (const { whole, target, anchor } of relativeLinks(file, (await textOf(file)) ?? "")) {
      const text = await textOf(target);
      const isThere = text !== undefined && (anchor === "" || anchorsOf(text).includes(anchor.slice(1)));
      if (!isThere) dead.push(`${file}: ${whole}`);
    }
  }
  return dead;
}
