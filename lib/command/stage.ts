import type { SynthesizedStack } from "./app/synthesized";
import type { Stage } from "./judge/effects";

/** A stack as it was planned. */
export interface Planned {
  readonly stack: SynthesizedStack;
  /** Whether applying it would do anything; undefined: it can't be planned now. */
  readonly applies: boolean | undefined;
  /** Applying it leaves something for another plan. */
  readonly isPart: boolean;
  readonly digest: string;
}

/**
 * The stacks whose plans hold until they are applied: nothing that they depend on changes before. What depends on them, and
 * what can't be planned yet, comes later.
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
