import { createHash } from "node:crypto";
import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Fn, type ITerraformDependable, TerraformLocal, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { addCheck, freeId, isKnown, isRefused } from "../../checks/check";
import { type Finding, finding, within } from "../../checks/finding";
import { checkNameOnce, checkObjectName } from "../../checks/names";
import { isSubdomain } from "../../checks/values";
import { PLACEMENT_GROUP } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { escapeTemplates, isPlainObject } from "../../kubernetes/escape";
import {
  groupOf,
  inNamespace,
  isBuiltIn,
  type KubernetesObject,
  keyOf,
} from "../../kubernetes/kubernetes-object";
import { normalizeManifest } from "../../kubernetes/normalize";
import { checkOnce } from "../../kubernetes/object-once";
import { isClusterScoped } from "../../kubernetes/scope";
import type { ResourceSelector } from "../placement/resource-selector";

/** Options of both kinds of envelopes. */
export interface EnvelopeOptions {
  /** Prefix of the envelopes' names on the hub: 1 to 63 lower-case letters, digits, hyphens and periods. */
  readonly name: string;
  /** At least one object, as for `kubectl apply`. */
  readonly objects: readonly KubernetesObject[];
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

type Envelope = EnvelopeOptions & {
  readonly kind: "ClusterResourceEnvelope" | "ResourceEnvelope";
  readonly namespace?: string;
};

const MARK = Symbol.for("cdktf-aks-fleet/Envelope");
const VERSION = "v1beta1";

type EnvelopeConstruct = IConstruct & { readonly [MARK]: Envelope; readonly name: string };

/**
 * Creates the manifests of envelopes, with their checks: one envelope per object, as the provider can only send maps of
 * objects with the same shape. The provider also drops `{}` inside a map, unless it is a map in the configuration, too.
 */
export function envelopeManifests(scope: Construct, envelope: Envelope): Manifest[] {
  const { kind, name, namespace, objects, dependsOn } = envelope;
  Object.defineProperty(scope, MARK, { value: envelope });
  const manifests = objects.map((object) => {
    // Duplicates are refused by a check; this lets synthesis get that far.
    const id = freeId(scope, isKnown(keyOf(object)) ? keyOf(object) : "Unknown");
    const data = { [keyOf(object)]: wrapped(object, namespace) };
    const local = new TerraformLocal(scope, `${id}-Data`, escapeTemplates(data));
    return appliedManifest(scope, id, {
      manifest: {
        apiVersion: `${PLACEMENT_GROUP}/${VERSION}`,
        kind,
        metadata: { name: nameFor(name, object), namespace },
        data: Fn.tomap(local.expression),
      },
      dependsOn: dependsOn && [...dependsOn],
    });
  });
  addCheck(scope, function* () {
    yield* checkObjectName(`a ${kind}`, name, "name", LONGEST);
    yield* checkNameOnce(scope, kind, name, envelopesBeside(scope, envelope));
    yield* checkOnce(manifests);
    yield* checkObjects(objects, namespace);
  });
  return manifests;
}

/** The selectors of envelopes for a placement. */
export function envelopeSelectors({ kind, name, objects }: Envelope): ResourceSelector[] {
  return objects.map((object) => ({
    group: PLACEMENT_GROUP,
    version: VERSION,
    kind,
    name: nameFor(name, object),
  }));
}

/** The fleet keeps the name of an envelope in a label. */
const LONGEST = 63;

/** E.g. `policies-networkpolicy-web`; if that isn't a valid name, the valid part of it with a hash. */
function nameFor(name: string, object: KubernetesObject): string {
  const key = keyOf(object);
  const [kind, objectName] = [key.slice(0, -object.metadata.name.length), object.metadata.name];
  const plain = `${name}-${kind.toLowerCase()}${objectName}`;
  if (!isKnown(plain) || (plain.length <= LONGEST && isSubdomain(plain))) {
    return plain;
  }
  const hash = createHash("sha256").update(`${name}/${key}`).digest("hex").slice(0, 8);
  const begin = plain.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${begin.slice(0, LONGEST - hash.length - 1).replace(/-$/, "")}-${hash}`;
}

function wrapped(object: KubernetesObject, namespace: string | undefined): Record<string, unknown> {
  return inNamespace(normalizeManifest(object).manifest, namespace);
}

/** The envelopes of the same kind in the same stack and namespace. */
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
    yield finding("envelope-empty", "objects: is empty; add an object.");
  }
  const keys = objects.map(keyOf);
  for (const [index, object] of objects.entries()) {
    const { apiVersion, kind, metadata } = object;
    if ([apiVersion, kind, metadata.name].some(isRefused)) {
      continue;
    }
    if (![apiVersion, kind, metadata.name].every(isKnown)) {
      yield finding(
        "envelope-object-unknown",
        `objects[${index}]: apiVersion, kind or metadata.name is known only after apply, but they are part of the envelope's name and address in the state; use literal values.`,
      );
      continue;
    }
    const what = `objects[${index}]: ${kind} "${metadata.name}"`;
    if (keys.indexOf(keys[index] as string) < index) {
      yield finding("envelope-object-twice", `${what} is listed twice; remove one of them.`);
    }
    for (const found of normalizeManifest(object).findings) {
      yield within(what, found);
    }
    const clusterScoped = isClusterScoped(object);
    if (kind.endsWith("Envelope") && groupOf(apiVersion) === PLACEMENT_GROUP) {
      yield finding(
        "envelope-in-envelope",
        `${what} is an envelope, which has no effect on a member; list its objects instead.`,
      );
    } else if (namespace === undefined && !clusterScoped && (isBuiltIn(apiVersion) || metadata.namespace)) {
      yield finding(
        "envelope-object-scope",
        `${what} is namespaced, but a ClusterResourceEnvelope takes only cluster-scoped objects; put it into a ResourceEnvelope.`,
      );
    } else if (namespace !== undefined && clusterScoped) {
      yield finding(
        "envelope-object-scope",
        `${what} is cluster-scoped, but a ResourceEnvelope takes only objects of its own namespace; put it into a ClusterResourceEnvelope.`,
      );
    } else if (isKnown(namespace) && isKnown(metadata.namespace) && metadata.namespace !== namespace) {
      yield finding(
        "envelope-object-namespace",
        `${what} has the namespace "${metadata.namespace}", but members get the contents of an envelope in its own namespace, "${namespace}"; remove metadata.namespace, or use an envelope in "${metadata.namespace}".`,
      );
    }
    yield* checkSendable(what, object, "");
  }
}

/** Finds values that would not reach the hub unchanged: the provider drops null from lists, and JSON rounds big numbers. */
function* checkSendable(what: string, value: unknown, path: string): Generator<Finding> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (item === null || item === undefined) {
        yield finding(
          "envelope-value",
          `${what}, ${path}[${index}]: is ${item}, which Terraform drops from lists; remove it, or set a value.`,
        );
      }
      yield* checkSendable(what, item, `${path}[${index}]`);
    }
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield* checkSendable(what, item, path === "" ? key : `${path}.${key}`);
    }
  } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    yield finding(
      "envelope-value",
      `${what}, ${path}: ${value} is an integer beyond 2^53, which JSON can't represent exactly; use a string, or a smaller number.`,
    );
  } else if (isKnown(value) && value !== null && !isJson(value)) {
    yield finding(
      "envelope-value",
      `${what}, ${path}: is ${String(value)}, which JSON can't represent; use a string, a finite number, true, false, a list or an object.`,
    );
  }
}

function isJson(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
