import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { IClusterResourcePlacement } from "../placement/placement";
import { type UpdateRunOptions, updateRunManifest } from "./update-run";
import type { IClusterStagedUpdateStrategy } from "./update-strategy";

export interface ClusterStagedUpdateRunProps extends UpdateRunOptions {
  /** A placement with `rolloutType` `External`. A change starts a new run. */
  readonly placement: IClusterResourcePlacement;
  /** The stages. A change starts a new run. */
  readonly strategy: IClusterStagedUpdateStrategy;
}

const MARK = markOf("ClusterStagedUpdateRun");

/**
 * Rolls out what a placement selects to its members, stage by stage. It runs once: after that, changes of the placement
 * stay on the hub until a run with a new name. Removing or renaming it ends it where it is; what it has rolled out stays
 * on the members.
 */
export class ClusterStagedUpdateRun extends Construct {
  /** Whether something is a ClusterStagedUpdateRun. */
  static isClusterStagedUpdateRun(x: unknown): x is ClusterStagedUpdateRun {
    return isMarked(x, MARK);
  }

  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterStagedUpdateRunProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterStagedUpdateRunProps", props);
    const { placement, strategy, ...options } = props;
    this.name = props.name;
    onHub(this, placement.fleet, { placement, strategy });
    this.manifest = updateRunManifest(this, {
      ...options,
      kind: "ClusterStagedUpdateRun",
      placement,
      strategy,
      dependsOn: [...placement.dependables, ...strategy.dependables, ...(props.dependsOn ?? [])],
    });
  }
}
