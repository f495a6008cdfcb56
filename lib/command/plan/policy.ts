import { at, listOf, objectOf } from "./values";

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

/** What a policy names when it chooses: regions, members. */
export function namedBy(policy: unknown): string[] {
  const fixed = listOf(at(policy, "clusterNames")).map(String);
  const terms = termsOf(policy)
    .flatMap(requirements)
    .filter(({ operator }) => operator === "In")
    .flatMap(({ values }) => values);
  return [...new Set([...fixed, ...terms])];
}
