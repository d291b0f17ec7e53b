/** Whether a text is the one that is looked for. */
export const isNamed = (text: string, expected: string | RegExp): boolean =>
  typeof expected === "string" ? text === expected : expected.test(text);

/** The accessible name of a button: its title, and its keys in brackets where it has some. */
export const buttonName = (title: string): RegExp =>
  new RegExp(`^${title.replaceAll(/[\\^$.*+?()[\]{}|]/gu, "\\$&")}( \\(.*\\))?$`, "u");
