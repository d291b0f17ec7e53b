import type { Subscription } from "../core/events.ts";

/** What a client gets instead of the sandbox's own answer. */
export type Fault =
  /** Status, headers and body just as given; nothing is added but what HTTP needs. */
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut with a TCP reset. */
  | { readonly kind: "reset" }
  /** Nothing comes, until the client gives up or the sandbox closes. */
  | { readonly kind: "hang" }
  /** The sandbox acts, and its own answer goes out as `change` gives it back: later, shortened, … */
  | { readonly kind: "changed"; readonly change: (answer: Response) => Promise<Response> };

export interface FaultRule {
  /** The whole path, without query; or a pattern that finds it. */
  readonly path: string | RegExp;
  readonly method?: string;
  /** How many matching requests; default 1. */
  readonly times?: number;
  /** Whether the sandbox does what the request asks first, and only its answer is lost; default `before`, unless `changed`. */
  readonly when?: "before" | "after";
  readonly fault: Fault;
}

/** Rules in the order they were made; the first that matches is used, and used up. */
export interface Faults {
  inject(rule: FaultRule): Subscription;
  take(method: string, path: string): FaultRule | undefined;
}

function matches(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  // A search from the start each time, whatever flags the pattern has.
  return typeof rule.path === "string" ? rule.path === path : path.search(rule.path) >= 0;
}

export function createFaults(): Faults {
  const rules = new Set<{ readonly rule: FaultRule; left: number }>();
  return {
    inject(rule) {
      const entry = { rule, left: rule.times ?? 1 };
      rules.add(entry);
      return { dispose: () => void rules.delete(entry) };
    },
    take(method, path) {
      for (const entry of rules) {
        if (!matches(entry.rule, method, path)) continue;
        entry.left--;
        if (entry.left <= 0) rules.delete(entry);
        return entry.rule;
      }
      return undefined;
    },
  };
}
