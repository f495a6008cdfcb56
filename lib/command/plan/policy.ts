import type { Policy } from "../../fleet-model/policy";
import { Unknown } from "../../fleet-model/unknown";
import type { Value } from "../../fleet-model/value";
import { at, isObject, listOf, objectOf } from "./values";

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** The terms by which a placement's policy chooses members. */
export function termsOf(policy: unknown): unknown[] {
  return listOf(
    at(
      policy,
      "affinity",
      "clusterAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "clusterSelectorTerms",
    ),
  );
}

export function requirements(term: unknown): Requirement[] {
  const selector = at(term, "labelSelector");
  return [
    ...Object.entries(objectOf(at(selector, "matchLabels"))).map(([key, value]) => ({
      key,
      operator: "In",
      values: [String(value)],
    })),
    ...listOf(at(selector, "matchExpressions")).map((one) => ({
      key: String(at(one, "key")),
      operator: String(at(one, "operator")),
      values: listOf(at(one, "values")).map(String),
    })),
  ];
}

/** What a policy names: regions, members. */
export function namedBy(policy: unknown): string[] {
  const fixed = listOf(at(policy, "clusterNames")).map(String);
  const terms = termsOf(policy)
    .flatMap(requirements)
    .filter(({ operator }) => operator === "In")
    .flatMap(({ values }) => values);
  return [...new Set([...fixed, ...terms])];
}

/** The shape of a policy: a string, a number, a list of one kind, or fields. */
type Shape = "text" | "number" | readonly [Shape] | { readonly [key: string]: Shape };

const LABELS: Shape = {
  matchLabels: {},
  matchExpressions: [{ key: "text", operator: "text", values: ["text"] }],
};
const SORTER: Shape = { name: "text", sortOrder: "text" };

const POLICY: Shape = {
  placementType: "text",
  clusterNames: ["text"],
  numberOfClusters: "number",
  affinity: {
    clusterAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        clusterSelectorTerms: [
          {
            labelSelector: LABELS,
            propertySelector: { matchExpressions: [{ name: "text", operator: "text", values: ["text"] }] },
          },
        ],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: "number", preference: { labelSelector: LABELS, propertySorter: SORTER } },
      ],
    },
  },
  topologySpreadConstraints: [{ maxSkew: "number", topologyKey: "text", whenUnsatisfiable: "text" }],
  tolerations: [{ key: "text", operator: "text", value: "text", effect: "text" }],
};

/** A policy as the API would accept it: values of the wrong type are left out. */
export function soundPolicy(policy: Value | undefined): Policy {
  return sound(policy, POLICY) as Policy;
}

function sound(value: unknown, shape: Shape): unknown {
  if (value instanceof Unknown) return value;
  if (shape === "number") return typeof value === "number" ? value : undefined;
  if (shape === "text") {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
  }
  if (Array.isArray(shape)) {
    const items = Array.isArray(value) ? value.map((one) => sound(one, shape[0])) : undefined;
    return items?.filter((one) => one !== undefined);
  }
  if (!isObject(value)) return undefined;
  const fields = shape as Record<string, Shape>;
  const isMap = Object.keys(fields).length === 0;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const kept = isMap ? sound(inner, "text") : fields[key] && sound(inner, fields[key]);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}
