import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import fc from "fast-check";
import type { IClusterNetwork } from "../../lib";
import { checkSubnetSize } from "../../lib/cluster/subnet-size";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

interface Pool {
  readonly nodes: number;
  readonly pods: number;
  /** Nodes added for an upgrade, or the percentage of them. */
  readonly surge: number;
  readonly isPercentage: boolean;
  /** Of the nodes' subnet, and of the pods', where they have one. */
  readonly prefixLength: number;
  readonly podPrefixLength: number | undefined;
}

const pool: fc.Arbitrary<Pool> = fc.record({
  nodes: fc.integer({ min: 1, max: 150 }),
  pods: fc.integer({ min: 10, max: 250 }),
  surge: fc.integer({ min: 1, max: 100 }),
  isPercentage: fc.boolean(),
  prefixLength: fc.integer({ min: 17, max: 30 }),
  podPrefixLength: fc.option(fc.integer({ min: 16, max: 28 }), { nil: undefined }),
});

function said(given: Pool): string[] {
  const { nodes, pods, surge, isPercentage, prefixLength, podPrefixLength } = given;
  const podSubnetId = podPrefixLength === undefined ? undefined : "pods";
  const config = {
    defaultNodePool: {
      name: "system",
      nodeCount: nodes,
      maxPods: pods,
      vnetSubnetId: "nodes",
      podSubnetId,
      upgradeSettings: { maxSurge: `${surge}${isPercentage ? "%" : ""}` },
    },
  } as KubernetesClusterConfig;
  const network = {
    subnetPrefix: `10.64.0.0/${prefixLength}`,
    podSubnetPrefix: podPrefixLength && `10.96.0.0/${podPrefixLength}`,
  } as IClusterNetwork;
  return [...checkSubnetSize(config, network, "nodes", podSubnetId)];
}

/** What the nodes take, counted one by one: whole numbers only, and nothing of how the check does it. */
function taken(given: Pool, count: number): { nodes: number; pods: number } {
  const extra = given.isPercentage ? Math.floor((count * given.surge + 99) / 100) : given.surge;
  const all = count + extra;
  if (given.podPrefixLength === undefined) {
    return { nodes: all * (given.pods + 1), pods: 0 };
  }
  let held = 0;
  while (held - given.pods < 8) {
    held += 16;
  }
  return { nodes: all, pods: all * held };
}

function fits(given: Pool, count: number): { nodes: boolean; pods: boolean } {
  const needed = taken(given, count);
  const free = (prefixLength: number) => 2 ** (32 - prefixLength) - 5;
  return {
    nodes: needed.nodes <= free(given.prefixLength),
    pods: given.podPrefixLength === undefined || needed.pods <= free(given.podPrefixLength),
  };
}

test("a subnet is refused if the nodes, or their pods, don't fit", () => {
  fc.assert(
    fc.property(pool, (given) => {
      const found = said(given);
      const expected = fits(given, given.nodes);
      expect(found.some((one) => one.startsWith("the subnet "))).toBe(!expected.nodes);
      expect(found.some((one) => one.startsWith("the pod subnet "))).toBe(!expected.pods);
    }),
    { numRuns: 500 },
  );
});

test("the count that is said to fit does, and one more does not", () => {
  fc.assert(
    fc.property(pool, (given) => {
      for (const finding of said(given)) {
        const subnet = finding.startsWith("the subnet ") ? "nodes" : "pods";
        const largest = Number(/the largest node count that fits is (\d+)\./.exec(finding)?.[1] ?? 0);
        expect(finding.includes("not even one node fits")).toBe(largest === 0);
        expect(largest).toBeLessThan(given.nodes);
        expect(largest === 0 || fits(given, largest)[subnet]).toBe(true);
        expect(fits(given, largest + 1)[subnet]).toBe(false);
        expect(
          said({ ...given, nodes: Math.max(largest, 1) }).some((one) => one.startsWith(finding.slice(0, 15))),
        ).toBe(largest === 0);
      }
    }),
    { numRuns: 500 },
  );
});

test("the pools that are drawn fit, fit in part, and don't fit at all", () => {
  const seen = fc.sample(pool, { numRuns: 1000, seed: 1492 }).map((given) => {
    const found = said(given).join();
    return found === "" ? "fits" : found.includes("not even one node fits") ? "none" : "some";
  });
  for (const kind of ["fits", "some", "none"]) {
    expect(seen.filter((one) => one === kind).length).toBeGreaterThan(50);
  }
});
