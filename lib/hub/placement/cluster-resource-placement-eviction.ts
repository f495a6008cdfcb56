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
  /** 1 to 253 lower-case letters, digits, hyphens and periods. A new name creates a new eviction. */
  readonly name: string;
  /** The placement, PickAll or PickN. A change creates a new eviction. */
  readonly placement: IClusterResourcePlacement;
  /** The member, by its name in the fleet. A change creates a new eviction. */
  readonly clusterName: string;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("ClusterResourcePlacementEviction");

/**
 * Removes the placed objects from a member, if the placement's disruption budget allows it. It runs once, when created, or
 * is refused for good, as the status conditions Valid and Executed show. It doesn't prevent the scheduler from placing
 * everything there again: taint the member first. Only in the fleet's v1beta1 API.
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
          `placement: "${placementName}" is PickFixed, which has no evictions; remove the member from its policy.`,
        );
      }
      const members = placement.members;
      const chosen = members?.map(({ memberName }) => memberName);
      if (chosen?.every(isKnown) && isKnown(clusterName) && !chosen.includes(clusterName)) {
        yield finding(
          "eviction-not-placed-there",
          `clusterName: the placement "${placementName}" doesn't select "${clusterName}", only ${quoted(chosen)}; use one of those.`,
        );
      }
    });
  }
}
