import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { Construct } from "constructs";
import { isKnown } from "../checks/check";

interface OrderedProviderProps {
  readonly alias: string;
  /** The provider that it is like in all else. */
  readonly like: AzurermProvider;
  /**
   * Attributes of resources that it begins after, e.g. `azurerm_virtual_network.x.name`: known when Terraform plans, or it
   * could not read what is there. Asked at synthesis.
   */
  readonly after: () => readonly string[];
}

/**
 * A second azurerm provider of a stack, which begins only when other resources are made. Terraform deletes what an app no
 * longer has beside all that it makes, and nothing in an app can say that it is to wait; but what is deleted waits for
 * its provider, and a provider for what its settings name. Terraform starts it where something is to be done with it.
 */
export class OrderedProvider extends AzurermProvider {
  private readonly like: AzurermProvider;
  private readonly after: () => readonly string[];

  constructor(scope: Construct, id: string, props: OrderedProviderProps) {
    super(scope, id, { alias: props.alias, features: [{}] });
    this.like = props.like;
    this.after = props.after;
  }

  override toTerraform() {
    const [settings] = this.like.toTerraform().provider.azurerm;
    const own = super.toTerraform();
    const subscription_id = this.inOrder(settings.subscription_id);
    return { ...own, provider: { azurerm: [{ ...settings, subscription_id, alias: this.alias }] } };
  }

  /** The value, which names the resources that come first. */
  private inOrder(value: string | undefined): string | undefined {
    const first = this.after();
    if (first.length === 0) {
      return value;
    }
    // Inside of an expression CDKTF writes a token without its braces.
    const last = value === undefined ? "null" : isKnown(value) ? JSON.stringify(value) : value;
    return `\${[${[...first, last].join(", ")}][${first.length}]}`;
  }
}
