import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { markAs, markOf } from "../../checks/marked";
import { checkObjectName } from "../../checks/names";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import type { IClusterStagedUpdateStrategy, IStagedUpdateStrategy } from "./update-strategy";

/** An existing cluster-scoped strategy of the hub. */
export class ImportedClusterStagedUpdateStrategy extends Construct implements IClusterStagedUpdateStrategy {
  readonly name: string;
  readonly dependables: readonly ITerraformDependable[] = [];
  readonly _stages = undefined;

  constructor(scope: Construct, id: string, strategyName: string) {
    super(scope, id);
    markAs(this, markOf("IClusterStagedUpdateStrategy"));
    this.name = checkedProps(this, "ImportedName", { name: strategyName }).name;
    addCheck(this, () => checkObjectName("a strategy", this.name));
  }
}

/** An existing strategy in a namespace of the hub. */
export class ImportedStagedUpdateStrategy extends Construct implements IStagedUpdateStrategy {
  readonly name: string;
  readonly namespace: INamespace;
  readonly dependables: readonly ITerraformDependable[] = [];
  readonly _stages = undefined;

  constructor(scope: Construct, id: string, namespace: INamespace, strategyName: string) {
    super(scope, id);
    markAs(this, markOf("IStagedUpdateStrategy"));
    const given = checkedProps(this, "ImportedStrategy", { namespace, name: strategyName });
    this.name = given.name;
    this.namespace = given.namespace;
    addCheck(this, () => checkObjectName("a strategy", this.name));
  }
}
