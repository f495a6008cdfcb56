import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { finding } from "../../checks/finding";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import { manifestsOf, nameOf } from "../namespace/named";
import type { Namespace } from "../namespace/namespace";
import type { ResourcePlacement } from "../placement/resource-placement";
import type { StagedUpdateStrategy } from "./staged-update-strategy";
import { type UpdateRunOptions, updateRunManifest } from "./update-run";

export interface StagedUpdateRunProps extends UpdateRunOptions {
  /** The namespace that the run is in, with its placement and its strategy. */
  readonly namespace: Namespace;
  /**
   * A ResourcePlacement of the namespace whose rollout strategy is external, or the name of one that is not of this app.
   * Another one begins a run anew.
   */
  readonly placement: ResourcePlacement | string;
  /** The stages, or the name of a strategy of the namespace that is not of this app. Another one begins a run anew. */
  readonly strategy: StagedUpdateStrategy | string;
}

/**
 * Brings what a ResourcePlacement selects to its members, stage by stage. It runs once: when it is through, a later
 * change of the placement stays on the hub until there is a run of another name. To remove it, or to rename it, ends it
 * where it stands; what it has brought to members stays there.
 */
export class StagedUpdateRun extends Construct {
  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: StagedUpdateRunProps) {
    super(scope, id);
    props = checkedProps(this, "StagedUpdateRunProps", props);
    const { namespace, placement, strategy, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace, placement, strategy });
    this.name = props.name;
    this.manifest = updateRunManifest(this, {
      ...options,
      kind: "StagedUpdateRun",
      namespace: namespace.name,
      placement: typeof placement === "object" ? placement : undefined,
      placementName: nameOf(placement),
      strategyName: nameOf(strategy),
      dependsOn: [...namespace.dependables, ...manifestsOf(placement, strategy), ...(props.dependsOn ?? [])],
    });
    addCheck(this, function* () {
      if (typeof strategy === "object" && strategy.namespace !== namespace) {
        yield finding(
          "update-run-strategy-namespace",
          `strategy: "${strategy.name}" is in the namespace "${strategy.namespace.name}", and the run in "${namespace.name}" finds strategies of its own namespace only; make one there.`,
        );
      }
      if (typeof placement === "object" && placement.namespace !== namespace) {
        yield finding(
          "staged-run-placement-namespace",
          `placement: "${placement.name}" is in the namespace "${placement.namespace.name}", and the run in "${namespace.name}" finds placements of its own namespace only; make the run there.`,
        );
      }
    });
  }
}
