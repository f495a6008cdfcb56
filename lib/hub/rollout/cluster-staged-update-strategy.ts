import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import { type UpdateStrategyOptions, updateStrategyManifest } from "./update-stage";

export interface ClusterStagedUpdateStrategyProps extends UpdateStrategyOptions {}

const MARK = markOf("ClusterStagedUpdateStrategy");

/**
 * The stages in which ClusterStagedUpdateRuns bring a change to members. By itself it does nothing, and it concerns only
 * placements whose rollout strategy is external.
 */
export class ClusterStagedUpdateStrategy extends Construct {
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterStagedUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "ClusterStagedUpdateStrategyProps", props);
    markAs(this, MARK);
    this.name = props.name;
    onHub(this, undefined);
    this.manifest = updateStrategyManifest(this, { ...props, kind: "ClusterStagedUpdateStrategy" });
  }
}
