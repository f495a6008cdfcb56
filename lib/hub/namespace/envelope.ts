import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding, within } from "../../checks/finding";
import { checkNameOnce, checkObjectName } from "../../checks/names";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import {
  groupOf,
  inNamespace,
  isBuiltIn,
  type KubernetesObject,
  keyOf,
} from "../../kubernetes/kubernetes-object";
import { normalizeManifest } from "../../kubernetes/normalize";
import { isClusterScoped } from "../../kubernetes/scope";

/** What envelopes of both kinds have. */
export interface EnvelopeOptions {
  /** 1 to 253 lower-case letters, digits, hyphens and periods. */
  readonly name: string;
  /** 1 to 50 objects, as `kubectl apply` would take them. */
  readonly objects: readonly KubernetesObject[];
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

type Envelope = EnvelopeOptions & {
  readonly kind: "ClusterResourceEnvelope" | "ResourceEnvelope";
  readonly namespace?: string;
};

const MARK = Symbol.for("cdktf-aks-fleet/Envelope");

type EnvelopeConstruct = IConstruct & { readonly [MARK]: Envelope; readonly name: string };

/** Makes the manifest of an envelope, with its checks. */
export function envelopeManifest(scope: Construct, envelope: Envelope): Manifest {
  const { kind, name, namespace, objects, dependsOn } = envelope;
  Object.defineProperty(scope, MARK, { value: envelope });
  addCheck(scope, function* () {
    yield* checkObjectName(`a ${kind}`, name);
    yield* checkNameOnce(scope, kind, name, envelopesBeside(scope, envelope));
    yield* checkObjects(objects, namespace);
  });
  return appliedManifest(scope, "Resource", {
    manifest: {
      apiVersion: "placement.kubernetes-fleet.io/v1beta1",
      kind,
      metadata: { name, namespace },
      data: Object.fromEntries(objects.map((object) => [keyOf(object), wrapped(object, namespace)])),
    },
    dependsOn: dependsOn && [...dependsOn],
  });
}

function wrapped(object: KubernetesObject, namespace: string | undefined): Record<string, unknown> {
  return inNamespace(normalizeManifest(object).manifest, namespace);
}

/** The envelopes of a stack that are of the same kind, and in the same namespace. */
function envelopesBeside(scope: Construct, { kind, namespace }: Envelope): EnvelopeConstruct[] {
  return TerraformStack.of(scope)
    .node.findAll()
    .filter((construct): construct is EnvelopeConstruct => MARK in construct)
    .filter(({ [MARK]: other }) => other.kind === kind && other.namespace === namespace);
}

function* checkObjects(
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): Generator<Finding> {
  if (objects.length === 0) {
    yield finding("envelope-empty", "objects: is empty, and an envelope holds 1 to 50; name at least one.");
  } else if (objects.length > 50) {
    yield finding(
      "envelope-too-many-objects",
      `objects: has ${objects.length} objects, and an envelope holds 50 at most; put the others into another one.`,
    );
  }
  const keys = objects.map(keyOf);
  for (const [index, object] of objects.entries()) {
    const { apiVersion, kind, metadata } = object;
    const what = `objects[${index}]: ${kind} "${metadata.name}"`;
    if (keys.indexOf(keys[index] as string) < index) {
      yield finding("envelope-object-twice", `${what} stands twice; leave one of them out.`);
    }
    for (const found of normalizeManifest(object).findings) {
      yield within(what, found);
    }
    const clusterScoped = isClusterScoped(object);
    if (kind.endsWith("Envelope") && groupOf(apiVersion) === "placement.kubernetes-fleet.io") {
      yield finding(
        "envelope-in-envelope",
        `${what} is an envelope, which does nothing on a member; name what it holds.`,
      );
    } else if (namespace === undefined && !clusterScoped && (isBuiltIn(apiVersion) || metadata.namespace)) {
      yield finding(
        "envelope-object-scope",
        `${what} is in a namespace, and a ClusterResourceEnvelope holds objects that are in none; put it into a ResourceEnvelope.`,
      );
    } else if (namespace !== undefined && clusterScoped) {
      yield finding(
        "envelope-object-scope",
        `${what} is in no namespace, and a ResourceEnvelope holds objects of its own namespace; put it into a ClusterResourceEnvelope.`,
      );
    } else if (isKnown(namespace) && isKnown(metadata.namespace) && metadata.namespace !== namespace) {
      yield finding(
        "envelope-object-namespace",
        `${what} names the namespace "${metadata.namespace}", and the envelope is in "${namespace}", which is where members get all that it holds; leave its namespace out, or use an envelope of that namespace.`,
      );
    }
  }
}
