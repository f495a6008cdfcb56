import type { Construct } from "constructs";
import type { Login } from "../access/login";
import { quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import type { PrivateHubProps } from "../fleet/private-hub";
import type { Principal } from "../identity/principal";
import type { NewMemberProps } from "./infra-member";

/** A member as it can be described in JSON. */
export type MemberSettings = Omit<NewMemberProps, "config" | "admins" | "network" | "cluster">;

/** A fleet with one namespace on it, as it can be described in JSON: in the context of `cdktf.json`. */
export interface FleetSettings extends Omit<PrivateHubProps, "hubNetwork"> {
  readonly fleetName: string;
  readonly fleetLocation: string;
  readonly fleetResourceGroupName?: string;
  readonly existingFleetResourceGroupName?: string;
  readonly hubDnsPrefix?: string;
  readonly hubVmSize?: string;
  readonly members: Record<string, MemberSettings>;
  /** Key of the member at which connections come in. */
  readonly entry: string;
  readonly namespace: string;
  /** Node size and count of members that don't name their own. */
  readonly vmSize?: string;
  readonly nodeCount?: number;
  readonly admins?: readonly Principal[];
  readonly login?: Login;
  /** Says that all stages run where private APIs are reachable. */
  readonly insideNetwork?: boolean;
  readonly preventDestroy?: boolean;
  readonly subscriptionId?: string;
  readonly tags?: Record<string, string>;
  readonly stateStorageAccountName?: string;
  readonly stateContainerName?: string;
}

type Kind = keyof typeof KINDS;

const isText = (value: unknown) => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);

const KINDS = {
  text: { is: isText, like: 'a text, e.g. "eastus2"' },
  number: { is: (value: unknown) => typeof value === "number", like: "a number, e.g. 3" },
  flag: { is: (value: unknown) => typeof value === "boolean", like: "true or false" },
  texts: { is: isListOf(isText), like: 'a list of texts, e.g. ["10.1.0.0/16"]' },
  numbers: { is: isListOf((value) => typeof value === "number"), like: "a list of numbers, e.g. [80, 443]" },
  map: {
    is: (value: unknown) => isObject(value) && Object.values(value).every(isText),
    like: 'texts by name, e.g. { "team": "platform" }',
  },
  principals: {
    is: isListOf((value) => isObject(value) && isText(value.name) && isText(value.objectId)),
    like: 'a list of principals, e.g. [{ "name": "platform-team", "objectId": "<GUID>", "type": "Group" }]',
  },
  members: { is: isObject, like: 'members by key, e.g. { "east": { "location": "eastus2" } }' },
};

const FLEET: Record<keyof FleetSettings, Kind> = {
  fleetName: "text",
  fleetLocation: "text",
  fleetResourceGroupName: "text",
  existingFleetResourceGroupName: "text",
  hubDnsPrefix: "text",
  hubVmSize: "text",
  privateHub: "flag",
  agentSubnetId: "text",
  apiServerSubnetId: "text",
  hubIdentityName: "text",
  fleetRpObjectId: "text",
  members: "members",
  entry: "text",
  namespace: "text",
  vmSize: "text",
  nodeCount: "number",
  admins: "principals",
  login: "text",
  insideNetwork: "flag",
  preventDestroy: "flag",
  subscriptionId: "text",
  tags: "map",
  stateStorageAccountName: "text",
  stateContainerName: "text",
};

const MEMBER: Record<keyof MemberSettings, Kind> = {
  location: "text",
  addressSpace: "texts",
  subnetPrefix: "text",
  podSubnetPrefix: "text",
  additionalSubnets: "map",
  resourceGroupName: "text",
  existingResourceGroupName: "text",
  virtualNetworkName: "text",
  subnetName: "text",
  podSubnetName: "text",
  networkSecurityGroupName: "text",
  networkSecurityGroupId: "text",
  inboundPorts: "numbers",
  natGateway: "flag",
  natGatewayName: "text",
  natGatewayIpName: "text",
  routeTableId: "text",
  clusterName: "text",
  dnsPrefix: "text",
  identityName: "text",
  kubernetesVersion: "text",
  nodeCount: "number",
  vmSize: "text",
  maxPods: "number",
  maxSurge: "text",
  zones: "texts",
  serviceCidr: "text",
  dnsServiceIp: "text",
  privateCluster: "flag",
  authorizedIpRanges: "texts",
  peered: "flag",
  memberName: "text",
  group: "text",
  labels: "map",
  tags: "map",
};

/**
 * `defaults` with what the app's context sets under `fleet`. A member of the context is laid over the default of its key;
 * `null` leaves that member out.
 * @throws if the context has a setting that does not exist or is of the wrong kind; all of them are named
 */
export function readSettings(scope: Construct, defaults: FleetSettings): FleetSettings {
  const context: unknown = scope.node.tryGetContext("fleet") ?? {};
  const findings = [...checkSettings(context)];
  if (findings.length > 0) {
    throw new Error(`The context of the app (cdktf.json) can't be used:\n  ${findings.join("\n  ")}`);
  }
  const settings = context as Partial<FleetSettings>;
  const keys = new Set([...Object.keys(defaults.members), ...Object.keys(settings.members ?? {})]);
  const members = [...keys]
    .filter((key) => settings.members?.[key] !== null)
    .map((key) => [key, { ...defaults.members[key], ...settings.members?.[key] }]);
  return { ...defaults, ...settings, members: Object.fromEntries(members) };
}

function* checkSettings(context: unknown): Generator<Finding> {
  if (!isObject(context)) {
    yield finding(
      "settings-not-an-object",
      `fleet: ${JSON.stringify(context)} is not an object of settings.`,
    );
    return;
  }
  yield* checkKinds(context, FLEET, "fleet");
  for (const [key, member] of Object.entries(isObject(context.members) ? context.members : {})) {
    if (isObject(member)) {
      yield* checkKinds(member, MEMBER, `fleet.members.${key}`);
    } else if (member !== null) {
      yield finding(
        "settings-member",
        `fleet.members.${key}: ${JSON.stringify(member)} is neither an object of settings nor null.`,
      );
    }
  }
}

function* checkKinds(
  settings: Record<string, unknown>,
  kinds: Record<string, Kind>,
  path: string,
): Generator<Finding> {
  for (const [name, value] of Object.entries(settings)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (!kind) {
      yield finding(
        "settings-unknown",
        `${path}.${name}: there is no such setting; there are ${quoted(Object.keys(kinds))}.`,
      );
    } else if (!KINDS[kind].is(value)) {
      yield finding(
        "settings-value",
        `${path}.${name}: ${JSON.stringify(value)} is not ${KINDS[kind].like}.`,
      );
    }
  }
}
