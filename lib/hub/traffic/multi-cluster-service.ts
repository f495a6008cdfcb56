import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { stackOf } from "../../checks/stack-of";
import { checkAtMember, reachedFrom } from "../../fleet/on-hub";
import { liveStatus } from "../../kubernetes/live-status";
import { ClusterResourcePlacement } from "../placement/cluster-resource-placement";
import { ResourcePlacement } from "../placement/resource-placement";
import { MultiClusterServiceBase, type MultiClusterServiceProps } from "./multi-cluster-service-base";

const MARK = markOf("MultiClusterService");

/**
 * One address, of a load balancer at one member, that balances connections across a Service on all members that export it.
 * The scope's stack deploys to that member.
 */
export class MultiClusterService extends MultiClusterServiceBase {
  /** Whether something is a MultiClusterService. */
  static isMultiClusterService(x: unknown): x is MultiClusterService {
    return isMarked(x, MARK);
  }

  constructor(scope: Construct, id: string, props: MultiClusterServiceProps) {
    super(scope, id, props);
    markAs(this, MARK);
    const { namespace, member } = this;
    const [own, placing] = [stackOf(this), stackOf(namespace)];
    // The namespace must be on the member first. Stacks of this library already depend on it.
    if (own && placing && own !== placing && reachedFrom(this) === undefined && !placing.dependsOn(own)) {
      own.addDependency(placing);
    }
    addCheck(this, () => checkAtMember(this, member));
    addCheck(this, () => this.checkOrder());
  }

  /** Placements may be in other stacks than their namespace. */
  private *checkOrder(): Generator<Finding> {
    const own = stackOf(this);
    for (const placement of [...ClusterResourcePlacement._all(this), ...ResourcePlacement._all(this)]) {
      const other = stackOf(placement);
      const isPlaced = placement._brings(this.namespace) !== undefined;
      if (isPlaced && own && other && own !== other && !own.dependsOn(other)) {
        yield finding(
          "multi-cluster-service-too-early",
          `namespace: is placed by ${placement.node.path}, but the stack "${own.node.id}" may be deployed before that; make it depend on the stack "${other.node.id}", with addDependency.`,
        );
      }
    }
  }

  /**
   * The load balancer's address, from the object's status; null until it exists. Newer agents of the fleet add a hash to the
   * name of the derived Service, so it can't be looked up by name.
   * @param dependsOn read after these: waits until it exists
   */
  address(dependsOn: ITerraformDependable[]): string {
    return liveStatus(this, this.manifest, "loadBalancer.ingress[0].ip", dependsOn);
  }
}
