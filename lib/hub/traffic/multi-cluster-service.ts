import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { markAs, markOf } from "../../checks/marked";
import { liveStatus } from "../../kubernetes/live-status";
import { MultiClusterServiceBase, type MultiClusterServiceProps } from "./multi-cluster-service-base";

const MARK = markOf("MultiClusterService");

/**
 * One address, of a load balancer at one member, that spreads connections over a Service on every member that exports it.
 * The scope's stack talks to that member.
 */
export class MultiClusterService extends MultiClusterServiceBase {
  constructor(scope: Construct, id: string, props: MultiClusterServiceProps) {
    super(scope, id, props);
    markAs(this, MARK);
  }

  /**
   * The address of the load balancer, from the status of this: null where there is none (yet). Newer agents of the fleet
   * add a hash to the name of the Service that they make, so that it can't be looked up by name.
   * @param dependsOn what waits until there is one
   */
  address(dependsOn: ITerraformDependable[]): string {
    return liveStatus(this, this.manifest, "loadBalancer.ingress[0].ip", dependsOn);
  }
}
