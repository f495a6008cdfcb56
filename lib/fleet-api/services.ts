// Names, labels and annotations of Services across members (Azure/fleet-networking pkg/common/objectmeta).

/** Annotation of a ServiceExport: its weight in a Traffic Manager profile, 0 to 1000. */
export const WEIGHT_ANNOTATION = "networking.fleet.azure.com/weight";

/** Annotation of a MultiClusterService: "true" for a private address. */
export const INTERNAL_ANNOTATION = "networking.fleet.azure.com/azure-load-balancer-internal";

/** Annotation of the hub's ServiceImports: the member that has the MultiClusterService, as JSON. */
export const IN_USE_BY_ANNOTATION = "networking.fleet.azure.com/service-in-use-by";

/** Annotations of Services that Azure's cloud provider reads. */
export const AZURE_INTERNAL_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-internal";
export const AZURE_DNS_LABEL_ANNOTATION = "service.beta.kubernetes.io/azure-dns-label-name";

/** The members' namespace for the fleet's agents and the Services that they create. */
export const SYSTEM_NAMESPACE = "fleet-system";

/** Name of the Service that a MultiClusterService becomes, in `SYSTEM_NAMESPACE`. */
export function derivedServiceName(namespace: string, name: string): string {
  return `${namespace}-${name}`;
}

/** Label of a MultiClusterService: the name of that Service, to which newer agents add a hash. */
export const DERIVED_SERVICE_LABEL = "networking.fleet.azure.com/derived-service";

/** Name prefix of the EndpointSlices of a member's Service on members that import it. */
export function exportedSlicePrefix(member: string, namespace: string, service: string): string {
  return `${member}-${namespace}-${service}-`;
}
