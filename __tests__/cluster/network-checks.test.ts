import { Fn, TerraformVariable } from "cdktf";
import type { AksClusterProps, ClusterNetworkProps } from "../../lib";
import { at } from "../network/references";
import { findings, synthStack } from "../synth";
import { cluster } from "./clusters";

/** What is said of a cluster in the east, without its path. */
function said(props: Partial<AksClusterProps>, networkProps: Partial<ClusterNetworkProps> = {}): string[] {
  const path = "stack/east/Cluster: ";
  return findings((scope) => void cluster(scope, "east", props, networkProps)).map((finding) => {
    expect(finding.startsWith(path)).toBe(true);
    return finding.slice(path.length);
  });
}

describe("overlay and kubenet", () => {
  const why =
    "gives pods addresses that other networks can't reach, and the fleet's load balancer sends connections straight to pods";

  test.each(["kubenet", "none"])("the network plugin %s is refused", (networkPlugin) => {
    expect(said({ config: { networkProfile: { networkPlugin } } })).toEqual([
      `config.networkProfile.networkPlugin: "${networkPlugin}" ${why}; leave it at "azure".`,
    ]);
  });

  test("the plugin's mode overlay is refused", () => {
    expect(said({ config: { networkProfile: { networkPluginMode: "overlay" } } })).toEqual([
      `config.networkProfile.networkPluginMode: "overlay" ${why}; leave it unset.`,
    ]);
  });

  test("both at once are both named", () => {
    const networkProfile = { networkPlugin: "kubenet", networkPluginMode: "overlay" };
    expect(said({ config: { networkProfile } })).toEqual([
      `config.networkProfile.networkPlugin: "kubenet" ${why}; leave it at "azure".`,
      `config.networkProfile.networkPluginMode: "overlay" ${why}; leave it unset.`,
    ]);
  });

  test("other arguments of the network profile can be set", () => {
    const networkProfile = {
      networkPlugin: "azure",
      outboundType: "userDefinedRouting",
      networkPolicy: "azure",
    };
    expect(said({ config: { networkProfile } })).toEqual([]);
  });

  test("what only Terraform knows is not judged", () => {
    const stack = synthStack((scope) => {
      const plugin = new TerraformVariable(scope, "plugin", { type: "string" }).stringValue;
      const mode = new TerraformVariable(scope, "mode", { type: "string" }).stringValue;
      cluster(scope, "east", {
        config: { networkProfile: { networkPlugin: plugin, networkPluginMode: mode } },
      });
    });
    expect(at(stack, "east/Cluster/Resource").network_profile).toMatchObject({
      network_plugin: "${var.plugin}",
      network_plugin_mode: "${var.mode}",
    });
  });

  test("a cluster without a network profile is refused: AKS would choose", () => {
    expect(said({ config: { networkProfile: undefined } })).toEqual([
      expect.stringMatching(/^config\.networkProfile.* other networks can't reach.* leave it at "azure"\.$/),
    ]);
  });

  test("a cluster without a network profile: the message does not speak of a plugin called undefined", () => {
    const found = said({ config: { networkProfile: undefined } });
    expect(found).toHaveLength(1);
    expect(found[0]).not.toContain(".networkPlugin");
  });

  test("a network profile without a plugin is refused", () => {
    expect(said({ config: { networkProfile: { networkPlugin: undefined } } })).toEqual([
      expect.stringMatching(/^config\.networkProfile\.networkPlugin: /),
    ]);
  });
});

describe("serviceCidr", () => {
  const MEETS_EAST = (cidr: string, range: string) =>
    `serviceCidr: ${cidr} overlaps the network of "east" (${range}), whose addresses pods could not reach; choose a range that no network of the fleet uses.`;
  const KEPT = (cidr: string, kept: string) =>
    `serviceCidr: ${cidr} overlaps ${kept}, which AKS reserves for itself; choose another range.`;

  test.each<[string, string, string[]]>([
    ["the network itself", "10.1.0.0/16", [MEETS_EAST("10.1.0.0/16", "10.1.0.0/16")]],
    ["inside of the network", "10.1.16.0/20", [MEETS_EAST("10.1.16.0/20", "10.1.0.0/16")]],
    ["around the network", "10.0.0.0/12", [MEETS_EAST("10.0.0.0/12", "10.1.0.0/16")]],
    ["next to the network", "10.2.0.0/16", []],
    ["as large as AKS takes", "10.16.0.0/12", []],
    [
      "larger than AKS takes",
      "10.32.0.0/11",
      ["serviceCidr: 10.32.0.0/11 is larger than AKS takes; use a /12 or smaller."],
    ],
    [
      "smaller than a /30",
      "172.16.0.0/31",
      [
        "serviceCidr: 172.16.0.0/31 is too small for the addresses of the API server and DNS; use at least a /30, with room for every Service.",
      ],
    ],
    ["169.254.0.0/16", "169.254.0.0/20", [KEPT("169.254.0.0/20", "169.254.0.0/16")]],
    ["172.30.0.0/16", "172.30.0.0/16", [KEPT("172.30.0.0/16", "172.30.0.0/16")]],
    ["172.31.0.0/16", "172.31.4.0/22", [KEPT("172.31.4.0/22", "172.31.0.0/16")]],
    ["192.0.2.0/24", "192.0.0.0/16", [KEPT("192.0.0.0/16", "192.0.2.0/24")]],
    [
      "two of them",
      "172.16.0.0/12",
      [KEPT("172.16.0.0/12", "172.30.0.0/16"), KEPT("172.16.0.0/12", "172.31.0.0/16")],
    ],
    ["before them", "172.29.0.0/16", []],
    ["no range", "172.16.0.0", ['serviceCidr: "172.16.0.0" is not an IPv4 range; write e.g. "10.1.0.0/16".']],
    [
      "not from its first address",
      "172.16.5.0/16",
      [
        'serviceCidr: "172.16.5.0/16" does not start at the first address of its range; write "172.16.0.0/16".',
      ],
    ],
    ["IPv6", "fd00::/108", ['serviceCidr: "fd00::/108" is not an IPv4 range; write e.g. "10.1.0.0/16".']],
  ])("%s: %s", (_, serviceCidr, expected) => {
    expect(said({ serviceCidr })).toEqual(expected);
  });

  test("each range of the network that it meets is named", () => {
    const found = said(
      { serviceCidr: "10.0.0.0/12" },
      { addressSpace: ["10.1.0.0/16", "10.2.0.0/16", "10.16.0.0/16"] },
    );
    expect(found).toEqual([
      MEETS_EAST("10.0.0.0/12", "10.1.0.0/16"),
      MEETS_EAST("10.0.0.0/12", "10.2.0.0/16"),
    ]);
  });

  test("one that only Terraform knows is passed on unjudged, and the DNS address is left to AKS", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "cidr", { type: "string" });
      cluster(scope, "east", { serviceCidr: variable.stringValue });
    });
    const profile = at(stack, "east/Cluster/Resource").network_profile;
    expect(profile).toMatchObject({ service_cidr: "${var.cidr}" });
    expect(profile).not.toHaveProperty("dns_service_ip");
  });

  test("a network whose ranges only Terraform knows is not judged", () => {
    const found = findings((scope) => {
      const variable = new TerraformVariable(scope, "space", { type: "string" });
      cluster(scope, "east", {}, { addressSpace: [variable.stringValue], subnetPrefix: "172.16.0.0/24" });
    });
    expect(found).toEqual([]);
  });
});

describe("dnsServiceIp", () => {
  const OUTSIDE = (address: string) =>
    `dnsServiceIp: ${address} is not an address in the serviceCidr 172.16.0.0/16; choose one, e.g. 172.16.0.10.`;

  test.each<[string, string, string[]]>([
    ["inside", "172.16.0.53", []],
    ["the second after the range's own", "172.16.0.2", []],
    ["outside", "172.17.0.10", [OUTSIDE("172.17.0.10")]],
    ["before", "172.15.255.255", [OUTSIDE("172.15.255.255")]],
    ["the range's own address", "172.16.0.0", [OUTSIDE("172.16.0.0")]],
    ["no address", "dns", [OUTSIDE("dns")]],
    ["a range", "172.16.0.10/32", [OUTSIDE("172.16.0.10/32")]],
    ["IPv6", "fd00::a", [OUTSIDE("fd00::a")]],
    [
      "the first",
      "172.16.0.1",
      [
        "dnsServiceIp: 172.16.0.1 is the first address of the serviceCidr 172.16.0.0/16, which is the API server's; choose another, e.g. 172.16.0.10.",
      ],
    ],
  ])("%s: %s", (_, dnsServiceIp, expected) => {
    expect(said({ dnsServiceIp })).toEqual(expected);
  });

  test("what only Terraform knows is passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "dns", { type: "string" });
      cluster(scope, "east", { dnsServiceIp: Fn.trimspace(variable.stringValue) });
    });
    expect(at(stack, "east/Cluster/Resource").network_profile).toMatchObject({
      dns_service_ip: "${trimspace(var.dns)}",
    });
  });

  test.each(["172.16.10", "0xac10000a", "172.16.0.012"])("%s is no address", (dnsServiceIp) => {
    expect(said({ dnsServiceIp })).toEqual([OUTSIDE(dnsServiceIp)]);
  });

  test("a small range gets an address inside of it, or is refused for its size", () => {
    expect(said({ serviceCidr: "172.16.0.0/29" })).not.toContainEqual(
      expect.stringContaining("172.16.0.10 is not an address in the serviceCidr 172.16.0.0/29"),
    );
  });

  test("beside an IPv6 range no IPv4 address is recommended", () => {
    const found = said({ serviceCidr: "fd00::/108", dnsServiceIp: "172.16.0.10" });
    expect(found).toContainEqual(expect.stringMatching(/^serviceCidr: "fd00::\/108" is not a/));
    expect(found).not.toContainEqual(expect.stringContaining("0.0.0.10"));
  });
});

describe("subnet size", () => {
  const tooSmall = (props: Partial<AksClusterProps>, networkProps?: Partial<ClusterNetworkProps>) => {
    const found = said(props, networkProps);
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0];
  };

  test("the seed's /24 holds 7 nodes of 30 pods and a surge of 10%", () => {
    expect(tooSmall({ nodeCount: 7 })).toBeUndefined();
    expect(tooSmall({ nodeCount: 8 })).toBe(
      "the subnet 10.1.0.0/24 has 251 addresses (Azure reserves 5), but 8 nodes, 1 more during upgrades, with up to 30 pods each, need (8 + 1) × (30 + 1) = 279; the largest node count that fits is 7. Use a larger subnetPrefix, fewer nodes or a smaller maxPods.",
    );
  });

  test("where not even one node fits, that is what is said", () => {
    expect(tooSmall({ nodeCount: 1 }, { subnetPrefix: "10.1.0.0/26" })).toBe(
      "the subnet 10.1.0.0/26 has 59 addresses (Azure reserves 5), but 1 nodes, 1 more during upgrades, with up to 30 pods each, need (1 + 1) × (30 + 1) = 62; not even one node fits. Use a larger subnetPrefix, fewer nodes or a smaller maxPods.",
    );
  });

  test("on the smallest subnet that Azure takes not even one node fits", () => {
    expect(tooSmall({}, { subnetPrefix: "10.1.0.0/29" })).toMatch(
      /^the subnet 10\.1\.0\.0\/29 has 3 addresses .* not even one node fits\./,
    );
  });

  test.each<[string, Partial<AksClusterProps>, string, string | undefined]>([
    // (nodes + surge) × (pods + 1), and the largest count that fits
    ["10% of 10 is 1", { nodeCount: 10 }, "10.1.0.0/23", undefined],
    [
      "10% of 11 is 2",
      { nodeCount: 11 },
      "10.1.0.0/24",
      "(11 + 2) × (30 + 1) = 403; the largest node count that fits is 7.",
    ],
    ["10% of 20 is 2", { nodeCount: 20 }, "10.1.0.0/24", "the largest node count that fits is 7."],
    [
      "1% of 1 is 1",
      { nodeCount: 1, maxSurge: "1%", maxPods: 250 },
      "10.1.0.0/24",
      "(1 + 1) × (250 + 1) = 502; not even one node fits.",
    ],
    [
      "33% of 4 is 2",
      { nodeCount: 4, maxSurge: "33%", maxPods: 50 },
      "10.1.0.0/24",
      "(4 + 2) × (50 + 1) = 306; the largest node count that fits is 3.",
    ],
    [
      "100% doubles",
      { nodeCount: 5, maxSurge: "100%" },
      "10.1.0.0/24",
      "(5 + 5) × (30 + 1) = 310; the largest node count that fits is 4.",
    ],
    [
      "a number is a number",
      { nodeCount: 6, maxSurge: "3" },
      "10.1.0.0/24",
      "(6 + 3) × (30 + 1) = 279; the largest node count that fits is 5.",
    ],
    ["a number that just fits", { nodeCount: 5, maxSurge: "3" }, "10.1.0.0/24", undefined],
    ["50 pods: 3 nodes just fit", { nodeCount: 3, maxPods: 50 }, "10.1.0.0/24", undefined],
    [
      "50 pods: 4 don't",
      { nodeCount: 4, maxPods: 50 },
      "10.1.0.0/24",
      "(4 + 1) × (50 + 1) = 255; the largest node count that fits is 3.",
    ],
    ["110 pods on a /22", { nodeCount: 8, maxPods: 110 }, "10.1.0.0/22", undefined],
    [
      "110 pods, one node more",
      { nodeCount: 9, maxPods: 110 },
      "10.1.0.0/22",
      "(9 + 1) × (110 + 1) = 1110; the largest node count that fits is 8.",
    ],
    ["to the last address: 13 × 39 = 507", { nodeCount: 11, maxPods: 38 }, "10.1.0.0/23", undefined],
    [
      "one node more",
      { nodeCount: 12, maxPods: 38 },
      "10.1.0.0/23",
      "(12 + 2) × (38 + 1) = 546; the largest node count that fits is 11.",
    ],
    ["all of a /16", { nodeCount: 1000, maxPods: 58 }, "10.1.0.0/16", undefined],
    [
      "more than a /16",
      { nodeCount: 1000, maxPods: 59 },
      "10.1.0.0/16",
      "(1000 + 100) × (59 + 1) = 66000; the largest node count that fits is 992.",
    ],
  ])("%s", (_, props, subnetPrefix, expected) => {
    const finding = tooSmall(props, { subnetPrefix });
    if (expected === undefined) {
      expect(finding).toBeUndefined();
    } else {
      expect(finding).toContain(`+ 1) =`);
    }
  });

  test("of an autoscaler its largest count is judged", () => {
    const autoscaled = (maxCount: number) => ({
      config: { defaultNodePool: { autoScalingEnabled: true, minCount: 1, maxCount } },
    });
    expect(tooSmall(autoscaled(7))).toBeUndefined();
    expect(tooSmall(autoscaled(9))).toContain(
      "(9 + 1) × (30 + 1) = 310; the largest node count that fits is 7.",
    );
  });

  test("pods on a subnet of their own are not counted", () => {
    const podSubnetId =
      "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/z/subnets/pods";
    expect(tooSmall({ nodeCount: 200 })).toBeDefined();
    expect(tooSmall({ nodeCount: 200, config: { defaultNodePool: { podSubnetId } } })).toBeUndefined();
  });

  test("the default subnet is judged like one that is given", () => {
    expect(tooSmall({ nodeCount: 8 }, { addressSpace: ["10.7.0.0/16"] })).toMatch(
      /^the subnet 10\.7\.0\.0\/24 has 251 addresses/,
    );
  });

  test("nodes on another subnet are not judged by the network's", () => {
    const vnetSubnetId =
      "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/z/subnets/large";
    expect(tooSmall({ nodeCount: 100, config: { defaultNodePool: { vnetSubnetId } } })).toBeUndefined();
  });

  describe("what is no count", () => {
    test.each([0, -1, 1001, 2.5])("%d nodes", (nodeCount) => {
      expect(said({ nodeCount })).toEqual([
        `nodeCount: ${nodeCount} is not a valid number of nodes; a node pool has 1 to 1000.`,
      ]);
    });

    test.each([0, 9, 251, 30.5])("%d pods", (maxPods) => {
      expect(said({ maxPods })).toEqual([
        `maxPods: ${maxPods} is not a valid number of pods per node; write 10 to 250.`,
      ]);
    });

    test.each(["0", "0%", "101%", "-1", "10 %", "1.5", "33.3%", "", "ten", "010"])(
      "a surge of %j",
      (maxSurge) => {
        expect(said({ maxSurge })).toEqual([
          `maxSurge: "${maxSurge}" is neither a number of nodes (e.g. "1") nor a percentage (e.g. "10%").`,
        ]);
      },
    );

    test.each<Partial<AksClusterProps>>([
      { maxPods: 10 },
      { maxPods: 250, nodeCount: 1, maxSurge: "1" },
      { maxSurge: "1%" },
      { maxSurge: "100%" },
      { maxSurge: "12" },
    ])("%j is one", (props) => {
      expect(said(props, { subnetPrefix: "10.1.0.0/16" })).toEqual([]);
    });

    test("all that is wrong is said at once", () => {
      expect(said({ nodeCount: 0, maxPods: 5, maxSurge: "0" })).toEqual([
        expect.stringMatching(/^nodeCount: /),
        expect.stringMatching(/^maxPods: /),
        expect.stringMatching(/^maxSurge: /),
      ]);
    });

    test("an autoscaler's is called by its name", () => {
      const config = { defaultNodePool: { autoScalingEnabled: true, minCount: 1, maxCount: 2000 } };
      expect(said({ config })).toEqual([expect.stringMatching(/^config\.defaultNodePool\.maxCount: 2000 /)]);
    });
  });

  test("what only Terraform knows is passed on unjudged", () => {
    const variable = { type: "number" };
    const unknown: Record<string, (value: TerraformVariable) => Partial<AksClusterProps>> = {
      node_count: (value) => ({ nodeCount: value.numberValue }),
      max_pods: (value) => ({ nodeCount: 900, maxPods: value.numberValue }),
      max_surge: (value) => ({ nodeCount: 900, maxSurge: value.stringValue }),
      max_count: (value) => ({
        config: { defaultNodePool: { autoScalingEnabled: true, minCount: 1, maxCount: value.numberValue } },
      }),
    };
    for (const [argument, props] of Object.entries(unknown)) {
      const stack = synthStack((scope) => {
        cluster(scope, "east", props(new TerraformVariable(scope, "unknown", variable)));
      });
      const pool = at(stack, "east/Cluster/Resource").default_node_pool as Record<string, unknown>;
      const settings = pool.upgrade_settings as Record<string, unknown>;
      expect({ ...pool, ...settings }[argument]).toBe("${var.unknown}");
    }
  });

  test("a subnet that only Terraform knows is not judged", () => {
    const found = findings((scope) => {
      const variable = new TerraformVariable(scope, "subnet", { type: "string" });
      cluster(scope, "east", { nodeCount: 900 }, { subnetPrefix: variable.stringValue });
    });
    expect(found).toEqual([]);
  });
});
