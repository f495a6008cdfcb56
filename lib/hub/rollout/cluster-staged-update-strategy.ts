import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import { ImportedClusterStagedUpdateStrategy } from "./imported-strategy";
import { stageSpec, type UpdateStrategyOptions, updateStrategyManifest } from "./update-stage";
import type { IClusterStagedUpdateStrategy } from "./update-strategy";

export interface ClusterStagedUpdateStrategyProps extends UpdateStrategyOptions {}

const MARK = markOf("ClusterStagedUpdateStrategy");

/**
 * The stages in which ClusterStagedUpdateRuns roll out changes to members. It does nothing without a run, and is only for
 * placements with `rolloutType` `External`.
 */
export class ClusterStagedUpdateStrategy extends Construct implements IClusterStagedUpdateStrategy {
  /** Whether something is a ClusterStagedUpdateStrategy. */
  static isClusterStagedUpdateStrategy(x: unknown): x is ClusterStagedUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** Imports an existing strategy of the hub by name. */
  static fromStrategyName(scope: Construct, id: string, strategyName: string): IClusterStagedUpdateStrategy {
    return new ImportedClusterStagedUpdateStrategy(scope, id, strategyName);
  }

  readonly name: string;
  readonly manifest: Manifest;
  /** In the API's form. @internal */
  readonly _stages: readonly unknown[];

  constructor(scope: Construct, id: string, props: ClusterStagedUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "ClusterStagedUpdateStrategyProps", props);
    markAs(this, MARK);
    markAs(this, markOf("IClusterStagedUpdateStrategy"));
    this.name = props.name;
    this._stages = props.stages.map(stageSpec);
    onHub(this, undefined);
    this.manifest = updateStrategyManifest(this, { ...props, kind: "ClusterStagedUpdateStrategy" });
  }

  get dependables(): readonly ITerraformDependable[] {
    return [this.manifest];
  }
}
