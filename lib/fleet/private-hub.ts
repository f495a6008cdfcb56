import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { makes } from "../azapi/made";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkName } from "../checks/names";
import { dependablesFor } from "../checks/stack-of";
import { ifTold } from "../checks/told";
import { ROLES } from "../fleet-api/roles";
import { RoleGrant } from "../identity/role-grant";
import { overlap, parseRange } from "../network/addresses";
import type { IClusterNetwork } from "../network/cluster-network";
import { rangesOf } from "../network/network-overlap";

/** What makes a hub private. */
export interface PrivateHubProps {
  /**
   * Makes a hub whose API is reached from inside of its network only: what talks to it says `insideNetwork`. Members talk
   * to it, too, so that their networks must be peered with its network, and resolve its private name. It can't be changed
   * later. @default false
   */
  readonly privateHub?: boolean;
  /**
   * The network of a private hub, in its location; the hub's node is on its subnet. It can't have addresses of 10.0.0.0/16, which the hub
   * has for its Services. An InfraStack peers it with those of the members.
   * @default - one that exists, whose subnets are named, and that the members reach already
   */
  readonly hubNetwork?: IClusterNetwork;
  /** Subnet that a private hub's node is on. It can't be changed later. @default - that of hubNetwork */
  readonly agentSubnetId?: string;
  /**
   * Subnet for a private hub's API server alone, delegated to `Microsoft.ContainerService/managedClusters` (API server VNet
   * integration). The fleet then has an identity of its own, with "Network Contributor" on both subnets. It can't be
   * changed later. @default - the API has a private endpoint in the agent's subnet
   */
  readonly apiServerSubnetId?: string;
  /** Name of the identity that apiServerSubnetId asks for. @default - `id-<fleet's name>` */
  readonly hubIdentityName?: string;
  /**
   * Object id of the service principal "Azure Kubernetes Service - Fleet RP", which differs by tenant; it is given "Network
   * Contributor" on a private hub's agent subnet, without which Azure can't make the hub:
   * `az ad sp list --display-name "Azure Kubernetes Service - Fleet RP" --query "[].id"` prints it.
   * @default - it has the role there already
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

/** What a hub has for its Services, which can't be set. */
const SERVICES_OF_HUB = "10.0.0.0/16";

/** What only a private hub has. */
const OF_PRIVATE_HUB = [
  "hubNetwork",
  "agentSubnetId",
  "apiServerSubnetId",
  "hubIdentityName",
  "fleetRpObjectId",
] as const;

/** What a private hub needs beside the fleet: its subnets, and who may work on them. */
export class PrivateHubAccess extends Construct {
  readonly agentSubnetId: string | undefined;
  readonly apiServerAccessProfile: Record<string, unknown>;
  /** Undefined where the fleet's own identity will do. */
  readonly identity: { readonly type: string; readonly identityIds: string[] } | undefined;
  /** Object id of that identity. */
  readonly principalId: string | undefined;
  /** What must exist before the hub is made. */
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

/** A subnet's id in the case that azurerm takes; one that can't be read stays, for its check to name. */
function subnetAsIs(id: string | undefined): string | undefined {
  return readResourceId(id, SUBNET)?.id ?? id;
}

/** Yields what is wrong with the settings of a private hub, or that a public one has some. */
export function* checkPrivateHub(props: PrivateHubProps & Pick<OfFleet, "location">): Generator<Finding> {
  const { privateHub, hubNetwork, agentSubnetId, apiServerSubnetId } = props;
  if (!privateHub) {
    for (const prop of OF_PRIVATE_HUB) {
      if (props[prop] !== undefined) {
        yield finding(
          "hub-not-private",
          `${prop}: is of a private hub, and this one is public; set privateHub: true, or leave it out.`,
        );
      }
    }
    return;
  }
  if (agentSubnetId === undefined && hubNetwork === undefined) {
    yield finding(
      "private-hub-subnet",
      "agentSubnetId: a private hub needs a subnet for its node; name one, or give a hubNetwork.",
    );
  }
  yield* checkResourceId("agentSubnetId", agentSubnetId, SUBNET);
  yield* checkResourceId("apiServerSubnetId", apiServerSubnetId, SUBNET);
  const agent = agentSubnetId ?? hubNetwork?.subnetId;
  if (isKnown(apiServerSubnetId) && agent?.toLowerCase() === apiServerSubnetId.toLowerCase()) {
    yield finding(
      "private-hub-subnets-same",
      `apiServerSubnetId: "${apiServerSubnetId}" is the agent's subnet as well, and the API server needs one to itself; name another.`,
    );
  }
  if (props.hubIdentityName !== undefined && apiServerSubnetId === undefined) {
    yield finding(
      "private-hub-identity",
      `hubIdentityName: "${props.hubIdentityName}" would name the identity that goes with an apiServerSubnetId, and there is none; leave it out.`,
    );
  }
  const place = hubNetwork && ifTold(() => hubNetwork.location);
  if (isKnown(place) && isKnown(props.location) && place !== props.location) {
    yield finding(
      "private-hub-location",
      `hubNetwork: is in ${place}, and the hub, whose node is on its subnet, in ${props.location}; choose a network there.`,
    );
  }
  const kept = parseRange(SERVICES_OF_HUB);
  for (const range of hubNetwork ? rangesOf(hubNetwork) : []) {
    if (kept && overlap(range, kept)) {
      yield finding(
        "private-hub-network",
        `hubNetwork: its range ${range.text} meets ${SERVICES_OF_HUB}, which the hub has for its Services; choose another range for the network.`,
      );
    }
  }
}
