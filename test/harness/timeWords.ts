/** How the end of a session reads, as a part of a regular expression: past midnight it has its day. */
export const timeWords = String.raw`(?:[A-Z][a-z]{2} \d{1,2}, \d{4} )?\d\d:\d\d`;
