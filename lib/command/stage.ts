import type { SynthesizedStack } from "./app/synthesized";
import type { Stage } from "./judge/effects";
import { objectOf } from "./plan/values";

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
 * The stacks whose plans hold: what they read of others does not change before they are applied. Of a stack that only comes
 * after another, and reads nothing of it, the plan holds, too; it is planned again all the same, since what it finds in the
 * cluster may be different then.
 */
export function stageOf(planned: readonly Planned[]): Stage {
  const changing = new Set<string>();
  const approve: { stack: string; digest: string }[] = [];
  const later: string[] = [];
  // Dependencies come first.
  for (const { stack, applies, isPart, digest } of planned) {
    const { name, dependencies } = stack;
    const holds = applies !== undefined && !readBy(stack).some((one) => changing.has(one));
    const again = !holds || isPart || dependencies.some((one) => changing.has(one));
    if (applies && holds) approve.push({ stack: name, digest });
    if (again) later.push(name);
    if (applies || again) changing.add(name);
  }
  return { approve, later };
}

const CROSS_STACK = "cross-stack-reference-input-";

/** The stacks whose outputs a stack reads. From where an own terraform_remote_state reads isn't known: it may be any. */
export function readBy({ json, dependencies }: SynthesizedStack): readonly string[] {
  const states = Object.keys(objectOf(json.data?.terraform_remote_state));
  return states.every((id) => id.startsWith(CROSS_STACK))
    ? dependencies.filter((name) => states.includes(`${CROSS_STACK}${name}`))
    : dependencies;
}
