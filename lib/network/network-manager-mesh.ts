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
import { optional } from "../checks/required";
import { addressOf, dependablesFor } from "../checks/stack-of";
import { checkedProps } from "../props/check-props";
import type { IClusterNetwork } from "./cluster-network";
import { changesOf } from "./network-changes";
import type { INetworkManager } from "./network-manager";
import { checkKeys, checkOverlaps } from "./network-overlap";

export interface NetworkManagerMeshProps {
  /** The network manager that connects the networks. */
  readonly networkManager: INetworkManager;
  /** The networks to connect in a full mesh; `addNetwork` adds more. Azure allows 250, and up to 1,000 on request. */
  readonly networks: readonly IClusterNetwork[];
  /** Name of the network group and the connectivity configuration in the network manager. @default "aks-fleet" */
  readonly networkGroupName?: string;
  /** What must exist before the networks are connected, and is destroyed after they are disconnected. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /** azurerm provider for the mesh's resources. @default - the stack's */
  readonly provider?: TerraformProvider;
}

/** Azure's default limits: networks per configuration, and connected groups per network. */
const MOST_NETWORKS = 250;
const MOST_GROUPS = 2;

const MARK = markOf("NetworkManagerMesh");
const NETWORK = ["a virtual network", "Microsoft.Network/virtualNetworks"] as const;

/**
 * Connects networks of all locations in a full mesh with an Azure Virtual Network Manager: pods reach each other by IP
 * address, as with peerings. It creates one resource per network and one per location; a PeeringMesh creates two per pair.
 * The connections show in the nodes' effective routes (`ConnectedGroup`), not in lists of peerings.
 */
export class NetworkManagerMesh extends Construct {
  /** Whether something is a NetworkManagerMesh. */
  static isNetworkManagerMesh(x: unknown): x is NetworkManagerMesh {
    return isMarked(x, MARK);
  }

  /** All NetworkManagerMeshes of an app. @internal */
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
    // A local, as each deployment refers to all N ids.
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

  /** The deployments of the configuration, one for each location of the networks. */
  get deployments(): readonly NetworkManagerDeployment[] {
    return [...this.inLocations.values()];
  }

  /** @internal The resources that connect a network with all others, or with one other. */
  _connecting(network: IClusterNetwork, other?: IClusterNetwork): NetworkManagerDeployment[] {
    const locations = new Set([network, other].map((one) => one && optional(() => one.location)));
    return [...this.inLocations].filter(([location]) => locations.has(location)).map(([, one]) => one);
  }

  /** Connects another network with every network of the mesh. Adding a network twice has no effect. */
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
      // Azure allows one change of a virtual network at a time, including its subnets.
      member.dependsOn = Lazy.listValue(
        {
          produce: () => [...this.before, ...dependablesFor(this, changesOf(network))].map(addressOf),
        },
        { omitEmpty: true },
      );
      this.members.set(name, member);
    }
    const location = optional(() => network.location);
    if (isKnown(location) && !this.inLocations.has(location)) {
      this.inLocations.set(
        location,
        new NetworkManagerDeployment(this, `Deployment-${location}`, {
          networkManagerId: this.networkManager.networkManagerId,
          location,
          scopeAccess: "Connectivity",
          configurationIds: [this.configuration.id],
          // azurerm redeploys, and waits for it, when the networks change: every location must learn of a new network.
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
        `networks: there are ${this.members.size}, and Azure connects at most ${MOST_NETWORKS} per configuration, or up to 1,000 on request; request it and acknowledge this, or connect the networks through a hub and mark them as peered.`,
      );
    }
    const others = NetworkManagerMesh._all(this).slice(0, NetworkManagerMesh._all(this).indexOf(this));
    for (const network of networks) {
      const before = others.filter((mesh) => mesh.connected.has(network));
      if (before.length >= MOST_GROUPS) {
        yield finding(
          "network-groups-many",
          `networks: "${network.key}" is already connected by ${before.map(({ node }) => node.path).join(" and ")}, but Azure allows a network in at most ${MOST_GROUPS} such groups; remove it from one.`,
        );
      }
      if (!isKnown(optional(() => network.location))) {
        yield finding(
          "network-group-location",
          `networks: the location of "${network.key}" is not known, but Azure deploys a configuration by location; set location where the network is imported, e.g. "eastus2".`,
        );
      }
      const subscription = subscriptionOf(network);
      const managed = networkManager.subscriptionIds;
      if (subscription && managed?.every((one) => isKnown(one) && one.toLowerCase() !== subscription)) {
        yield finding(
          "network-manager-scope",
          `networks: "${network.key}" is in the subscription ${subscription}, which the network manager does not manage, so it would not be connected; add the subscription to the manager's subscriptionIds.`,
        );
      }
    }
  }
}

/** Loaded only when needed: most apps have no mesh. */
function azurerm() {
  return {
    ...(require("@cdktf/provider-azurerm/lib/network-manager-network-group") as typeof import("@cdktf/provider-azurerm/lib/network-manager-network-group")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-static-member") as typeof import("@cdktf/provider-azurerm/lib/network-manager-static-member")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration") as typeof import("@cdktf/provider-azurerm/lib/network-manager-connectivity-configuration")),
    ...(require("@cdktf/provider-azurerm/lib/network-manager-deployment") as typeof import("@cdktf/provider-azurerm/lib/network-manager-deployment")),
  };
}

/**
 * The network's name in its group: its key, or for an existing network its own name and part of its id's hash, as it may be
 * used by several clusters, each with its own key.
 */
function memberName(network: IClusterNetwork): string {
  const known = readResourceId(network.virtualNetworkId, NETWORK);
  const hash = known && createHash("sha256").update(known.id.toLowerCase()).digest("hex").slice(0, 8);
  return known ? `${known.names[0]}-${hash}` : network.key;
}

function subscriptionOf(network: IClusterNetwork): string | undefined {
  return readResourceId(network.virtualNetworkId, NETWORK)?.subscriptionId.toLowerCase();
}
