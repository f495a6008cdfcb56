import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AzapiResource } from "../azapi/resource";
import { addCheck, isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName, checkNamespaceReserved, checkObjectName } from "../checks/names";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import { checkLabels, checkQuantity } from "../checks/values";
import { checkedProps } from "../props/check-props";
import { checkPreviewOnly, type FleetApiVersion, judgeApiVersion, typeOf } from "./api-version";
import { affinity, type ClusterSelectorTerm, checkRequired } from "./cluster-selector";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkHasHub } from "./needs-hub";
import { checkTolerations, type Toleration, tolerationsSpec } from "./toleration";
import { checkUniqueInFleet } from "./unique-in-fleet";

/** Traffic that a managed namespace lets through by default. */
export type NamespaceTraffic = "AllowAll" | "DenyAll" | "AllowSameNamespace";

export interface FleetManagedNamespaceProps {
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens; not `default`, `kube-…` or `fleet-…`. */
  readonly name: string;
  /**
   * API version of `Microsoft.ContainerService/fleets/managedNamespaces` that the request is made in, e.g. a preview for
   * what is newer than the default. Azure takes a preview version for about a year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /**
   * What is done with a namespace of that name that is on a cluster already: it is left alone, taken over where it is the
   * same, or taken over in any case. @default "Never"
   */
  readonly adoptionPolicy?: "Never" | "IfIdentical" | "Always";
  /** What is done with the namespace, and with all that is in it, when this is destroyed. @default "Keep" */
  readonly deletePolicy?: "Keep" | "Delete";
  /** Labels of the namespace on the clusters. @default - none */
  readonly labels?: Record<string, string>;
  /** Annotations of the namespace on the clusters. @default - none */
  readonly annotations?: Record<string, string>;
  /** What may come in to pods of the namespace. @default - Azure chooses */
  readonly ingress?: NamespaceTraffic;
  /** What may go out from pods of the namespace. @default - Azure chooses */
  readonly egress?: NamespaceTraffic;
  /** Processors that all pods may request together, e.g. `500m`, on each cluster. @default - unlimited */
  readonly cpuRequest?: string;
  /** Processors that all pods may use together, e.g. `2`, on each cluster. @default - unlimited */
  readonly cpuLimit?: string;
  /** Memory that all pods may request together, e.g. `1Gi`, on each cluster. @default - unlimited */
  readonly memoryRequest?: string;
  /** Memory that all pods may use together, e.g. `4Gi`, on each cluster. @default - unlimited */
  readonly memoryLimit?: string;
  /**
   * The members that it is on: all of them (`PickAll`), or those that `clusterNames` names (`PickFixed`).
   * @default - what the props below say; without them, it is on the hub only
   */
  readonly placementType?: "PickAll" | "PickFixed";
  /** Names of the members that it is on, and no others (`PickFixed`). @default - those that the other props say */
  readonly clusterNames?: readonly string[];
  /** Labels that members have that it is on: all of these. @default - those that the other props say */
  readonly clusterLabels?: Record<string, string>;
  /** Members that it is on: those that match one of these terms, 1 to 10. @default - those that the other props say */
  readonly required?: readonly ClusterSelectorTerm[];
  /** Lets it be on members with a taint. One that is there stays: the fleet lets none be changed or taken away. @default - none */
  readonly tolerations?: readonly Toleration[];
  /**
   * How a change comes to the members: one after the other (`RollingUpdate`), or as runs of a ClusterStagedUpdateStrategy
   * on the hub bring it (`External`). In preview. @default - "RollingUpdate"
   */
  readonly rolloutType?: "RollingUpdate" | "External";
  /** Name of the ClusterStagedUpdateStrategy of the rolloutType `External`, which needs one. In preview. @default - none */
  readonly clusterUpdateStrategyName?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
  /** What must exist before. @default - nothing but the fleet's members */
  readonly dependsOn?: ITerraformDependable[];
}

/** Each says by itself which members a namespace is on. */
const CHOICES = ["clusterNames", "clusterLabels", "required"] as const;
const ROLLOUT = ["rolloutType", "clusterUpdateStrategyName"] as const;

const MARK = markOf("FleetManagedNamespace");

/**
 * A namespace that Azure makes and keeps on members of a fleet, with quotas and network policies, and on which Azure roles
 * can be given. It needs a fleet with a hub, and members of Kubernetes 1.30 or newer. What is in it is not Azure's: it is
 * no Namespace whose workloads a placement brings to members, and the two can't share a name.
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
    judgeApiVersion(this, props.apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "managed namespace"));
    addCheck(this, () => this.check(props));
  }

  /** It is gone from members before they leave. */
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
    yield* checkHasHub(this.fleet, "Azure needs one for a managed namespace");
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
        `${first}: and ${others.join(" and ")} ${others.length > 1 ? "all" : "both"} say which members it is on; give one of them.`,
      );
    } else if (clusterNames && placementType === "PickAll") {
      yield finding(
        "managed-namespace-clusters",
        'clusterNames: is of the placementType "PickFixed", and this is "PickAll"; leave one of the two out.',
      );
    } else if (first !== undefined && !clusterNames && placementType === "PickFixed") {
      yield finding(
        "managed-namespace-clusters",
        `${first}: is of the placementType "PickAll", and this is "PickFixed"; leave one of the two out.`,
      );
    } else if (placementType === "PickFixed" && !clusterNames) {
      yield finding(
        "managed-namespace-clusters",
        'clusterNames: the placementType "PickFixed" needs the names of the members; name them, or use "PickAll".',
      );
    }
    if (tolerations && clusterNames) {
      yield finding(
        "managed-namespace-clusters",
        "tolerations: are of members that the fleet chooses, and clusterNames names them; leave one of the two out.",
      );
    }
    if (
      (rolloutType === "External") !== (props.clusterUpdateStrategyName !== undefined) &&
      isKnown<string>(rolloutType ?? "")
    ) {
      yield finding(
        "managed-namespace-rollout",
        rolloutType === "External"
          ? 'clusterUpdateStrategyName: the rolloutType "External" needs the name of a ClusterStagedUpdateStrategy of the hub; name one.'
          : 'clusterUpdateStrategyName: is of the rolloutType "External"; set it, or leave the name out.',
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
        "clusterNames: is empty; name the members, or leave it out where the namespace is to be on the hub only.",
      );
    }
    if (isKnown(clusterNames)) {
      yield* this.checkClusterNames(clusterNames);
    }
  }

  private *checkClusterNames(clusterNames: readonly string[]): Generator<Finding> {
    const names = this.fleet.members.map((member) => ifTold(() => member.memberName));
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

/** An object of which something is set; Azure is sent no empty ones. */
function ifAny<T extends object>(object: T): T | undefined {
  return Object.values(object).some((value) => value !== undefined) ? object : undefined;
}
