import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Lazy, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { madeGroup, makes, nameGroup } from "../azapi/made";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { clientConfig } from "../identity/principal";

interface ResourceGroupOptions {
  readonly resourceGroupName?: string;
  readonly existingResourceGroupName?: string;
  readonly tags?: Record<string, string>;
}

/** The resource group of a construct: a new one, or an existing one. */
export class ResourceGroupOf {
  /** The group, if it is new. */
  readonly made: ResourceGroup | undefined;
  readonly name: string;

  /** @param defaults for a new group, evaluated only then, as an imported fleet may lack them */
  constructor(
    private readonly scope: Construct,
    private readonly options: ResourceGroupOptions,
    defaults: () => { readonly name: string; readonly location: string },
  ) {
    const { existingResourceGroupName: existing } = options;
    if (existing === undefined) {
      const { name, location } = defaults();
      const own = options.resourceGroupName ?? name;
      this.made = new ResourceGroup(scope, "ResourceGroup", { name: own, location, tags: options.tags });
      this.name = this.made.name;
      nameGroup(scope, this.name, { name: own, isMade: true });
      makes(scope, { what: "resource group", prop: "resourceGroupName", name: own });
    } else {
      this.name = existingGroup(scope, existing);
    }
  }

  get id(): string {
    return (
      this.made?.id ?? `/subscriptions/${clientConfig(this.scope).subscriptionId}/resourceGroups/${this.name}`
    );
  }

  /** @throws if the group is an existing one */
  get resource(): ResourceGroup {
    if (!this.made) {
      throw new Error(
        finding(
          "resource-group-not-made",
          `[${this.scope.node.path}] the resource group "${this.options.existingResourceGroupName}" exists and is not created here (existingResourceGroupName); use resourceGroupName.`,
        ),
      );
    }
    return this.made;
  }

  *check(): Generator<Finding> {
    const { resourceGroupName, existingResourceGroupName } = this.options;
    yield* checkName("resource group", this.made?.nameInput, "resourceGroupName");
    yield* checkExistingGroup(this.scope, existingResourceGroupName);
    if (resourceGroupName !== undefined && existingResourceGroupName !== undefined) {
      yield finding(
        "resource-group-existing-and-new",
        `existingResourceGroupName: "${existingResourceGroupName}" is an existing group, but resourceGroupName, "${resourceGroupName}", a new one; remove one of the two.`,
      );
    }
  }
}

/**
 * The name of an existing resource group. If the app itself creates it elsewhere, the reference depends on the group, or on
 * the other stack that creates it.
 */
export function existingGroup(scope: IConstruct, name: string): string {
  if (!isKnown(name)) {
    return name;
  }
  // Lazy: the construct that creates it may be added later.
  const reference = Lazy.stringValue({
    produce: () => {
      const made = madeGroup(scope, name);
      const [stack, other] = [TerraformStack.of(scope), made && TerraformStack.of(made)];
      if (made && other === stack) {
        return made.name;
      }
      if (other && !stack.dependsOn(other) && !other.dependsOn(stack)) {
        stack.addDependency(other);
      }
      return name;
    },
  });
  nameGroup(scope, reference, { name, isMade: false });
  return reference;
}

/** Checks the name of an existing group, and that no later stack creates it. */
export function* checkExistingGroup(
  scope: IConstruct,
  name: string | undefined,
  prop = "existingResourceGroupName",
): Generator<Finding> {
  yield* checkName("resource group", name, prop);
  const made = isKnown(name) ? madeGroup(scope, name) : undefined;
  if (made && TerraformStack.of(made).dependsOn(TerraformStack.of(scope))) {
    yield finding(
      "resource-group-later",
      `${prop}: "${name}" is created by the stack "${TerraformStack.of(made).node.id}" (${made.node.path}), which is deployed after this one; create it here or in an earlier stack, or use another group.`,
    );
  }
}
