import { plain } from "./plain.ts";

/**
 * Rows as tab-separated text for a spreadsheet, one line each. Cells are text and stay text: one that a spreadsheet
 * would run as a formula gets an apostrophe in front.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const toTabSeparated = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => cells.map((cell) => toCell(cell)).join("\t")).join("\n");

function toCell(text: string): string {
  const isFormula = /^\s*[=+\-@]|^\t/u.test(text);
  const cell = plain(text, 500);
  return isFormula || /^[=+\-@]/u.test(cell) ? `'${cell}` : cell;
}
