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
 * A MultiClusterService on the hub that is placed on one member, with its namespace, and so needs no access to the member
 * and no kubeconfig for it. The scope's stack deploys to the hub. An override keeps it off all other members.
 *
 * The hub doesn't know the address, or whether the import is valid: a placement counts as available a minute after the
 * object is on the member. `kubectl get multiclusterservices` on the member shows both. If the app needs the address, use a
 * MultiClusterService or a DnsLoadBalancer.
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
    // Placements wait for everything in their namespace.
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

  /** On the hub, all of them are in one namespace, whatever their members. */
  private *checkOnce(): Generator<Finding> {
    for (const other of allMarked<PlacedMultiClusterService>(this, MARK)) {
      // For the same member, the duplicate derived Service is already refused.
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
