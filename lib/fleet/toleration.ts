import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkKey, checkValue } from "../checks/values";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";

/** Lets members be chosen that have a taint, which keeps other placements off. */
export type Toleration =
  | {
      readonly key: string;
      readonly operator?: "Equal";
      /** @default "" */
      readonly value?: string;
      /** @default - every effect; the fleet knows this one only */
      readonly effect?: "NoSchedule";
    }
  | {
      /** @default - every taint */
      readonly key?: string;
      readonly operator: "Exists";
      /** @default - every effect; the fleet knows this one only */
      readonly effect?: "NoSchedule";
    };

/** What the hub tells one toleration from another by, as Terraform's `jsonencode` writes it; undefined where only Terraform knows. */
export function tolerationText(toleration: Toleration): string | undefined {
  const { key, operator = "Equal", effect } = toleration;
  const value = tolerated(toleration);
  const parts = [key || null, operator, value || null, effect ?? null];
  return parts.every((part) => part === null || isKnown(part)) ? JSON.stringify(parts) : undefined;
}

/** The `tolerations` of a policy. The hub's webhook leaves an empty value out of its answer. */
export function tolerationsSpec(tolerations: readonly Toleration[] = []) {
  return filled(
    tolerations.map((toleration) => {
      const { key, operator, effect } = toleration;
      const value = tolerated(toleration) || undefined;
      return omitUndefined({ key: key || undefined, operator, value, effect }) ?? {};
    }),
  );
}

function tolerated(toleration: Toleration): string | undefined {
  return "value" in toleration ? toleration.value : undefined;
}

/** Yields what the hub would refuse of tolerations. */
export function* checkTolerations(
  tolerations: readonly Toleration[] = [],
  field = "policy.tolerations",
): Generator<Finding> {
  if (tolerations.length > 100) {
    yield finding(
      "policy-tolerations-too-many",
      `${field}: has ${tolerations.length} tolerations, and a placement takes 100 at most; { operator: "Exists" } tolerates every taint.`,
    );
  }
  const known = new Set<string>();
  for (const [index, toleration] of tolerations.entries()) {
    const at = `${field}[${index}]`;
    yield* checkToleration(at, toleration);
    const { key, operator = "Equal", effect } = toleration;
    const identity = JSON.stringify([key, operator, tolerated(toleration) ?? "", effect]);
    if (known.has(identity)) {
      yield finding("policy-toleration-twice", `${at}: stands in the list twice; leave one of them out.`);
    }
    known.add(identity);
  }
}

function* checkToleration(at: string, toleration: Toleration): Generator<Finding> {
  const { key, operator } = toleration;
  const value = tolerated(toleration);
  if (operator === "Exists") {
    if (key) {
      yield* checkKey(`${at}.key`, key, "taint");
    }
    if (value) {
      yield finding(
        "policy-toleration-exists-value",
        `${at}.value: "Exists" tolerates every value; leave "${value}" out, or write the operator "Equal".`,
      );
    }
  } else {
    if (!key) {
      yield finding(
        "policy-toleration-key",
        `${at}.key: "Equal" compares the value of one taint; name its key, or write the operator "Exists".`,
      );
    } else {
      yield* checkKey(`${at}.key`, key, "taint");
    }
    yield* checkValue(`${at}.value`, value, "taint");
  }
}
