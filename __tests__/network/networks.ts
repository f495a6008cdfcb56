import { Construct } from "constructs";
import { ClusterNetwork, type ClusterNetworkProps } from "../../lib";

/** The seed's two places, and a third. */
export const PLACES = {
  east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
  west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
  south: { location: "southcentralus", addressSpace: ["10.3.0.0/16"] },
};

export type Place = keyof typeof PLACES;

/** The scope of what is in one place: paths are `<place>/Network/...` and `<place>/Cluster/...`. */
export function placeScope(scope: Construct, place: Place): Construct {
  return (scope.node.tryFindChild(place) as Construct | undefined) ?? new Construct(scope, place);
}

export function network(
  scope: Construct,
  place: Place,
  props: Partial<ClusterNetworkProps> = {},
): ClusterNetwork {
  return new ClusterNetwork(placeScope(scope, place), "Network", { key: place, ...PLACES[place], ...props });
}
