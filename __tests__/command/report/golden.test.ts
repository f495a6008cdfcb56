import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Format } from "../../../lib/command/render/format";
import { report } from "../../../lib/command/report";
import { expectGolden } from "./goldens";
import { clusterValues, fleetPlan, type MadeChange, madeObject, madePlan, placementSpec } from "./made";

const PLANS = join(__dirname, "plans");
const APP = join(__dirname, "app");
const FORMATS: [Format, string][] = [
  ["markdown", "md"],
  ["text", "txt"],
  ["json", "json"],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-report-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function reported(operands: string[], format: Format, out?: string) {
  return report({ operands, format, out, synth: false, gate: new Map(), allowed: [], diagram: true });
}

function expectGoldens(name: string, operands: string[], out?: string, formats = FORMATS): void {
  for (const [format, extension] of formats) {
    expectGolden(`${name}.${extension}`, reported(operands, format, out).text);
  }
}

describe("real plans", () => {
  const names = readdirSync(PLANS).map((file) => file.replace(".json", ""));

  test.each(names)("%s", (name) => {
    const stack = name.split("-")[0] as string;
    expectGoldens(name, [`${stack}=${join(PLANS, name)}.json`], APP);
  });

  test("several at once", () => {
    const operands = ["member=member-create", "infra=infra-node-count", "hub=hub-placement-narrowed"];
    const files = operands.map((one) => `${one.replace("=", `=${PLANS}/`)}.json`);
    expectGoldens("all-stacks", files, APP);
  });
});

const east = (more: object = {}) => clusterValues("aks-east", "eastus2", more);

/** Plans that are made here: what the real ones don't hold. */
const MADE: Record<string, string> = {
  replace: fleetPlan([
    {
      address: "azurerm_kubernetes_cluster.east",
      actions: ["delete", "create"],
      before: east(),
      after: east({ dns_prefix: "other" }),
      replace_paths: [["dns_prefix"]],
      action_reason: "replace_because_cannot_update",
    },
    {
      address: "azurerm_kubernetes_fleet_member.east",
      actions: ["delete", "create"],
      before: { name: "aks-east", kubernetes_cluster_id: east().id },
      after: { name: "aks-east" },
      after_unknown: { kubernetes_cluster_id: true },
      replace_paths: [["kubernetes_cluster_id"]],
    },
    {
      address: "null_resource.MemberWait-east_BBF0D5FA",
      actions: ["create", "delete"],
      before: { triggers: { aks_fleet: "wait", cluster: "a" } },
      after: { triggers: { aks_fleet: "wait" } },
      after_unknown: { triggers: { cluster: true } },
      replace_paths: [["triggers"]],
    },
    {
      address: "azurerm_dns_zone.zone",
      actions: ["delete", "create"],
      before: { name: "example.org" },
      after: { name: "example.com" },
      replace_paths: [["name"]],
    },
  ]),
  move: madePlan([
    {
      address: "azurerm_kubernetes_cluster.east",
      actions: ["no-op"],
      before: east(),
      after: east(),
      previous_address: "azurerm_kubernetes_cluster.old",
    },
    {
      address: "azurerm_subnet.new",
      actions: ["update"],
      before: { name: "nodes", service_endpoints: [] },
      after: { name: "nodes", service_endpoints: ["Microsoft.Storage"] },
      previous_address: "azurerm_subnet.old",
    },
  ]),
  import: madePlan([
    {
      address: "azurerm_resource_group.rg",
      actions: ["no-op"],
      before: { name: "rg" },
      after: { name: "rg" },
      importing: { id: "/subscriptions/0/resourceGroups/rg" },
    },
    {
      address: "azurerm_kubernetes_cluster.east",
      actions: ["update"],
      before: east({ tags: null }),
      after: east({ tags: { team: "shop" } }),
      importing: { id: east().id },
    },
    {
      address: "azurerm_kubernetes_cluster.west",
      actions: ["forget"],
      before: clusterValues("aks-west", "westus2"),
    },
  ]),
  drift: fleetPlan([], {
    resource_drift: [
      {
        address: "azurerm_kubernetes_cluster.east",
        mode: "managed",
        type: "azurerm_kubernetes_cluster",
        name: "east",
        change: {
          actions: ["update"],
          before: east(),
          after: east({ sku_tier: "Free", name: "renamed" }),
          after_unknown: {},
          before_sensitive: {},
          after_sensitive: {},
        },
      },
      {
        address: "azurerm_virtual_network_peering.gone",
        mode: "managed",
        type: "azurerm_virtual_network_peering",
        name: "gone",
        change: { actions: ["delete"], before: { name: "gone" }, after: null },
      },
    ],
    output_changes: {
      address: { actions: ["update"], before: "20.1.2.3", after_unknown: true },
      old: { actions: ["delete"], before: ["a", "b"], after: null },
    },
  }),
  sensitive: madePlan(
    [
      {
        address: "azurerm_thing.one",
        actions: ["update"],
        before: {
          users: [
            { name: "a", password: "hunter2-before" },
            { name: "b", password: "same-secret" },
          ],
          settings: '{"connection":"hunter2-before","port":80}',
          note: "the password is hunter2-before",
        },
        after: {
          users: [
            { name: "a", password: "hunter2-after" },
            { name: "b", password: "same-secret" },
          ],
          settings: '{"connection":"hunter2-after","port":81}',
          note: "the password is hunter2-after",
        },
        before_sensitive: { users: [{ password: true }, { password: true }] },
        after_sensitive: { users: [{ password: true }, { password: true }] },
      },
      madeObject(
        ["update"],
        "Secret",
        "queue",
        { data: { password: "c2VjcmV0LW9uZQ==" } },
        { data: { password: "c2VjcmV0LXR3bw==" } },
      ),
    ],
    {
      output_changes: {
        token: {
          actions: ["update"],
          before: "token-before",
          after: "token-after",
          before_sensitive: true,
          after_sensitive: true,
        },
      },
    },
  ),
  thousand: madePlan(
    Array.from({ length: 1_000 }, (_, index): MadeChange => {
      const number = String(index).padStart(4, "0");
      return {
        address: `azurerm_dns_a_record.record-${number}`,
        actions: index % 10 === 0 ? ["delete"] : ["update"],
        before: { name: `record-${number}`, ttl: 300, records: ["10.0.0.1"] },
        after:
          index % 10 === 0
            ? undefined
            : { name: `record-${number}`, ttl: 60, records: ["10.0.0.1", "10.0.0.2"] },
      };
    }),
  ),
  everything: fleetPlan([
    madeObject(
      ["update"],
      "ClusterResourcePlacement",
      "shop",
      placementSpec("eastus2", "westus2"),
      placementSpec("westus2", "northeurope"),
    ),
    madeObject(["delete"], "ServiceExport", "front", {}),
    madeObject(
      ["delete", "create"],
      "MultiClusterService",
      "front",
      { spec: { serviceImport: { name: "front" } } },
      undefined,
      {
        replace_paths: [["manifest", "metadata", "name"]],
      },
    ),
    madeObject(
      ["update"],
      "Deployment",
      "front",
      { spec: { template: { spec: { containers: [{ name: "front", image: "front:1", args: ["-v"] }] } } } },
      { spec: { template: { spec: { containers: [{ name: "front", image: "front:2", args: ["-v"] }] } } } },
    ),
    {
      address: "azurerm_virtual_network_peering.out",
      actions: ["delete"],
      before: {
        name: "out",
        virtual_network_name: "vnet-aks-east",
        remote_virtual_network_id: "/x/virtualNetworks/vnet-aks-west",
      },
      action_reason: "delete_because_no_resource_config",
    },
  ]),
};

test.each(Object.keys(MADE))("made: %s", (name) => {
  const file = join(folder, `plan.${name}.json`);
  writeFileSync(file, MADE[name] as string);
  // Half a megabyte of JSON, each part of which the others hold, is for nobody to read.
  const formats = name === "thousand" ? FORMATS.filter(([format]) => format !== "json") : FORMATS;
  expectGoldens(`made-${name}`, [file], undefined, formats);
});

test("the page on reviewing shows a report as the command prints it", () => {
  const page = readFileSync(join(__dirname, "../../../docs/reviewing.md"), "utf8");
  const shown = page.slice(page.indexOf("> ### 🟠 Risk"), page.indexOf("It exits with 0"));
  // Long lines are folded there.
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const { text } = report({
    operands: [`infra=${join(PLANS, "infra-member-leaves.json")}`],
    format: "markdown",
    out: APP,
    synth: false,
    gate: new Map(),
    allowed: [],
    diagram: false,
  });
  expect(plain(shown.replace(/^> ?/gm, ""))).toBe(plain(text));
});
