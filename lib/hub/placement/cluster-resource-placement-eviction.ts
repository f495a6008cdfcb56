import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown, quoted } from "../../checks/check";
import { finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { checkObjectName } from "../../checks/names";
import { onHub } from "../../fleet/on-hub";
import { PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { checkOnce } from "../../kubernetes/object-once";
import { checkedProps } from "../../props/check-props";
import type { IClusterResourcePlacement } from "./placement";

export interface ClusterResourcePlacementEvictionProps {
  /** 1 to 253 lower-case letters, digits, hyphens and periods. A new name is a new eviction. */
  readonly name: string;
  /**
   * The placement, which is PickAll or PickN. Another one
   * is another eviction, as a new name is.
   */
  readonly placement: IClusterResourcePlacement;
  /** The member, by its name in the fleet. Another one is another eviction, as a new name is. */
  readonly clusterName: string;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("ClusterResourcePlacementEviction");

/**
 * Takes what is placed off a member, if the placement's disruption budget allows that. It is carried out once, when it is
 * made, or is refused for good: status conditions Valid and Executed tell. It keeps nothing away: taint the member first,
 * or the scheduler may place everything there again. v1beta1: the fleet has no later version.
 */
export class ClusterResourcePlacementEviction extends Construct {
  /** Whether something is a ClusterResourcePlacementEviction. */
  static isClusterResourcePlacementEviction(x: unknown): x is ClusterResourcePlacementEviction {
    return isMarked(x, MARK);
  }

  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterResourcePlacementEvictionProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterResourcePlacementEvictionProps", props);
    const { name, placement, clusterName, dependsOn = [] } = props;
    const placementName = placement.name;
    this.name = name;
    onHub(this, placement.fleet, { placement });
    const manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: PLACEMENT_V1BETA1,
        kind: "ClusterResourcePlacementEviction",
        metadata: { name },
        spec: { placementName, clusterName },
      },
      immutable: { placementName, clusterName },
      dependsOn: [...placement.dependables, ...dependsOn],
    });
    this.manifest = manifest;
    addCheck(this, function* () {
      yield* checkObjectName("an eviction", name);
      yield* checkOnce([manifest]);
      yield* checkObjectName("a member", clusterName, "clusterName", 255);
      if (placement._placementType === "PickFixed") {
        yield finding(
          "eviction-pick-fixed",
          `placement: "${placementName}" is PickFixed, from which the fleet evicts nothing; take the member out of its policy.`,
        );
      }
      const members = placement.members;
      const chosen = members?.map(({ memberName }) => memberName);
      if (chosen?.every(isKnown) && isKnown(clusterName) && !chosen.includes(clusterName)) {
        yield finding(
          "eviction-not-placed-there",
          `clusterName: the placement "${placementName}" is not on "${clusterName}", only on ${quoted(chosen)}; name one of those.`,
        );
      }
    });
  }
}
