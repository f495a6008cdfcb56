import type { App } from "cdktf";
import { type EntriesOptions, MultiRegionFleet, PlacementPolicy } from "../../lib";
import { yamlFile } from "../hub/fixtures";
import { at, reference } from "../network/references";
import { appFindings, readStack, type StackJson, synthApp } from "../synth";

const FRONT = `apiVersion: v1
kind: Service
metadata: { name: front }
spec: { selector: { app: front }, ports: [{ port: 80 }] }
`;

type Stacks = Record<"infra" | "hub" | "member-east" | "member-west", StackJson>;

function build(app: App, options: Partial<EntriesOptions> & { dns?: boolean } = {}): void {
  const shop = new MultiRegionFleet(app, "Shop", {
    fleetName: "shop",
    fleetLocation: "westeurope",
    tags: { team: "shop" },
    members: {
      east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
      west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
    },
  });
  const namespace = shop.hub.addNamespace("store");
  namespace.addWorkloads("Shop", { files: [yamlFile(FRONT)] });
  shop.hub.addPlacement("store", { namespace, policy: PlacementPolicy.all() });
  const { dns, ...given } = options;
  const dnsName = dns ? shop.infra.addGlobalDnsName("front") : undefined;
  shop.addEntries("front", { namespace, entries: ["east", "west"], dnsName, ...given });
}

function synth(options: Parameters<typeof build>[1] = {}): Stacks {
  return synthApp(
    (app) => build(app, options),
    (outdir) => {
      const names = ["infra", "hub", "member-east", "member-west"] as const;
      return Object.fromEntries(names.map((name) => [name, readStack(outdir, name)])) as Stacks;
    },
  );
}

const importsOf = (stack: StackJson) =>
  Object.values(stack.resource.kubernetes_manifest ?? {}).map(
    ({ manifest }) => (manifest as { spec: { serviceImport?: { name: string } } }).spec.serviceImport?.name,
  );

test("each entry has a Service of its own, and its address in its member's stack", () => {
  const { hub, "member-east": east, "member-west": west } = synth();
  expect(importsOf(east)).toEqual(["front-east"]);
  expect(importsOf(west)).toEqual(["front-west"]);
  expect(at(hub, "store/Entry-front-east/Export/Resource")).toMatchObject({
    manifest: { kind: "ServiceExport", metadata: { name: "front-east" } },
  });
  expect(at(hub, "store/Entry-front-west/Export/Resource")).toMatchObject({
    manifest: { kind: "ServiceExport", metadata: { name: "front-west" } },
  });
  expect(Object.keys(east.output)).toContain("store-front-east-address");
  expect(Object.keys(west.output)).toContain("store-front-west-address");
});

test("entries wait for each other in no way", () => {
  const order = synthApp(build, (outdir) => {
    const { stacks } = JSON.parse(require("node:fs").readFileSync(`${outdir}/manifest.json`, "utf8"));
    return ["member-east", "member-west"].map((name) => stacks[name].dependencies.sort());
  });
  expect(order).toEqual([
    ["hub", "infra"],
    ["hub", "infra"],
  ]);
});

test("an address is known by the DNS name once it answers", () => {
  const { infra, "member-west": west } = synth({ dns: true });
  expect(at(infra, "front/Resource")).toMatchObject({ name: "front", tags: { team: "shop" } });
  expect(infra.output["front-dns-name"]).toMatchObject({ value: reference(infra, "front/Resource", "fqdn") });
  const endpoint = at(west, "DnsEndpoint-store-front-west/Resource");
  expect(endpoint).toMatchObject({
    name: "store-front-west",
    endpoint_location: "westus2",
    target: west.output["store-front-west-address"]?.value,
  });
  expect(endpoint.profile_id).toContain("terraform_remote_state");
  // The address is read once the wait has seen it.
  const [status] = Object.values(west.data.kubernetes_resources ?? {}).filter(
    ({ kind }) => kind === "MultiClusterService",
  );
  expect(status?.depends_on).toContainEqual(
    expect.stringContaining("null_resource.ServiceWait-store-front-west"),
  );
});

test.each<[string, Parameters<typeof build>[1], string]>([
  ["none", { entries: [] }, '[Shop] addEntries: Service "front" has no entries'],
  ["one twice", { entries: ["east", "east"] }, '[Shop] addEntries: member "east" is'],
  [
    "one inside of the network, and a DNS name of the internet",
    { internal: true, dns: true },
    '[member-east] dnsName: "front-east" is internal',
  ],
])("%s is refused", (_, options, text) => {
  expect(appFindings((app) => build(app, options)).join("\n")).toContain(text);
});

test("a member that there is none of is refused with those that there are", () => {
  expect(() => synth({ entries: ["north"] })).toThrow(/"north".*"east" and "west"/);
});
