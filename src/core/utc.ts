/** "2026-01-05 09:00:00 UTC", from epoch ms: for whoever may be in another zone, such as Procore's support. */
export const utc = (at: number): string => `${new Date(at).toISOString().replace("T", " ").slice(0, 19)} UTC`;
