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
   * What it reports of itself, by the names that policies have for it: `kubernetes-fleet.io/node-count`,
   * `resources.kubernetes-fleet.io/available-cpu`. An unknown one is a quantity, not a text that is none.
   */
  readonly properties: Facts;
  /** The namespaces on it; undefined where it doesn't collect them, which lets it be chosen for any. */
  readonly namespaces: Facts | undefined;
  /** Whether it is leaving the fleet. */
  readonly isLeaving: boolean | Unknown;
  /** What its agent reports; undefined before it does; "Ready" where it is taken to be joined and healthy at any time. */
  readonly agent: Agent | "Ready" | undefined | Unknown;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** What a member's agent reports to the hub. */
export interface Agent {
  readonly lastHeartbeat: Date | Unknown;
  readonly isJoined: boolean | Unknown;
  /** Whether it is healthy, and since when; undefined before it says. */
  readonly health:
    | { readonly isHealthy: boolean | Unknown; readonly since: Date | Unknown }
    | undefined
    | Unknown;
}

/** Asks of each member once only. */
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

/** What an app knows of a member that it deploys. */
export interface PlannedMember {
  readonly name: string | Unknown;
  /** Short name, e.g. `eastus2`. */
  readonly location: string | Unknown;
  /** Labels beside those that Azure sets. @default - none */
  readonly labels?: Readonly<Record<string, string | Unknown>> | Unknown;
  /** @default - not known */
  readonly clusterName?: string | Unknown;
  /** @default - not known */
  readonly resourceGroup?: string | Unknown;
  /** @default - not known */
  readonly subscriptionId?: string | Unknown;
}

/**
 * A member before its deployment: it is taken to join and to be healthy, as the deployment waits for, and to have no
 * taints, which only somebody on the hub can set. Its properties and namespaces are known once it runs.
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

/** A MemberCluster as the hub has it, as far as the scheduler looks at it. */
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

/** Of which resources a policy's names speak, and what the status calls them. */
const CAPACITIES = { total: "capacity", allocatable: "allocatable", available: "available" } as const;

/** A member as the hub knows it now: nothing of it is unknown. */
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

/** A time of the API; none is the first moment of the year 1, as in Go. */
function timeOf(text: string | null | undefined): Date {
  return new Date(text ?? "0001-01-01T00:00:00Z");
}
