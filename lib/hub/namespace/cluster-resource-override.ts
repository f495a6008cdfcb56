import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { IClusterResourcePlacement } from "../placement/placement";
import { type OverriddenResource, type OverrideOptions, overrideManifest } from "./override";

export interface ClusterResourceOverrideProps extends OverrideOptions {
  /**
   * The placement whose copies are overridden. A change of the override is
   * then rolled out at once; what is written for no placement in particular waits for the next rollout of each. Another
   * placement makes the override anew; until it is there again, members may get what is overridden as it is on the hub.
   * @default - every placement
   */
  readonly placement?: IClusterResourcePlacement;
  /** Objects that are in no namespace; 1 to 20. A Namespace stands for itself and all that is in it. */
  readonly clusterResourceSelectors: readonly OverriddenResource[];
}

const MARK = markOf("ClusterResourceOverride");

/**
 * Changes cluster-scoped objects on their way to members, or keeps them away from some. An object has one override at
 * most. Placements of this stack that it is for are rolled out after it, so that no member ever gets what is overridden.
 */
export class ClusterResourceOverride extends Construct {
  /** Whether something is a ClusterResourceOverride. */
  static isClusterResourceOverride(x: unknown): x is ClusterResourceOverride {
    return isMarked(x, MARK);
  }

  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterResourceOverrideProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterResourceOverrideProps", props);
    const { placement, clusterResourceSelectors: selectors, ...options } = props;
    this.name = props.name;
    onHub(this, placement?.fleet, { placement });
    this.manifest = overrideManifest(this, {
      ...options,
      kind: "ClusterResourceOverride",
      selectors,
      placement: placement && { name: placement.name },
    });
    addCheck(this, function* () {
      for (const [index, selector] of selectors.entries()) {
        if (placement && !placement._mayChoose(selector)) {
          yield finding(
            "override-not-placed",
            `clusterResourceSelectors[${index}]: the placement "${placement.name}" does not place ${selector.kind} "${selector.name}", so that there is nothing to override; name a placement that does, or leave it out for all of them.`,
          );
        }
      }
    });
  }
}
