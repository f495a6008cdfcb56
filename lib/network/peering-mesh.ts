import { VirtualNetworkPeering } from "@cdktf/provider-azurerm/lib/virtual-network-peering";
import { type ITerraformDependable, Lazy, type TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, addWarning, freeId } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { addressOf, dependablesFor } from "../checks/stack-of";
import { checkedProps } from "../props/check-props";
import type { IClusterNetwork } from "./cluster-network";
import { changesOf } from "./network-changes";
import { checkKeys, checkOverlaps } from "./network-overlap";

export interface PeeringMeshProps {
  /**
   * The networks to peer in a full mesh; `addNetwork` adds more. Azure allows 500 peerings per network, and azurerm 4.55
   * creates them one at a time, at least 15 s each: 10 networks have 90 peerings.
   */
  readonly networks: readonly IClusterNetwork[];
  /**
   * Those of `networks` that can already reach each other, by peerings or through a hub: they are only peered with the
   * others, not with each other.
   * @default - none
   */
  readonly peered?: readonly IClusterNetwork[];
  /** What must exist before the peerings, and is destroyed after them. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /** azurerm provider for peerings of networks without their own. @default - the stack's */
  readonly provider?: TerraformProvider;
}

export interface PeeringMeshNetworkOptions {
  /**
   * Whether the network can already reach the other networks of the mesh marked as peered, by peerings or through a hub.
   * They are not peered with each other.
   * @default false
   */
  readonly peered?: boolean;
}

/** Azure's limit for one virtual network. */
const MOST_PEERINGS = 500;

/** azurerm 4.55 creates one peering at a time and waits before each; a larger number gets a warning. */
const SECONDS_EACH = 15;
const QUICK_PEERINGS = 90;

const MARK = markOf("PeeringMesh");

/** The attributes of a network that its peerings use. Computed once per network, for speed. */
interface End {
  readonly resourceGroupName: string;
  readonly virtualNetworkName: string;
  readonly virtualNetworkId: string;
  readonly addressSpaceText: string;
  /** The resources that update the network. */
  readonly changes: readonly ITerraformDependable[];
}

/** One direction of a peering. */
interface Peering {
  readonly local: IClusterNetwork;
  readonly remote: IClusterNetwork;
  readonly resource: VirtualNetworkPeering;
}

/**
 * Peers networks in a full mesh, in both directions: pods reach each other by IP address. The peering from `east` to `west`
 * is called `EastToWestPeering`.
 */
export class PeeringMesh extends Construct {
  /** Whether something is a PeeringMesh. */
  static isPeeringMesh(x: unknown): x is PeeringMesh {
    return isMarked(x, MARK);
  }

  /** All PeeringMeshes of an app. @internal */
  static _all(scope: IConstruct): readonly PeeringMesh[] {
    return allMarked<PeeringMesh>(scope, MARK);
  }

  private readonly before: readonly ITerraformDependable[];
  private readonly provider: TerraformProvider | undefined;
  private readonly ends = new Map<IClusterNetwork, End>();
  /** Every network, and whether it is already connected with the others marked so. */
  private readonly peered = new Map<IClusterNetwork, boolean>();
  private readonly made: Peering[] = [];

  constructor(scope: Construct, id: string, props: PeeringMeshProps) {
    super(scope, id);
    props = checkedProps(this, "PeeringMeshProps", props);
    markAs(this, MARK);
    this.before = props.dependsOn ?? [];
    this.provider = props.provider;
    for (const network of props.networks) {
      this.addNetwork(network, { peered: props.peered?.includes(network) });
    }
    addCheck(this, () => this.check());
    addWarning(this, () => this.checkQuick());
  }

  /** @internal What connects a network with all others, or with another one. */
  _connecting(network: IClusterNetwork, other?: IClusterNetwork): VirtualNetworkPeering[] {
    return this.made
      .map(({ local, remote, resource }) => ({ ends: [local, remote], resource }))
      .filter(({ ends }) => ends.includes(network) && (other === undefined || ends.includes(other)))
      .map(({ resource }) => resource);
  }

  get networks(): readonly IClusterNetwork[] {
    return [...this.peered.keys()];
  }

  get peerings(): readonly VirtualNetworkPeering[] {
    return this.made.map(({ resource }) => resource);
  }

  /** Peers another network with every network of the mesh. Adding a network twice has no effect. */
  addNetwork(network: IClusterNetwork, options: PeeringMeshNetworkOptions = {}): void {
    checkedProps(this, "PeeringMeshNetwork", { network }, "addNetwork");
    options = checkedProps(this, "PeeringMeshNetworkOptions", options, "addNetwork");
    if (this.peered.has(network)) {
      return;
    }
    const peered = options.peered === true;
    const others = [...this.peered].filter(([, alsoPeered]) => !(peered && alsoPeered));
    this.peered.set(network, peered);
    for (const [other] of others) {
      this.peer(other, network);
      this.peer(network, other);
    }
  }

  /** The attributes of a network that its peerings use. */
  private endOf(network: IClusterNetwork): End {
    const known = this.ends.get(network);
    if (known) {
      return known;
    }
    const { resourceGroupName, virtualNetworkName, virtualNetworkId, addressSpaceText } = network;
    const changes = dependablesFor(this, changesOf(network));
    const end = { resourceGroupName, virtualNetworkName, virtualNetworkId, addressSpaceText, changes };
    this.ends.set(network, end);
    return end;
  }

  private peer(local: IClusterNetwork, remote: IClusterNetwork): void {
    const [from, to] = [this.endOf(local), this.endOf(remote)];
    const resource = new VirtualNetworkPeering(this, freeId(this, `${local.key}-to-${remote.key}`), {
      name: peeringName(local, remote),
      resourceGroupName: from.resourceGroupName,
      virtualNetworkName: from.virtualNetworkName,
      remoteVirtualNetworkId: to.virtualNetworkId,
      allowVirtualNetworkAccess: true,
      // A peering keeps a copy of the other side's ranges, so it is updated when they change.
      triggers: { remote_address_space: to.addressSpaceText },
      // azurerm takes the subscription of a peering from the provider.
      provider: local.provider ?? this.provider,
    });
    // Azure allows one change of a virtual network at a time, including its subnets.
    resource.dependsOn = Lazy.listValue({
      produce: () => [...this.before, ...from.changes, ...to.changes].map(addressOf),
    });
    this.made.push({ local, remote, resource });
  }

  private *check(): Generator<Finding> {
    const { networks, made } = this;
    yield* checkOverlaps(networks);
    const twice = [...checkKeys(networks)];
    yield* twice;
    if (twice.length > 0) {
      return;
    }
    yield* this.checkOnce();
    for (const network of networks) {
      const count = made.filter(({ local }) => local === network).length;
      if (count > MOST_PEERINGS) {
        yield finding(
          "peerings-many",
          `networks: "${network.key}" would have ${count} peerings, but Azure allows ${MOST_PEERINGS} per network; connect the networks through a hub (Azure Virtual WAN, or a firewall's network), and mark them as peered.`,
        );
      }
    }
    for (const network of networks) {
      yield* checkNames(
        network,
        made.filter(({ local }) => local === network).map(({ remote }) => remote),
      );
    }
    for (const { local, remote } of made) {
      yield* checkName("peering", peeringName(local, remote), `peering from ${local.key} to ${remote.key}`);
    }
  }

  private *checkQuick(): Generator<Finding> {
    const { length: count } = this.made;
    if (count > QUICK_PEERINGS) {
      const minutes = Math.ceil((count * SECONDS_EACH) / 60);
      const time = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
      yield finding(
        "peerings-slow",
        `networks: azurerm 4.55 takes at least ${time} to create ${count} peerings, one at a time, at least ${SECONDS_EACH} s each; let an Azure Virtual Network Manager connect the networks (connectivity: "virtualNetworkManager" of an InfraStack, or a NetworkManagerMesh), or connect them through a hub and mark them as peered.`,
      );
    }
  }

  /** Azure allows one peering per direction between two networks. */
  private *checkOnce(): Generator<Finding> {
    const all = PeeringMesh._all(this);
    for (const { local, remote } of this.made) {
      const other = all
        .slice(0, all.indexOf(this))
        .find(({ made }) => made.some((pair) => pair.local === local && pair.remote === remote));
      if (other) {
        yield finding(
          "peering-twice",
          `networks: "${local.key}" is already peered with "${remote.key}" by ${other.node.path}, but Azure allows only one peering between two networks; mark them as peered here, or remove one.`,
        );
      }
    }
  }
}

/** Keys that differ only in hyphens would give the same name. */
function* checkNames(local: IClusterNetwork, remotes: readonly IClusterNetwork[]): Generator<Finding> {
  const byName = new Map<string, IClusterNetwork>();
  for (const remote of remotes) {
    const name = peeringName(local, remote);
    const other = byName.get(name);
    if (other) {
      yield finding(
        "peering-name-twice",
        `networks: the peerings of "${local.key}" with "${other.key}" and with "${remote.key}" are both called "${name}"; give one of the two another key.`,
      );
    }
    byName.set(name, remote);
  }
}

function peeringName(local: IClusterNetwork, remote: IClusterNetwork): string {
  return `${pascalCase(local.key)}To${pascalCase(remote.key)}Peering`;
}

function pascalCase(key: string): string {
  return key
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
