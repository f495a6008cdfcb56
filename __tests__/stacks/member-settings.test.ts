import { App } from "cdktf";
import { InfraStack } from "../../lib";
import { build } from "../../main";
import { type MemberSettings, readSettings } from "../../settings";
import { SUBNET_ID } from "../existing";
import { at } from "../network/references";
import { readStack, type StackJson, synthApp } from "../synth";

const EAST: MemberSettings = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };

/** The first stage of a fleet whose one member the context describes. */
function infraOf(member: Partial<MemberSettings>): StackJson {
  return synthApp(
    (app) => {
      app.node.setContext("fleet", { members: { east: member } });
      const { members } = readSettings(app, {
        fleetName: "gbb-fleet",
        fleetLocation: "westus",
        members: { east: EAST },
        entry: "east",
        namespace: "store",
      });
      new InfraStack(app, "infra", {
        fleetName: "gbb-fleet",
        fleetLocation: "westus",
        members,
        insideNetwork: true,
      });
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

test("labels and a private cluster can be set in the context", () => {
  const stack = infraOf({ labels: { env: "prod" }, privateCluster: true });
  expect(at(stack, "Fleet/east/Resource").body).toMatchObject({ properties: { labels: { env: "prod" } } });
  expect(at(stack, "east/Cluster/Resource").private_cluster_enabled).toBe(true);
});

test("without them the stack is as it was", () => {
  const stack = infraOf({});
  expect(stack.resource).not.toHaveProperty("azapi_update_resource");
  expect(at(stack, "east/Cluster/Resource")).not.toHaveProperty("private_cluster_enabled");
});

test("a private fleet can be set in the context, and so that it is deployed from inside of its network", () => {
  const { infra, hub } = synthApp(
    (app) => {
      app.node.setContext("fleet", {
        privateHub: true,
        agentSubnetId: SUBNET_ID,
        apiServerSubnetId: SUBNET_ID.replace("nodes", "api"),
        hubIdentityName: "id-hub",
        fleetRpObjectId: "55555555-5555-5555-5555-555555555555",
        hubVmSize: "Standard_D4s_v5",
        hubDnsPrefix: "hub-of-shop",
        existingFleetResourceGroupName: "rg-old",
        insideNetwork: true,
        members: { east: { privateCluster: true }, west: null },
      });
      build(app);
    },
    (outdir) => ({ infra: readStack(outdir, "infra"), hub: readStack(outdir, "hub") }),
  );
  expect(at(infra, "Fleet/Resource").body).toMatchObject({
    properties: { hubProfile: { dnsPrefix: "hub-of-shop", agentProfile: { subnetId: SUBNET_ID } } },
  });
  expect(hub.resource).toHaveProperty("kubernetes_manifest");
});

test.each([
  [{ labels: { env: 1 } }, "fleet.members.east.labels.env: 1 is not a string"],
  [{ privateCluster: "yes" }, 'fleet.members.east.privateCluster: "yes" is not true or false'],
])("%j is refused", (member, finding) => {
  const app = new App();
  app.node.setContext("fleet", { members: { east: member } });
  expect(() =>
    readSettings(app, {
      fleetName: "gbb-fleet",
      fleetLocation: "westus",
      members: { east: EAST },
      entry: "east",
      namespace: "store",
    }),
  ).toThrow(finding);
});
