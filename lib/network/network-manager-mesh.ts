import { createHash } from "node:crypto";
import type { NetworkManagerConnectivityConfiguration } from "@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration";
import type { NetworkManagerDeployment } from "@cdktf/provider-azurerm/lib/network-manager-deployment";
import type { NetworkManagerNetworkGroup } from "@cdktf/provider-azurerm/lib/network-manager-network-group";
import type { NetworkManagerStaticMember } from "@cdktf/provider-azurerm/lib/network-manager-static-member";
import { Fn, type ITerraformDependable, Lazy, TerraformLocal, type TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { makes } from "../azapi/made";
import { readResourceId } from "../azapi/resource-id";
import { addCheck, freeId, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { addressOf, dependablesFor } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import { checkedProps } from "../props/check-props";
import type { IClusterNetwork } from "./cluster-network";
import { changesOf } from "./network-changes";
import type { INetworkManager } from "./network-manager";
import { checkKeys, checkOverlaps } from "./network-overlap";

export interface NetworkManagerMeshProps {
  /** What connects the networks. */
  readonly networkManager: INetworkManager;
  /** The networks to connect, each with each; `addNetwork` adds more. Azure takes 250, and up to 1,000 on request. */
  readonly networks: readonly IClusterNetwork[];
  /** Name of the network group and of its connectivity configuration, which are the manager's. @default "aks-fleet" */
  readonly networkGroupName?: string;
  /** What must exist before the networks are connected, and outlives that when all is destroyed. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /** azurerm provider of all that the mesh makes. @default - the stack's */
  readonly provider?: TerraformProvider;
}

/** Azure's limits: networks that one configuration connects, without asking for more; and such groups that one network is in. */
const MOST_NETWORKS = 250;
const MOST_GROUPS = 2;

const MARK = markOf("NetworkManagerMesh");
const NETWORK = ["a virtual network", "Microsoft.Network/virtualNetworks"] as const;

/**
 * Connects networks, each with each, in all locations, by an Azure Virtual Network Manager: pods reach each other by their
 * addresses, as over peerings. It makes one resource for each network and one for each location, where a PeeringMesh makes
 * two for each pair. It shows in the effective routes of the nodes (`ConnectedGroup`), and in no list of peerings.
 */
export class NetworkManagerMesh extends Construct {
  /** Whether something is a NetworkManagerMesh. */
  static isNetworkManagerMesh(x: unknown): x is NetworkManagerMesh {
    return isMarked(x, MARK);
  }

  /** Every mesh of an app. @internal */
  static _all(scope: IConstruct): readonly NetworkManagerMesh[] {
    return allMarked<NetworkManagerMesh>(scope, MARK);
  }

  readonly group: NetworkManagerNetworkGroup;
  readonly configuration: NetworkManagerConnectivityConfiguration;
  private readonly networkManager: INetworkManager;
  private readonly before: readonly ITerraformDependable[];
  private readonly provider: TerraformProvider | undefined;
  private readonly connected = new Set<IClusterNetwork>();
  private readonly members = new Map<string, NetworkManagerStaticMember>();
  private readonly inLocations = new Map<string, NetworkManagerDeployment>();
  private readonly memberIds: TerraformLocal;

  constructor(scope: Construct, id: string, props: NetworkManagerMeshProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "NetworkManagerMeshProps", props);
    const { networkManager, networkGroupName: name = "aks-fleet", provider } = props;
    const { networkManagerId } = networkManager;
    this.networkManager = networkManager;
    this.before = props.dependsOn ?? [];
    this.provider = provider;
    const { NetworkManagerNetworkGroup, NetworkManagerConnectivityConfiguration } = azurerm();
    this.group = new NetworkManagerNetworkGroup(this, "Group", { name, networkManagerId, provider });
    this.configuration = new NetworkManagerConnectivityConfiguration(this, "Configuration", {
      name,
      networkManagerId,
      connectivityTopology: "Mesh",
      globalMeshEnabled: true,
      appliesToGroup: [
        { groupConnectivity: "DirectlyConnected", globalMeshEnabled: true, networkGroupId: this.group.id },
      ],
      provider,
    });
    // Each deployment names it: the ids themselves would be N in each of them.
    const memberIds = Lazy.anyValue({
      produce: () => [...this.members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { id }]) => id),
    });
    this.memberIds = new TerraformLocal(this, "MemberIds", memberIds);
    makes(this, { what: "network group", prop: "networkGroupName", name, group: networkManagerId });
    for (const network of props.networks) {
      this.addNetwork(network);
    }
    addCheck(this, () => checkName("network group", name, "networkGroupName"));
    addCheck(this, () => this.check());
  }

  get networks(): readonly IClusterNetwork[] {
    return [...this.connected];
  }

  /** What deploys the configuration, in each location that a network is in. */
  get deployments(): readonly NetworkManagerDeployment[] {
    return [...this.inLocations.values()];
  }

  /** @internal What connects a network with all others, or with another one. */
  _connecting(network: IClusterNetwork, other?: IClusterNetwork): NetworkManagerDeployment[] {
    const locations = new Set([network, other].map((one) => one && ifTold(() => one.location)));
    return [...this.inLocations].filter(([location]) => locations.has(location)).map(([, one]) => one);
  }

  /** Connects one more network with every network of the mesh. Adding one twice changes nothing. */
  addNetwork(network: IClusterNetwork): void {
    checkedProps(this, "NetworkManagerMeshNetwork", { network }, "addNetwork");
    if (this.connected.has(network)) {
      return;
    }
    this.connected.add(network);
    const { NetworkManagerStaticMember, NetworkManagerDeployment } = azurerm();
    const name = memberName(network);
    if (!this.members.has(name)) {
      const member = new NetworkManagerStaticMember(this, freeId(this, name), {
        name,
        networkGroupId: this.group.id,
        targetVirtualNetworkId: network.virtualNetworkId,
        provider: this.provider,
      });
      // Azure changes a virtual network by one request at a time, and its subnets are part of it.
      member.dependsOn = Lazy.listValue(
        {
          produce: () => [...this.before, ...dependablesFor(this, changesOf(network))].map(addressOf),
        },
        { omitEmpty: true },
      );
      this.members.set(name, member);
    }
    const location = ifTold(() => network.location);
    if (isKnown(location) && !this.inLocations.has(location)) {
      this.inLocations.set(
        location,
        new NetworkManagerDeployment(this, `Deployment-${location}`, {
          networkManagerId: this.networkManager.networkManagerId,
          location,
          scopeAccess: "Connectivity",
          configurationIds: [this.configuration.id],
          // azurerm deploys again, and waits for it, when the networks are others: all of them are to learn of the new one.
          triggers: { members: Fn.sha256(Fn.join(",", this.memberIds.asList)) },
          provider: this.provider,
        }),
      );
    }
  }

  private *check(): Generator<Finding> {
    const { networks, networkManager } = this;
    yield* checkOverlaps(networks);
    yield* checkKeys(networks);
    if (this.members.size > MOST_NETWORKS) {
      yield finding(
        "network-group-many",
        `networks: there are ${this.members.size}, and Azure connects ${MOST_NETWORKS} by one configuration, or up to 1,000 on request; ask for it and acknowledge this, or connect the networks through a hub and name them as peered.`,
      );
    }
    const others = NetworkManagerMesh._all(this).slice(0, NetworkManagerMesh._all(this).indexOf(this));
    for (const network of networks) {
      const before = others.filter((mesh) => mesh.connected.has(network));
      if (before.length >= MOST_GROUPS) {
        yield finding(
          "network-groups-many",
          `networks: "${network.key}" is connected by ${before.map(({ node }) => node.path).join(" and ")} already, and Azure takes a network in ${MOST_GROUPS} such groups; leave it out of one.`,
        );
      }
      if (!isKnown(ifTold(() => network.location))) {
        yield finding(
          "network-group-location",
          `networks: the location of "${network.key}" is not known, and Azure deploys a configuration location by location; name it where the network is imported (location), as Azure writes it, e.g. "eastus2".`,
        );
      }
      const subscription = subscriptionOf(network);
      const managed = networkManager.subscriptionIds;
      if (subscription && managed?.every((one) => isKnown(one) && one.toLowerCase() !== subscription)) {
        yield finding(
          "network-manager-scope",
          `networks: "${network.key}" is in the subscription ${subscription}, which the network manager does not manage, so that it would be connected with nothing; add the subscription to the manager's (subscriptionIds).`,
        );
      }
    }
  }
}

/** Loaded where there is a mesh: most apps have none. */
function azurerm() {
  return {
    ...(require("@cdktf/provider-azurerm/lib/network-manager-network-group") as typeof import("@cdktf/provider-azurerm/lib/network-manager-network-group")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-static-member") as typeof import("@cdktf/provider-azurerm/lib/network-manager-static-member")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration") as typeof import("@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-deployment") as typeof import("@cdktf/provider-azurerm/lib/network-manager-deployment")),
  };
}

/**
 * The network's name in its group: its key; of one that exists its own with a part of its id's hash, since several clusters,
 * each with a key, may be on it.
 */
function memberName(network: IClusterNetwork): string {
  const known = readResourceId(network.virtualNetworkId, NETWORK);
  const hash = known && createHash("sha256").update(known.id.toLowerCase()).digest("hex").slice(0, 8);
  return known ? `${known.names[0]}-${hash}` : network.key;
}

function subscriptionOf(network: IClusterNetwork): string | undefined {
  return readResourceId(network.virtualNetworkId, NETWORK)?.subscriptionId.toLowerCase();
}
