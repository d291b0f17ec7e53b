import * as l10n from "@vscode/l10n";

/**
 * The language that people read, as a tag of BCP 47 ("es"), for dates and numbers between the words. It stands in the
 * translation itself, so that both are of one language also where the editor's own has no translation here.
 */
export const displayLanguage = (): string =>
  l10n.t({ message: "en", comment: ["Not a word: the code of the language that this file is in, e.g. es"] });

/** A number in the display language: "3,580". */
export const inNumbers = (value: number): string => value.toLocaleString(displayLanguage());
