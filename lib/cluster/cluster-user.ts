import type { Construct } from "constructs";
import { freeId } from "../checks/check";
import { ROLES } from "../fleet-api/roles";
import type { Principal } from "../identity/principal";
import { RoleGrant } from "../identity/role-grant";
import type { IAksCluster } from "./aks-cluster";

/** Lets a principal read a cluster's address from Azure, which every plan does. */
export function grantClusterUser(cluster: Construct & IAksCluster, principal: Principal): RoleGrant {
  return new RoleGrant(cluster, freeId(cluster, `Plan-${principal.name}`), {
    roleId: ROLES.aksClusterUser,
    resourceId: cluster.clusterId,
    subscriptionId: cluster.subscriptionId,
    principal,
  });
}
