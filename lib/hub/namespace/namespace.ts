import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown, knownId } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { checkNamespace } from "../../checks/names";
import { checkLabels } from "../../checks/values";
import type { IFleet } from "../../fleet/fleet";
import { onHub } from "../../fleet/on-hub";
import { isSameFleet } from "../../fleet/same-fleet";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { escapeTemplates } from "../../kubernetes/escape";
import type { KubernetesObject } from "../../kubernetes/kubernetes-object";
import { checkManagedBy } from "../../kubernetes/labels";
import type { FoundObject } from "../../kubernetes/read-manifests";
import { filledMap } from "../../kubernetes/section";
import { checkedProps, optionsOf } from "../../props/check-props";
import type { ClusterResourceEnvelope } from "./cluster-resource-envelope";
import { EntryService, type EntryServiceOptions } from "./entry-service";
import type { EnvelopeOptions } from "./envelope";
import { ResourceEnvelope } from "./resource-envelope";
import { ResourceOverride, type ResourceOverrideProps } from "./resource-override";
import { Secret, type SecretOptions } from "./secret";
import { ServiceExport, type ServiceExportOptions } from "./service-export";
import { Workloads, type WorkloadsOptions } from "./workloads";

export interface NamespaceProps {
  /** The fleet on whose hub the namespace is. */
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens; not `default`, `kube-*` or `fleet-*`, which the fleet never places. */
  readonly name: string;
  /** Labels of the namespace, on the hub and on members. @default - none */
  readonly labels?: Record<string, string>;
  /**
   * Whether something else than this app puts workloads into the namespace. Then no Service is missed, nor an export, nor an
   * object that is chosen or overridden by its name.
   * @default false
   */
  readonly workloadsElsewhere?: boolean;
  /** What must exist before the namespace, and outlives it. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

const MARK = markOf("Namespace");

/** A namespace on the hub. A ClusterResourcePlacement that selects it copies it, with all that is in it, to members. */
export class Namespace extends Construct {
  /** Whether something is a Namespace. */
  static isNamespace(x: unknown): x is Namespace {
    return isMarked(x, MARK);
  }

  /** Every namespace of an app. @internal */
  static _all(scope: IConstruct): readonly Namespace[] {
    return allMarked<Namespace>(scope, MARK);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly workloadsElsewhere: boolean;
  readonly manifest: Manifest;
  /** What the constructs of this folder put into the namespace. @internal */
  readonly _contents: {
    workloads: Workloads[];
    secrets: Secret[];
    exports: ServiceExport[];
    /** What takes part in a placement of the namespace beside what is placed: overrides, envelopes. */
    others: Manifest[];
    /** Envelopes in no namespace that the namespace's ClusterResourcePlacements place, too. */
    clusterEnvelopes: ClusterResourceEnvelope[];
    /** Objects in no namespace that they place, too, unless another placement chooses them. */
    clusterScoped: KubernetesObject[];
    /** The namespace itself, where its workloads hold it. */
    itself: FoundObject[];
  } = {
    workloads: [],
    secrets: [],
    exports: [],
    others: [],
    clusterEnvelopes: [],
    clusterScoped: [],
    itself: [],
  };
  private readonly _dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    props = checkedProps(this, "NamespaceProps", props);
    markAs(this, MARK);
    const { name, labels } = props;
    this.fleet = props.fleet;
    this.name = name;
    this.workloadsElsewhere = props.workloadsElsewhere ?? false;
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name,
          // Workloads that hold the namespace itself may still be added.
          labels: Lazy.anyValue({
            produce: () => escapeTemplates(filledMap(this.described("labels", labels))),
          }),
          annotations: Lazy.anyValue({
            produce: () => escapeTemplates(filledMap(this.described("annotations"))),
          }),
        },
      },
      dependsOn: props.dependsOn,
    });
    this._dependables = [this.manifest];
    onHub(this, this.fleet);
    addCheck(this, () => this.check(labels));
  }

  private *check(labels: Record<string, string> | undefined): Generator<Finding> {
    yield* checkNamespace(this.name);
    yield* checkLabels("labels", labels);
    yield* checkManagedBy("labels", labels);
    yield* this.checkItself(labels);
    for (const other of Namespace._all(this)) {
      const isSame = isKnown(this.name) && other.name === this.name && isSameFleet(other.fleet, this.fleet);
      if (other !== this && isSame) {
        yield finding(
          "namespace-name-twice",
          `name: the namespace "${this.name}" is also made at ${other.node.path}; use that one, or give one of them another name.`,
        );
      }
    }
  }

  /** Labels or annotations of the namespace, with those that it has among its workloads. */
  private described(
    field: "labels" | "annotations",
    own: Record<string, string> = {},
  ): Record<string, string> {
    const written = this._contents.itself.map(({ object }) => object.metadata[field]);
    return Object.assign({}, ...written, own);
  }

  private *checkItself(labels: Record<string, string> = {}): Generator<Finding> {
    const told = new Map(Object.entries(labels).map(([key, value]) => [`labels/${key}`, value]));
    for (const { object, where } of this._contents.itself) {
      for (const field of ["labels", "annotations"] as const) {
        for (const [key, value] of Object.entries(object.metadata[field] ?? {})) {
          const other = told.get(`${field}/${key}`);
          if (other !== undefined && other !== value) {
            yield finding(
              "namespace-described-twice",
              `${field}["${key}"]: is "${other}", and "${value}" in ${where}; write one of the two in both.`,
            );
          }
          told.set(`${field}/${key}`, value);
        }
      }
      yield* checkLabels(`${where}: labels`, object.metadata.labels as Record<string, string> | undefined);
    }
  }

  /** What must exist before anything is put into the namespace, and outlives it. */
  get dependables(): readonly ITerraformDependable[] {
    return this._dependables;
  }

  get workloads(): readonly Workloads[] {
    return this._contents.workloads;
  }

  get exports(): readonly ServiceExport[] {
    return this._contents.exports;
  }

  /** The manifests of this app that are in the namespace. */
  get manifests(): readonly Manifest[] {
    return [
      ...this.workloads.flatMap((workloads) => workloads.manifests),
      ...this.exports.map((serviceExport) => serviceExport.manifest),
      ...this._contents.others,
    ];
  }

  /** The Secrets of this app that are in the namespace. */
  get secrets(): readonly SecretV1[] {
    return this._contents.secrets.map((secret) => secret.resource);
  }

  /** Everything of this app that is in the namespace. */
  get contents(): readonly ITerraformDependable[] {
    return [...this.manifests, ...this.secrets];
  }

  /** Makes all that is in the namespace depend on something, also what was added before. */
  addDependency(dependable: ITerraformDependable): void {
    this._dependables.push(
      checkedProps(this, "NamespaceDependency", { dependable }, "addDependency").dependable,
    );
  }

  /** The `depends_on` of what is in the namespace. @internal */
  _dependsOn(): string[] {
    return Lazy.listValue({ produce: () => this._dependables.map(dependable) });
  }

  /** Puts objects of YAML files, of cdk8s charts or of the app itself into the namespace. */
  addWorkloads(id: string, options: WorkloadsOptions): Workloads {
    return new Workloads(this, knownId(this, id), {
      ...optionsOf(this, "addWorkloads", options),
      namespace: this,
    });
  }

  /** Puts an Opaque Secret into the namespace. */
  addSecret(name: string, options: SecretOptions): Secret {
    return new Secret(this, knownId(this, `Secret-${name}`), {
      ...optionsOf(this, "addSecret", options),
      namespace: this,
      name,
    });
  }

  /** Exports a Service of the namespace from every cluster that it is placed on. */
  exportService(serviceName: string, options: ServiceExportOptions = {}): ServiceExport {
    return new ServiceExport(this, knownId(this, `Export-${serviceName}`), {
      ...optionsOf(this, "exportService", options),
      namespace: this,
      serviceName,
    });
  }

  /**
   * Makes and exports a Service for one more address of a Service: its name is `<serviceName>-<entry>`.
   * @throws if the namespace has no such Service yet
   */
  addEntryService(serviceName: string, options: EntryServiceOptions): EntryService {
    const given = optionsOf(this, "addEntryService", options);
    return new EntryService(this, knownId(this, `Entry-${serviceName}-${given.entry}`), {
      ...given,
      namespace: this,
      serviceName,
    });
  }

  /** Changes objects of the namespace on their way to members, or keeps them away from some. */
  addOverride(name: string, options: Omit<ResourceOverrideProps, "namespace" | "name">): ResourceOverride {
    return new ResourceOverride(this, knownId(this, `Override-${name}`), {
      ...optionsOf(this, "addOverride", options),
      namespace: this,
      name,
    });
  }

  /** Puts objects of the namespace into an envelope, which is opened on members only. */
  addEnvelope(name: string, options: Omit<EnvelopeOptions, "name">): ResourceEnvelope {
    return new ResourceEnvelope(this, knownId(this, `Envelope-${name}`), {
      ...optionsOf(this, "addEnvelope", options),
      namespace: this,
      name,
    });
  }
}
