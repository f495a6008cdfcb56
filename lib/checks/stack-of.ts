import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/** The stack that a construct is in; undefined for something imported that the app itself holds. */
export function stackOf(construct: IConstruct): TerraformStack | undefined {
  return construct.node.scopes.find((scope): scope is TerraformStack => TerraformStack.isStack(scope));
}
