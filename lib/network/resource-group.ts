import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { Construct } from "constructs";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { clientConfig } from "../identity/principal";

interface ResourceGroupOptions {
  readonly resourceGroupName?: string;
  readonly existingResourceGroupName?: string;
  readonly tags?: Record<string, string>;
}

/** The resource group of a construct, which makes it unless it names one that exists. */
export class ResourceGroupOf {
  /** The group, where the construct makes it. */
  readonly made: ResourceGroup | undefined;
  readonly name: string;

  /** @param defaults of a group that is made; asked for then only, since an imported fleet may not tell them */
  constructor(
    private readonly scope: Construct,
    private readonly options: ResourceGroupOptions,
    defaults: () => { readonly name: string; readonly location: string },
  ) {
    if (options.existingResourceGroupName === undefined) {
      const { name, location } = defaults();
      this.made = new ResourceGroup(scope, "ResourceGroup", {
        name: options.resourceGroupName ?? name,
        location,
        tags: options.tags,
      });
    }
    this.name = this.made?.name ?? options.existingResourceGroupName ?? "";
  }

  get id(): string {
    return (
      this.made?.id ?? `/subscriptions/${clientConfig(this.scope).subscriptionId}/resourceGroups/${this.name}`
    );
  }

  /** @throws if the group exists and is not made here */
  get resource(): ResourceGroup {
    if (!this.made) {
      throw new Error(
        finding(
          "resource-group-not-made",
          `[${this.scope.node.path}] the resource group "${this.name}" exists already and is not made here (existingResourceGroupName); use resourceGroupName.`,
        ),
      );
    }
    return this.made;
  }

  *check(): Generator<Finding> {
    const { resourceGroupName, existingResourceGroupName } = this.options;
    yield* checkName("resource group", this.made?.nameInput, "resourceGroupName");
    yield* checkName("resource group", existingResourceGroupName, "existingResourceGroupName");
    if (resourceGroupName !== undefined && existingResourceGroupName !== undefined) {
      yield finding(
        "resource-group-existing-and-new",
        `existingResourceGroupName: "${existingResourceGroupName}" exists, and resourceGroupName, "${resourceGroupName}", is to be made; give one of the two.`,
      );
    }
  }
}
