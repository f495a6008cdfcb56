import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Format } from "../../../lib/command/render/format";
import { report } from "../../../lib/command/report";
import { build } from "../../../main";
import { expectGolden } from "../report/goldens";

const APP = join(__dirname, "../report/app");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-compare-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function compared(base: string, head: string, format: Format = "text") {
  return report({
    operands: [base, head],
    format,
    synth: true,
    out: undefined,
    gate: new Map(),
    allowed: [],
    diagram: true,
  });
}

function effects(base: string, head: string): string[] {
  return JSON.parse(compared(base, head, "json").text).effects.map(
    ({ severity, text }: Record<string, string>) => `${severity}: ${text}`,
  );
}

/** The app of the tests, changed. */
function changed(...changes: [stack: string, from: string | RegExp, to: string][]): string {
  const head = join(folder, "head");
  cpSync(APP, head, { recursive: true });
  for (const [stack, from, to] of changes) {
    const file = join(head, "stacks", stack, "cdk.tf.json");
    const text = readFileSync(file, "utf8");
    const next = text.replace(from, to);
    if (next === text) throw new Error(`Nothing to change: ${from}`);
    writeFileSync(file, next);
  }
  return head;
}

test("the same app does nothing", () => {
  const { status, text } = compared(APP, APP);
  expect(status).toBe(0);
  expect(text).toContain("infra: no changes · hub: no changes · member: no changes");
  expect(text).toContain("without querying Azure");
});

test.each([
  ["service_cidr", '"network_plugin": "azure"', '"network_plugin": "azure", "service_cidr": "10.9.0.0/16"'],
  ["network_policy", '"network_plugin": "azure"', '"network_plugin": "azure", "network_policy": "calico"'],
  ["network_plugin", '"network_plugin": "azure"', '"network_plugin": "none"'],
  ["name", '"name": "np"', '"name": "other"'],
  ["disk_encryption_set_id", '"dns_prefix"', '"disk_encryption_set_id": "/x", "dns_prefix"'],
  ["private_dns_zone_id", '"dns_prefix"', '"private_dns_zone_id": "None", "dns_prefix"'],
  [
    "role_based_access_control_enabled",
    '"dns_prefix"',
    '"role_based_access_control_enabled": false, "dns_prefix"',
  ],
  [
    "network_data_plane",
    '"network_plugin": "azure"',
    '"network_plugin": "azure", "network_data_plane": "cilium"',
  ],
  [
    "service_cidrs",
    '"network_plugin": "azure"',
    '"network_plugin": "azure", "service_cidrs": ["10.9.0.0/16"]',
  ],
  ["gpu_driver", '"name": "np"', '"name": "np", "gpu_driver": "None"'],
] as [string, string | RegExp, string][])("%s makes a cluster anew", (name, from, to) => {
  const reported = effects(APP, changed(["infra", from, to]));
  expect(reported.join("\n")).toMatch(
    new RegExp(`outage: cluster aks-\\w+ is replaced because ([\\w.[\\]]*\\.)?${name} changes`),
  );
});

test.each([
  [
    '"dns_prefix"',
    '"role_based_access_control_enabled": true, "private_cluster_enabled": false, "dns_prefix"',
  ],
  ['"network_plugin": "azure"', '"network_plugin": "azure", "network_data_plane": "azure"'],
])("what azurerm takes anyway makes nothing anew: %s becomes %s", (from, to) => {
  const reported = effects(APP, changed(["infra", from, to])).join("\n");
  expect(reported).not.toContain("replaced");
});

test("what Terraform is told to ignore inside of a block is ignored", () => {
  const ignoring = (count: number) =>
    changed([
      "infra",
      '"default_node_pool": [\n          {\n            "name": "np",\n            "node_count": 3',
      `"lifecycle": { "ignore_changes": ["default_node_pool[0].node_count"] }, "default_node_pool": [{ "name": "np", "node_count": ${count}`,
    ]);
  const base = join(folder, "base");
  cpSync(ignoring(3), base, { recursive: true });
  expect(compared(base, ignoring(5)).status).toBe(0);
});

test("what a plan would say is said in the same words", () => {
  const head = changed(
    ["infra", '"dns_prefix": "aks-eastus2"', '"dns_prefix": "other"'],
    ["hub", /,\s*"westus2"/, ""],
  );
  expect(effects(APP, head)).toEqual([
    "outage: cluster aks-eastus2 is replaced because dns_prefix changes: its workloads stop and restart on the new cluster, its member rejoins, the address of store-front changes",
    "outage: placement aks-store-demo no longer chooses westus2: the namespace aks-store-demo is removed from aks-westus2",
  ]);
  for (const [format, extension] of [
    ["markdown", "md"],
    ["text", "txt"],
    ["json", "json"],
  ] as const) {
    expectGolden(`synth.${extension}`, compared(APP, head, format).text);
  }
});

test("a changed hub takes the members and the role with it", () => {
  const head = changed(["infra", '"dnsPrefix": "gbb-fleet"', '"dnsPrefix": "other"']);
  const { stacks } = JSON.parse(compared(APP, head, "json").text);
  const infra = stacks.find(({ stack }: { stack: string }) => stack === "infra");
  expect(infra.counts).toMatchObject({ replace: 4, update: 0, create: 0, delete: 0 });
  expect(effects(APP, head)).toHaveLength(1);
});

test("secrets are masked by their names, and Secrets by their kind", () => {
  const stack = (data: string) =>
    JSON.stringify({
      resource: {
        kubernetes_secret_v1: { s: { metadata: { name: "s" }, data: { key: data } } },
        azurerm_thing: { t: { client_secret: data, note: `it is ${data}` } },
        kubernetes_manifest: {
          m: { manifest: { kind: "Secret", metadata: { name: "m" }, stringData: { key: data } } },
        },
      },
    });
  const base = changed();
  const head = join(folder, "other");
  cpSync(base, head, { recursive: true });
  writeFileSync(join(base, "stacks/hub/cdk.tf.json"), stack("secret-of-old"));
  writeFileSync(join(head, "stacks/hub/cdk.tf.json"), stack("secret-of-new"));
  for (const format of ["markdown", "text", "json"] as const) {
    const { text, status } = compared(base, head, format);
    expect(status).toBe(2);
    expect(text).not.toContain("secret-of");
    expect(text).toContain("(sensitive value, changed)");
  }
});

test("a folder that leads elsewhere, or holds something else, is refused", () => {
  const head = changed();
  const manifest = (synthesizedStackPath: string) =>
    writeFileSync(
      join(head, "manifest.json"),
      JSON.stringify({ stacks: { hub: { name: "hub", synthesizedStackPath } } }),
    );
  for (const path of ["../../etc/passwd", "/etc/passwd", "stacks/../../x"]) {
    manifest(path);
    expect(() => compared(APP, head)).toThrow(/manifest\.json refers to .*, outside its folder/);
  }
  manifest("stacks/hub/cdk.tf.json");
  writeFileSync(join(head, "stacks/hub/cdk.tf.json"), "secret {");
  expect(() => compared(APP, head)).toThrow(/cdk\.tf\.json can't be read: it isn't JSON\. Synthesize/);
  writeFileSync(
    join(head, "stacks/hub/cdk.tf.json"),
    '{"resource":[{"a":1}],"output":7,"provider":{"kubernetes":null},"data":{"a":{"b":null}}}',
  );
  expect(compared(APP, head).status).toBe(2);
});

test("the real app: another entry, fewer regions", () => {
  const synth = (name: string, context: object) => {
    const outdir = join(folder, name);
    const app = new App({ outdir });
    app.node.setContext("fleet", context);
    build(app).synth();
    return outdir;
  };
  const [base, head] = [synth("base", {}), synth("head", { entry: "west" })];
  expect(effects(base, base)).toEqual([]);
  expect(effects(base, head)).toEqual([
    "outage: MultiClusterService store-front is deleted because it is no longer in the app: the address of store-front is lost",
    "change: store-front gets an address in aks-westus2, which balances to every cluster that exports store-front",
    expect.stringMatching(/^harmless: the wait ServiceWait-aks-store-demo-store-front is no longer needed/),
    expect.stringMatching(/^harmless: the wait ServiceWait-aks-store-demo-store-front runs/),
    expect.stringMatching(/^harmless: 2 records of immutable fields/),
  ]);
}, 30_000);
