import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { INamespace } from "../namespace/namespace-base";

/** The stages of update runs: a strategy of this app, or an imported one. */
export interface IUpdateStrategy extends IConstruct {
  readonly name: string;
  /** What runs must wait for; empty for imported strategies. */
  readonly dependables: readonly ITerraformDependable[];
  /** In the API's form; undefined if known only to the hub. @internal */
  readonly _stages: readonly unknown[] | undefined;
}

/**
 * A cluster-scoped strategy.
 * @marked
 */
export interface IClusterStagedUpdateStrategy extends IUpdateStrategy {}

/**
 * A strategy in a namespace.
 * @marked
 */
export interface IStagedUpdateStrategy extends IUpdateStrategy {
  readonly namespace: INamespace;
}
