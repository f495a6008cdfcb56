import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { INamespace } from "../namespace/namespace-base";

/** The stages of update runs: a strategy of this app, or one that exists on the hub. */
export interface IUpdateStrategy extends IConstruct {
  readonly name: string;
  /** What must exist before a run: nothing where the strategy exists already. */
  readonly dependables: readonly ITerraformDependable[];
  /** As the API has them; undefined where only the hub knows. @internal */
  readonly _stages: readonly unknown[] | undefined;
}

/**
 * A strategy that is in no namespace.
 * @marked
 */
export interface IClusterStagedUpdateStrategy extends IUpdateStrategy {}

/**
 * A strategy that is in a namespace.
 * @marked
 */
export interface IStagedUpdateStrategy extends IUpdateStrategy {
  readonly namespace: INamespace;
}
