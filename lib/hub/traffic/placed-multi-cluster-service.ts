import type { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { NETWORKING_GROUP } from "../../fleet-api/groups";
import { ResourceOverride } from "../namespace/resource-override";
import { butFor } from "../placement/out-of-service";
import { MultiClusterServiceBase, type MultiClusterServiceProps } from "./multi-cluster-service-base";

const MARK = markOf("PlacedMultiClusterService");

/**
 * A MultiClusterService that is kept on the hub and placed on one member, with its namespace: nothing talks to that member,
 * whose kubeconfig need not be had. The scope's stack talks to the hub. An override keeps it away from all other members.
 *
 * The hub never learns the address, nor whether the import is valid: a placement counts as available a minute after the
 * object is on the member. `kubectl get multiclusterservices` at the member shows both. Where the address must be known
 * to the app, use a MultiClusterService, or a DnsLoadBalancer.
 */
export class PlacedMultiClusterService extends MultiClusterServiceBase {
  /** Whether something is a PlacedMultiClusterService. */
  static isPlacedMultiClusterService(x: unknown): x is PlacedMultiClusterService {
    return isMarked(x, MARK);
  }

  readonly override: ResourceOverride;

  constructor(scope: Construct, id: string, props: MultiClusterServiceProps) {
    super(scope, id, props);
    markAs(this, MARK);
    const { namespace, member } = this;
    onHub(this, namespace.fleet, { namespace });
    this.manifest.dependsOn = namespace._dependsOn();
    // Placements come after all that is in their namespace.
    namespace._contents.others.push(this.manifest);
    this.override = new ResourceOverride(this, "Override", {
      namespace,
      name: `${this.name}-mcs`,
      resourceSelectors: [
        {
          group: NETWORKING_GROUP,
          version: "v1alpha1",
          kind: "MultiClusterService",
          name: this.name,
        },
      ],
      overrideRules: [
        {
          overrideType: "Delete",
          clusterSelectorTerms: [
            {
              matchExpressions: butFor([member.memberName]),
            },
          ],
        },
      ],
    });
    addCheck(this, () => this.checkOnce());
  }

  /** On the hub all are in one place, whatever their members. */
  private *checkOnce(): Generator<Finding> {
    for (const other of allMarked<PlacedMultiClusterService>(this, MARK)) {
      // Those of one member make the same Service there, which is refused anyway.
      if (
        other !== this &&
        other.namespace === this.namespace &&
        other.name === this.name &&
        other.member !== this.member
      ) {
        yield finding(
          "multi-cluster-service-name-twice",
          `name: "${this.name}" is also the name of the MultiClusterService at ${other.node.path}, and both are in namespace "${this.namespace.name}" of the hub; give one of them another name.`,
        );
      }
    }
  }
}
