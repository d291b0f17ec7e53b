/** The scheme of the read-only reports that Diagnose Connection opens; the query tells what a report is about. */
export const reportScheme = "procore-report";
