import { isKnown } from "../../checks/check";
import type { IFleet } from "../../fleet/fleet";
import type { IFleetMember } from "../../fleet/fleet-member";
import { AZURE_MEMBER_NAME_LABEL, MEMBER_NAME_LABEL } from "../../fleet-api/labels";
import { choiceIn } from "./choice";
import type { IPlacement } from "./placement";

/**
 * Labels with a member's name: Azure's, and that of the hub's agents. Either identifies the member, as NotIn matches members
 * without the label.
 */
const NAME_LABELS = [AZURE_MEMBER_NAME_LABEL, MEMBER_NAME_LABEL];

/** Selects all members except these. */
export function butFor(memberNames: readonly string[]) {
  return NAME_LABELS.map((key) => ({ key, operator: "NotIn" as const, values: [...memberNames] }));
}

/**
 * A policy without the members that are out of service. A lost member counts as unavailable in every rollout, and in a
 * small fleet that uses up maxUnavailable: nothing would roll out to the others.
 * @param policy as the API takes it
 */
export function inService(policy: Record<string, unknown>, fleet: IFleet): Record<string, unknown> {
  const lost = fleet.members.filter(({ outOfService }) => outOfService).map(({ memberName }) => memberName);
  if (lost.length === 0) {
    return policy;
  }
  if (policy.placementType === "PickFixed") {
    const names = (policy.clusterNames as string[]).filter((name) => !lost.includes(name));
    // The hub refuses a policy without names.
    return names.length > 0 ? { ...policy, clusterNames: names } : policy;
  }
  const narrowed = { ...policy, affinity: without(lost, policy.affinity) };
  const { numberOfClusters } = policy;
  return typeof numberOfClusters === "number" && isKnown(numberOfClusters) && fleet.knowsAllMembers
    ? { ...narrowed, numberOfClusters: Math.min(numberOfClusters, mostOf(fleet, narrowed, lost.length)) }
    : narrowed;
}

/** How many members a policy can select, as more would never be scheduled; if not known, all that are in service. */
function mostOf(fleet: IFleet, { affinity, tolerations }: Record<string, unknown>, lost: number): number {
  const all = { placementType: "PickAll", affinity, ...(tolerations === undefined ? {} : { tolerations }) };
  return choiceIn(fleet, all).members?.length ?? fleet.members.length - lost;
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

function without(lost: readonly string[], affinity: unknown): Record<string, unknown> {
  const clusterAffinity = fieldsAt(affinity, "clusterAffinity");
  const required = fieldsAt(clusterAffinity, REQUIRED);
  const terms = (required.clusterSelectorTerms as Record<string, unknown>[] | undefined) ?? [{}];
  return {
    clusterAffinity: {
      ...clusterAffinity,
      [REQUIRED]: {
        clusterSelectorTerms: terms.map((term) => {
          const selector = fieldsAt(term, "labelSelector");
          const expressions = (selector.matchExpressions as unknown[] | undefined) ?? [];
          return {
            ...term,
            labelSelector: { ...selector, matchExpressions: [...expressions, ...butFor(lost)] },
          };
        }),
      },
    },
  };
}

function fieldsAt(value: unknown, field: string): Record<string, unknown> {
  const found = (value as Record<string, unknown> | undefined)?.[field];
  return (found as Record<string, unknown> | undefined) ?? {};
}

/** Whether all selected members are out of service, which leaves nothing to wait for. */
export function hasNowhereToGo({ fleet, members }: IPlacement): boolean {
  const isLost = ({ outOfService }: IFleetMember) => outOfService === true;
  return members?.every(isLost) === true && (fleet?.members ?? []).some(isLost);
}
