import type { Construct } from "constructs";
import { AksCluster, type AksClusterProps, type ClusterNetworkProps } from "../../lib";
import { network, PLACES, type Place, placeScope } from "../network/networks";

/** A cluster in a place, on a network of its own. */
export function cluster(
  scope: Construct,
  place: Place,
  props: Partial<AksClusterProps> = {},
  networkProps: Partial<ClusterNetworkProps> = {},
): AksCluster {
  return new AksCluster(placeScope(scope, place), "Cluster", {
    clusterName: `aks-${PLACES[place].location}`,
    ...props,
    network: props.network ?? network(scope, place, networkProps),
  });
}
