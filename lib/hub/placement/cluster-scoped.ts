import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isSameFleet } from "../../fleet/same-fleet";
import { isNeverPlaced } from "../../fleet-api/reserved";
import type { INamespace } from "../namespace/namespace-base";
import type { ClusterResourcePlacement } from "./cluster-resource-placement";
import { selectorOfObject } from "./resource-selector";

/**
 * Refuses cluster-scoped objects among a namespace's workloads that would stay on the hub: a placement of the namespace
 * includes them, but one that selects the namespace with a selector, or places only its contents, doesn't.
 */
export function* checkClusterScoped(
  namespace: INamespace,
  placements: readonly ClusterResourcePlacement[],
): Generator<Finding> {
  const ofItsFleet = placements.filter(({ fleet }) => isSameFleet(fleet, namespace.fleet) !== false);
  for (const object of namespace._contents.clusterScoped) {
    const selector = selectorOfObject(object);
    const { group, kind, name } = selector;
    const isChosen = ofItsFleet.some((placement) => placement._mayChoose(selector));
    if (!isNeverPlaced(group, kind) && isKnown(name) && !isChosen) {
      yield finding(
        "placement-cluster-scoped-missing",
        `namespace: the workloads of "${namespace.name}" contain ${kind} "${name}", which is cluster-scoped, but which no placement selects; place it with addClusterPlacement, or the namespace with addPlacement.`,
      );
    }
  }
}
