import { type App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  AksCluster,
  Fleet,
  HubCredentials,
  HubStack,
  InfraStack,
  type InfraStackProps,
  MemberCredentials,
  MemberStack,
} from "../../lib";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { appFindings, findings } from "../synth";

/** A private fleet with one private member, imported; or a public one. */
function fleetIn(scope: Construct, isPrivate = true) {
  const cluster = AksCluster.fromClusterId(scope, "Cluster", CLUSTER_ID, { isPrivate });
  const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID, { isPrivate, members: { old: { cluster } } });
  const [member] = fleet.members;
  if (!member) {
    throw new Error("the fleet has no member");
  }
  return { fleet, member };
}

const sentence = (whose: string) =>
  `insideNetwork: ${whose} is private, and its API can only be reached from inside its network; run this there (on a build agent or a bastion inside the network, or over a VPN) and set insideNetwork: true, or it times out.`;
const HUB = sentence('the hub of fleet "fleet-old"');
const MEMBER = sentence('the cluster of member "old"');

describe("credentials", () => {
  const said = (isPrivate: boolean, insideNetwork?: boolean) =>
    findings((scope) => {
      const { fleet, member } = fleetIn(scope, isPrivate);
      new HubCredentials(scope, "Hub", { fleet, insideNetwork });
      new MemberCredentials(scope, "Member", { member, insideNetwork });
    });

  test("of what is private are refused from outside, each once", () => {
    expect(said(true)).toEqual([`stack/Hub: ${HUB}`, `stack/Member: ${MEMBER}`]);
    expect(said(true, false)).toHaveLength(2);
  });

  test("are read inside of the network, and of what is public anywhere", () => {
    expect(said(true, true)).toEqual([]);
    expect(said(false)).toEqual([]);
  });
});

test("a fleet that is made is private as well", () => {
  const found = findings((scope) => {
    const fleet = new Fleet(scope, "Fleet", {
      fleetName: "gbb-fleet",
      location: "westus",
      privateHub: true,
      agentSubnetId:
        "/subscriptions/a/resourceGroups/b/providers/Microsoft.Network/virtualNetworks/c/subnets/d",
    });
    new HubCredentials(scope, "Hub", { fleet });
  });
  expect(found).toEqual([`stack/Hub: ${sentence('the hub of fleet "gbb-fleet"')}`]);
});

describe("stacks", () => {
  const said = (insideNetwork?: boolean) =>
    appFindings((app) => {
      const { fleet, member } = fleetIn(new TerraformStack(app, "fleet"));
      const hub = new HubStack(app, "hub", { fleet, insideNetwork });
      new MemberStack(app, "member", { hub, member, insideNetwork });
    });

  test("say it themselves, where the prop is set, once", () => {
    expect(said().map((text) => text.replace("hub: in another stack: [member] ", "member: "))).toEqual([
      `hub: ${HUB}`,
      `member: ${MEMBER}`,
    ]);
  });

  test("inside of the network say nothing", () => expect(said(true)).toEqual([]));

  const infra = (privateKeys: string[], props: Partial<InfraStackProps> = {}) =>
    appFindings((app: App) => {
      const member = (key: string, location: string, addressSpace: string[]) => ({
        location,
        addressSpace,
        privateCluster: privateKeys.includes(key) || undefined,
      });
      new InfraStack(app, "infra", {
        fleetName: "gbb-fleet",
        fleetLocation: "westus",
        members: {
          east: member("east", "eastus2", ["10.1.0.0/16"]),
          west: member("west", "westus2", ["10.2.0.0/16"]),
        },
        ...props,
      });
    });

  test("the first stage names all its private members in one finding", () => {
    expect(infra([])).toEqual([]);
    expect(infra(["west"])).toEqual([`infra: ${sentence('the cluster of member "west"')}`]);
    expect(infra(["east", "west"])).toEqual([
      `infra: ${sentence('the cluster of each of the members "east" and "west"')}`,
    ]);
    expect(infra(["east", "west"], { insideNetwork: true })).toEqual([]);
  });
});
