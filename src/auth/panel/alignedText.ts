import * as l10n from "@vscode/l10n";

/** A part of a text: a heading, and under it what is told, each with its label. */
export interface TextBlock {
  readonly heading: string;
  readonly lines: readonly (readonly [label: string, value: string])[];
}

const widthCharacters = 110;
const indent = "  ";

/** Blocks as plain text: values stand in one column, long ones go on below themselves. */
export function alignedText(blocks: readonly TextBlock[]): string {
  const labels = blocks.flatMap(({ lines }) => lines.map(([label]) => l10n.t("{0}:", label).length));
  const column = indent.length + Math.max(...labels) + 1;
  const lineOf = ([label, value]: readonly [string, string]): string =>
    `${indent}${l10n.t("{0}:", label)}`.padEnd(column + 1) +
    wrap(value, widthCharacters - column).join(`\n${" ".repeat(column + 1)}`);
  return `${blocks.map(({ heading, lines }) => [heading, ...lines.map(lineOf)].join("\n")).join("\n\n")}\n`;
}

/** Lines of at most `width` characters, broken at blanks only: an ID or a host stays in one piece. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
