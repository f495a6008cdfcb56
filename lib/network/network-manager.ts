import type { NetworkManager as NetworkManagerResource } from "@cdktf/provider-azurerm/lib/network-manager";
import { Construct, type IConstruct } from "constructs";
import { isSameSubscription, makes } from "../azapi/made";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkSubscription } from "../checks/guid";
import { checkLocation } from "../checks/locations";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { checkTags } from "../checks/tags";
import { clientConfig } from "../identity/principal";
import { checkedProps, optionsOf } from "../props/check-props";
import { ImportedNetworkManager, type NetworkManagerImportOptions } from "./imported-network-manager";
import { ResourceGroupOf } from "./resource-group";

/** An Azure Virtual Network Manager that can connect networks. */
export interface INetworkManager extends IConstruct {
  readonly networkManagerId: string;
  /** The subscriptions whose networks it manages; undefined if not known to this app. */
  readonly subscriptionIds: readonly string[] | undefined;
}

export interface NetworkManagerProps {
  /** 1 to 64 letters, digits, underscores, hyphens and periods. */
  readonly networkManagerName: string;
  /** Short name of the manager's Azure location. The networks that it connects can be anywhere. */
  readonly location: string;
  /** Name of the new resource group. @default "rg-network-manager" */
  readonly resourceGroupName?: string;
  /** Name of an existing resource group to use. @default - a new one */
  readonly existingResourceGroupName?: string;
  /**
   * The subscriptions whose networks it manages. Azure allows one manager with `Connectivity` access per subscription.
   * @default - the subscription of the stack's azurerm provider
   */
  readonly subscriptionIds?: readonly string[];
  /** @default - none */
  readonly tags?: Record<string, string>;
}

const MARK = markOf("NetworkManager");

/**
 * An Azure Virtual Network Manager that connects networks (scope access `Connectivity`). Azure bills each managed network.
 */
export class NetworkManager extends Construct implements INetworkManager {
  /** Whether something is a NetworkManager. */
  static isNetworkManager(x: unknown): x is NetworkManager {
    return isMarked(x, MARK);
  }

  /**
   * An existing manager, by its id: `az network manager show --query id` prints it. Its scope must include the networks, and
   * its scope accesses `Connectivity`. It must not have a connectivity configuration deployed in the networks' locations:
   * Azure deploys all configurations of a location together, and azurerm refuses to deploy over existing ones.
   * @throws if it is not the id of a network manager
   */
  static fromNetworkManagerId(
    scope: Construct,
    id: string,
    networkManagerId: string,
    options: NetworkManagerImportOptions = {},
  ): INetworkManager {
    return new ImportedNetworkManager(scope, id, {
      ...optionsOf(scope, `${id} (fromNetworkManagerId)`, options),
      networkManagerId,
    });
  }

  readonly resource: NetworkManagerResource;
  readonly subscriptionIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkManagerProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "NetworkManagerProps", props);
    const { networkManagerName: name, location, tags } = props;
    const resourceGroup = new ResourceGroupOf(this, props, () => ({ name: "rg-network-manager", location }));
    this.subscriptionIds = props.subscriptionIds ?? [clientConfig(this).subscriptionId];
    // Loaded only when needed: most apps have no network manager.
    const { NetworkManager: Resource } =
      require("@cdktf/provider-azurerm/lib/network-manager") as typeof import("@cdktf/provider-azurerm/lib/network-manager");
    this.resource = new Resource(this, "Resource", {
      name,
      location,
      resourceGroupName: resourceGroup.name,
      scope: { subscriptionIds: this.subscriptionIds.map((one) => `/subscriptions/${one}`) },
      scopeAccesses: ["Connectivity"],
      tags,
    });
    makes(this, {
      what: "network manager",
      prop: "networkManagerName",
      name,
      group: resourceGroup.name,
    });
    addCheck(this, function* () {
      yield* checkName("network manager", name, "networkManagerName");
      yield* checkLocation(location);
      yield* resourceGroup.check();
      yield* checkTags(tags);
      for (const one of props.subscriptionIds ?? []) {
        yield* checkSubscription(one, "subscriptionIds");
      }
    });
    addCheck(this, () => this.checkScope());
  }

  get networkManagerId(): string {
    return this.resource.id;
  }

  /** Azure allows one manager per scope and access. */
  private *checkScope(): Generator<Finding> {
    const all = allMarked<NetworkManager>(this, MARK);
    const manages = (one: NetworkManager) =>
      one.subscriptionIds.filter(isKnown).map((subscription) => subscription.toLowerCase());
    const other = all.slice(0, all.indexOf(this)).find((one) => {
      const [own, its] = [manages(this), manages(one)];
      const isDefault = own.length === 0 && its.length === 0;
      return (
        own.some((subscription) => its.includes(subscription)) || (isDefault && isSameSubscription(one, this))
      );
    });
    if (other) {
      yield finding(
        "network-manager-scope-twice",
        `subscriptionIds: ${other.node.path} manages the same subscription, but Azure allows only one manager with Connectivity access per subscription; use that manager for both.`,
      );
    }
  }
}
