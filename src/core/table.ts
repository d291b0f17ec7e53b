import { plain } from "./plain.ts";

/**
 * Rows as tab-separated text for a spreadsheet, one line each. Cells are text and stay text: one that a spreadsheet
 * would run as a formula, or take for the start of a quoted text that swallows the cells behind it, gets an apostrophe in
 * front.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const toTabSeparated = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => cells.map((cell) => toCell(cell)).join("\t")).join("\n");

function toCell(text: string): string {
  const isSpecial = /^\s*[=+\-@"]|^\t/u.test(text);
  const cell = plain(text, 500);
  return isSpecial || /^[=+\-@"]/u.test(cell) ? `'${cell}` : cell;
}
