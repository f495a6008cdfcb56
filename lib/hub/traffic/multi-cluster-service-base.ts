import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, markAs, markOf } from "../../checks/marked";
import { checkDnsLabel } from "../../checks/names";
import type { IFleetMember } from "../../fleet/fleet-member";
import { isSameFleet } from "../../fleet/same-fleet";
import { NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { derivedServiceName, INTERNAL_ANNOTATION, SYSTEM_NAMESPACE } from "../../fleet-api/services";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import { checkExported } from "../namespace/service-exported";
import { ClusterResourcePlacement } from "../placement/cluster-resource-placement";
import { ResourcePlacement } from "../placement/resource-placement";
import { checkClosedPorts } from "./closed-port";

export interface MultiClusterServiceOptions {
  /** The namespace of the exported Service and of the MultiClusterService. */
  readonly namespace: INamespace;
  /** Name of the exported Service. A fleet can import a Service only once. @default - the name of this construct */
  readonly serviceName?: string;
  /**
   * Whether the address is internal to the member's network instead of public. A change replaces the object, as the fleet
   * never makes an internal address public again: the Service gets another address, and has none for a while.
   * @default false
   */
  readonly internal?: boolean;
}

export interface MultiClusterServiceProps extends MultiClusterServiceOptions {
  /** Name of the exported Service. A fleet can import a Service only once. */
  readonly serviceName: string;
  /** 1 to 63 lower-case letters, digits and hyphens. @default - the Service's name */
  readonly name?: string;
  /** The member with the load balancer. */
  readonly member: IFleetMember;
}

const MARK = markOf("MultiClusterServiceBase");

/** Base of MultiClusterService and PlacedMultiClusterService. */
export abstract class MultiClusterServiceBase extends Construct {
  /** All MultiClusterServices of an app, including placed ones. @internal */
  static _all(scope: IConstruct): readonly MultiClusterServiceBase[] {
    return allMarked<MultiClusterServiceBase>(scope, MARK);
  }

  readonly namespace: INamespace;
  readonly serviceName: string;
  readonly name: string;
  readonly member: IFleetMember;
  readonly manifest: Manifest;
  private readonly internal: boolean;

  constructor(scope: Construct, id: string, props: MultiClusterServiceProps) {
    super(scope, id);
    props = checkedProps(this, "MultiClusterServiceProps", props);
    markAs(this, MARK);
    this.namespace = props.namespace;
    this.serviceName = props.serviceName;
    this.name = props.name ?? props.serviceName;
    this.member = props.member;
    this.internal = props.internal ?? false;
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: NETWORKING_V1ALPHA1,
        kind: "MultiClusterService",
        metadata: {
          name: this.name,
          namespace: this.namespace.name,
          annotations: props.internal ? { [INTERNAL_ANNOTATION]: "true" } : undefined,
        },
        spec: { serviceImport: { name: this.serviceName } },
      },
      // The fleet's agents make the load balancer internal, and never public again.
      immutable: { internal: this.internal },
    });
    addCheck(this, () => this.check());
  }

  /** Name of the Service in `fleet-system` that the fleet derives from this; newer agents add a hash. */
  get derivedServiceName(): string {
    return derivedServiceName(this.namespace.name, this.name);
  }

  private *check(): Generator<Finding> {
    const { namespace, serviceName, member } = this;
    const { fleet } = namespace;
    yield* checkDnsLabel("MultiClusterService", this.name);
    if (isSameFleet(fleet, member.fleet) === false) {
      yield finding(
        "multi-cluster-service-other-fleet",
        `member: "${member.key}" is not a member of fleet "${fleet.fleetName}"; use one of its members: ${quoted(fleet.members.map(({ key }) => key))}.`,
      );
    }
    yield* checkExported(namespace, serviceName);
    const selecting = [...ClusterResourcePlacement._all(this), ...ResourcePlacement._all(this)].filter(
      (placement) => placement._brings(namespace) !== undefined,
    );
    // A namespace placed without its contents has no Service.
    const placements = selecting.filter((placement) => placement._brings(namespace) !== "nothing");
    const isOurs = namespace._itself.length > 0;
    if (isOurs && placements.every((placement) => placement._chooses(member) === false)) {
      yield finding(
        "multi-cluster-service-not-placed",
        `namespace: no placement places "${namespace.name}" on member "${member.key}", ${placements.length === 0 ? `as none selects ${selecting.length === 0 ? "it" : "its contents"}` : `only on ${quoted(fleet.members.filter((one) => placements.some((placement) => placement._chooses(one) !== false)).map(({ key }) => key))}`}; select the member in a ClusterResourcePlacement of the namespace.`,
      );
    }
    for (const other of MultiClusterServiceBase._all(this)) {
      if (other !== this && isSameFleet(other.namespace.fleet, fleet)) {
        yield* this.checkBeside(other);
      }
    }
    yield* this.checkDerivedName();
    if (!this.internal) {
      yield* checkClosedPorts(namespace, serviceName, member);
    }
  }

  private *checkBeside(other: MultiClusterServiceBase): Generator<Finding> {
    if (other.namespace.name === this.namespace.name && other.serviceName === this.serviceName) {
      yield finding(
        "multi-cluster-service-imported-twice",
        `serviceName: Service "${this.serviceName}" of namespace "${this.namespace.name}" is already imported by ${other.node.path}, at member "${other.member.key}", but a fleet can import a Service only once; remove one of the two.`,
      );
    } else if (other.member === this.member && other.derivedServiceName === this.derivedServiceName) {
      yield finding(
        "multi-cluster-service-derived-name-twice",
        `name: ${other.node.path} also creates the Service "${this.derivedServiceName}" in ${SYSTEM_NAMESPACE}; rename one of them.`,
      );
    }
  }

  private *checkDerivedName(): Generator<Finding> {
    const derived = this.derivedServiceName;
    if (!isKnown(derived)) {
      return;
    }
    if (derived.length > 63) {
      yield finding(
        "multi-cluster-service-derived-name-too-long",
        `name: the Service that the fleet derives from it, "${derived}", has ${derived.length} characters, but a Service name can have at most 63; shorten the name or the namespace by ${derived.length - 63}.`,
      );
    }
    if (/^\d/.test(derived)) {
      yield finding(
        "multi-cluster-service-derived-name-digit",
        `namespace: the Service that the fleet derives from it, "${derived}", would start with a digit, but a Service name can't; use a namespace that starts with a letter.`,
      );
    }
  }
}
