import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStacks } from "../../../lib/command/app/synthesized";
import { judge } from "../../../lib/command/judge/effects";
import { fleetOfStacks } from "../../../lib/command/plan/fleet";
import { readPlan } from "../../../lib/command/plan/plan";
import { diagram } from "../../../lib/command/render/diagram";
import { marksOf } from "../../../lib/command/render/marks";
import { sketch } from "../../../lib/command/render/sketch";
import { build } from "../../../main";
import { synthApp } from "../../synth";
import { clusterId, fleetPlan, madeObject, placementSpec } from "../report/made";
import { aksFleet } from "../run-command";

const fleet = synthApp(build, (outdir) => fleetOfStacks(readStacks(outdir)));

test("the documentation shows the diagram of this repository's app", () => {
  const text = readFileSync(join(__dirname, "../../../docs/report.md"), "utf8");
  expect(text).toContain(`\`\`\`mermaid\n${diagram(fleet)}\`\`\``);
});

test("the command draws a synthesized app", async () => {
  const app = join(__dirname, "../report/app");
  const { status, stdout } = await aksFleet(["diagram", app]);
  expect(status).toBe(0);
  expect(stdout).toBe(diagram(fleetOfStacks(readStacks(app))));
  expect((await aksFleet(["diagram", __dirname])).stderr).toMatch(
    /holds no synthesized app.*aks-fleet diagram FOLDER/,
  );
});

test("a sketch says the same in text", () => {
  expect(sketch(fleet)).toEqual([
    "fleet gbb-fleet, hub in westus",
    "eastus2: aks-eastus2, member, peered with aks-westus2, where store-front enters",
    "westus2: aks-westus2, member, peered with aks-eastus2",
    "placement aks-store-demo: on aks-eastus2 and aks-westus2",
  ]);
});

test("what changes is marked: what goes before, what comes after", () => {
  const report = judge([
    readPlan(
      fleetPlan([
        madeObject(
          ["update"],
          "ClusterResourcePlacement",
          "shop",
          placementSpec("westus2"),
          placementSpec("eastus2"),
        ),
        {
          address: "azurerm_kubernetes_fleet_member.east",
          actions: ["delete", "create"],
          before: { name: "aks-east", kubernetes_cluster_id: clusterId("aks-east") },
          after: { name: "aks-east", kubernetes_cluster_id: clusterId("aks-east") },
          replace_paths: [["group"]],
        },
      ]),
      "infra",
      "the plan",
    ),
  ]);
  const marks = marksOf(report);
  const before = diagram(report.before, marks.before);
  const after = diagram(report.after, marks.after);
  for (const line of [
    '"aks-east<br/>member (goes)"',
    '"address of front (goes)"',
    '"placement shop (changes)"',
    "classDef goes",
  ]) {
    expect(before).toContain(line);
  }
  for (const line of [
    '"aks-east<br/>member (new)"',
    '"address of front (new)"',
    '"aks-west<br/>member"',
    "linkStyle",
  ]) {
    expect(after).toContain(line);
  }
  const link = (text: string) => /placement\d+ -\.->\|places\| (cluster\d+)/.exec(text)?.[1];
  expect(before).toContain(`${link(before)}["aks-west<br/>member"]`);
  expect(after).toContain(`${link(after)}["aks-east<br/>member (new)"]`);
});

test("no name breaks out of its label", () => {
  const part = (name: string) => ({ key: name, name });
  const odd = {
    hubs: [{ ...part('a"]; end <script> `x` %%'), location: undefined }],
    clusters: [],
    members: [],
    peerings: [],
    placements: [],
    services: [],
    exports: [],
    objects: [],
    homes: new Map(),
  };
  expect(diagram(odd).split("\n")).toEqual([
    "flowchart TB",
    '  hub1{{"fleet a#34;#93;#59; end #60;script#62; #96;x#96; #37;#37;"}}',
    "",
  ]);
});

test("what a placement chooses is told by what is known of the members", () => {
  const chosen = (policy: object) => {
    const { after } = judge([
      readPlan(
        fleetPlan([madeObject(["update"], "ClusterResourcePlacement", "shop", {}, { spec: { policy } })]),
        "infra",
        "the plan",
      ),
    ]);
    return sketch(after).filter((line) => line.startsWith("placement"));
  };
  const required = (...clusterSelectorTerms: object[]) => ({
    affinity: {
      clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
    },
  });
  const label = (key: string, operator: string, ...values: string[]) => ({
    labelSelector: { matchExpressions: [{ key, operator, values }] },
  });
  const location = "fleet.azure.com/location";
  expect(chosen({ placementType: "PickFixed", clusterNames: ["aks-west"] })).toEqual([
    "placement shop: on aks-west",
  ]);
  expect(chosen({ placementType: "PickN", numberOfClusters: 1 })).toEqual([
    "placement shop: on some of aks-east and aks-west",
  ]);
  expect(chosen(required(label(location, "NotIn", "eastus2")))).toEqual(["placement shop: on aks-west"]);
  expect(chosen(required(label(location, "In", "eastus2"), label(location, "In", "westus2")))).toEqual([
    "placement shop: on aks-east and aks-west",
  ]);
  expect(chosen(required({ labelSelector: { matchLabels: { [location]: "mars" } } }))).toEqual([
    "placement shop: on no member of this app",
  ]);
  expect(chosen(required(label("tier", "In", "gold")))).toEqual([
    "placement shop: on some of aks-east and aks-west",
  ]);
  expect(
    chosen(required({ ...label(location, "Exists"), propertySelector: { matchExpressions: [{}] } })),
  ).toEqual(["placement shop: on some of aks-east and aks-west"]);
});
