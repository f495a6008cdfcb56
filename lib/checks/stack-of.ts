import { dependable, type ITerraformDependable, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/** The stack that a construct is in; undefined for imported constructs directly under the app. */
export function stackOf(construct: IConstruct): TerraformStack | undefined {
  return construct.node.scopes.find((scope): scope is TerraformStack => TerraformStack.isStack(scope));
}

/**
 * The dependencies that are in the same stack as `scope`, as `depends_on` can't refer to another stack. For those in
 * another stack, the whole stack becomes a dependency.
 */
export function dependablesFor(
  scope: IConstruct,
  dependables: readonly ITerraformDependable[],
): ITerraformDependable[] {
  const stack = TerraformStack.of(scope);
  return dependables.filter((dependable) => {
    const other = "node" in dependable ? stackOf(dependable as unknown as IConstruct) : undefined;
    if (other === undefined || other === stack) {
      return true;
    }
    if (!stack.dependsOn(other)) {
      stack.addDependency(other);
    }
    return false;
  });
}

/**
 * The address used in `depends_on` for something in the same stack. For lists that grow with the fleet, at resolve time:
 * a token each would cost several times as much.
 */
export function addressOf(one: ITerraformDependable): string {
  return TerraformResource.isTerraformResource(one)
    ? `${one.terraformResourceType}.${one.friendlyUniqueId}`
    : dependable(one);
}
