import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "cdktf";
import { parse } from "yaml";
import {
  AksCluster,
  ClusterNetwork,
  ClusterResourceOverride,
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  Fleet,
  HubStack,
  InfraStack,
  MEMBER_CLUSTER_NAME,
  MemberStack,
  MultiRegionFleet,
  PlacedMultiClusterService,
  PlacementPolicy,
  ResourceEnvelope,
  ResourceOverride,
} from "../../lib";
import { folder, preview, removeFolders, runPreview, shopApp, synthesized } from "./preview-app";

afterAll(removeFolders);

const all = PlacementPolicy.all();

interface Chosen {
  readonly name: string;
  readonly chosen: boolean;
}

/** The table's rows, by their cells. */
const rowsOf = (printed: string) =>
  printed
    .split("\n\n")
    .flatMap((block) => (block.startsWith("CLUSTER") ? block.split("\n").slice(1) : []))
    .map((row) => row.trim().split(/ {2,}/));

const files = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) =>
      join(one.parentPath, one.name)
        .slice(dir.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();

const read = (...path: string[]) => parse(readFileSync(join(...path), "utf8"));

/** What `--json` says of an app. */
async function json(build: Parameters<typeof preview>[0], ...args: string[]) {
  const { printed, status } = await preview(build, "--json", ...args);
  const { fleets, notes } = JSON.parse(printed);
  return { ...fleets[0], notes, status };
}

const entry = shopApp(({ app, infra, hub, shop }) => {
  shop.exportService("front");
  hub.addPlacement("shop", { namespace: shop, policy: all });
  const member = new MemberStack(app, "member-east", { hub, member: infra.member("east") });
  member.addMultiClusterService("front", { namespace: shop });
});

const overridden = (replicas = 5) =>
  shopApp(({ hub, shop }) => {
    const placement = hub.addPlacement("shop", { namespace: shop, policy: all });
    new ResourceOverride(hub, "Replicas", {
      namespace: shop,
      name: "replicas",
      placement,
      resourceSelectors: [{ group: "apps", kind: "Deployment", name: "front" }],
      overrideRules: [
        {
          clusterSelectorTerms: [{ matchLabels: { ring: "canary" } }],
          jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: replicas }],
        },
        {
          jsonPatchOverrides: [
            { op: "add", path: "/metadata/annotations", value: { member: MEMBER_CLUSTER_NAME } },
          ],
        },
      ],
    });
    new ResourceOverride(hub, "Texts", {
      namespace: shop,
      name: "texts",
      placement,
      resourceSelectors: [{ kind: "ConfigMap", name: "texts" }],
      overrideRules: [
        { clusterSelectorTerms: [{ matchLabels: { ring: "production" } }], overrideType: "Delete" },
      ],
    });
  });

describe("--out", () => {
  test("every cluster has a folder, with an object a file", async () => {
    const out = join(folder(), "new");
    const { status, complained } = await preview(entry, "--out", out);
    expect([status, complained]).toEqual([0, `16 objects written to ${out}.`]);
    const shop = [
      "_cluster/namespace_shop.yaml",
      "shop/configmap_texts.yaml",
      "shop/deployment.apps_front.yaml",
      "shop/service_front.yaml",
      "shop/serviceexport.networking.fleet.azure.com_front.yaml",
    ];
    expect(files(out)).toEqual([
      ".aks-fleet-preview",
      ...shop.slice(0, 3).map((file) => `aks-east/${file}`),
      "aks-east/shop/multiclusterservice.networking.fleet.azure.com_front.yaml",
      ...shop.slice(3).map((file) => `aks-east/${file}`),
      ...shop.map((file) => `aks-sweden/${file}`),
      ...shop.map((file) => `aks-west/${file}`),
    ]);
  });

  test("objects are as overrides leave them, and texts as they are meant", async () => {
    const out = folder();
    await preview(overridden(), "--out", out);
    const deployment = "shop/deployment.apps_front.yaml";
    expect(read(out, "aks-east", deployment)).toMatchObject({
      metadata: { annotations: { member: "aks-east" } },
      spec: { replicas: 5 },
    });
    expect(read(out, "aks-west", deployment)).toMatchObject({
      metadata: { annotations: { member: "aks-west" } },
      spec: { replicas: 2 },
    });
    expect(read(out, "aks-east/shop/configmap_texts.yaml")).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "texts", namespace: "shop" },
      data: { title: "${a} %{b}" },
    });
    expect(files(join(out, "aks-west")).filter((file) => file.includes("configmap"))).toEqual([]);
  });

  test("what is in an envelope comes out of it, and names fit every file system", async () => {
    const out = folder();
    const build = shopApp(({ hub, shop }) => {
      new ResourceEnvelope(hub, "Envelope", {
        namespace: shop,
        name: "limits",
        objects: [
          {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "quota" },
            spec: { hard: { pods: "9" } },
          },
          {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "Role",
            metadata: { name: "shop:Reader" },
            rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
          },
        ],
      });
      hub.addPlacement("shop", { namespace: shop, policy: all });
    });
    await preview(build, "--out", out);
    expect(read(out, "aks-east/shop/resourcequota_quota.yaml")).toMatchObject({
      spec: { hard: { pods: "9" } },
    });
    expect(files(join(out, "aks-east"))).toContain(
      "shop/role.rbac.authorization.k8s.io_shop%3A%52eader.yaml",
    );
    expect(files(out).filter((file) => file.includes("envelope"))).toEqual([]);
  });

  test("secrets are masked, wherever they stand", async () => {
    const out = folder();
    const build = shopApp(({ hub, shop }) => {
      shop.addSecret("login", { data: { password: "hunter2-hunter2" } });
      new ResourceEnvelope(hub, "Envelope", {
        namespace: shop,
        name: "more",
        objects: [
          {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "wrapped" },
            stringData: { key: "open-sesame" },
          },
        ],
      });
      shop.addWorkloads("More", {
        objects: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "url" },
            data: { url: "db://u:hunter2-hunter2@db" },
          },
        ],
      });
      hub.addPlacement("shop", { namespace: shop, policy: all });
    });
    const { printed } = await preview(build, "--out", out, "--json");
    expect(read(out, "aks-east/shop/secret_login.yaml")).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "shop" },
      data: { password: "(sensitive value)" },
    });
    const written = files(out).map((file) => readFileSync(join(out, file), "utf8"));
    expect([...written, printed].filter((text) => /hunter2|sesame/.test(text))).toEqual([]);
  });

  test("a secret is one in whatever form it stands", async () => {
    const out = folder();
    const password = "pa55+word/with=signs";
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const docker = JSON.stringify({ auths: { "acr.io": { auth: base64(`robot:${password}`) } } });
    const build = shopApp(({ hub, shop }) => {
      shop.addSecret("pull", {
        data: { ".dockerconfigjson": docker },
      });
      shop.addSecret("patched", { data: { token: "first-of-two-tokens" } });
      const texts = {
        url: `https://robot:${encodeURIComponent(password)}@acr.io`,
        inside: base64(`some more than the ${password} alone`),
        patched: "it is second-of-two-tokens",
      };
      shop.addWorkloads("More", {
        objects: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "more" }, data: texts }],
      });
      const placement = hub.addPlacement("shop", { namespace: shop, policy: all });
      new ResourceOverride(hub, "Patched", {
        namespace: shop,
        name: "patched",
        placement,
        resourceSelectors: [{ kind: "Secret", name: "patched" }],
        overrideRules: [
          {
            jsonPatchOverrides: [
              { op: "replace", path: "/data/token", value: base64("second-of-two-tokens") },
            ],
          },
        ],
      });
    });
    const { printed } = await preview(build, "--out", out, "--json");
    const written = [...files(out).map((file) => readFileSync(join(out, file), "utf8")), printed].join("\n");
    const secrets = [password, "two-tokens", encodeURIComponent(password), base64(password).slice(0, -4)];
    expect(secrets.filter((text) => written.includes(text))).toEqual([]);
    expect(read(out, "aks-east/shop/configmap_more.yaml").data).toEqual({
      url: "https://robot:(sensitive value)@acr.io",
      inside: "(sensitive value)",
      patched: "it is (sensitive value)",
    });
  });

  test("what it wrote before is gone, and nothing of anybody else", async () => {
    const out = folder();
    const app = synthesized(overridden());
    await runPreview([app, "--out", out]);
    mkdirSync(join(out, ".git"));
    writeFileSync(join(out, "README.md"), "");
    mkdirSync(join(out, "aks-old"));
    await runPreview([app, "--out", out, "--cluster", "aks-west"]);
    expect(readdirSync(out).sort()).toEqual([".aks-fleet-preview", ".git", "README.md", "aks-west"]);
    const other = folder();
    writeFileSync(join(other, "mine.yaml"), "");
    const { status, complained } = await runPreview([app, "--out", other]);
    expect([status, complained]).toEqual([1, expect.stringContaining(`${other} is not empty`)]);
    expect(readdirSync(other)).toEqual(["mine.yaml"]);
  });

  test("fleets of an app have folders around those of their clusters", async () => {
    const out = folder();
    const build = (app: App) => {
      for (const name of ["blue", "green"]) {
        const infra = new InfraStack(app, `infra-${name}`, {
          fleetName: name,
          fleetLocation: "westus",
          fleetResourceGroupName: `rg-${name}`,
          members: {
            [name]: { location: "eastus2", addressSpace: [name === "blue" ? "10.1.0.0/16" : "10.2.0.0/16"] },
          },
        });
        const hub = new HubStack(app, `hub-${name}`, { fleet: infra.fleet });
        hub.addPlacement(name, { namespace: hub.addNamespace(name), policy: all });
      }
    };
    const { printed } = await preview(build, "--out", out);
    expect(files(out)).toEqual([
      ".aks-fleet-preview",
      "blue/aks-blue/_cluster/namespace_blue.yaml",
      "green/aks-green/_cluster/namespace_green.yaml",
    ]);
    expect(printed.match(/^Fleet .*/gm)).toEqual(["Fleet blue", "Fleet green"]);
  });

  test("where no member is known, it is what any gets that is chosen", async () => {
    const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/old";
    const build = (policy: PlacementPolicy) => (app: App) => {
      const hub = new HubStack(app, "hub", { fleet: Fleet.fromFleetId(app, "Fleet", id) });
      hub.addPlacement("shop", { namespace: hub.addNamespace("shop"), policy });
    };
    const [everywhere, somewhere] = [folder(), folder()];
    await preview(build(all), "--out", everywhere);
    expect(files(everywhere)).toContain("_any/_cluster/namespace_shop.yaml");
    await preview(build(PlacementPolicy.inLocations("eastus2")), "--out", somewhere);
    expect(files(somewhere)).toContain("_perhaps/_any/_cluster/namespace_shop.yaml");
  });

  test("the same app is written the same", async () => {
    const [one, other] = [folder(), folder()];
    await preview(entry, "--out", one);
    await preview(entry, "--out", other);
    expect(files(other)).toEqual(files(one));
    for (const file of files(one)) {
      expect(readFileSync(join(other, file), "utf8")).toBe(readFileSync(join(one, file), "utf8"));
    }
  });
});

describe("the table", () => {
  test("says what comes to each cluster, why, and from where its Services are reached", async () => {
    const { printed, status } = await preview(entry);
    expect(status).toBe(0);
    expect(rowsOf(printed)).toEqual([
      [
        "aks-east",
        "shop",
        "5",
        "PickAll",
        "shop/front: its address is here, routing to aks-east, aks-sweden and aks-west",
      ],
      ["(applied by the app)", "1"],
      ["aks-sweden, aks-west", "shop", "5", "PickAll", "shop/front: reachable at aks-east"],
    ]);
  });

  test("an entry that is placed from the hub is at its member", async () => {
    const build = shopApp(({ infra, hub, shop }) => {
      shop.exportService("front");
      new PlacedMultiClusterService(hub, "Entry", {
        namespace: shop,
        serviceName: "front",
        member: infra.member("west"),
      });
      hub.addPlacement("shop", { namespace: shop, policy: all });
    });
    expect(rowsOf((await preview(build)).printed)).toEqual([
      ["aks-east, aks-sweden", "shop", "5", "PickAll", "shop/front: reachable at aks-west"],
      [
        "aks-west",
        "shop",
        "6",
        "PickAll",
        "shop/front: its address is here, routing to aks-east, aks-sweden and aks-west",
      ],
    ]);
  });

  test("says why a cluster is not chosen", async () => {
    const build = shopApp(({ hub, shop }) => {
      hub.addPlacement("shop", {
        namespace: shop,
        policy: PlacementPolicy.inLocations("eastus2", "westus2"),
      });
    });
    expect(rowsOf((await preview(build)).printed)).toEqual([
      ["aks-east", "shop", "4", "PickAll: location eastus2"],
      ["aks-sweden", "shop", "-", "no: location is swedencentral, not eastus2 or westus2"],
      ["aks-west", "shop", "4", "PickAll: location westus2"],
    ]);
  });

  test("many clusters that are alike take one row", async () => {
    const members = Object.fromEntries(
      ["a", "b", "c", "d", "e", "f"].map((key, index) => [
        key,
        { location: "eastus2", addressSpace: [`10.${index + 1}.0.0/16`] },
      ]),
    );
    expect(rowsOf((await preview(shopApp(undefined, members))).printed)).toEqual([
      ["aks-a, aks-b, aks-c and 3 more", "shop", "4", "PickAll"],
    ]);
  });

  test("says by which run and stage it comes, or that none brings it", async () => {
    const staged = (state: "Run" | "Initialize") =>
      shopApp(({ hub, shop }) => {
        const placement = hub.addPlacement("shop", { namespace: shop, policy: all, rolloutType: "External" });
        const strategy = new ClusterStagedUpdateStrategy(hub, "Strategy", {
          name: "rings",
          stages: [
            { name: "canary", labelSelector: { matchLabels: { ring: "canary" } } },
            { name: "rest", labelSelector: { matchLabels: { ring: "production" } } },
          ],
        });
        new ClusterStagedUpdateRun(hub, "Run", { name: "shop-1", placement, strategy, state });
      });
    expect(rowsOf((await preview(staged("Run"))).printed)).toEqual([
      ["aks-east", "shop", "4", "PickAll; by the staged update run shop-1, in the stage canary"],
      ["aks-sweden, aks-west", "shop", "4", "PickAll; by the staged update run shop-1, in the stage rest"],
    ]);
    const { printed } = await preview(staged("Initialize"));
    expect(rowsOf(printed)).toEqual([
      [
        "aks-east, aks-sweden, aks-west",
        "shop",
        "0",
        "PickAll; no staged update run in this app rolls it out",
      ],
    ]);
    expect(printed.replace(/\s+/g, " ")).toContain(
      "whether Deployment shop/front is there on every cluster: only a staged update run rolls it out",
    );
  });

  test("an override that fails keeps all from the cluster, and says so", async () => {
    const build = shopApp(({ hub, shop }) => {
      const placement = hub.addPlacement("shop", { namespace: shop, policy: all });
      new ClusterResourceOverride(hub, "Wrong", {
        name: "wrong",
        placement,
        clusterResourceSelectors: [{ kind: "Namespace", name: "shop" }],
        overrideRules: [
          {
            clusterSelectorTerms: [{ matchLabels: { ring: "canary" } }],
            jsonPatchOverrides: [{ op: "remove", path: "/metadata/labels/team" }],
          },
        ],
      });
    });
    const rows = rowsOf((await preview(build)).printed);
    expect(rows[0]?.slice(0, 3)).toEqual(["aks-east", "shop", "0"]);
    expect(rows[0]?.[3]).toMatch(/^PickAll; it fails: .*remove operation does not apply/);
    expect(rows[1]?.slice(0, 3)).toEqual(["aks-sweden, aks-west", "shop", "4"]);
  });

  test("--cluster shows that one only, and one that isn't there is an error", async () => {
    const app = synthesized(entry);
    expect(
      rowsOf((await runPreview([app, "--cluster", "aks-west"])).printed).map(([cluster]) => cluster),
    ).toEqual(["aks-west"]);
    const { status, complained } = await runPreview([app, "--cluster", "aks-wset"]);
    expect([status, complained]).toEqual([
      1,
      "aks-fleet: The app has no cluster aks-wset: its clusters are aks-east, aks-sweden and aks-west.",
    ]);
  });

  test("a label that somebody else may give leaves it open, and the objects apart", async () => {
    const members = { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } };
    const policy = PlacementPolicy.pickAll({
      required: [{ labelSelector: { matchLabels: { ring: "canary" } } }],
    });
    const build = shopApp(
      ({ hub, shop }) => void hub.addPlacement("shop", { namespace: shop, policy }),
      members,
    );
    const out = folder();
    const { printed } = await preview(build, "--out", out);
    expect(rowsOf(printed)[0]?.slice(0, 3)).toEqual(["aks-east", "shop", "?"]);
    expect(printed.replace(/\s+/g, " ")).toContain(
      "UNKNOWN whether placement shop chooses it on aks-east: ring: the app sets no labels on it, but something else may",
    );
    expect(files(out).filter((file) => file.includes("deployment"))).toEqual([
      "_perhaps/aks-east/shop/deployment.apps_front.yaml",
    ]);
  });
});

describe("--base", () => {
  test("says what each cluster gains, loses and has changed", async () => {
    const base = synthesized(overridden(5));
    const { printed, status } = await preview(
      shopApp(
        ({ hub, shop }) => {
          shop.exportService("front");
          hub.addPlacement("shop", {
            namespace: shop,
            policy: PlacementPolicy.inLocations("eastus2", "westus2"),
          });
        },
        undefined,
        3,
      ),
      "--base",
      base,
    );
    expect(status).toBe(0);
    const [, reported = ""] = printed.split("COMPARED WITH THE BASE\n");
    expect(reported.split("\n\n")[0]?.split("\n")).toEqual([
      "aks-east:",
      "  + ServiceExport shop/front",
      "  ~ Deployment shop/front",
      '      metadata.annotations: {"member":"aks-east"} → none',
      "      spec.replicas: 5 → 3",
      "aks-sweden:",
      "  - Namespace shop",
      "  - Deployment shop/front",
      "  - Service shop/front",
      "aks-west:",
      "  + ConfigMap shop/texts",
      "  + ServiceExport shop/front",
      "  ~ Deployment shop/front",
      '      metadata.annotations: {"member":"aks-west"} → none',
      "      spec.replicas: 2 → 3",
    ]);
  });

  test("a changed secret is told, and not what it is", async () => {
    const secret = (password: string) =>
      shopApp(({ hub, shop }) => {
        shop.addSecret("login", { data: { password } });
        hub.addPlacement("shop", { namespace: shop, policy: all });
      });
    const { printed } = await preview(
      secret("correct-horse"),
      "--base",
      synthesized(secret("battery-staple")),
    );
    expect(printed).toContain("data.password: (sensitive value) → (sensitive value, changed)");
    expect(printed).not.toMatch(/horse|staple/);
  });

  test("what a PickN has chosen stays chosen", async () => {
    const pickN = (count: number, members?: Parameters<typeof shopApp>[1]) =>
      shopApp(
        ({ hub, shop }) =>
          void hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.pickN(count) }),
        members,
      );
    const chosen = async (...args: Parameters<typeof json>) =>
      (await json(...args)).clusters.flatMap((one: { name: string; placements: { chosen: boolean }[] }) =>
        one.placements[0]?.chosen ? [one.name] : [],
      );
    const members = {
      b: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
      c: { location: "eastus2", addressSpace: ["10.2.0.0/16"] },
    };
    const more = { ...members, z: { location: "eastus2", addressSpace: ["10.3.0.0/16"] } };
    const [first] = await chosen(pickN(1, members));
    const anew = await chosen(pickN(1, more));
    expect(await chosen(pickN(1, more), "--base", synthesized(pickN(1, members)))).toEqual([first]);
    expect(anew).not.toEqual([first]);
  });

  test("where placements go while a member is out of service, and after, as the hub's scheduler has chosen", async () => {
    const app = (outOfService?: true) =>
      synthesized(
        shopApp(
          ({ hub }) => {
            const preferring = (...locations: string[]) => ({
              preferred: locations.map((location) => ({
                weight: 100,
                labelSelector: { matchLabels: { "fleet.azure.com/location": location } },
              })),
            });
            const place = (name: string, policy: PlacementPolicy) => {
              const namespace = hub.addNamespace(name);
              namespace.addWorkloads("Config", {
                objects: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "config" } }],
              });
              hub.addPlacement(name, { namespace, policy });
            };
            const topologySpread = [{ topologyKey: "fleet.azure.com/location" }];
            place("one", PlacementPolicy.pickN(1, preferring("eastus2")));
            place("two", PlacementPolicy.pickN(2, preferring("eastus2", "westus3")));
            place("spread", PlacementPolicy.pickN(2, { ...preferring("eastus2"), topologySpread }));
            place("three", PlacementPolicy.pickN(3));
            place("named", PlacementPolicy.onMembers("aks-eastus2", "aks-westus2"));
          },
          {
            eastus2: { location: "eastus2", addressSpace: ["10.1.0.0/16"], outOfService },
            westus2: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
            third: { location: "westus3", addressSpace: ["10.3.0.0/16"] },
          },
        ),
      );
    const chosen = async (...args: string[]) => {
      const { clusters } = JSON.parse((await runPreview([...args, "--json"])).printed).fleets[0];
      const on = (placement: string) =>
        (clusters as { name: string; placements: Chosen[] }[]).flatMap(({ name, placements }) =>
          placements.some((one) => one.name === placement && one.chosen) ? [name.slice("aks-".length)] : [],
        );
      return Object.fromEntries(
        ["one", "two", "spread", "three", "named"].map((placement) => [placement, on(placement)]),
      );
    };
    const [whole, without] = [app(), app(true)];
    const atFirst = {
      one: ["eastus2"],
      two: ["eastus2", "third"],
      spread: ["eastus2", "westus2"],
      three: ["eastus2", "third", "westus2"],
      named: ["eastus2", "westus2"],
    };
    expect(await chosen(whole)).toEqual(atFirst);
    expect(await chosen(without, "--base", whole)).toEqual({
      one: ["westus2"],
      two: ["third", "westus2"],
      spread: ["third", "westus2"],
      three: ["third", "westus2"],
      named: ["westus2"],
    });
    expect(await chosen(whole, "--base", without)).toEqual(atFirst);
  });
});

describe("--without", () => {
  test.each(["aks-east", "eastus2", "East US 2"])(
    "%s takes the address with it, and ends with 2",
    async (place) => {
      const { printed, status } = await preview(entry, "--without", place);
      expect(status).toBe(2);
      const [, reported = ""] = printed.split("WITHOUT aks-east\n");
      const text = reported.split("\n\n")[0]?.replace(/\s+/g, " ");
      expect(text).toContain(
        "Service shop/front becomes unreachable: the address of shop/front at aks-east is lost",
      );
      expect(text).toContain(
        "Placement shop loses aks-east; stays on aks-sweden and aks-west; rollouts are blocked until outOfService is set: maxUnavailable allows 1 of 3 clusters to be unavailable, and aks-east is",
      );
    },
  );

  test("another one takes a share, and ends with 0", async () => {
    const { without, status } = await json(entry, "--without", "westus2");
    expect(status).toBe(0);
    expect(without.services).toEqual([
      {
        name: "shop/front",
        reachable: true,
        wasReachable: true,
        addresses: [],
        namesLeft: [],
        lost: ["aks-west"],
        left: ["aks-east", "aks-sweden"],
        text: "loses capacity: aks-west no longer serves it, aks-east and aks-sweden do",
      },
    ]);
  });

  test("the worst comes first, and the same of many is said once", async () => {
    const build = shopApp(({ app, infra, hub, shop }) => {
      const names = ["front", "back", "side"];
      for (const name of names.slice(1)) {
        shop.addWorkloads(name, {
          objects: [
            { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }] } },
          ],
        });
      }
      for (const name of names) shop.exportService(name);
      hub.addPlacement("shop", { namespace: shop, policy: all });
      const [east, west] = ["east", "west"].map(
        (key) => new MemberStack(app, `member-${key}`, { hub, member: infra.member(key) }),
      );
      west?.addMultiClusterService("back", { namespace: shop });
      west?.addMultiClusterService("side", { namespace: shop });
      east?.addMultiClusterService("front", { namespace: shop });
    });
    const { printed } = await preview(build, "--without", "aks-east");
    const [, reported = ""] = printed.split("WITHOUT aks-east\n");
    expect(
      reported
        .split("\n\n")[0]
        ?.split(/\n {2}(?! )/)
        .map((line) => line.replace(/\s+/g, " ").trim()),
    ).toEqual([
      "Service shop/front becomes unreachable: the address of shop/front at aks-east is lost",
      expect.stringMatching(
        /^Placement shop loses aks-east; stays on aks-sweden and aks-west; rollouts are blocked/,
      ),
      "Each of the Services shop/back and shop/side loses capacity: aks-east no longer serves it, aks-sweden and aks-west do",
    ]);
  });

  test("the last that exports a Service takes it away", async () => {
    const build = shopApp(({ app, infra, hub, shop }) => {
      shop.exportService("front");
      const placement = hub.addPlacement("shop", { namespace: shop, policy: all });
      new ResourceOverride(hub, "OnlyInTheWest", {
        namespace: shop,
        name: "only-in-the-west",
        placement,
        resourceSelectors: [
          { group: "networking.fleet.azure.com", version: "v1beta1", kind: "ServiceExport", name: "front" },
        ],
        overrideRules: [
          {
            clusterSelectorTerms: [
              {
                matchExpressions: [
                  { key: "fleet.azure.com/location", operator: "NotIn", values: ["westus2"] },
                ],
              },
            ],
            overrideType: "Delete",
          },
        ],
      });
      const member = new MemberStack(app, "member-east", { hub, member: infra.member("east") });
      member.addMultiClusterService("front", { namespace: shop });
    });
    const { without, status } = await json(build, "--without", "aks-west");
    expect([status, without.services[0].text]).toEqual([
      2,
      "becomes unreachable: no remaining cluster has it",
    ]);
  });

  test("says where placements can go, and whether changes get through", async () => {
    const build = (maxUnavailable?: string) =>
      shopApp(({ hub, shop }) => {
        hub.addPlacement("shop", {
          namespace: shop,
          policy: PlacementPolicy.pickN(2),
          maxUnavailable,
        });
      });
    const one = await json(build());
    const [first, second] = one.clusters.flatMap(
      ({ name, placements }: { name: string; placements: { chosen: boolean }[] }) =>
        placements[0]?.chosen ? [name] : [],
    );
    const other = one.clusters
      .map(({ name }: { name: string }) => name)
      .find((name: string) => ![first, second].includes(name));
    const { without, status } = await json(build(), "--without", first);
    expect(status).toBe(0);
    expect(without.placements).toEqual([
      {
        name: "shop",
        left: [second],
        canGoTo: [other],
        blocked: true,
        text: expect.stringContaining(
          `can go to ${other}, once ${first} has left the fleet; rollouts are blocked`,
        ),
      },
    ]);
    expect((await json(build("100%"), "--without", first)).without.placements[0]).toMatchObject({
      blocked: false,
    });
  });

  test("a Service behind a DNS name outlives a region", async () => {
    const build = shopApp(({ infra, hub, shop }) => {
      const trafficManager = infra.addTrafficManagerAccess("TrafficManager");
      hub.addPlacement("shop", { namespace: shop, policy: all });
      hub.addDnsLoadBalancer("front", { namespace: shop, trafficManager, monitorPath: "/" });
    });
    const { without, status, services } = await json(build, "--without", "aks-east");
    expect(
      services[0].ways.map(({ kind, reached }: { kind: string; reached: boolean }) => [kind, reached]),
    ).toEqual([
      ["TrafficManagerProfile", true],
      ["LoadBalancer", true],
    ]);
    expect([status, without.services[0]]).toMatchObject([
      0,
      { reachable: true, left: ["aks-sweden", "aks-west"] },
    ]);
    expect(
      (await preview(build, "--without", "aks-east", "--without", "westus2", "--without", "swedencentral"))
        .status,
    ).toBe(2);
  });

  test("a DNS name over several addresses outlives one of them", async () => {
    const build = (app: App) => {
      const members = {
        east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
        west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
      };
      const front = new MultiRegionFleet(app, "Front", {
        fleetName: "fleet",
        fleetLocation: "westus",
        members,
      });
      const shop = front.hub.addNamespace("shop");
      shop.addWorkloads("Shop", { files: ["examples/shop.yaml"] });
      front.hub.addPlacement("shop", { namespace: shop, policy: all });
      const dnsName = front.infra.addGlobalDnsName("shop-front-name");
      front.addEntries("front", { namespace: shop, entries: ["east", "west"], dnsName });
    };
    const { printed, status } = await preview(build, "--without", "eastus2");
    expect(status).toBe(0);
    const said = printed.replace(/\s+/g, " ");
    expect(said).toContain(
      "shop/front-east: its address is here, routing to aks-east and aks-west; shop-front-name.trafficmanager.net resolves here, too",
    );
    expect(said).toContain(
      "Service shop/front-east loses its address: the address of shop/front-east at aks-east is lost; shop-front-name.trafficmanager.net keeps resolving to shop/front-west",
    );
    expect((await preview(build, "--without", "eastus2", "--without", "westus2")).status).toBe(2);
  });

  test("what is nowhere is an error that names the places", async () => {
    const { status, complained } = await preview(entry, "--without", "mars");
    expect(status).toBe(1);
    expect(complained).toContain(
      "no cluster mars, and none in a location with that name: its clusters are aks-east, aks-sweden and aks-west, in eastus2, swedencentral and westus2.",
    );
  });
});

describe("the state", () => {
  /** A stand-in that says what `terraform show -json` says of a state. */
  function terraform(states: Record<string, object>): Record<string, string> {
    const program = join(folder(), "terraform");
    writeFileSync(
      program,
      `#!${process.execPath}
       const asked = process.argv.slice(2).join(" ");
       if (asked !== "show -json -no-color") throw new Error(asked);
       const state = ${JSON.stringify(states)}[process.cwd().split("/").pop()];
       if (!state) { console.error("Error: Required plugins are not installed"); process.exit(1); }
       console.log(JSON.stringify(state));`,
    );
    chmodSync(program, 0o755);
    return { TERRAFORM_BINARY_NAME: program, PATH: process.env.PATH ?? "" };
  }
  const initialize = (app: string, ...stacks: string[]) => {
    for (const stack of stacks) mkdirSync(join(app, "stacks", stack, ".terraform"));
  };
  const app = shopApp(({ hub, shop }) => {
    hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.pickN(1) });
    shop.addWorkloads("Ids", {
      objects: [
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "ids" },
          data: { id: hub.fleet.fleetId, path: `id=${hub.fleet.fleetId};` },
        },
      ],
    });
  });

  test("tells what only Terraform knows, and what is chosen only the hub", async () => {
    const folder = synthesized(app);
    const { printed } = await runPreview([folder, "--json"]);
    const stack = JSON.parse(readFileSync(join(folder, "stacks/hub/cdk.tf.json"), "utf8"));
    const [, output] = /outputs\.(cross-stack-output-[\w-]+)/.exec(JSON.stringify(stack.data)) ?? [];
    const placement = Object.keys(stack.resource.kubernetes_manifest).find((id) =>
      id.startsWith("Placement"),
    );
    const ids = (text: string) =>
      JSON.parse(text).fleets[0].clusters.flatMap(
        ({ objects }: { objects: { name: string; object: { data: unknown } }[] }) =>
          objects.filter(({ name }) => name === "ConfigMap shop/ids").map(({ object }) => object.data),
      );
    expect(ids(printed)).toEqual([{ id: "(known after apply)", path: "(known after apply)" }]);
    expect(JSON.parse(printed).notes[0]).toMatch(
      /^The state of infra and hub is not read \(not initialized here\)/,
    );

    initialize(folder, "infra", "hub");
    const environment = terraform({
      infra: {
        format_version: "1.0",
        values: {
          outputs: { [output as string]: { value: "/fleets/f", sensitive: true } },
          root_module: {
            resources: [
              { address: "azapi_resource.fleet", values: { id: "/fleets/f" }, sensitive_values: {} },
            ],
          },
        },
      },
      hub: {
        format_version: "1.0",
        values: { root_module: { resources: [{ address: `kubernetes_manifest.${placement}`, values: {} }] } },
      },
    });
    const after = await runPreview([folder, "--json"], environment);
    expect(ids(after.printed)).toEqual(Array(3).fill({ id: "/fleets/f", path: "id=/fleets/f;" }));
    const { fleets, notes } = JSON.parse(after.printed);
    expect(notes).toEqual([]);
    expect(fleets[0].clusters.map(({ placements }: { placements: object[] }) => placements[0])).toEqual(
      Array(3).fill({ name: "shop", why: "only the hub knows which members it has chosen", objects: 0 }),
    );
  });

  test("says of a deployed PickN only what holds whatever the hub has chosen", async () => {
    const lossOf = async (n: number, outOfService?: boolean) => {
      const folder = synthesized(
        shopApp(
          ({ hub, shop }) => {
            hub.addPlacement("shop", { namespace: shop, policy: PlacementPolicy.pickN(n) });
          },
          {
            east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] },
            west: { location: "westus2", addressSpace: ["10.2.0.0/16"] },
            sweden: { location: "swedencentral", addressSpace: ["10.3.0.0/16"], outOfService },
          },
        ),
      );
      const stack = JSON.parse(readFileSync(join(folder, "stacks/hub/cdk.tf.json"), "utf8"));
      initialize(folder, "infra", "hub");
      const resources = Object.keys(stack.resource.kubernetes_manifest).map((id) => ({
        address: `kubernetes_manifest.${id}`,
        values: {},
      }));
      const state = (all: object[]) => ({
        format_version: "1.0",
        values: { root_module: { resources: all } },
      });
      const environment = terraform({ infra: state([]), hub: state(resources) });
      const { printed } = await runPreview([folder, "--json", "--without", "aks-east"], environment);
      return JSON.parse(printed).fleets[0].without.placements[0];
    };
    const either =
      "may lose aks-east; may be on aks-sweden and aks-west; can go to whichever of them it isn't on, once aks-east has left the fleet";
    expect(await lossOf(1)).toMatchObject({ left: [], canGoTo: [], blocked: false, text: either });
    const { blocked, text } = await lossOf(2);
    // The one that is out of service is left out by its name, so that just as many can be chosen as are asked for.
    expect(await lossOf(3, true)).toMatchObject({
      left: ["aks-west"],
      text: expect.stringMatching(
        /^loses aks-east; stays on aks-west; can go nowhere else; rollouts are blocked/,
      ),
    });
    expect([blocked, text]).toEqual([
      undefined,
      expect.stringMatching(
        /^may lose aks-east; may be on aks-sweden and aks-west; .*; whether rollouts are/,
      ),
    ]);
  });

  test("tells where a cluster is that exists already", async () => {
    const id = (key: string) =>
      `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-${key}/providers`;
    const existing = (app: App, key: string, range: string) =>
      AksCluster.fromClusterId(app, key, `${id(key)}/Microsoft.ContainerService/managedClusters/aks-${key}`, {
        serviceCidr: "172.16.0.0/16",
        network: ClusterNetwork.fromNetworkAttributes(app, `${key}-network`, {
          key,
          subnetId: `${id(key)}/Microsoft.Network/virtualNetworks/vnet-${key}/subnets/nodes`,
          addressSpace: [range],
        }),
      });
    const folder = synthesized((app) => {
      const infra = new InfraStack(app, "infra", {
        fleetName: "fleet",
        fleetLocation: "westus",
        members: {
          east: { cluster: existing(app, "east", "10.1.0.0/16") },
          west: { cluster: existing(app, "west", "10.2.0.0/16") },
        },
      });
      const hub = new HubStack(app, "hub", { fleet: infra.fleet });
      const shop = hub.addNamespace("shop");
      shop.addWorkloads("Shop", {
        objects: [
          { apiVersion: "v1", kind: "Service", metadata: { name: "front" }, spec: { ports: [{ port: 80 }] } },
        ],
      });
      shop.exportService("front");
      hub.addPlacement("shop", { namespace: shop, policy: all });
      const member = new MemberStack(app, "member-east", { hub, member: infra.member("east") });
      member.addMultiClusterService("front", { namespace: shop });
    });
    const args = [folder, "--without", "eastus2"];
    expect(await runPreview(args)).toMatchObject({
      status: 1,
      complained: expect.stringContaining("it doesn't say where aks-east and aks-west are"),
    });
    const stack = JSON.parse(readFileSync(join(folder, "stacks/member-east/cdk.tf.json"), "utf8"));
    const [data] = Object.keys(stack.data.azurerm_kubernetes_cluster);
    initialize(folder, "member-east");
    const address = `data.azurerm_kubernetes_cluster.${data}`;
    const environment = terraform({
      "member-east": {
        values: {
          root_module: { resources: [{ address, values: { name: "aks-east", location: "eastus2" } }] },
        },
      },
    });
    const { status, printed } = await runPreview(args, environment);
    expect(status).toBe(2);
    expect(printed).toContain("whether aks-west is lost, too: the app doesn't say where it is");
  });

  test("that can't be read is said, with why", async () => {
    const folder = synthesized(app);
    initialize(folder, "hub");
    const { printed, status } = await runPreview([folder, "--json"], terraform({}));
    expect(status).toBe(0);
    expect(JSON.parse(printed).notes).toEqual([
      expect.stringMatching(/^The state of hub is not read \(Required plugins are not installed\)/),
      expect.stringMatching(/^The state of infra is not read \(not initialized here\)/),
    ]);
  });
});

describe("the command line", () => {
  test.each([
    [["--cluster", "A!"], "isn't a Kubernetes name"],
    [["--without"], "argument missing"],
    [["--format", "json"], "unknown option"],
    [["/nowhere"], "has no synthesized app"],
    [["--base", "/nowhere", "BASE"], "has no synthesized app"],
  ])("%j is wrong: 1, since 2 says something else", async (args, message) => {
    const { status, complained } = await runPreview(args);
    expect([status, complained]).toEqual([1, expect.stringContaining(message)]);
  });
});
