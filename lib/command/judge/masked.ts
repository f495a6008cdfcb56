import { isUnknown } from "../../fleet-model/unknown";
import type { Value } from "../../fleet-model/value";
import type { Resolved } from "../app/state";
import type { SynthesizedStack } from "../app/synthesized";
import { maskPair, type Secrets } from "../plan/mask";
import { objectTree } from "../plan/secret-places";
import { secretsIn } from "../plan/stack-secrets";

/** The placeholder for values known only after apply. */
export const AFTER_APPLY = "(known after apply)";

/** Objects for display: without secrets or unknown values. */
export class Masker {
  private readonly secrets: Secrets;
  private readonly done = new WeakMap<object, unknown>();

  constructor(stacks: readonly SynthesizedStack[], kept: Resolved["secrets"] = []) {
    this.secrets = secretsIn(...stacks);
    for (const { value, sensitive } of kept) {
      this.secrets.collect(value, sensitive);
    }
  }

  clean(object: Value): unknown {
    if (typeof object !== "object" || object === null) {
      return this.pair(object, object)[1];
    }
    if (!this.done.has(object)) {
      this.done.set(object, this.pair(object, object)[1]);
    }
    return this.done.get(object);
  }

  /** The same for a change: what is secret on either side is masked on both. */
  pair(before: Value, after: Value): readonly [before: unknown, after: unknown] {
    const [one, other] = [plain(before), plain(after)];
    const masked = maskPair(one, other, objectTree(one), objectTree(other));
    return [this.secrets.clean(masked[0]), this.secrets.clean(masked[1])];
  }

  /** Text about objects, which may quote them. */
  cleanWords<T>(value: T): T {
    return this.secrets.clean(value) as T;
  }
}

function plain(value: Value | undefined): unknown {
  if (isUnknown(value)) {
    return AFTER_APPLY;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, inner]) =>
          inner === undefined ? [] : [[key, plain(inner as Value)]],
        ),
      )
    : value;
}
