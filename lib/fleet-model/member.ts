import {
  AZURE_MEMBER_NAME_LABEL,
  CLUSTER_NAME_LABEL,
  LOCATION_LABEL,
  MEMBER_NAME_LABEL,
  RESOURCE_GROUP_LABEL,
  RESOURCES_PREFIX,
  SUBSCRIPTION_LABEL,
} from "../fleet-api/labels";
import { type Facts, factsOf, textOf } from "./facts";
import { Unknown, type WithUnknowns } from "./unknown";

/** A cluster of a fleet, as the fleet's scheduler sees it, as far as it is known. */
export interface Member {
  readonly name: string | Unknown;
  readonly labels: Facts;
  readonly taints: readonly (WithUnknowns<Taint> | Unknown)[] | Unknown;
  /**
   * The properties that it reports, by their names in policies: `kubernetes-fleet.io/node-count`,
   * `resources.kubernetes-fleet.io/available-cpu`. An unknown one is a valid quantity.
   */
  readonly properties: Facts;
  /** Its namespaces; undefined if it doesn't collect them, so it can be chosen for any. */
  readonly namespaces: Facts | undefined;
  /** Whether it is leaving the fleet. */
  readonly isLeaving: boolean | Unknown;
  /** What its agent reports; undefined before its first report; "Ready" if it is assumed to be joined and healthy. */
  readonly agent: Agent | "Ready" | undefined | Unknown;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** The reports of a member's agent to the hub. */
export interface Agent {
  readonly lastHeartbeat: Date | Unknown;
  readonly isJoined: boolean | Unknown;
  /** Whether it is healthy, and since when; undefined before its first report. */
  readonly health:
    | { readonly isHealthy: boolean | Unknown; readonly since: Date | Unknown }
    | undefined
    | Unknown;
}

/** Evaluates each member only once. */
export function remembered<T>(ask: (member: Member) => T): (member: Member) => T {
  const answers = new Map<Member, T>();
  return (member) => {
    const answer = answers.get(member) ?? ask(member);
    answers.set(member, answer);
    return answer;
  };
}

export function locationOf({ labels }: Member): string | Unknown | undefined {
  return textOf(labels, LOCATION_LABEL);
}

/** What an app knows about a member that it deploys. */
export interface PlannedMember {
  readonly name: string | Unknown;
  /** Short name, e.g. `eastus2`. */
  readonly location: string | Unknown;
  /** Labels besides those that Azure sets. @default - none */
  readonly labels?: Readonly<Record<string, string | Unknown>> | Unknown;
  /** @default - not known */
  readonly clusterName?: string | Unknown;
  /** @default - not known */
  readonly resourceGroup?: string | Unknown;
  /** @default - not known */
  readonly subscriptionId?: string | Unknown;
}

/**
 * A member before its deployment: assumed to be joined and healthy, as the deployment waits for that, and without taints,
 * which can only be set on the hub. Its properties and namespaces are known once it runs.
 */
export function plannedMember({
  name,
  location,
  labels = {},
  clusterName = new Unknown("the name of the cluster isn't given"),
  resourceGroup = new Unknown("the resource group of the cluster isn't given"),
  subscriptionId = new Unknown("the subscription of the cluster isn't given"),
}: PlannedMember): Member {
  const more = factsOf(labels);
  return {
    name,
    labels: {
      ...more,
      known: {
        ...more.known,
        [LOCATION_LABEL]: location,
        [RESOURCE_GROUP_LABEL]: resourceGroup,
        [SUBSCRIPTION_LABEL]: subscriptionId,
        [CLUSTER_NAME_LABEL]: clusterName,
        [AZURE_MEMBER_NAME_LABEL]: name,
        [MEMBER_NAME_LABEL]: name,
      },
    },
    taints: [],
    properties: { known: {}, others: new Unknown("a member reports its properties once it runs") },
    namespaces: { known: {}, others: new Unknown("a member reports its namespaces once it runs") },
    isLeaving: false,
    agent: "Ready",
  };
}

/** The fields of a MemberCluster on the hub that the scheduler uses. */
export interface MemberCluster {
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly deletionTimestamp?: string | null;
  };
  readonly spec?: { readonly taints?: readonly Taint[] | null };
  readonly status?: {
    readonly conditions?: readonly Condition[] | null;
    readonly namespaces?: Readonly<Record<string, string>> | null;
    readonly properties?: Readonly<Record<string, { readonly value: string }>> | null;
    readonly resourceUsage?: {
      readonly capacity?: Readonly<Record<string, string | number>> | null;
      readonly allocatable?: Readonly<Record<string, string | number>> | null;
      readonly available?: Readonly<Record<string, string | number>> | null;
    } | null;
    readonly agentStatus?:
      | readonly {
          readonly type: string;
          readonly conditions?: readonly Condition[] | null;
          readonly lastReceivedHeartbeat?: string | null;
        }[]
      | null;
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | null;
}

/** The resources in the property names of policies, by their names in the status. */
const CAPACITIES = { total: "capacity", allocatable: "allocatable", available: "available" } as const;

/** A member as it is on the hub, without unknowns. */
export function memberOf({ metadata = {}, spec = {}, status = {} }: MemberCluster): Member {
  const { namespaces, properties, resourceUsage, agentStatus } = status;
  const collects = conditionOf(status.conditions, "NamespaceCollectionSucceeded") !== undefined;
  const agent = agentStatus?.find(({ type }) => type === "MemberAgent");
  const joined = conditionOf(agent?.conditions, "Joined");
  const healthy = conditionOf(agent?.conditions, "Healthy");
  return {
    name: metadata.name ?? "",
    labels: { known: metadata.labels ?? {} },
    taints: spec.taints ?? [],
    properties: {
      known: Object.fromEntries([
        ...Object.entries(properties ?? {})
          .filter(([name]) => !name.startsWith(RESOURCES_PREFIX))
          .map(([name, { value }]) => [name, value]),
        ...Object.entries(CAPACITIES).flatMap(([capacity, field]) =>
          Object.entries(resourceUsage?.[field] ?? {}).map(([resource, amount]) => [
            `${RESOURCES_PREFIX}${capacity}-${resource}`,
            String(amount),
          ]),
        ),
      ]),
    },
    namespaces: collects ? { known: namespaces ?? {} } : undefined,
    isLeaving: Boolean(metadata.deletionTimestamp),
    agent: agent && {
      lastHeartbeat: timeOf(agent.lastReceivedHeartbeat),
      isJoined: joined?.status === "True",
      health: healthy && { isHealthy: healthy.status === "True", since: timeOf(healthy.lastTransitionTime) },
    },
  };
}

function conditionOf(conditions: readonly Condition[] | null | undefined, type: string) {
  return conditions?.find((condition) => condition.type === type);
}

/** A time in the API; unset is Go's zero time, in year 1. */
function timeOf(text: string | null | undefined): Date {
  return new Date(text ?? "0001-01-01T00:00:00Z");
}
