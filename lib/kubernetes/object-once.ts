import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { TerraformStack } from "cdktf";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isPlainObject } from "./escape";
import { groupOf } from "./kubernetes-object";
import { manifestsIn } from "./manifests-in";

/** Checks that no other manifest in the stack creates the same objects: in the API, both would be one object. */
export function* checkOnce(manifests: readonly Manifest[]): Generator<Finding> {
  const [first] = manifests;
  if (!first) {
    return;
  }
  const others = new Map<string, Manifest>();
  for (const other of manifestsIn(TerraformStack.of(first))) {
    const identity = identityOf(other);
    if (identity !== undefined && !manifests.includes(other)) {
      others.set(identity, other);
    }
  }
  for (const manifest of manifests) {
    const other = others.get(identityOf(manifest) ?? "");
    if (other) {
      const { kind, metadata } = manifest.manifestInput as { kind: string; metadata: { name: string } };
      yield finding(
        "object-made-twice",
        `name: ${kind} "${metadata.name}" is also created at ${other.node.scope?.node.path}, and both would be the same object; rename or remove one of them.`,
      );
    }
  }
}

/** Identifies an object; undefined if known only to Terraform. */
function identityOf({ manifestInput, provider }: Manifest): string | undefined {
  const { apiVersion, kind, metadata } = isPlainObject(manifestInput) ? manifestInput : {};
  const { name, namespace = "" } = isPlainObject(metadata) ? metadata : {};
  const parts = [apiVersion, kind, name, namespace];
  return parts.every((part) => typeof part === "string" && isKnown(part))
    ? JSON.stringify([groupOf(apiVersion as string), kind, name, namespace, provider?.fqn])
    : undefined;
}
