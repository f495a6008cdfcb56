import type { Block, SynthesizedStack } from "../app/synthesized";
import { Secrets } from "./mask";
import { merged, namedTree, objectSecrets, objectTree, secretFields } from "./secret-places";
import { at, isObject, objectOf } from "./values";

/** The secrets that synthesized stacks hold in plain text. */
export function secretsIn(...stacks: readonly (SynthesizedStack | undefined)[]): Secrets {
  const secrets = new Secrets();
  for (const { json } of stacks.flatMap((stack) => stack ?? [])) {
    for (const [type, instances] of Object.entries(objectOf(json.resource))) {
      for (const block of Object.values(objectOf(instances))) {
        if (!isObject(block)) continue;
        secrets.collect(literals(block), sensitivity(type, block));
        for (const text of objectSecrets(literals(block))) secrets.collect(text, true);
      }
    }
    for (const variable of Object.values(objectOf(json.variable))) {
      if (at(variable, "sensitive") === true) secrets.collect(literals(at(variable, "default")), true);
    }
  }
  return secrets;
}

/** Secret by name or kind: before there is a plan, nothing else says so. */
export function sensitivity(type: string, block: Block | undefined): unknown {
  if (type.startsWith("kubernetes_secret")) return secretFields(block);
  return type === "kubernetes_manifest" ? objectTree(block) : merged(objectTree(block), namedTree(block));
}

/** Expressions aren't secrets: their values are unknown here. */
function literals(value: unknown): unknown {
  if (typeof value === "string") return value.includes("${") ? undefined : value;
  if (Array.isArray(value)) return value.map(literals);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literals(inner)]));
}
