import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../main";
import { readStack, type StackJson, synthApp } from "../synth";

/** What Terraform must have made before it makes something, over all stacks: `stack/type.name` to the same. */
type Graph = Map<string, Set<string>>;

const { graph, stackOrder } = synthApp(build, (outdir) => {
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { dependencies: string[] }>;
  };
  const names = Object.keys(manifest.stacks);
  return {
    graph: new Map(names.flatMap((name) => [...edges(name, readStack(outdir, name))])) as Graph,
    stackOrder: Object.fromEntries(
      names.map((name) => [name, manifest.stacks[name]?.dependencies.sort() ?? []]),
    ),
  };
});

/** `depends_on` and references of each resource and data source of a stack. */
function edges(name: string, stack: StackJson): Graph {
  const blocks = [
    ...Object.entries(stack.resource ?? {}).flatMap(([type, all]) =>
      Object.entries(all).map(([id, block]) => [`${type}.${id}`, block] as const),
    ),
    ...Object.entries(stack.data ?? {}).flatMap(([type, all]) =>
      Object.entries(all).map(([id, block]) => [`data.${type}.${id}`, block] as const),
    ),
  ];
  return new Map(
    blocks.map(([address, { "//": _comment, ...block }]) => {
      const text = JSON.stringify(block);
      const needed = blocks
        .map(([other]) => other)
        .filter(
          (other) =>
            other !== address &&
            new RegExp(`(?<![\\w.-])${other.replaceAll(".", "\\.")}(?![\\w-])`).test(text),
        );
      return [`${name}/${address}`, new Set(needed.map((other) => `${name}/${other}`))];
    }),
  );
}

function find(pattern: RegExp): string[] {
  const found = [...graph.keys()].filter((address) => pattern.test(address));
  expect(found).not.toEqual([]);
  return found;
}

function needs(address: string, other: string, seen = new Set<string>()): boolean {
  const [stack = "", otherStack = ""] = [address, other].map((text) => text.split("/")[0]);
  if (stack !== otherStack) {
    // One stack is deployed whole before the next, and destroyed whole after it.
    return (stackOrder[stack] ?? []).includes(otherStack);
  }
  return [...(graph.get(address) ?? [])].some((next) => {
    if (next === other) {
      return true;
    }
    if (seen.has(next)) {
      return false;
    }
    seen.add(next);
    return needs(next, other, seen);
  });
}

/** Each of the first is made after, and so destroyed before, each of the second. */
function expectMadeAfter(later: RegExp, earlier: RegExp): void {
  for (const one of find(later)) {
    for (const other of find(earlier)) {
      expect({ one, other, needs: needs(one, other) }).toEqual({ one, other, needs: true });
    }
  }
}

const service = /^member-east\/kubernetes_manifest\.aks-store-demo-store-front_/;
const serviceWait = /^member-east\/null_resource\.ServiceWait/;
const address = /^member-east\/data\.kubernetes_resources\..*_Status_/;
const placement = /^hub\/kubernetes_manifest\.Placement-/;
const placementWait = /^hub\/null_resource\.PlacementWait-/;
const serviceExport = /^hub\/kubernetes_manifest\.aks-store-demo_Export-/;
const workloads = /^hub\/(kubernetes_manifest\.aks-store-demo_Store_|kubernetes_secret_v1\.)/;
const drain = /^hub\/null_resource\.Drain-/;
const leave = /^infra\/null_resource\.Leave_/;
const namespace = /^hub\/kubernetes_manifest\.aks-store-demo_\w{8}$/;
const hubRole = /^infra\/azurerm_role_assignment\.Fleet_Admin/;
const clusterRoles = /^infra\/azurerm_role_assignment\.(east|west)_Cluster_Admin/;
const hubWait = /^infra\/null_resource\.HubWait/;
const memberWaits = /^infra\/null_resource\.MemberWait/;
const members = /^infra\/azapi_resource\.Fleet_(east|west)_/;
const peerings = /^infra\/azurerm_virtual_network_peering\./;
const fleet = /^infra\/azapi_resource\.Fleet_\w{8}$/;
const clusters = /^infra\/azurerm_kubernetes_cluster\./;
const networks = /^infra\/azurerm_(subnet|virtual_network)\./;

test.each([
  ["the service is made after what it imports is placed", service, placementWait],
  ["the service is waited for", serviceWait, service],
  ["the address is read after the wait", address, serviceWait],
  ["the placement is waited for", placementWait, placement],
  ["workloads and export are on the hub before they are placed", placement, workloads],
  ["the export is on the hub before it is placed", placement, serviceExport],
  ["nothing is applied to the hub before it answers and every member has joined", namespace, hubWait],
  ["nothing is applied to a member before its cluster answers", service, memberWaits],
  ["the hub is waited for when this identity may act on it", hubWait, hubRole],
  ["the hub is waited for when the members join", hubWait, members],
  ["the clusters are waited for when this identity may act on them", memberWaits, clusterRoles],
])("creation: %s", (_title, later, earlier) => {
  if (later === memberWaits) {
    for (const key of ["east", "west"]) {
      expectMadeAfter(new RegExp(`${memberWaits.source}-${key}`), new RegExp(`${key}_Cluster_Admin`));
    }
    return;
  }
  expectMadeAfter(later, earlier);
});

describe("destruction, in the order that the fleet needs", () => {
  test.each([
    ["the service before the export", service, serviceExport],
    ["the service before the placement", service, placement],
    ["export and placement before the drain", placement, drain],
    ["the export before the drain", serviceExport, drain],
    ["the workloads before the drain", workloads, drain],
    ["the drain before the namespace", drain, namespace],
    ["the namespace before the role", namespace, hubRole],
    ["the members before the fleet", members, fleet],
  ])("%s", (_title, first, then) => expectMadeAfter(first, then));

  test("each member before its cluster, and that before its network", () => {
    for (const key of ["east", "west"]) {
      const own = (pattern: RegExp) => new RegExp(`${pattern.source}${key}_`);
      expectMadeAfter(new RegExp(`^infra/azapi_resource\\.Fleet_${key}_`), own(clusters));
      expectMadeAfter(own(clusters), own(networks));
    }
  });

  test("a member is cleaned before anything of the stage is deleted", () => {
    expectMadeAfter(leave, /^infra\/(?!data\.|null_resource\.Leave_)/);
  });

  test("only the drain, and a member that leaves, act when they are destroyed", () => {
    synthApp(build, (outdir) => {
      const acting = Object.keys(stackOrder).flatMap((name) =>
        Object.entries(readStack(outdir, name).resource?.null_resource ?? {})
          .filter(([, block]) => JSON.stringify(block.provisioner ?? "").includes('"when":"destroy"'))
          .map(([id]) => `${name}/null_resource.${id}`),
      );
      expect(acting.sort()).toEqual([...find(drain), ...find(leave)].sort());
    });
  });
});

test("nothing of infra waits for what it does not use", () => {
  for (const [later, earlier] of [
    [fleet, clusters],
    [hubRole, members],
    [peerings, clusters],
    [members, peerings],
  ] as const) {
    for (const one of find(later)) {
      expect({ one, needless: find(earlier).filter((other) => needs(one, other)) }).toEqual({
        one,
        needless: [],
      });
    }
  }
});

test("the stacks follow each other", () => {
  expect(stackOrder).toEqual({
    infra: [],
    hub: ["infra"],
    "member-east": ["hub", "infra", "member-west"],
    "member-west": ["hub", "infra"],
  });
});
