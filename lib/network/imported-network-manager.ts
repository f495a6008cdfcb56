import { Construct } from "constructs";
import { parseResourceId } from "../azapi/resource-id";
import { addCheck } from "../checks/check";
import { checkSubscription } from "../checks/guid";
import { checkedProps } from "../props/check-props";
import type { INetworkManager } from "./network-manager";

export interface NetworkManagerImportOptions {
  /** The subscriptions whose networks it manages. @default - not checked */
  readonly subscriptionIds?: readonly string[];
}

interface NetworkManagerAttributes extends NetworkManagerImportOptions {
  readonly networkManagerId: string;
}

const NETWORK_MANAGER = ["a network manager", "Microsoft.Network/networkManagers"] as const;

/** An existing network manager. */
export class ImportedNetworkManager extends Construct implements INetworkManager {
  readonly networkManagerId: string;
  readonly subscriptionIds: readonly string[] | undefined;

  constructor(scope: Construct, id: string, attributes: NetworkManagerAttributes) {
    super(scope, id);
    const { networkManagerId, subscriptionIds } = checkedProps(this, "NetworkManagerAttributes", attributes);
    const parsed = parseResourceId(this, "networkManagerId", networkManagerId, NETWORK_MANAGER);
    this.networkManagerId = parsed?.id ?? networkManagerId;
    this.subscriptionIds = subscriptionIds;
    addCheck(this, function* () {
      for (const one of subscriptionIds ?? []) {
        yield* checkSubscription(one, "subscriptionIds");
      }
    });
  }
}
