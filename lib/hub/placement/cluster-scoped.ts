import { isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isSameFleet } from "../../fleet/same-fleet";
import { isNeverPlaced } from "../../fleet-api/reserved";
import type { INamespace } from "../namespace/namespace-base";
import type { ClusterResourcePlacement } from "./cluster-resource-placement";
import { selectorOfObject } from "./resource-selector";

/**
 * Yields what of a namespace's workloads is in no namespace and stays on the hub: a placement of the namespace brings it
 * along, but not one that chooses the namespace by a selector, nor one of what is in the namespace.
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
        `namespace: the workloads of "${namespace.name}" hold ${kind} "${name}", which is in no namespace, and which no placement brings to any member; place it with addClusterPlacement, or the namespace with addPlacement.`,
      );
    }
  }
}
