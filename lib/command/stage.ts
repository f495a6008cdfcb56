import type { SynthesizedStack } from "./app/synthesized";
import type { Stage } from "./judge/effects";

/** A planned stack. */
export interface Planned {
  readonly stack: SynthesizedStack;
  /** Whether applying it would change anything; undefined: it can't be planned yet. */
  readonly applies: boolean | undefined;
  /** Applying it leaves changes for another plan. */
  readonly isPart: boolean;
  readonly digest: string;
}

/**
 * The stacks whose plans stay valid until they are applied: nothing they depend on changes first. What depends on them, or
 * can't be planned yet, comes later.
 */
export function stageOf(planned: readonly Planned[]): Stage {
  const changing = new Set<string>();
  const approve: { stack: string; digest: string }[] = [];
  const later: string[] = [];
  // Dependencies come first.
  for (const { stack, applies, isPart, digest } of planned) {
    const { name, dependencies } = stack;
    const holds = applies !== undefined && !dependencies.some((one) => changing.has(one));
    if (applies && holds) approve.push({ stack: name, digest });
    if (!holds || isPart) later.push(name);
    if (!holds || applies) changing.add(name);
  }
  return { approve, later };
}
