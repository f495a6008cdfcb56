import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { type ITerraformDependable, Token } from "cdktf";
import { MCS_API_VERSION, MCS_KIND, MultiClusterServiceBase } from "./multi-cluster-service-base";

/**
 * One address, of a load balancer at one member, that spreads connections over a Service on every member that exports it.
 * The scope's stack talks to that member.
 */
export class MultiClusterService extends MultiClusterServiceBase {
  /**
   * The address of the load balancer, from the status of this: null where there is none (yet). Newer agents of the fleet
   * add a hash to the name of the Service that they make, so that it can't be looked up by name.
   * @param dependsOn what waits until there is one
   */
  address(dependsOn: ITerraformDependable[]): string {
    // A list, of one or none: a plan must be possible, too, when somebody deleted the object.
    const services = new DataKubernetesResources(this, "Status", {
      apiVersion: MCS_API_VERSION,
      kind: MCS_KIND,
      namespace: this.namespace.name,
      fieldSelector: `metadata.name=${this.name}`,
      dependsOn: [this.manifest, ...dependsOn],
    });
    return Token.asString(`\${try(${services.fqn}.objects[0].status.loadBalancer.ingress[0].ip, null)}`);
  }
}
