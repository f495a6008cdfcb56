import type { TerraformStack } from "cdktf";
import { AksCluster, ClusterNetwork, type IClusterNetwork } from "../../lib";
import { network } from "../network/networks";
import { findings } from "../synth";

function two(
  scope: TerraformStack,
  networks: readonly [IClusterNetwork, IClusterNetwork],
  nodeCount: number,
) {
  for (const [index, id] of ["A", "B"].entries()) {
    new AksCluster(scope, id, {
      network: networks[index] as IClusterNetwork,
      clusterName: `aks-${id}`,
      nodeCount,
    });
  }
}

const TOO_MANY = /^stack\/B: the subnet 10\.1\.0\.0\/24 has 251 addresses .*"stack\/A"/;

test.each([
  [3, []],
  [4, [expect.stringMatching(TOO_MANY)]],
])("two clusters of %d nodes each on one subnet", (nodeCount, expected) => {
  const found = findings((scope) => {
    const shared = network(scope, "east", { subnetPrefix: "10.1.0.0/24" });
    two(scope, [shared, shared], nodeCount);
  });
  expect(found).toEqual(expected);
});

test("a subnet that exists is one, however its id is written", () => {
  const id =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net/providers/Microsoft.Network";
  const found = findings((scope) => {
    const imported = (name: string, subnet: string) =>
      ClusterNetwork.fromNetworkAttributes(scope, name, {
        key: name,
        location: "eastus2",
        subnetId: `${id}/virtualNetworks/hub/subnets/${subnet}`,
        subnetPrefix: "10.1.0.0/24",
      });
    two(scope, [imported("one", "nodes"), imported("two", "Nodes")], 4);
  });
  expect(found).toEqual([expect.stringMatching(TOO_MANY)]);
});

test("on subnets of their own they are not counted together", () => {
  expect(findings((scope) => two(scope, [network(scope, "east"), network(scope, "west")], 5))).toEqual([]);
});

test("pods on a subnet of their own are counted there", () => {
  const found = findings((scope) => {
    const shared = network(scope, "east", { podSubnetPrefix: "10.1.8.0/24" });
    // A node of 30 pods holds 48 addresses.
    two(scope, [shared, shared], 2);
  });
  expect(found).toEqual([expect.stringMatching(/subnet 10\.1\.8\.0\/24 has 251 .*/)]);
});
