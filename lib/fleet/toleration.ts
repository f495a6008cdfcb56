import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkKey, checkValue } from "../checks/values";
import { filled, omitUndefined } from "../kubernetes/omit-undefined";

/** Allows members with a taint to be selected. */
export type Toleration =
  | {
      readonly key: string;
      readonly operator?: "Equal";
      /** @default "" */
      readonly value?: string;
      /** @default - every effect; the fleet only has this one */
      readonly effect?: "NoSchedule";
    }
  | {
      /** @default - every taint */
      readonly key?: string;
      readonly operator: "Exists";
      /** @default - every effect; the fleet only has this one */
      readonly effect?: "NoSchedule";
    };

/** The identity of a toleration for the hub, as Terraform's `jsonencode` writes it; undefined if it contains a token. */
export function tolerationText(toleration: Toleration): string | undefined {
  const { key, operator = "Equal", effect } = toleration;
  const value = tolerated(toleration);
  const parts = [key || null, operator, value || null, effect ?? null];
  return parts.every((part) => part === null || isKnown(part)) ? JSON.stringify(parts) : undefined;
}

/** The `tolerations` of a policy. The hub doesn't return empty values. */
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

/** Checks tolerations by the hub's rules. */
export function* checkTolerations(
  tolerations: readonly Toleration[] = [],
  field = "policy.tolerations",
): Generator<Finding> {
  if (tolerations.length > 100) {
    yield finding(
      "policy-tolerations-too-many",
      `${field}: has ${tolerations.length} tolerations, but a placement allows at most 100; { operator: "Exists" } tolerates every taint.`,
    );
  }
  const known = new Set<string>();
  for (const [index, toleration] of tolerations.entries()) {
    const at = `${field}[${index}]`;
    yield* checkToleration(at, toleration);
    const { key, operator = "Equal", effect } = toleration;
    const identity = JSON.stringify([key, operator, tolerated(toleration) ?? "", effect]);
    if (known.has(identity)) {
      yield finding("policy-toleration-twice", `${at}: is in the list twice; remove one.`);
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
        `${at}.value: "Exists" tolerates every value; remove "${value}", or use the operator "Equal".`,
      );
    }
  } else {
    if (!key) {
      yield finding(
        "policy-toleration-key",
        `${at}.key: "Equal" compares the value of one taint; set its key, or use the operator "Exists".`,
      );
    } else {
      yield* checkKey(`${at}.key`, key, "taint");
    }
    yield* checkValue(`${at}.value`, value, "taint");
  }
}
