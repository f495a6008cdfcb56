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
  /** The namespace of the strategy and its runs. */
  readonly namespace: INamespace;
}

const MARK = markOf("StagedUpdateStrategy");

/**
 * The stages in which StagedUpdateRuns of a namespace roll out changes to members. It does nothing without a run, and is
 * only for ResourcePlacements with `rolloutType` `External`.
 */
export class StagedUpdateStrategy extends Construct implements IStagedUpdateStrategy {
  /** Whether something is a StagedUpdateStrategy. */
  static isStagedUpdateStrategy(x: unknown): x is StagedUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** Imports an existing strategy in a namespace of the hub by name. */
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
  /** In the API's form. @internal */
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
