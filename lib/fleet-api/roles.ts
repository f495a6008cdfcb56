/** Built-in roles of Azure, by id: a role's name can change, its id can't. */
export const ROLES = {
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  /** "Azure Kubernetes Service Cluster User Role": reading a cluster, and listClusterUserCredential. */
  aksClusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  fleetRbacClusterAdmin: "18ab4d3d-a1bf-4477-8ad9-8359bc988f69",
  /** "Azure Kubernetes Fleet Manager Hub Cluster User Role": reading a fleet, and listCredentials. */
  fleetHubClusterUser: "850c5848-fc51-4a9a-8823-f220370626e3",
  /** "Azure Kubernetes Fleet Manager Hub Agent Role": Traffic Manager profiles, and reading public addresses. */
  fleetHubAgent: "de2b316d-7a2c-4143-b4cd-c148f6a355a1",
} as const;

/** Names of roles by id: those of this library, and other powerful ones. */
export const ROLE_NAMES: Readonly<Record<string, string>> = {
  [ROLES.fleetRbacClusterAdmin]: "Azure Kubernetes Fleet Manager RBAC Cluster Admin",
  [ROLES.aksRbacClusterAdmin]: "Azure Kubernetes Service RBAC Cluster Admin",
  [ROLES.networkContributor]: "Network Contributor",
  [ROLES.fleetHubAgent]: "Azure Kubernetes Fleet Manager Hub Agent Role",
  [ROLES.fleetHubClusterUser]: "Azure Kubernetes Fleet Manager Hub Cluster User Role",
  [ROLES.aksClusterUser]: "Azure Kubernetes Service Cluster User Role",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
};
