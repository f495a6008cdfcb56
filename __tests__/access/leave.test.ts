import { TerraformStack } from "cdktf";
import { AksCluster, Fleet, HubCredentials, InfraStack, Leave } from "../../lib";
import { cluster } from "../cluster/clusters";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { readStack, resources, type StackJson, synthApp, synthStack } from "../synth";
import { addressOf, expectedKubeconfig, localExec, readKubeconfig } from "./fixtures";

const LEAVE = "Leave/Resource";
const EAST = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };
const WEST = { location: "westus2", addressSpace: ["10.2.0.0/16"] };

function synth(timeout?: string): StackJson {
  return synthStack((stack) => {
    const fleet = new Fleet(stack, "Fleet", { fleetName: "fleet", location: "westus" });
    const { access } = new HubCredentials(stack, "Hub", { fleet, login: "msi" });
    new Leave(stack, "Leave", { fleet, access, timeout });
    fleet.addMember("east", { cluster: cluster(stack, "east") });
    fleet.addMember("west", { cluster: cluster(stack, "west") });
  });
}

function infra(members = { east: EAST, west: WEST }): StackJson {
  return synthApp(
    (app) => {
      const stack = new InfraStack(app, "infra", { fleetName: "fleet", fleetLocation: "westus", members });
      stack.addTrafficManagerAccess("TrafficManager");
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

const leave = (stack: StackJson) => resources(stack, "null_resource")[LEAVE] ?? {};

test("is one resource for all members, which stays when one goes: Terraform runs nothing of what is no longer there", () => {
  const stack = synth();
  expect(leave(stack).for_each).toEqual({
    east: `\${${addressOf(stack, "Fleet/east/Resource")}.id}`,
    west: `\${${addressOf(stack, "Fleet/west/Resource")}.id}`,
  });
  expect(leave(stack).triggers).toHaveProperty("membership", "${each.value}");
});

test("runs when a member goes, and only then, for that member", () => {
  const { when, command } = localExec(synth(), LEAVE);
  expect(when).toBe("destroy");
  expect(command).toBe("leave ${basename(self.triggers.membership)} --timeout 30m");
  expect(localExec(synth("1h"), LEAVE).command).toMatch(/ --timeout 1h$/);
});

test("refers to nothing but itself: Terraform refuses more in a destroy-time provisioner", () => {
  const provisioner = JSON.stringify(localExec(synth(), LEAVE));
  const expressions = [...provisioner.matchAll(/[$%]\{([^}]*)\}/g)].map(([, expression]) => expression);
  expect([...new Set(expressions)].sort()).toEqual([
    "basename(self.triggers.membership)",
    "self.triggers.certificate_authority",
    "self.triggers.login",
    "self.triggers.server",
  ]);
});

test("reaches the hub as it was reached when the member joined", () => {
  const stack = synth();
  const read = readKubeconfig(localExec(stack, LEAVE), {
    "${self.triggers.server}": "https://hub.example.com",
    "${self.triggers.certificate_authority}": "Q0E=",
    "${self.triggers.login}": "msi",
  });
  expect(read).toEqual(expectedKubeconfig("https://hub.example.com", "Q0E=", "msi"));
  expect(leave(stack).triggers).toMatchObject({ login: "msi", server: expect.stringContaining(".server}") });
});

test("another address, authority or login makes no member leave", () => {
  expect(leave(synth()).lifecycle).toEqual({
    ignore_changes: ["server", "certificate_authority", "login", "aks_fleet"].map(
      (key) => `triggers["${key}"]`,
    ),
  });
});

test("goes before everything else of the stack, so that nothing is deleted where the hub refuses", () => {
  const stack = infra();
  const all = Object.entries(stack.resource).flatMap(([type, byId]) =>
    Object.keys(byId).map((id) => `${type}.${id}`),
  );
  const own = addressOf(stack, LEAVE);
  expect([...(leave(stack).depends_on as string[])].sort()).toEqual(
    all.filter((address) => address !== own).sort(),
  );
  const others = Object.values(stack.resource).flatMap((byId) => Object.values(byId));
  expect(JSON.stringify(others.map((block) => block.depends_on ?? []))).not.toContain(own);
});

test("a member that goes changes nothing else of it", () => {
  const [before, after] = [infra(), infra({ east: EAST } as never)].map(leave);
  const { for_each: _, depends_on: __, ...rest } = before ?? {};
  expect(after).toMatchObject(rest);
  expect(Object.keys(after?.for_each as object)).toEqual(["east"]);
});

test("has the members that its own stack makes, whichever way, and no others", () => {
  const { first, later } = synthApp(
    (app) => {
      const infraStack = new InfraStack(app, "first", {
        fleetName: "fleet",
        fleetLocation: "westus",
        members: { east: { ...EAST, peered: true } },
      });
      const old = AksCluster.fromClusterId(infraStack, "Old", CLUSTER_ID);
      infraStack.addMember("late", { cluster: old, peered: true });
      const other = new InfraStack(app, "later", {
        fleetName: "other",
        fleetLocation: "westus",
        fleetResourceGroupName: "rg-other",
        members: { west: WEST },
      });
      expect(TerraformStack.isStack(other)).toBe(true);
    },
    (outdir) => ({ first: readStack(outdir, "first"), later: readStack(outdir, "later") }),
  );
  expect(Object.keys(leave(first).for_each as object)).toEqual(["east", "late"]);
  expect(Object.keys(leave(later).for_each as object)).toEqual(["west"]);
});

test("members that exist already are left alone", () => {
  const stack = synthStack((scope) => {
    const fleet = Fleet.fromFleetId(scope, "Fleet", FLEET_ID, { members: { old: { memberName: "old" } } });
    new Leave(scope, "Leave", { fleet, access: new HubCredentials(scope, "Hub", { fleet }).access });
  });
  expect(leave(stack).for_each).toEqual({});
});
