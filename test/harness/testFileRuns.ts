/** What a test file of a window prints in its extension host when the window may be used. */
export const testFileRuns = "The test file of this window runs";
