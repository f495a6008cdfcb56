import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InfraStack, type InfraStackProps } from "../../lib";
import { readStack, type StackJson, synthApp } from "../synth";

type Side = "create" | "destroy";
const DURATIONS = JSON.parse(readFileSync(join(__dirname, "../../bench/durations.json"), "utf8")) as Record<
  string,
  Record<Side, number>
>;

/** What waits of this library take beyond what they wait for is measured elsewhere; data is read in no time. */
const NO_TIME = ["null_resource", "data"];

interface Resource {
  readonly type: string;
  readonly needs: string[];
  readonly dependsOn: string[];
}

function stackOf(members: number, connectivity: InfraStackProps["connectivity"]): Map<string, Resource> {
  const stack = synthApp(
    (app) => {
      const keys = Array.from({ length: members }, (_, index) => `m${index}`);
      new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        connectivity,
        members: Object.fromEntries(
          keys.map((key, index) => [
            key,
            { location: "swedencentral", addressSpace: [`10.${index}.0.0/16`] },
          ]),
        ),
      });
    },
    (outdir) => readStack(outdir, "infra"),
  );
  return resourcesOf(stack);
}

function resourcesOf(stack: StackJson): Map<string, Resource> {
  const blocks = Object.entries(stack.resource).flatMap(([type, all]) =>
    Object.entries(all).map(([id, { "//": _, ...block }]) => ({ address: `${type}.${id}`, type, block })),
  );
  const known = new Set(blocks.map(({ address }) => address));
  return new Map(
    blocks.map(({ address, type, block }) => {
      const text = inlined(JSON.stringify({ ...block, depends_on: undefined }), stack);
      const named = [...text.matchAll(/\b(az\w+|null_resource)\.[\w-]+/g)].map(([one]) => one);
      const dependsOn = (block.depends_on as string[] | undefined) ?? [];
      const needs = [...new Set([...named, ...dependsOn])].filter((one) => one !== address && known.has(one));
      const armType = typeof block.type === "string" ? block.type.split("@")[0] : undefined;
      return [address, { type: armType ?? type, needs, dependsOn }];
    }),
  );
}

/** A text with what its locals stand for. */
function inlined(text: string, stack: StackJson): string {
  const { locals = {} } = stack as { locals?: Record<string, unknown> };
  return text.replace(/\blocal\.([\w-]+)/g, (_, name) => JSON.stringify(locals[name]));
}

function secondsOf(type: string, side: Side): number {
  const seconds = NO_TIME.includes(type) ? 0 : DURATIONS[type]?.[side];
  if (seconds === undefined) throw new Error(`bench/durations.json has no ${type}`);
  return seconds;
}

/** The seconds of the longest chain, each after what it needs (or, in destruction, before). */
function longest(resources: Map<string, Resource>, side: Side): number {
  const done = new Map<string, number>();
  const upTo = (address: string): number => {
    const { type, needs } = resources.get(address) as Resource;
    const seconds = done.get(address) ?? secondsOf(type, side) + Math.max(0, ...needs.map(upTo));
    done.set(address, seconds);
    return seconds;
  };
  // The longest chain is as long from its other end.
  return Math.max(...[...resources.keys()].map(upTo));
}

const sum = (side: Side, ...types: string[]) => types.reduce((all, type) => all + secondsOf(type, side), 0);

/** What Azure needs, whoever deploys: a cluster on a subnet with a role on it, beside the fleet; then the member. */
const NEEDS = Object.fromEntries(
  (["create", "destroy"] as const).map((side) => {
    const cluster = sum(
      side,
      "azurerm_resource_group",
      "azurerm_virtual_network",
      "azurerm_subnet",
      "azurerm_role_assignment",
      "azurerm_kubernetes_cluster",
    );
    const fleet = sum(side, "azurerm_resource_group", "Microsoft.ContainerService/fleets");
    return [side, Math.max(cluster, fleet) + secondsOf("Microsoft.ContainerService/fleets/members", side)];
  }),
) as Record<Side, number>;

describe.each(
  [2, 3, 10].flatMap((count) =>
    (["peerings", "virtualNetworkManager"] as const).map((connectivity) => [count, connectivity] as const),
  ),
)("%d members by %s", (count, connectivity) => {
  const resources = stackOf(count, connectivity);

  test.each(["create", "destroy"] as const)(
    "%s takes no longer than Azure needs, and a twentieth",
    (side) => {
      expect(longest(resources, side)).toBeGreaterThanOrEqual(NEEDS[side]);
      expect(longest(resources, side)).toBeLessThanOrEqual(1.05 * NEEDS[side]);
    },
  );

  // Why there is an edge that no reference makes. Another one is to be justified here.
  const REASONS: readonly (readonly [later: RegExp, earlier: RegExp, why: string])[] = [
    [
      /^azurerm_kubernetes_cluster/,
      /^azurerm_role_assignment\.m\d+_Cluster_SubnetRole/,
      "AKS attaches load balancers with it",
    ],
    [
      /^azurerm_kubernetes_cluster/,
      /^azurerm_(subnet_network_security_group_association|network_security_rule)/,
      "nodes come onto a subnet that is closed",
    ],
    [
      connectivity === "peerings"
        ? /^azurerm_virtual_network_peering/
        : /^azurerm_network_manager_static_member/,
      /^azurerm_subnet/,
      "Azure changes a network by one request at a time",
    ],
    [
      /^null_resource\.HubWait/,
      /^(azurerm_role_assignment\.Fleet_|azapi_resource\.Fleet_m)/,
      "it holds no slot before it can end",
    ],
    [
      /^null_resource\.MemberWait/,
      /^(azapi_resource\.Fleet_m|azurerm_kubernetes_cluster|azurerm_role_assignment\.m\d+_Cluster_Admin)/,
      "it holds no slot before it can end",
    ],
    [/^null_resource\.Leave/, /./, "a member is cleaned before anything of it is deleted"],
  ];

  test("no edge is without a reason", () => {
    const edges = [...resources].flatMap(([address, { dependsOn }]) =>
      dependsOn.map((one) => [address, one] as const),
    );
    const without = edges.filter(
      ([later, earlier]) => !REASONS.some(([one, other]) => one.test(later) && other.test(earlier)),
    );
    expect(without).toEqual([]);
    // And no reason is of an edge that there isn't.
    expect(
      REASONS.filter(
        ([one, other]) => !edges.some(([later, earlier]) => one.test(later) && other.test(earlier)),
      ),
    ).toEqual([]);
  });
});
