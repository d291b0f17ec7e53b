/**
 * What a reply told about Procore's limits: the headers describe whichever window (hour or ten seconds) is nearer.
 * @see procore/documentation plan_your_app/rate_limiting.md
 */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch ms, server's time. */
  readonly resetAt: number;
}
