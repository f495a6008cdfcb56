import { join } from "node:path";
import { type App, TerraformStack, TerraformVariable } from "cdktf";
import { AksCluster, Fleet, HubStack, MemberStack, PlacementPolicy, ResourcePlacement } from "../../lib";
import { readDeployed } from "../../lib/command/app/deployed";
import { build } from "../../main";
import { deployedApp } from "../command/deployed-app";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { readStack, synthApp } from "../synth";

/** What stacks put out for the command, as synthesized. */
function outputs(make: (app: App) => void, stacks: string[]): Record<string, unknown> {
  return synthApp(make, (outdir) =>
    Object.fromEntries(stacks.map((name) => [name, readStack(outdir, name).output.aks_fleet?.value])),
  );
}

test("the command understands what the stacks of the seed's fleet put out", async () => {
  const reported = outputs((app) => void build(app), ["infra", "hub", "member-east"]);
  // As Terraform would evaluate it: one fleet, whichever stack speaks of it.
  const evaluated = JSON.parse(
    JSON.stringify(reported).replaceAll(/"id":"\$\{[^}]*\}"/g, '"id":"/fleets/gbb-fleet"'),
  );
  const app = deployedApp(evaluated);
  try {
    const { fleets, unseen } = await readDeployed(join(app.folder, "cdktf.out"), app.environment);
    expect(unseen).toEqual([]);
    const access = (of: string) => ({
      server: expect.stringContaining(of),
      certificateAuthority: expect.stringContaining(of),
      login: "azurecli",
    });
    expect(fleets).toEqual([
      {
        id: "/fleets/gbb-fleet",
        name: "gbb-fleet",
        hub: access("azapi_resource_action.Hub"),
        members: [
          { key: "east", name: "aks-eastus2", cluster: "aks-eastus2", access: access("east_Cluster") },
          { key: "west", name: "aks-westus2", cluster: "aks-westus2", access: access("west_Cluster") },
        ],
        placements: ["aks-store-demo"],
        exports: ["aks-store-demo/store-front"],
        services: [
          { namespace: "aks-store-demo", name: "store-front", service: "store-front", member: "aks-eastus2" },
        ],
      },
    ]);
  } finally {
    app.remove();
  }
});

test("a fleet that exists is told of by the stacks that use it, with namespaced placements", () => {
  const reported = outputs(
    (app) => {
      const cluster = AksCluster.fromClusterId(app, "Cluster", CLUSTER_ID);
      const fleet = Fleet.fromFleetId(app, "Fleet", FLEET_ID, { members: { old: { cluster } } });
      const hub = new HubStack(app, "hub", { fleet, login: "msi" });
      const store = hub.addNamespace("store", { workloadsElsewhere: true });
      store.exportService("web");
      hub.addPlacement(store.name, {
        namespace: store,
        policy: PlacementPolicy.all(),
        selectionScope: "NamespaceOnly",
      });
      new ResourcePlacement(hub, "Some", {
        namespace: store,
        name: "some",
        selectors: [
          { group: "networking.fleet.azure.com", version: "v1beta1", kind: "ServiceExport", name: "web" },
        ],
        policy: PlacementPolicy.all(),
      });
      const [member] = fleet.members;
      if (member) {
        new MemberStack(app, "member", { hub, member }).addMultiClusterService("front", {
          namespace: store,
          serviceName: "web",
        });
      }
    },
    ["hub", "member"],
  );
  expect(reported).toEqual({
    hub: {
      fleet: { id: FLEET_ID, name: "fleet-old" },
      hub: { server: expect.anything(), certificate_authority: expect.anything(), login: "msi" },
      members: {},
      placements: ["store", "store/some"],
      exports: ["store/web"],
      services: [],
    },
    member: {
      fleet: { id: FLEET_ID, name: "fleet-old" },
      members: { old: expect.objectContaining({ name: "aks-old", cluster: "aks-old" }) },
      placements: [],
      exports: [],
      services: [{ namespace: "store", name: "front", service: "web", member: "aks-old" }],
    },
  });
});

test("where only Terraform knows the fleet, its name is read from its id", () => {
  const reported = outputs(
    (app) => {
      const elsewhere = new TerraformStack(app, "elsewhere");
      const { stringValue: fleetId } = new TerraformVariable(elsewhere, "fleet_id", {});
      new HubStack(app, "hub", { fleet: Fleet.fromFleetAttributes(elsewhere, "Fleet", { fleetId }) });
    },
    ["hub"],
  );
  const id =
    "data.terraform_remote_state.cross-stack-reference-input-elsewhere.outputs.cross-stack-output-varfleet_id";
  expect(reported).toMatchObject({ hub: { fleet: { id: `\${${id}}`, name: `\${basename(${id})}` } } });
});
