import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AzapiResource } from "../azapi/resource";
import { addCheck, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName, checkNamespaceReserved, checkObjectName } from "../checks/names";
import { optional } from "../checks/required";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { checkLabels, checkQuantity } from "../checks/values";
import { checkedProps } from "../props/check-props";
import { addApiVersionChecks, checkPreviewOnly, type FleetApiVersion, typeOf } from "./api-version";
import { affinity, type ClusterSelectorTerm, checkRequired } from "./cluster-selector";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkHasHub } from "./needs-hub";
import { checkTolerations, type Toleration, tolerationsSpec } from "./toleration";
import { checkUniqueInFleet } from "./unique-in-fleet";

/** Traffic that a managed namespace allows by default. */
export type NamespaceTraffic = "AllowAll" | "DenyAll" | "AllowSameNamespace";

export interface FleetManagedNamespaceProps {
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens; not `default`, `kube-…` or `fleet-…`. */
  readonly name: string;
  /**
   * API version of `Microsoft.ContainerService/fleets/managedNamespaces` for the request, e.g. a preview version for features
   * newer than the default. Azure supports a preview version for about a year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /**
   * What happens to an existing namespace of that name on a cluster: it is never taken over, only if identical, or always.
   * @default "Never"
   */
  readonly adoptionPolicy?: "Never" | "IfIdentical" | "Always";
  /** What happens to the namespace and everything in it when this is destroyed. @default "Keep" */
  readonly deletePolicy?: "Keep" | "Delete";
  /** Labels of the namespace on the clusters. @default - none */
  readonly labels?: Record<string, string>;
  /** Annotations of the namespace on the clusters. @default - none */
  readonly annotations?: Record<string, string>;
  /** Ingress that pods of the namespace allow. @default - Azure chooses */
  readonly ingress?: NamespaceTraffic;
  /** Egress that pods of the namespace are allowed. @default - Azure chooses */
  readonly egress?: NamespaceTraffic;
  /** Quota of CPU requests in the namespace on each cluster, e.g. `500m`. @default - unlimited */
  readonly cpuRequest?: string;
  /** Quota of CPU limits in the namespace on each cluster, e.g. `2`. @default - unlimited */
  readonly cpuLimit?: string;
  /** Quota of memory requests in the namespace on each cluster, e.g. `1Gi`. @default - unlimited */
  readonly memoryRequest?: string;
  /** Quota of memory limits in the namespace on each cluster, e.g. `4Gi`. @default - unlimited */
  readonly memoryLimit?: string;
  /**
   * The members that it is placed on: all matching ones (`PickAll`), or those in `clusterNames` (`PickFixed`).
   * @default - according to the props below; without them, it is only on the hub
   */
  readonly placementType?: "PickAll" | "PickFixed";
  /** Names of the members that it is placed on (`PickFixed`). @default - selected by the other props */
  readonly clusterNames?: readonly string[];
  /** Selects members that have all of these labels. @default - selected by the other props */
  readonly clusterLabels?: Record<string, string>;
  /** Selects members that match any of these terms, 1 to 10. @default - selected by the other props */
  readonly required?: readonly ClusterSelectorTerm[];
  /** Allows members with these taints. Tolerations can be added, but the fleet refuses to change or remove any. @default - none */
  readonly tolerations?: readonly Toleration[];
  /**
   * How a change rolls out to the members: one at a time (`RollingUpdate`), or by runs of a ClusterStagedUpdateStrategy on
   * the hub (`External`). In preview. @default - "RollingUpdate"
   */
  readonly rolloutType?: "RollingUpdate" | "External";
  /** Name of the ClusterStagedUpdateStrategy, required with the rolloutType `External`. In preview. @default - none */
  readonly clusterUpdateStrategyName?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
  /** What must exist before the namespace. @default - only the fleet's members */
  readonly dependsOn?: ITerraformDependable[];
}

/** Alternative ways to select members. */
const CHOICES = ["clusterNames", "clusterLabels", "required"] as const;
const ROLLOUT = ["rolloutType", "clusterUpdateStrategyName"] as const;

const MARK = markOf("FleetManagedNamespace");

/**
 * A namespace that Azure manages on members of a fleet, with quotas, network policies and Azure role assignments. It requires
 * a fleet with a hub, and members with Kubernetes 1.30 or newer. It doesn't distribute workloads: use a Namespace and a
 * placement for that, with another name.
 */
export class FleetManagedNamespace extends Construct {
  /** Whether something is a FleetManagedNamespace. */
  static isFleetManagedNamespace(x: unknown): x is FleetManagedNamespace {
    return isMarked(x, MARK);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly resource: AzapiResource;

  constructor(scope: Construct, id: string, props: FleetManagedNamespaceProps) {
    super(scope, id);
    props = checkedProps(this, "FleetManagedNamespaceProps", props);
    markAs(this, MARK);
    const { fleet, name } = props;
    this.fleet = fleet;
    this.name = name;
    this.resource = new AzapiResource(this, "Resource", {
      ...typeOf("managedNamespaces", props.apiVersion),
      name,
      parentId: fleet.fleetId,
      location: fleet.location,
      body: {
        properties: {
          adoptionPolicy: props.adoptionPolicy ?? "Never",
          deletePolicy: props.deletePolicy ?? "Keep",
          managedNamespaceProperties: ifAny({
            labels: props.labels,
            annotations: props.annotations,
            defaultNetworkPolicy: ifAny({ ingress: props.ingress, egress: props.egress }),
            defaultResourceQuota: ifAny({
              cpuRequest: props.cpuRequest,
              cpuLimit: props.cpuLimit,
              memoryRequest: props.memoryRequest,
              memoryLimit: props.memoryLimit,
            }),
          }),
          propagationPolicy: propagation(props),
        },
      },
      tags: props.tags,
      dependsOn: props.dependsOn,
    });
    fleet._onJoin((member) => this.outlivedBy(member));
    addApiVersionChecks(this, props.apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "managed namespace"));
    addCheck(this, () => this.check(props));
  }

  /** It must be gone from members before they leave. */
  private outlivedBy(member: IFleetMember): void {
    const stack = stackOf(this);
    // A stack that adds a member to the fleet of another comes after that one.
    if (stackOf(member) !== stack && stackOf(this.fleet) === stack) {
      return;
    }
    const more = dependablesFor(this, member.dependables).map(dependable);
    if (more.length > 0) {
      this.resource.dependsOn = [...(this.resource.dependsOn ?? []), ...more];
    }
  }

  private *check(props: FleetManagedNamespaceProps): Generator<Finding> {
    yield* checkName("managed namespace", this.name, "name");
    yield* checkNamespaceReserved(this.name);
    yield* checkHasHub(this.fleet, "a managed namespace requires one");
    yield* checkPreviewOnly(
      props.apiVersion,
      ROLLOUT.filter((prop) => props[prop] !== undefined).map((prop) => `${prop}:`),
    );
    yield* checkLabels("labels", props.labels);
    for (const field of ["cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"] as const) {
      yield* checkQuantity(field, props[field]);
    }
    yield* this.checkPlacement(props);
  }

  private *checkPlacement(props: FleetManagedNamespaceProps): Generator<Finding> {
    const { placementType, clusterNames, clusterLabels, required, tolerations, rolloutType } = props;
    yield* checkLabels("clusterLabels", clusterLabels);
    yield* checkRequired(required, "required");
    yield* checkTolerations(tolerations, "tolerations");
    const ways = CHOICES.filter((prop) => props[prop] !== undefined);
    const [first, ...others] = ways;
    if (first !== undefined && others.length > 0) {
      yield finding(
        "managed-namespace-clusters",
        `${first}: and ${others.join(" and ")} ${others.length > 1 ? "all" : "both"} select members; use only one of them.`,
      );
    } else if (clusterNames && placementType === "PickAll") {
      yield finding(
        "managed-namespace-clusters",
        'clusterNames: is for the placementType "PickFixed", but this is "PickAll"; remove one of the two.',
      );
    } else if (first !== undefined && !clusterNames && placementType === "PickFixed") {
      yield finding(
        "managed-namespace-clusters",
        `${first}: is for the placementType "PickAll", but this is "PickFixed"; remove one of the two.`,
      );
    } else if (placementType === "PickFixed" && !clusterNames) {
      yield finding(
        "managed-namespace-clusters",
        'clusterNames: is missing, but the placementType "PickFixed" needs it; list the members, or use "PickAll".',
      );
    }
    if (tolerations && clusterNames) {
      yield finding(
        "managed-namespace-clusters",
        "tolerations: only apply to members that the fleet selects, but clusterNames lists them; remove one of the two.",
      );
    }
    if (
      (rolloutType === "External") !== (props.clusterUpdateStrategyName !== undefined) &&
      isKnown<string>(rolloutType ?? "")
    ) {
      yield finding(
        "managed-namespace-rollout",
        rolloutType === "External"
          ? 'clusterUpdateStrategyName: is missing, but the rolloutType "External" needs it; set it to a ClusterStagedUpdateStrategy on the hub.'
          : 'clusterUpdateStrategyName: is only for the rolloutType "External"; set that type, or remove the name.',
      );
    }
    yield* checkObjectName(
      "a ClusterStagedUpdateStrategy",
      props.clusterUpdateStrategyName,
      "clusterUpdateStrategyName",
    );
    if (clusterNames?.length === 0) {
      yield finding(
        "managed-namespace-clusters",
        "clusterNames: is empty; list members, or leave it out if the namespace should only be on the hub.",
      );
    }
    if (isKnown(clusterNames)) {
      yield* this.checkClusterNames(clusterNames);
    }
  }

  private *checkClusterNames(clusterNames: readonly string[]): Generator<Finding> {
    const names = this.fleet.members.map((member) => optional(() => member.memberName));
    if (!this.fleet.knowsAllMembers || !names.every(isKnown)) {
      return;
    }
    for (const name of clusterNames) {
      if (isKnown(name) && !names.includes(name)) {
        yield finding(
          "managed-namespace-members",
          `clusterNames: the fleet has no member "${name}"; its members are ${quoted(names)}.`,
        );
      }
    }
  }
}

function propagation(props: FleetManagedNamespaceProps) {
  const { placementType, clusterNames, clusterLabels } = props;
  const used = [placementType, props.tolerations, props.rolloutType, ...CHOICES.map((prop) => props[prop])];
  if (used.every((one) => one === undefined)) {
    return undefined;
  }
  const required = clusterLabels ? [{ labelSelector: { matchLabels: clusterLabels } }] : props.required;
  return {
    type: "Placement",
    placementProfile: {
      defaultClusterResourcePlacement: {
        policy: {
          placementType: placementType ?? (clusterNames ? "PickFixed" : "PickAll"),
          clusterNames,
          affinity: affinity({ required }),
          tolerations: tolerationsSpec(props.tolerations),
        },
        rolloutStrategy: ifAny({
          type: props.rolloutType,
          clusterUpdateStrategy: ifAny({ name: props.clusterUpdateStrategyName }),
        }),
      },
    },
  };
}

/** Undefined for an object without any set property, so Azure gets no empty objects. */
function ifAny<T extends object>(object: T): T | undefined {
  return Object.values(object).some((value) => value !== undefined) ? object : undefined;
}
