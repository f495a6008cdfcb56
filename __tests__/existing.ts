/** Ids of what exists already, in the form that azurerm takes. */
export const SUBSCRIPTION = "44444444-4444-4444-4444-444444444444";
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-old`;
export const VNET_ID = `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-old`;
export const SUBNET_ID = `${VNET_ID}/subnets/nodes`;
export const CLUSTER_ID = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-old`;
export const FLEET_ID = `${GROUP}/providers/Microsoft.ContainerService/fleets/fleet-old`;
