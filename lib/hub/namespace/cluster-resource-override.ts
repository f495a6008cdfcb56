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
   * The placement to override. A change of the override then rolls out immediately; without a placement, it waits for the
   * next rollout of each. Another placement replaces the override; meanwhile, members may get the objects without it.
   * @default - all placements
   */
  readonly placement?: IClusterResourcePlacement;
  /** Cluster-scoped objects; 1 to 20. A Namespace includes its contents. */
  readonly clusterResourceSelectors: readonly OverriddenResource[];
}

const MARK = markOf("ClusterResourceOverride");

/**
 * Changes cluster-scoped objects on their way to members, or keeps them off some. An object can have only one override. Its
 * placements in this stack roll out after it, so no member gets the objects without it.
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
            `clusterResourceSelectors[${index}]: the placement "${placement.name}" doesn't place ${selector.kind} "${selector.name}"; set a placement that does, or leave placement out for all.`,
          );
        }
      }
    });
  }
}
