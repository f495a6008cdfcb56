import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { Construct } from "constructs";
import { isKnown } from "../checks/check";

interface OrderedProviderProps {
  readonly alias: string;
  /** The provider whose other settings it copies. */
  readonly like: AzurermProvider;
  /**
   * Attributes of resources that must come first, e.g. `azurerm_virtual_network.x.name`. They must be known at plan time, or
   * the provider could not refresh. Evaluated at synthesis.
   */
  readonly after: () => readonly string[];
}

/**
 * A second azurerm provider of a stack, which starts only after other resources exist. Terraform deletes resources that
 * have left the configuration in parallel with creating others, and no dependency can delay that. But deletions wait for
 * their provider, and a provider waits for the resources that its settings refer to.
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

  /** The value, as an expression that refers to the resources that come first. */
  private inOrder(value: string | undefined): string | undefined {
    const first = this.after();
    if (first.length === 0) {
      return value;
    }
    // Inside an expression CDKTF writes a token without its braces.
    const last = value === undefined ? "null" : isKnown(value) ? JSON.stringify(value) : value;
    return `\${[${[...first, last].join(", ")}][${first.length}]}`;
  }
}
