import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStacks } from "../../../lib/command/app/synthesized";
import { judge } from "../../../lib/command/judge/effects";
import { type Fleet, fleetOfStacks } from "../../../lib/command/plan/fleet";
import { readPlan } from "../../../lib/command/plan/plan";
import { diagram, type Mark } from "../../../lib/command/render/diagram";
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
    /has no synthesized app.*aks-fleet diagram FOLDER/,
  );
});

test("a sketch says the same in text", () => {
  expect(sketch(fleet)).toEqual([
    "fleet gbb-fleet, hub in westus",
    "eastus2: aks-eastus2, member, peered with aks-westus2, entry of store-front",
    "westus2: aks-westus2, member, peered with aks-eastus2",
    "placement aks-store-demo: on aks-eastus2 and aks-westus2",
  ]);
});

test("a network manager connects clusters", () => {
  const managed = synthApp(
    (app) => {
      app.node.setContext("fleet", { connectivity: "virtualNetworkManager" });
      build(app);
    },
    (outdir) => fleetOfStacks(readStacks(outdir)),
  );
  const said = "aks-eastus2 and aks-westus2 are connected by a network manager";
  expect(diagram(managed)).toContain(`mesh1>"${said}"]`);
  expect(sketch(managed)).toEqual([
    "fleet gbb-fleet, hub in westus",
    "eastus2: aks-eastus2, member, entry of store-front",
    "westus2: aks-westus2, member",
    "placement aks-store-demo: on aks-eastus2 and aks-westus2",
    said,
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
    connected: [],
    placements: [],
    services: [],
    exports: [],
    endpoints: [],
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

/** A fleet of clusters in some regions, each peered with each; a third of them is in each ring. */
function fleetOfSize(size: number, placements: number): Fleet {
  const regions = ["eastus2", "westus2", "westeurope", "uksouth"].slice(0, Math.max(2, size / 8));
  const numbers = Array.from({ length: size }, (_, index) => index);
  const lead = <S extends string>(segment: S, key: string) => ({ segment, key, name: key });
  const policies = [
    {},
    required({ labelSelector: { matchLabels: { ring: "1" } } }),
    { placementType: "PickN", numberOfClusters: 1 },
  ];
  return {
    hubs: [{ key: "hub", name: "shop", location: "westus" }],
    clusters: numbers.map((number) => ({
      key: `aks-${number}`,
      name: `aks-${number}`,
      location: regions[number % regions.length],
      group: "rg",
      network: lead("virtualNetworks", `vnet-${number}`),
    })),
    members: numbers.map((number) => ({
      key: `member-${number}`,
      name: `aks-${number}`,
      fleet: undefined,
      cluster: lead("managedClusters", `aks-${number}`),
      labels: { ring: String(number % 3) },
    })),
    peerings: numbers.flatMap((from) =>
      numbers
        .filter((to) => to !== from)
        .map((to) => ({
          key: `peering-${from}-${to}`,
          name: `peering-${from}-${to}`,
          from: lead("virtualNetworks", `vnet-${from}`),
          to: lead("virtualNetworks", `vnet-${to}`),
        })),
    ),
    connected: [],
    placements: Array.from({ length: placements }, (_, index) => ({
      key: `placement-${index}`,
      name: `app-${index}`,
      fleet: undefined,
      kind: "ClusterResourcePlacement",
      namespaces: [`app-${index}`],
      policy: policies[index % policies.length],
    })),
    services: [
      {
        key: "front",
        name: "front",
        fleet: undefined,
        namespace: "app-0",
        imports: "front",
        cluster: lead("managedClusters", "aks-0"),
      },
    ],
    exports: [],
    endpoints: [],
    objects: [],
    homes: new Map(),
  };
}

function required(...clusterSelectorTerms: object[]) {
  return {
    affinity: {
      clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
    },
  };
}

/** All marks of a member that comes: its cluster, its peerings. */
function comes(fleet: Fleet, number: number): ReadonlyMap<string, Mark> {
  const keys = [
    `aks-${number}`,
    `member-${number}`,
    ...fleet.peerings
      .map(({ key }) => key)
      .filter((key) => key.startsWith(`peering-${number}-`) || key.endsWith(`-${number}`)),
  ];
  return new Map(keys.map((key) => [key, "comes"]));
}

const linksIn = (drawing: string) =>
  drawing.split("\n").filter((line) => /^ {2}\S+ (---|==>|-\.->|<-->)/.test(line));

describe("of many clusters", () => {
  test("a full mesh is one line, and the lines to all of a region lead to its box", () => {
    const fleet = fleetOfSize(10, 1);
    const drawing = diagram(fleet);
    expect(drawing).toContain('mesh1>"all 10 clusters are peered with each other"]');
    expect(linksIn(drawing)).toEqual([
      "  hub1 --- placement2",
      "  service13 ==>|enters| cluster3",
      "  placement2 -.->|places| region1",
      "  placement2 -.->|places| region2",
    ]);
    expect(sketch(fleet).filter((line) => line.includes("peered"))).toEqual([
      "all 10 clusters are peered with each other",
    ]);
  });

  test("one that joins a mesh is one line more", () => {
    const fleet = fleetOfSize(10, 0);
    const drawing = diagram(fleet, comes(fleet, 9));
    expect(drawing).toContain('mesh1>"all clusters but aks-9 are peered with each other"]');
    const id = /(cluster\d+)\["aks-9<br\/>member \(new\)"\]/.exec(drawing)?.[1];
    expect(linksIn(drawing)).toEqual([
      "  service12 ==>|enters| cluster2",
      `  ${id} <-->|peered with each| mesh1`,
    ]);
    expect(drawing).toContain("linkStyle 1 stroke:#1a7f37");
  });

  test("a peering that lacks is seen", () => {
    const fleet = fleetOfSize(4, 0);
    const peerings = fleet.peerings.filter(({ key }) => !/^peering-(0-1|1-0|2-3)$/.test(key));
    const drawing = diagram({ ...fleet, peerings });
    expect(drawing).not.toContain("mesh");
    expect(linksIn(drawing).filter((line) => line.includes("|peered|"))).toHaveLength(4);
    expect(linksIn(drawing).filter((line) => line.includes("|peered one way|"))).toHaveLength(1);
  });

  test("more than twelve are told by region, and what changes by itself", () => {
    const fleet = fleetOfSize(30, 8);
    const drawing = diagram(fleet, comes(fleet, 29));
    expect(drawing.split("\n").filter((line) => /clusters,|\(new\)/.test(line))).toEqual([
      '    cluster5["10 clusters, members<br/>aks-0, aks-12, aks-15 and 7 more"]',
      '    cluster6["9 clusters, members<br/>aks-11, aks-14, aks-17 and 6 more"]',
      '    cluster7["aks-29<br/>member (new)"]',
      '    cluster8["10 clusters, members<br/>aks-1, aks-10, aks-13 and 7 more"]',
    ]);
    expect(drawing).toContain('"3 placements<br/>app-0, app-3 and app-6"');
  });

  test("a placement on some of those that are drawn as one says on how many", () => {
    const { placements, ...fleet } = fleetOfSize(13, 1);
    const [placement] = placements as [Fleet["placements"][number]];
    const policy = { placementType: "PickFixed", clusterNames: ["aks-2", "aks-4"] };
    const drawing = diagram({ ...fleet, placements: [{ ...placement, policy }] });
    expect(drawing).toContain("-.->|places on 2 of 7|");
  });

  test.each([2, 10, 30, 100])("of %i, mermaid can draw it", (size) => {
    const fleet = fleetOfSize(size, 50);
    const drawing = diagram(fleet, comes(fleet, size - 1));
    // More than 500 lines, or 50,000 letters, and nothing is drawn.
    expect(linksIn(drawing).length).toBeLessThan(40);
    expect(drawing.length).toBeLessThan(5_000);
  });

  test("what is too much for any drawing is counted, and what changes is drawn", () => {
    const { placements, ...fleet } = fleetOfSize(12, 60);
    const apart = placements.map((placement, index) => ({
      ...placement,
      policy: {
        placementType: "PickFixed",
        clusterNames: fleet.members
          .map(({ name }) => name)
          .filter((_, place) => (index >> (place % 6)) % 2 > 0),
      },
    }));
    const drawn = {
      ...fleet,
      placements: [...apart, ...apart.map((one) => ({ ...one, key: `${one.key}-2` }))],
    };
    const marks = new Map<string, Mark>(apart.map(({ key }) => [key, "goes"]));
    const drawing = diagram(drawn, marks);
    expect(linksIn(drawing)).toHaveLength(400);
    expect(drawing).toMatch(/more>"\d+ more lines are not drawn"\]/);
  });
});
