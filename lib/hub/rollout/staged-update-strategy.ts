import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { Namespace } from "../namespace/namespace";
import { type UpdateStrategyOptions, updateStrategyManifest } from "./update-stage";

export interface StagedUpdateStrategyProps extends UpdateStrategyOptions {
  /** The namespace that the strategy is in; runs of it are there, too. */
  readonly namespace: Namespace;
}

const MARK = markOf("StagedUpdateStrategy");

/**
 * The stages in which StagedUpdateRuns of a namespace bring a change to members. By itself it does nothing, and it
 * concerns only ResourcePlacements whose rollout strategy is external.
 */
export class StagedUpdateStrategy extends Construct {
  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: StagedUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "StagedUpdateStrategyProps", props);
    markAs(this, MARK);
    const { namespace, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    this.name = props.name;
    this.manifest = updateStrategyManifest(this, {
      ...options,
      kind: "StagedUpdateStrategy",
      namespace: namespace.name,
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    });
  }
}
