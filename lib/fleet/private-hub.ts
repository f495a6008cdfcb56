import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { makes } from "../azapi/made";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { optional } from "../checks/required";
import { dependablesFor } from "../checks/stack-of";
import { ROLES } from "../fleet-api/roles";
import { RoleGrant } from "../identity/role-grant";
import { overlap, parseRange } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { rangesOf } from "../network/network-overlap";

/** Props of a private hub. */
export interface PrivateHubProps {
  /**
   * Creates a private hub, whose API can only be reached from inside its network: constructs that use it then need
   * `insideNetwork`. Members use it too, so their networks must be peered with its network, and resolve its private DNS name.
   * It can't be changed later. @default false
   */
  readonly privateHub?: boolean;
  /**
   * The network of a private hub, in the hub's location; the hub's node is on its subnet. It must not overlap 10.0.0.0/16,
   * which the hub uses for its Services. An InfraStack peers it with the members' networks.
   * @default - an existing network that the members can already reach, by its subnet ids
   */
  readonly hubNetwork?: IClusterNetwork;
  /** Id of the subnet for a private hub's node. It can't be changed later. @default - the subnet of hubNetwork */
  readonly agentSubnetId?: string;
  /**
   * Id of a subnet only for a private hub's API server, delegated to `Microsoft.ContainerService/managedClusters` (API server
   * VNet integration). The fleet then gets a user-assigned identity with "Network Contributor" on both subnets. It can't be
   * changed later. @default - the API has a private endpoint in the agent's subnet
   */
  readonly apiServerSubnetId?: string;
  /** Name of the identity created for apiServerSubnetId. @default - `id-<fleet's name>` */
  readonly hubIdentityName?: string;
  /**
   * Object id of the service principal "Azure Kubernetes Service - Fleet RP", which differs by tenant. It is granted "Network
   * Contributor" on a private hub's agent subnet, which Azure needs to create the hub:
   * `az ad sp list --display-name "Azure Kubernetes Service - Fleet RP" --query "[].id"` prints it.
   * @default - it already has the role there
   */
  readonly fleetRpObjectId?: string;
}

/** The fleet that a private hub is part of. */
interface OfFleet extends PrivateHubProps {
  readonly fleetName: string;
  readonly location: string;
  readonly resourceGroupName: string;
  readonly tags?: Record<string, string>;
}

const SUBNET = ["a subnet", "Microsoft.Network/virtualNetworks/subnets"] as const;

/** The range of a hub's Services, which can't be set. */
const SERVICES_OF_HUB = "10.0.0.0/16";

/** Props only for a private hub. */
const OF_PRIVATE_HUB = [
  "hubNetwork",
  "agentSubnetId",
  "apiServerSubnetId",
  "hubIdentityName",
  "fleetRpObjectId",
] as const;

/** The subnets of a private hub, and the roles on them. */
export class PrivateHubAccess extends Construct {
  readonly agentSubnetId: string | undefined;
  readonly apiServerAccessProfile: Record<string, unknown>;
  /** Undefined if the fleet's system-assigned identity is enough. */
  readonly identity: { readonly type: string; readonly identityIds: string[] } | undefined;
  /** Object id of that identity. */
  readonly principalId: string | undefined;
  /** What must exist before the hub is created. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, props: OfFleet) {
    super(scope, "PrivateHub");
    const { hubNetwork, fleetRpObjectId } = props;
    const agentSubnetId = subnetAsIs(props.agentSubnetId) ?? hubNetwork?.subnetId;
    const apiServerSubnetId = subnetAsIs(props.apiServerSubnetId);
    this.agentSubnetId = agentSubnetId;
    this.apiServerAccessProfile = {
      enablePrivateCluster: true,
      enableVnetIntegration: apiServerSubnetId === undefined ? undefined : true,
      subnetId: apiServerSubnetId,
    };
    const dependables: ITerraformDependable[] = dependablesFor(this, hubNetwork?.dependables ?? []);
    const grant = (id: string, resourceId: string, objectId: string) =>
      dependables.push(
        new RoleGrant(this, id, {
          roleId: ROLES.networkContributor,
          resourceId,
          principal: { objectId, type: "ServicePrincipal" },
        }).assignment,
      );
    if (fleetRpObjectId !== undefined && agentSubnetId !== undefined) {
      grant("FleetRp", agentSubnetId, fleetRpObjectId);
    }
    if (apiServerSubnetId !== undefined) {
      const name = props.hubIdentityName ?? `id-${props.fleetName}`;
      makes(this, { what: "identity", prop: "hubIdentityName", name, group: props.resourceGroupName });
      const identity = new UserAssignedIdentity(this, "Identity", {
        name,
        location: props.location,
        resourceGroupName: props.resourceGroupName,
        tags: props.tags,
      });
      grant("ApiServerSubnet", apiServerSubnetId, identity.principalId);
      if (agentSubnetId !== undefined) {
        grant("AgentSubnet", agentSubnetId, identity.principalId);
      }
      this.identity = { type: "UserAssigned", identityIds: [identity.id] };
      this.principalId = identity.principalId;
      addCheck(this, () => checkName("identity", name, "hubIdentityName"));
    }
    this.dependables = dependables;
  }
}

/** A subnet's id in azurerm's letter case. One that can't be parsed is returned as is; a check reports it. */
function subnetAsIs(id: string | undefined): string | undefined {
  return readResourceId(id, SUBNET)?.id ?? id;
}

/** Checks the props of a private hub, and that a public one has none of them. */
export function* checkPrivateHub(props: PrivateHubProps & Pick<OfFleet, "location">): Generator<Finding> {
  const { privateHub, hubNetwork, agentSubnetId, apiServerSubnetId } = props;
  if (!privateHub) {
    for (const prop of OF_PRIVATE_HUB) {
      if (props[prop] !== undefined) {
        yield finding(
          "hub-not-private",
          `${prop}: is only for a private hub, but this one is public; set privateHub: true, or remove it.`,
        );
      }
    }
    return;
  }
  if (agentSubnetId === undefined && hubNetwork === undefined) {
    yield finding(
      "private-hub-subnet",
      "agentSubnetId: is missing, but a private hub needs a subnet for its node; set it, or set hubNetwork.",
    );
  }
  yield* checkResourceId("agentSubnetId", agentSubnetId, SUBNET);
  yield* checkResourceId("apiServerSubnetId", apiServerSubnetId, SUBNET);
  const agent = agentSubnetId ?? hubNetwork?.subnetId;
  if (isKnown(apiServerSubnetId) && agent?.toLowerCase() === apiServerSubnetId.toLowerCase()) {
    yield finding(
      "private-hub-subnets-same",
      `apiServerSubnetId: "${apiServerSubnetId}" is also the agent's subnet, but the API server needs its own; use another.`,
    );
  }
  if (props.hubIdentityName !== undefined && apiServerSubnetId === undefined) {
    yield finding(
      "private-hub-identity",
      `hubIdentityName: "${props.hubIdentityName}" is only for the identity created with apiServerSubnetId, which is not set; remove it.`,
    );
  }
  const place = hubNetwork && optional(() => hubNetwork.location);
  if (isKnown(place) && isKnown(props.location) && place !== props.location) {
    yield finding(
      "private-hub-location",
      `hubNetwork: is in ${place}, but the hub, whose node is on its subnet, is in ${props.location}; use a network there.`,
    );
  }
  const kept = parseRange(SERVICES_OF_HUB);
  for (const range of hubNetwork ? rangesOf(hubNetwork) : []) {
    if (kept && overlap(range, kept)) {
      yield finding(
        "private-hub-network",
        `hubNetwork: its range ${range.text} overlaps ${SERVICES_OF_HUB}, which the hub uses for its Services; choose another range for the network.`,
      );
    }
  }
}
