import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { knownId } from "../../checks/check";
import { markAs, markOf } from "../../checks/marked";
import type { IFleet } from "../../fleet/fleet";
import type { KubernetesObject } from "../../kubernetes/kubernetes-object";
import type { FoundObject } from "../../kubernetes/read-manifests";
import { checkedProps, optionsOf } from "../../props/check-props";
import type { ClusterResourceEnvelope } from "./cluster-resource-envelope";
import { EntryService, type EntryServiceOptions } from "./entry-service";
import type { EnvelopeOptions } from "./envelope";
import { ResourceEnvelope } from "./resource-envelope";
import { ResourceOverride, type ResourceOverrideProps } from "./resource-override";
import { Secret, type SecretOptions } from "./secret";
import { ServiceExport, type ServiceExportOptions } from "./service-export";
import { Workloads, type WorkloadsOptions } from "./workloads";

/** What the constructs of this folder add to a namespace. @internal */
export interface NamespaceContents {
  workloads: Workloads[];
  secrets: Secret[];
  exports: ServiceExport[];
  /** Other manifests that placements of the namespace wait for: overrides, envelopes, placed MultiClusterServices. */
  others: Manifest[];
  /** Cluster-scoped envelopes that the namespace's ClusterResourcePlacements also place. */
  clusterEnvelopes: ClusterResourceEnvelope[];
  /** Cluster-scoped objects that they also place, unless another placement selects them. */
  clusterScoped: KubernetesObject[];
  /** The namespace itself, if its workloads include it. */
  itself: FoundObject[];
}

/** Marks namespaces, created or imported. */
export const NAMESPACE_MARK = markOf("INamespace");

/**
 * A namespace on the hub.
 * @marked
 */
export interface INamespace extends IConstruct {
  readonly fleet: IFleet;
  readonly name: string;
  /** Whether workloads are also added outside this app. */
  readonly workloadsElsewhere: boolean;
  /** Created before the namespace's contents, and deleted after them. */
  readonly dependables: readonly ITerraformDependable[];
  readonly workloads: readonly Workloads[];
  readonly exports: readonly ServiceExport[];
  /** The manifests of this app that are in the namespace. */
  readonly manifests: readonly Manifest[];
  /** The Secrets of this app that are in the namespace. */
  readonly secrets: readonly SecretV1[];
  /** Everything of this app that is in the namespace. */
  readonly contents: readonly ITerraformDependable[];
  /** The namespace itself, if this app creates it. @internal */
  readonly _itself: readonly Manifest[];
  /** @internal */
  readonly _contents: NamespaceContents;
  /** Makes all contents of the namespace, including earlier additions, depend on something. */
  addDependency(dependable: ITerraformDependable): void;
  /** Adds objects from YAML files, cdk8s charts or the app itself to the namespace. */
  addWorkloads(id: string, options: WorkloadsOptions): Workloads;
  /** Adds an Opaque Secret to the namespace. */
  addSecret(name: string, options: SecretOptions): Secret;
  /** Exports a Service of the namespace from all clusters that the namespace is placed on. */
  exportService(serviceName: string, options?: ServiceExportOptions): ServiceExport;
  /** Adds and exports a Service, `<serviceName>-<entry>`, for one more address of a Service. */
  addEntryService(serviceName: string, options: EntryServiceOptions): EntryService;
  /** Changes objects of the namespace on their way to members, or keeps them off some. */
  addOverride(name: string, options: Omit<ResourceOverrideProps, "namespace" | "name">): ResourceOverride;
  /** Adds objects of the namespace in an envelope, which is unpacked on members only. */
  addEnvelope(name: string, options: Omit<EnvelopeOptions, "name">): ResourceEnvelope;
  /** The `depends_on` of the namespace's contents. @internal */
  _dependsOn(): string[];
}

/** Base of created and imported namespaces: their contents. */
export abstract class NamespaceBase extends Construct implements INamespace {
  abstract readonly fleet: IFleet;
  abstract readonly name: string;
  abstract readonly workloadsElsewhere: boolean;
  /** @internal */
  abstract readonly _itself: readonly Manifest[];
  /** @internal */
  readonly _contents: NamespaceContents = {
    workloads: [],
    secrets: [],
    exports: [],
    others: [],
    clusterEnvelopes: [],
    clusterScoped: [],
    itself: [],
  };
  protected readonly _dependables: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    markAs(this, NAMESPACE_MARK);
  }

  /** Created before the namespace's contents, and deleted after them. */
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

  /** Makes all contents of the namespace, including earlier additions, depend on something. */
  addDependency(dependable: ITerraformDependable): void {
    this._dependables.push(
      checkedProps(this, "NamespaceDependency", { dependable }, "addDependency").dependable,
    );
  }

  /** The `depends_on` of the namespace's contents. @internal */
  _dependsOn(): string[] {
    return Lazy.listValue({ produce: () => this._dependables.map(dependable) });
  }

  /** Adds objects from YAML files, cdk8s charts or the app itself to the namespace. */
  addWorkloads(id: string, options: WorkloadsOptions): Workloads {
    return new Workloads(this, knownId(this, id), {
      ...optionsOf(this, "addWorkloads", options),
      namespace: this,
    });
  }

  /** Adds an Opaque Secret to the namespace. */
  addSecret(name: string, options: SecretOptions): Secret {
    return new Secret(this, knownId(this, `Secret-${name}`), {
      ...optionsOf(this, "addSecret", options),
      namespace: this,
      name,
    });
  }

  /** Exports a Service of the namespace from all clusters that the namespace is placed on. */
  exportService(serviceName: string, options: ServiceExportOptions = {}): ServiceExport {
    return new ServiceExport(this, knownId(this, `Export-${serviceName}`), {
      ...optionsOf(this, "exportService", options),
      namespace: this,
      serviceName,
    });
  }

  /**
   * Adds and exports a Service, `<serviceName>-<entry>`, for one more address of a Service.
   * @throws if the namespace doesn't have the Service yet
   */
  addEntryService(serviceName: string, options: EntryServiceOptions): EntryService {
    const given = optionsOf(this, "addEntryService", options);
    return new EntryService(this, knownId(this, `Entry-${serviceName}-${given.entry}`), {
      ...given,
      namespace: this,
      serviceName,
    });
  }

  /** Changes objects of the namespace on their way to members, or keeps them off some. */
  addOverride(name: string, options: Omit<ResourceOverrideProps, "namespace" | "name">): ResourceOverride {
    return new ResourceOverride(this, knownId(this, `Override-${name}`), {
      ...optionsOf(this, "addOverride", options),
      namespace: this,
      name,
    });
  }

  /** Adds objects of the namespace in an envelope, which is unpacked on members only. */
  addEnvelope(name: string, options: Omit<EnvelopeOptions, "name">): ResourceEnvelope {
    return new ResourceEnvelope(this, knownId(this, `Envelope-${name}`), {
      ...optionsOf(this, "addEnvelope", options),
      namespace: this,
      name,
    });
  }
}
