import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import { ImportedStagedUpdateStrategy } from "./imported-strategy";
import { stageSpec, type UpdateStrategyOptions, updateStrategyManifest } from "./update-stage";
import type { IStagedUpdateStrategy } from "./update-strategy";

export interface StagedUpdateStrategyProps extends UpdateStrategyOptions {
  /** The namespace that the strategy is in; runs of it are there, too. */
  readonly namespace: INamespace;
}

const MARK = markOf("StagedUpdateStrategy");

/**
 * The stages in which StagedUpdateRuns of a namespace bring a change to members. By itself it does nothing, and it
 * concerns only ResourcePlacements whose rollout strategy is external.
 */
export class StagedUpdateStrategy extends Construct implements IStagedUpdateStrategy {
  /** Whether something is a StagedUpdateStrategy. */
  static isStagedUpdateStrategy(x: unknown): x is StagedUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** A strategy that exists in a namespace of the hub, by its name. */
  static fromStrategyName(
    scope: Construct,
    id: string,
    namespace: INamespace,
    strategyName: string,
  ): IStagedUpdateStrategy {
    return new ImportedStagedUpdateStrategy(scope, id, namespace, strategyName);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;
  /** As the API has them. @internal */
  readonly _stages: readonly unknown[];

  constructor(scope: Construct, id: string, props: StagedUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "StagedUpdateStrategyProps", props);
    markAs(this, MARK);
    markAs(this, markOf("IStagedUpdateStrategy"));
    const { namespace, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    this.name = props.name;
    this._stages = props.stages.map(stageSpec);
    this.manifest = updateStrategyManifest(this, {
      ...options,
      kind: "StagedUpdateStrategy",
      namespace: namespace.name,
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    });
  }

  get dependables(): readonly ITerraformDependable[] {
    return [this.manifest];
  }
}
