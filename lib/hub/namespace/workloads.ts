import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, Lazy, TerraformStack, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown, quoted } from "../../checks/check";
import { type Finding, finding, within } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { unplannable } from "../../kubernetes/free-form";
import { groupOf, inNamespace, type KubernetesObject, keyOf } from "../../kubernetes/kubernetes-object";
import { normalizeManifest } from "../../kubernetes/normalize";
import { checkOnce } from "../../kubernetes/object-once";
import {
  type FoundObject,
  type ManifestChart,
  parseManifests,
  type ReadManifests,
  readChart,
  readManifests,
  readObject,
} from "../../kubernetes/read-manifests";
import { type CustomScopes, definedScopes, definitionOf, isClusterScoped } from "../../kubernetes/scope";
import { checkedProps } from "../../props/check-props";
import { isPlaceholder } from "../../props/placeholder";
import { ClusterResourceEnvelope } from "./cluster-resource-envelope";
import { takesEffectOnHub } from "./hub-effect";
import type { INamespace } from "./namespace-base";
import { ResourceEnvelope } from "./resource-envelope";
import { checkWorkload, describe } from "./workload-checks";

/**
 * At least one of `files`, `yaml`, `objects` and `charts`. A Service of type LoadBalancer may get an unused load balancer on
 * the hub: make it ClusterIP here, and LoadBalancer on the members with a ResourceOverride.
 */
export interface WorkloadsOptions {
  /** YAML files of one or more documents. Paths are relative to the app's working directory. @default - none */
  readonly files?: readonly string[];
  /** YAML as strings, e.g. from `synthYaml()` of a cdk8s App. @default - none */
  readonly yaml?: readonly string[];
  /** Objects as for `kubectl apply`. Their values, but not their names, may be known only after apply. @default - none @judgedByItself */
  readonly objects?: readonly KubernetesObject[];
  /** cdk8s charts, or anything with a `toJson()` that returns objects. @default - none */
  readonly charts?: readonly ManifestChart[];
  /**
   * Name of the envelopes for objects that would take effect on the hub itself (quotas, network policies, roles, webhooks and
   * the like), and custom resources that Terraform's provider can't plan: a ResourceEnvelope in the namespace, and a
   * ClusterResourceEnvelope for cluster-scoped objects, which all ClusterResourcePlacements of the namespace also place. A
   * placement that selects objects in the namespace (a ResourcePlacement, or `NamespaceWithResourceSelectors`) needs the
   * `envelope.selectors` of these workloads.
   * @default - such objects are refused
   */
  readonly envelope?: string;
  /**
   * Objects in these sources not to apply, as `Kind/name`, e.g. `Job/migrate`: a chart's hooks, as only Helm knows when to run
   * them, or objects that the members already have. @default - none
   */
  readonly leaveOut?: readonly string[];
  /**
   * Cluster-scoped custom kinds, as `Kind.group`, e.g. `ClusterSecretStore.external-secrets.io`; not needed for kinds that the
   * app itself defines. @default - other custom kinds are namespaced
   */
  readonly clusterScopedKinds?: readonly string[];
}

export interface WorkloadsProps extends WorkloadsOptions {
  /** The namespace of the objects, except cluster-scoped ones. */
  readonly namespace: INamespace;
}

const MARK = markOf("Workloads");

/**
 * Objects on the hub, one resource each, as `kubectl apply -n NAMESPACE -f FILE` would apply them. They don't run on the hub.
 * Values that the API normalizes (`cpu: 1000m`, a Secret's `stringData`) are sent in normalized form. Namespaces and
 * CustomResourceDefinitions are created before the others, and deleted after them. All ClusterResourcePlacements of the
 * namespace also place the cluster-scoped objects, unless another placement selects them. The objects may include the
 * namespace itself: its labels and annotations are then added to the Namespace.
 */
export class Workloads extends Construct {
  /** Whether something is a Workloads. */
  static isWorkloads(x: unknown): x is Workloads {
    return isMarked(x, MARK);
  }

  /** All workloads of an app. @internal */
  static _all(scope: IConstruct): readonly Workloads[] {
    return allMarked<Workloads>(scope, MARK);
  }

  /** The scopes of the custom kinds that an app's workloads define. @internal */
  static _customScopes(scope: IConstruct): CustomScopes {
    return new Map(Workloads._all(scope).flatMap(({ _scopes }) => [..._scopes]));
  }

  readonly namespace: INamespace;
  /** The objects applied on the hub, in normalized form; without those in envelopes. */
  readonly objects: readonly KubernetesObject[];
  readonly manifests: readonly Manifest[];
  private readonly found: readonly FoundObject[];
  /** The scopes of the custom kinds that these workloads define. @internal */
  readonly _scopes: CustomScopes;

  constructor(scope: Construct, id: string, props: WorkloadsProps) {
    super(scope, id);
    props = checkedProps(this, "WorkloadsProps", props);
    const { namespace, envelope, leaveOut = [], clusterScopedKinds = [] } = props;
    const read = readAll(props);
    const wanted = read.found.filter(({ object }) => !leaveOut.some((name) => isNamed(object, name)));
    const findings = [
      ...read.findings,
      ...checkLeaveOut(leaveOut, read.found),
      ...checkClusterScopedKinds(clusterScopedKinds),
    ];
    this._scopes = new Map([
      ...definedScopes(wanted.map(({ object }) => object)),
      ...clusterScopedKinds.map((kind) => [kind, "Cluster"] as const),
    ]);
    markAs(this, MARK);
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    // The definition of a custom resource has its scope, and may be in an earlier stack.
    const scopes = Workloads._customScopes(this);
    const isClusterWide = (object: KubernetesObject) => isClusterScoped(object, scopes);
    const byId = new Map<string, FoundObject>();
    for (const { object: written, where } of wanted) {
      if (![written.apiVersion, written.kind, written.metadata.name].every(isKnown)) {
        findings.push(
          finding(
            "workloads-name-unknown",
            `${where}: apiVersion, kind or metadata.name is known only after apply, but they are part of its address in the state; use literal values.`,
          ),
        );
        continue;
      }
      const normalized = normalizeManifest(written);
      const object = normalized.manifest as unknown as KubernetesObject;
      for (const found of normalized.findings) {
        findings.push(within(`${where}: ${describe(object)}`, found));
      }
      for (const found of checkWorkload(object, isClusterWide(object), namespace.name)) {
        findings.push(within(where, found));
      }
      if (envelope === undefined && takesEffectOnHub(object)) {
        findings.push(
          finding(
            "workloads-take-effect-on-hub",
            `${where}: ${describe(object)} would also take effect on the hub itself; set an envelope for it, e.g. envelope: "policies".`,
          ),
        );
      }
      const objectId = keyOf(object);
      const first = byId.get(objectId);
      if (first) {
        findings.push(
          finding(
            "workloads-object-twice",
            `${where}: ${describe(object)} is also in ${first.where}; remove one of them.`,
          ),
        );
      }
      byId.set(objectId, { object, where });
    }

    const isItself = ({ object }: FoundObject) =>
      object.kind === "Namespace" && object.apiVersion === "v1" && object.metadata.name === namespace.name;
    const definitions = [
      ...wanted.map(({ object }) => object),
      // Still undefined for this construct.
      ...Workloads._all(this).flatMap(({ objects = [] }) => objects),
    ].filter(({ kind }) => kind === "CustomResourceDefinition");
    const listIn = (object: KubernetesObject) => {
      const definition = definitionOf(object, definitions);
      return definition && unplannable(object, definition);
    };
    const isWrapped = ({ object }: FoundObject) =>
      envelope !== undefined && (takesEffectOnHub(object) || listIn(object) !== undefined);
    const others = [...byId.values()].filter((one) => !isItself(one));
    for (const { object, where } of envelope === undefined ? others : []) {
      const list = listIn(object);
      if (list) {
        findings.push(
          finding(
            "workloads-unplannable",
            `${where}: ${describe(object)}: ${list.path} has ${list.items} items of a partly open schema, inside a list of one item or a map, which crashes Terraform's Kubernetes provider; set an envelope for it, e.g. envelope: "custom".`,
          ),
        );
      }
    }
    namespace._contents.itself.push(...[...byId.values()].filter(isItself));
    this.found = others.filter((one) => !isWrapped(one));
    this.objects = this.found.map(({ object }) => object);
    const manifests = new Map(
      this.objects.map((object) => [
        object,
        appliedManifest(this, keyOf(object), {
          manifest: inNamespace(object, isClusterWide(object) ? undefined : namespace.name),
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
    namespace._contents.clusterScoped.push(...this.objects.filter(isClusterWide));
    if (envelope !== undefined) {
      const wrapped = others.filter(isWrapped).map(({ object }) => object);
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
    // Without their namespaces, which are already checked.
    const bare = (object: KubernetesObject) => inNamespace(object, undefined) as unknown as KubernetesObject;
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

  /** Checks that nothing else in the stack creates the same object: other workloads, another construct, a Secret. */
  private *checkUnique(): Generator<Finding> {
    yield* checkOnce(this.manifests);
    for (const { object, where } of this.found) {
      const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
      const secret = this.namespace._contents.secrets.find(({ name }) => name === object.metadata.name);
      if (isSecret && secret) {
        yield finding(
          "workloads-object-twice",
          `${where}: ${describe(object)} is also created at ${secret.node.path}; remove one of them.`,
        );
      }
    }
  }

  /** Terraform looks up each kind on the hub when it plans, so the definition must already be there. */
  private *checkDefinitions(): Generator<Finding> {
    const stack = TerraformStack.of(this);
    const sets = Workloads._all(this).filter((other) => TerraformStack.of(other) === stack);
    const objects = sets.flatMap((other) => other.objects);
    for (const { object, where } of this.found) {
      const definition = definitionOf(object, objects);
      if (definition) {
        yield finding(
          "workloads-beside-definition",
          `${where}: ${describe(object)} is of a kind that ${describe(definition)} defines in the same stack, but Terraform can't plan it until the hub knows the kind; apply the definition from an earlier stack, or put both into envelopes, whose kinds the hub doesn't have to know.`,
        );
      }
    }
  }
}

function readAll({ files = [], yaml = [], objects = [], charts = [] }: WorkloadsOptions): ReadManifests {
  const read = [
    ...files.flatMap((file) => (isPlaceholder(file) ? [] : readManifests(file))),
    ...yaml.flatMap((text, index) => (isPlaceholder(text) ? [] : parseManifests(text, `yaml[${index}]`))),
    ...objects.map((object, index) => readObject(object, `objects[${index}]`)),
    ...charts.map((chart, index) => readChart(chart, index)),
  ];
  const empty = finding(
    "workloads-empty",
    "files: no workloads are given; set at least one of files, yaml, objects and charts.",
  );
  const isEmpty = [files, yaml, objects, charts].every(({ length }) => length === 0);
  return {
    found: read.flatMap(({ found }) => found),
    findings: isEmpty ? [empty] : read.flatMap(({ findings }) => findings),
  };
}

/** Whether other objects may require an object. */
function isMadeFirst({ kind }: KubernetesObject): boolean {
  return kind === "Namespace" || kind === "CustomResourceDefinition";
}

/** Whether `Kind/name`, or `Kind.group/name`, refers to an object. */
function isNamed({ apiVersion, kind, metadata }: KubernetesObject, name: string): boolean {
  return [kind, `${kind}.${groupOf(apiVersion)}`].some((type) => `${type}/${metadata.name}` === name);
}

function* checkLeaveOut(leaveOut: readonly string[], found: readonly FoundObject[]): Generator<Finding> {
  for (const [index, name] of leaveOut.entries()) {
    if (!found.some(({ object }) => isNamed(object, name))) {
      yield finding(
        "workloads-leave-out-unknown",
        `leaveOut[${index}]: "${name}" matches none of the objects, which are ${quoted(found.map(({ object }) => `${object.kind}/${object.metadata.name}`))}; correct or remove it.`,
      );
    }
  }
}

function* checkClusterScopedKinds(kinds: readonly string[]): Generator<Finding> {
  for (const [index, kind] of kinds.entries()) {
    if (Token.isUnresolved(kind) || !/^[A-Z]\w*(\.[a-z0-9][-a-z0-9]*){2,}$/.test(kind)) {
      yield finding(
        "workloads-cluster-scoped-kind",
        `clusterScopedKinds[${index}]: "${kind}" is not a custom kind; write it with its group, e.g. "ClusterSecretStore.external-secrets.io".`,
      );
    }
  }
}
