import { VirtualNetworkPeering } from "@cdktf/provider-azurerm/lib/virtual-network-peering";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck, freeId, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { checkedProps } from "../props/check-props";
import type { IClusterNetwork } from "./cluster-network";
import { checkOverlaps } from "./network-overlap";

export interface PeeringMeshProps {
  /**
   * The networks to peer, each with each. Azure allows 500 peerings for each network, and azurerm 4.55 makes them one
   * after the other, 15 s and more each: 10 networks are 90 peerings.
   */
  readonly networks: readonly IClusterNetwork[];
  /**
   * Those of `networks` that reach each other already, by peerings or through a hub: none is made between them, only
   * between them and the others.
   * @default - none
   */
  readonly peered?: readonly IClusterNetwork[];
  /** What must exist before the peerings, and outlives them when all is destroyed. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Peers networks, each with each, in both directions: pods reach each other by their addresses. The peering from
 * `east` to `west` is called `EastToWestPeering`.
 */
export class PeeringMesh extends Construct {
  readonly peerings: readonly VirtualNetworkPeering[];

  constructor(scope: Construct, id: string, props: PeeringMeshProps) {
    super(scope, id);
    props = checkedProps(this, "PeeringMeshProps", props);
    const { networks, peered = [] } = props;
    const ordered = networks.flatMap((local) =>
      networks
        .filter((remote) => remote !== local && !(peered.includes(local) && peered.includes(remote)))
        .map((remote) => ({ local, remote })),
    );
    this.peerings = ordered.map(
      ({ local, remote }) =>
        new VirtualNetworkPeering(this, freeId(this, `${local.key}-to-${remote.key}`), {
          name: peeringName(local, remote),
          resourceGroupName: local.resourceGroupName,
          virtualNetworkName: local.virtualNetworkName,
          remoteVirtualNetworkId: remote.virtualNetworkId,
          allowVirtualNetworkAccess: true,
          // A peering keeps a copy of the other side's ranges: it is renewed when they change.
          triggers: { remote_address_space: remote.addressSpaceText },
          dependsOn: props.dependsOn,
          // azurerm takes the subscription of a peering from the provider.
          provider: local.provider,
        }),
    );
    addCheck(this, function* () {
      yield* checkOverlaps(networks);
      const keys = networks.map(({ key }) => key);
      const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
      if (twice.length > 0) {
        yield finding(
          "network-key-twice",
          `networks: there are several of the key ${quoted(new Set(twice))}; give each a key of its own.`,
        );
        return;
      }
      for (const local of networks) {
        yield* checkNames(
          local,
          ordered.filter((pair) => pair.local === local).map(({ remote }) => remote),
        );
      }
      for (const { local, remote } of ordered) {
        yield* checkName("peering", peeringName(local, remote), `peering from ${local.key} to ${remote.key}`);
      }
    });
  }
}

/** Keys that differ in hyphens only make one name. */
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
