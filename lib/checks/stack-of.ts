import { dependable, type ITerraformDependable, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/** The stack that a construct is in; undefined for something imported that the app itself holds. */
export function stackOf(construct: IConstruct): TerraformStack | undefined {
  return construct.node.scopes.find((scope): scope is TerraformStack => TerraformStack.isStack(scope));
}

/**
 * Of what must exist before something in `scope`, that which its stack makes: `depends_on` reaches no further. Another
 * stack that makes some of it is deployed before, as a whole.
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
 * What `depends_on` says of something that its own stack makes. For lists that grow with the fleet, when they are resolved:
 * a token for each would cost several times as much.
 */
export function addressOf(one: ITerraformDependable): string {
  return TerraformResource.isTerraformResource(one)
    ? `${one.terraformResourceType}.${one.friendlyUniqueId}`
    : dependable(one);
}
