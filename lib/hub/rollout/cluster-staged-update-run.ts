import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import { fleetOf, manifestsOf, nameOf } from "../namespace/named";
import type { ClusterResourcePlacement } from "../placement/cluster-resource-placement";
import type { ClusterStagedUpdateStrategy } from "./cluster-staged-update-strategy";
import { type UpdateRunOptions, updateRunManifest } from "./update-run";

export interface ClusterStagedUpdateRunProps extends UpdateRunOptions {
  /** A placement whose rollout strategy is external, or the name of one that is not of this app. Another one begins a run anew. */
  readonly placement: ClusterResourcePlacement | string;
  /** The stages, or the name of a strategy that is not of this app. Another one begins a run anew. */
  readonly strategy: ClusterStagedUpdateStrategy | string;
}

/**
 * Brings what a placement selects to its members, stage by stage. It runs once: when it is through, a later change of the
 * placement stays on the hub until there is a run of another name. To remove it, or to rename it, ends it where it
 * stands; what it has brought to members stays there.
 */
export class ClusterStagedUpdateRun extends Construct {
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterStagedUpdateRunProps) {
    super(scope, id);
    props = checkedProps(this, "ClusterStagedUpdateRunProps", props);
    const { placement, strategy, ...options } = props;
    this.name = props.name;
    onHub(this, fleetOf(placement), { placement, strategy });
    this.manifest = updateRunManifest(this, {
      ...options,
      kind: "ClusterStagedUpdateRun",
      placement: typeof placement === "object" ? placement : undefined,
      placementName: nameOf(placement),
      strategyName: nameOf(strategy),
      dependsOn: [...manifestsOf(placement, strategy), ...(props.dependsOn ?? [])],
    });
  }
}
