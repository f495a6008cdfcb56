import {
  type FleetServers,
  memberCluster,
  PLACEMENTS,
  runOnFleet,
  SERVICES,
  storePlacement,
  storeService,
  urls,
  withFleet,
} from "./fleet-servers";
import { MEMBERS, NETWORKING_V1ALPHA1, problem, type SeenRequest } from "./kube-server";

const WEST = "fleet-member-aks-westus2";
const BINDINGS = "/apis/placement.kubernetes-fleet.io/v1beta1/clusterresourcebindings";
const IMPORTS = `${NETWORKING_V1ALPHA1}/serviceimports`;
const CLAIM = "networking.fleet.azure.com/service-in-use-by";
const SLICES = "/apis/discovery.k8s.io/v1/namespaces/fleet-system/endpointslices";
const IMPORT = `${NETWORKING_V1ALPHA1}/namespaces/aks-store-demo/serviceimports/store-front`;
const SLICE = "aks-westus2-aks-store-demo-store-front-x1";

const claimed = (by: string) => ({
  metadata: {
    name: "store-front",
    namespace: "aks-store-demo",
    annotations: { [CLAIM]: JSON.stringify({ MemberClusters: { [`fleet-member-${by}`]: by } }) },
  },
});

/** The seed's fleet, whose member in the west was heard an hour ago, and had the address. */
async function withLost(act: (fleet: FleetServers) => Promise<void>): Promise<void> {
  await withFleet(async (fleet) => {
    const { hub, east } = fleet;
    hub.list(MEMBERS, [memberCluster("aks-eastus2", 5), memberCluster("aks-westus2", 3_600)]);
    hub.list(BINDINGS, [
      { metadata: { name: "store-east" }, spec: { targetCluster: "aks-eastus2" } },
      {
        metadata: { name: "store-west", labels: { "kubernetes-fleet.io/parent-CRP": "aks-store-demo" } },
        spec: { targetCluster: "aks-westus2" },
      },
    ]);
    hub.list(IMPORTS, [claimed("aks-westus2")]);
    hub.list(`${NETWORKING_V1ALPHA1}/namespaces/${WEST}/internalserviceexports`, [
      {
        metadata: { name: "aks-store-demo-store-front", namespace: WEST },
        spec: { serviceReference: { namespace: "aks-store-demo", name: "store-front" } },
      },
    ]);
    const done = () => ({ body: {} });
    hub.routes.set(`${MEMBERS}/aks-westus2`, done);
    hub.routes.set(`${BINDINGS}/store-west`, done);
    hub.routes.set(IMPORT, done);
    const service = storeService();
    const labels = { "networking.fleet.azure.com/derived-service": "store-front-1a" };
    east.list(SERVICES, [{ ...service, metadata: { ...service.metadata, labels } }]);
    east.list(SLICES, [
      { metadata: { name: SLICE } },
      { metadata: { name: "aks-eastus2-aks-store-demo-store-front-y" } },
    ]);
    east.routes.set(`${SLICES}/${SLICE}`, done);
    await act(fleet);
  });
}

const changes = (...servers: FleetServers["hub"][]) =>
  servers.flatMap(({ requests }) =>
    requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }: SeenRequest) => [`${method} ${path}`, ...(body ? [body] : [])]),
  );

const forget = (fleet: FleetServers, ...args: string[]) => runOnFleet(["forget", ...args], urls(fleet));

test("cleans what can be cleaned, and says what only Azure can", async () => {
  await withLost(async (fleet) => {
    const { status, stdout, stderr } = await forget(fleet, "west", "--to", "east", "--yes");
    expect([status, stderr]).toEqual([0, ""]);
    expect(changes(fleet.hub, fleet.east)).toEqual([
      [
        `PATCH ${MEMBERS}/aks-westus2`,
        {
          metadata: {},
          spec: { taints: [{ key: "cdktf-aks-fleet/leaving", value: "true", effect: "NoSchedule" }] },
        },
      ],
      [`DELETE ${BINDINGS}/store-west`],
      // Replaced, not removed: the hub would give it to the lost member again.
      [`PATCH ${IMPORT}`, { metadata: { annotations: claimed("aks-eastus2").metadata.annotations } }],
      [`DELETE ${SLICES}/${SLICE}`],
    ]);
    expect(stdout).toContain(
      "az fleet member delete --resource-group rg-fleet --fleet-name gbb-fleet --name aks-westus2 --yes",
    );
    expect(stdout).toContain("aks-store-demo/store-front.\n");
    expect(stdout).toContain("internalserviceexport aks-store-demo-store-front");
    expect(stdout).toContain("outOfService: true");
    expect(stdout).toContain(
      "remove the taint cdktf-aks-fleet/leaving (kubectl edit memberclusters aks-west",
    );
  });
});

test("asks first; nobody there to be asked, nothing is done", async () => {
  await withLost(async (fleet) => {
    const { status, stdout, stderr } = await forget(fleet, "west");
    expect([status, changes(fleet.hub, fleet.east)]).toEqual([1, []]);
    expect(stdout).toContain("- delete binding store-west");
    expect(stderr).toContain("--yes");
    const asked: string[] = [];
    const ask = async (question: string) => asked.push(question) < 0;
    expect((await runOnFleet(["forget", "west"], urls(fleet), { ask })).status).toBe(1);
    expect([asked.length, changes(fleet.hub, fleet.east)]).toEqual([1, []]);
  });
});

test("the claim goes to no member that has no MultiClusterService of the Service yet: it would lead nowhere", async () => {
  await withLost(async (fleet) => {
    const { metadata, ...service } = storeService();
    const serviceImport = { name: "another" };
    fleet.east.list(SERVICES, [{ ...service, metadata, spec: { serviceImport } }]);
    const { status, stdout } = await forget(fleet, "west", "--to", "east", "--yes");
    expect(status).toBe(0);
    expect(fleet.hub.requests.filter(({ path }) => path === IMPORT)).toEqual([]);
    expect(stdout).toContain("aks-store-demo/store-front: its address was there. Move the entry");
  });
});

test("without --to the claim stays, and is told", async () => {
  await withLost(async (fleet) => {
    const { stdout } = await forget(fleet, "west", "--yes");
    expect(changes(fleet.hub).map(([what]) => what)).not.toContain(`PATCH ${IMPORT}`);
    expect(stdout).toContain("aks-store-demo/store-front: its address was there. Move the entry");
  });
});

test("a placement that names the member keeps its binding: it would be bound again", async () => {
  await withLost(async (fleet) => {
    const placement = storePlacement();
    const policy = { placementType: "PickFixed", clusterNames: ["aks-westus2"] };
    fleet.hub.list(PLACEMENTS, [{ ...placement, spec: { ...placement.spec, policy } }]);
    const { stdout } = await forget(fleet, "west", "--yes");
    expect(changes(fleet.hub).map(([what]) => what)).toEqual([`PATCH ${MEMBERS}/aks-westus2`]);
    expect(stdout).toContain("placement aks-store-demo would choose it again");
    expect(stdout).toContain("names no other member can't be narrowed");
  });
});

test.each([
  [["east", "--yes"], "aks-eastus2 sent a heartbeat 5s ago: it isn't lost."],
  [["north", "--yes"], "north isn't a member of the fleet: its members are aks-eastus2, aks-westus2."],
  [["west", "--to", "west", "--yes"], "--to aks-westus2: give a member that isn't lost."],
  [["west", "--to", "north", "--yes"], "north isn't a member"],
])("refuses: %s", async (args, message) => {
  await withLost(async (fleet) => {
    const { status, stderr } = await forget(fleet, ...args);
    expect([status, stderr, changes(fleet.hub, fleet.east)]).toEqual([
      1,
      expect.stringContaining(message),
      [],
    ]);
  });
});

test("what the hub refuses is told, and the rest is done", async () => {
  await withLost(async (fleet) => {
    fleet.hub.routes.set(`${BINDINGS}/store-west`, () => problem(403, "denied by a webhook"));
    const { status, stderr, stdout } = await forget(fleet, "west", "--yes");
    expect([status, stderr]).toEqual([1, expect.stringContaining("denied by a webhook")]);
    expect(changes(fleet.east)).toEqual([[`DELETE ${SLICES}/${SLICE}`]]);
    expect(stdout).toContain("az fleet member delete");
  });
});
