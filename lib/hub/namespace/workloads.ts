import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding, within } from "../../checks/finding";
import { allMarked, markAs } from "../../checks/marked";
import { checkNamespace } from "../../checks/names";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { isPlainObject } from "../../kubernetes/escape";
import { groupOf, inNamespace, type KubernetesObject, keyOf } from "../../kubernetes/kubernetes-object";
import { checkManagedBy } from "../../kubernetes/labels";
import { normalizeManifest } from "../../kubernetes/normalize";
import { checkOnce } from "../../kubernetes/object-once";
import {
  type FoundObject,
  type ManifestChart,
  parseManifests,
  readChart,
  readManifests,
  readObject,
} from "../../kubernetes/read-manifests";
import { definitionOf, isClusterScoped } from "../../kubernetes/scope";
import { ClusterResourceEnvelope } from "./cluster-resource-envelope";
import { takesEffectOnHub } from "./hub-effect";
import type { Namespace } from "./namespace";
import { ResourceEnvelope } from "./resource-envelope";

/**
 * At least one of `files`, `yaml`, `objects` and `charts`. A Service of type LoadBalancer may get a load balancer of the
 * hub's own, which nothing uses: make it a ClusterIP here, and a LoadBalancer on the members with a ResourceOverride.
 */
export interface WorkloadsOptions {
  /** YAML files of one or more documents. Relative paths start at the folder that the app runs in. @default - none */
  readonly files?: readonly string[];
  /** The same as texts, e.g. what `synthYaml()` of a cdk8s App returns. @default - none */
  readonly yaml?: readonly string[];
  /** Objects as `kubectl apply` would take them. Their values may be known to Terraform only, not their names. @default - none */
  readonly objects?: readonly KubernetesObject[];
  /** Charts of cdk8s, or what else has a `toJson()` that returns objects. @default - none */
  readonly charts?: readonly ManifestChart[];
  /**
   * Name of the envelopes that take what would take effect on the hub itself (quotas, network policies, roles, webhooks
   * and the like): a ResourceEnvelope of the namespace, and a ClusterResourceEnvelope for what is in no namespace, which
   * every ClusterResourcePlacement of the namespace places, too. A placement that names what it takes of the namespace
   * (a ResourcePlacement, or `NamespaceWithResourceSelectors`) has to have `envelope.selectors` of these workloads.
   * @default - such objects are refused
   */
  readonly envelope?: string;
}

export interface WorkloadsProps extends WorkloadsOptions {
  /** The namespace that the objects are put into, whatever they say themselves; but for those that are in none. */
  readonly namespace: Namespace;
}

const MARK = Symbol.for("cdktf-aks-fleet/Workloads");

/**
 * Objects on the hub, one resource each, as `kubectl apply -n NAMESPACE -f FILE` would apply them. Nothing of them runs on
 * the hub. What the API would write in another form (`cpu: 1000m`, a Secret's `stringData`) is sent in the API's form, with
 * the same meaning. Namespaces and CustomResourceDefinitions come before the others, and go after them.
 */
export class Workloads extends Construct {
  /** Every set of workloads of an app. */
  static of(scope: IConstruct): Workloads[] {
    return allMarked<Workloads>(scope, MARK);
  }

  readonly namespace: Namespace;
  /** What is applied on the hub, without what is in envelopes. */
  readonly objects: readonly KubernetesObject[];
  readonly manifests: readonly Manifest[];
  private readonly found: readonly FoundObject[];

  constructor(scope: Construct, id: string, props: WorkloadsProps) {
    super(scope, id);
    const { namespace, files = [], yaml = [], objects = [], charts = [], envelope } = props;
    const read = [
      ...files.map((file) => readManifests(file)),
      ...yaml.map((text, index) => parseManifests(text, `yaml[${index}]`)),
      ...objects.map((object, index) => readObject(object, `objects[${index}]`)),
      ...charts.map((chart, index) => readChart(chart, index)),
    ];
    const findings = read.flatMap((source) => source.findings);
    if (read.length === 0) {
      findings.push(
        finding(
          "workloads-empty",
          "files: there are no workloads; give at least one of files, yaml, objects and charts.",
        ),
      );
    }
    const found = read.flatMap((source) => source.found);
    // Custom resources ask their definitions for their scope, also those of stacks before this one.
    const appObjects = [
      ...found.map(({ object }) => object),
      ...Workloads.of(this).flatMap((other) => other.objects),
    ];
    markAs(this, MARK);
    this.namespace = namespace;
    const byId = new Map<string, FoundObject>();
    for (const { object, where } of found) {
      if (![object.apiVersion, object.kind, object.metadata.name].every(isKnown)) {
        findings.push(
          finding(
            "workloads-name-unknown",
            `${where}: its apiVersion, its kind or its metadata.name is known to Terraform only, and they make its address in the state; write them out.`,
          ),
        );
        continue;
      }
      for (const text of checkObject(object, appObjects, namespace.name)) {
        findings.push(within(where, text));
      }
      if (envelope === undefined && takesEffectOnHub(object)) {
        findings.push(
          finding(
            "workloads-take-effect-on-hub",
            `${where}: ${describe(object)} would take effect on the hub itself, beside the members; name an envelope for it, as in envelope: "policies".`,
          ),
        );
      }
      const objectId = keyOf(object);
      const first = byId.get(objectId);
      if (first) {
        findings.push(
          finding(
            "workloads-object-twice",
            `${where}: ${describe(object)} is also in ${first.where}; leave one of them out.`,
          ),
        );
      }
      byId.set(objectId, { object, where });
    }

    const isClusterWide = (object: KubernetesObject) => isClusterScoped(object, appObjects);
    const isWrapped = ({ object }: FoundObject) => envelope !== undefined && takesEffectOnHub(object);
    this.found = [...byId.values()].filter((one) => !isWrapped(one));
    this.objects = this.found.map(({ object }) => object);
    const manifests = new Map(
      this.objects.map((object) => [
        object,
        appliedManifest(this, keyOf(object), {
          manifest: inNamespace(
            normalizeManifest(object),
            isClusterWide(object) ? undefined : namespace.name,
          ),
        }),
      ]),
    );
    this.manifests = [...manifests.values()];
    const before = [...manifests].flatMap(([object, manifest]) => (isMadeFirst(object) ? [manifest] : []));
    for (const [object, manifest] of manifests) {
      manifest.dependsOn = Lazy.listValue({
        produce: () => [...namespace.dependables, ...(isMadeFirst(object) ? [] : before)].map(dependable),
      });
    }
    namespace._contents.workloads.push(this);
    if (envelope !== undefined) {
      const wrapped = [...byId.values()].filter(isWrapped).map(({ object }) => object);
      this.wrap(
        envelope,
        wrapped.filter(isClusterWide),
        wrapped.filter((object) => !isClusterWide(object)),
      );
    }
    addCheck(this, () => [...findings, ...this.checkDefinitions(), ...this.checkUnique()]);
  }

  get services(): readonly KubernetesObject[] {
    return this.objects.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Service");
  }

  private wrap(
    name: string,
    clusterWide: readonly KubernetesObject[],
    namespaced: readonly KubernetesObject[],
  ): void {
    const { namespace } = this;
    // Without their namespaces: those are judged with all that is found.
    const bare = (object: KubernetesObject) =>
      inNamespace(normalizeManifest(object), undefined) as unknown as KubernetesObject;
    if (namespaced.length > 0) {
      new ResourceEnvelope(this, "ResourceEnvelope", { namespace, name, objects: namespaced.map(bare) });
    }
    if (clusterWide.length > 0) {
      const envelope = new ClusterResourceEnvelope(this, "ClusterResourceEnvelope", {
        name,
        objects: clusterWide.map(bare),
        dependsOn: namespace.dependables,
      });
      namespace._contents.clusterEnvelopes.push(envelope);
      namespace._contents.others.push(...envelope.manifests);
    }
  }

  /** Nothing else of the stack makes the same object: another set, another construct, a Secret. */
  private *checkUnique(): Generator<Finding> {
    // The namespace itself is refused with better advice.
    const others = this.manifests.filter(
      (_, index) => !isNamespaceItself(this.objects[index], this.namespace),
    );
    yield* checkOnce(others);
    for (const { object, where } of this.found) {
      const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
      const secret = this.namespace._contents.secrets.find(({ name }) => name === object.metadata.name);
      if (isSecret && secret) {
        yield finding(
          "workloads-object-twice",
          `${where}: ${describe(object)} is also made at ${secret.node.path}; leave one of them out.`,
        );
      }
    }
  }

  /** Terraform asks the hub for each kind when it plans, so that a definition has to be there before. */
  private *checkDefinitions(): Generator<Finding> {
    const stack = TerraformStack.of(this);
    const sets = Workloads.of(this).filter((other) => TerraformStack.of(other) === stack);
    const objects = sets.flatMap((other) => other.objects);
    for (const { object, where } of this.found) {
      const definition = definitionOf(object, objects);
      if (definition) {
        yield finding(
          "workloads-beside-definition",
          `${where}: ${describe(object)} is of a kind that ${describe(definition)} of the same stack defines, and Terraform can't plan it before the hub knows the kind; apply the definition from a stack before this one, or put both into envelopes, whose contents the hub need not know.`,
        );
      }
    }
  }
}

/** What others need to be there. */
function isMadeFirst({ kind }: KubernetesObject): boolean {
  return kind === "Namespace" || kind === "CustomResourceDefinition";
}

function isNamespaceItself(object: KubernetesObject | undefined, { name }: Namespace): boolean {
  return object?.kind === "Namespace" && object.metadata.name === name;
}

function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} "${metadata.name}"`;
}

function* checkObject(
  object: KubernetesObject,
  appObjects: readonly KubernetesObject[],
  namespace: string,
): Generator<Finding> {
  const { kind, metadata } = object;
  yield* checkManagedBy("metadata.labels", isPlainObject(metadata.labels) ? metadata.labels : {});
  yield* checkNotFleets(object);
  if (kind === "Namespace" && object.apiVersion === "v1") {
    yield* checkNamespace(metadata.name);
  }
  if (kind === "Namespace" && metadata.name === namespace) {
    yield finding(
      "workloads-own-namespace",
      `${describe(object)} is made by the Namespace construct; leave it out of the file.`,
    );
  }
  const other = metadata.namespace;
  if (
    other &&
    isKnown(other) &&
    isKnown(namespace) &&
    !isClusterScoped(object, appObjects) &&
    other !== namespace
  ) {
    yield finding(
      "workloads-other-namespace",
      `${describe(object)} names the namespace "${metadata.namespace}", and is applied in "${namespace}"; leave its namespace out, or add it to that namespace.`,
    );
  }
  if (kind === "Pod" || kind === "ReplicaSet") {
    yield finding(
      "workloads-pod",
      `${describe(object)}: the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.`,
    );
  }
}

/** Groups of the APIs that the fleet itself installs. */
const FLEETS_GROUPS = /^([a-z]+\.kubernetes-fleet\.io|networking\.fleet\.azure\.com)$/;

function* checkNotFleets(object: KubernetesObject): Generator<Finding> {
  const { apiVersion, kind, spec } = object;
  const defines = kind === "CustomResourceDefinition" && isPlainObject(spec) ? String(spec.group) : "";
  if (FLEETS_GROUPS.test(defines)) {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} defines a kind of the fleet's own API, which the fleet installs and nobody else may change; leave it out.`,
    );
  } else if (kind === "MemberCluster" && groupOf(apiVersion) === "cluster.kubernetes-fleet.io") {
    yield finding(
      "workloads-fleets-own",
      `${describe(object)} is made by Azure when a cluster joins, and the hub lets nobody else make one; leave it out, and add the member to the fleet.`,
    );
  }
}
