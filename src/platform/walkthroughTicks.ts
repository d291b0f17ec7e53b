import type { ContextKeys } from "./contextKeys.ts";
import type { WalkthroughStep } from "./walkthroughSteps.ts";

/** The context keys that tick the walkthrough's steps. */
export type WalkthroughKey = "procore.signedInAs" | "procore.companyExpanded" | "procore.projectOpened";

type Fact = { readonly [K in WalkthroughKey]: `${K} == ${ContextKeys[K]}` }[WalkthroughKey];

/** What each fact proves; the completion events in package.json say the same (`test/rules/walkthrough.test.ts`). */
export const stepsProvedBy: { readonly [F in Fact]?: readonly WalkthroughStep[] } = {
  "procore.signedInAs == person": ["account", "app", "redirectUri", "signIn"],
  "procore.signedInAs == serviceAccount": ["account", "app", "signIn", "serviceAccount"],
  "procore.signedInAs == localPerson": ["noAccount"],
  "procore.signedInAs == localServiceAccount": ["noAccount", "serviceAccount"],
  "procore.companyExpanded == procore": ["version", "install", "companies"],
  "procore.companyExpanded == local": ["companies"],
  "procore.projectOpened == true": ["project"],
};

export interface TicksDependencies {
  /** Ticks a step in the editor; fails where the editor does not know the step yet. */
  readonly mark: (step: WalkthroughStep) => Promise<unknown>;
  /** Of all windows. */
  readonly memory: {
    get(key: string): unknown;
    update(key: string, value: readonly string[]): PromiseLike<void>;
  };
}

/** Ticks what a value of a context key proves. */
export type Ticks = <K extends WalkthroughKey>(key: K, value: ContextKeys[K]) => Promise<void>;

const memoryKey = "procore.walkthroughTicked";

/**
 * Ticks steps also of a walkthrough that nobody has opened. The editor reads the completion events of a walkthrough when
 * a window first opens one: what is true by then ticks nothing, and ticks nothing later on in that window
 * (registerDoneListeners, gettingStartedService.ts). Each step is ticked once: who takes a tick away is not contradicted.
 */
export function createTicks({ mark, memory }: TicksDependencies): Ticks {
  const ticked = (): readonly unknown[] => {
    const stored = memory.get(memoryKey);
    return Array.isArray(stored) ? stored : [];
  };
  const isMarked = async (step: WalkthroughStep): Promise<boolean> => {
    try {
      await mark(step);
      return true;
    } catch {
      return false;
    }
  };
  const tick = async (step: WalkthroughStep): Promise<void> => {
    // Before it has read the walkthrough, the editor keeps the tick and fails all the same (progressStep, in the same
    // file); a tick that it has, it takes without a word. Where it fails again, the next sight is the next attempt.
    if (ticked().includes(step) || !((await isMarked(step)) || (await isMarked(step)))) return;
    const known = ticked().filter((id) => typeof id === "string");
    await memory.update(memoryKey, [...new Set([...known, step])]);
  };
  const proofs: Readonly<Record<string, readonly WalkthroughStep[] | undefined>> = stepsProvedBy;
  return async (key, value) => {
    for (const step of proofs[`${key} == ${value}`] ?? []) await tick(step);
  };
}
