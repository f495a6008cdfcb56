import { Fleet, type FleetAutoUpgradeProfileOptions } from "../../lib";
import { checkUpgrades } from "../../lib/cluster/kubernetes-version";
import { findings, resources, synthStack, texts } from "../synth";
import { cluster } from "./clusters";

const upgrades = (kubernetesVersion: string | undefined, automaticUpgradeChannel: string | undefined) =>
  texts(checkUpgrades({ kubernetesVersion, automaticUpgradeChannel } as never));

test("without a version the nodes have none of their own", () => {
  const stack = synthStack((scope) => void cluster(scope, "east"));
  const [block] = Object.values(resources(stack, "azurerm_kubernetes_cluster"));
  expect(block).not.toHaveProperty("kubernetes_version");
  expect(block?.default_node_pool).not.toHaveProperty("orchestrator_version");
});

test.each([
  ["1.33", "stable", "remove the version"],
  ["1.33.2", "rapid", "remove the version"],
  ["1.33.2", "patch", 'write the minor version, "1.33"'],
])("a version of %s beside the channel %s is refused", (version, channel, way) => {
  expect(upgrades(version, channel)).toEqual([
    `kubernetesVersion: is ${version}, but the automaticUpgradeChannel "${channel}" upgrades the cluster past it, and AKS would refuse the next deployment as a downgrade; ${way}, or the channel.`,
  ]);
});

test.each([
  ["1.33", "patch"],
  ["1.33.2", "node-image"],
  ["1.33", undefined],
  [undefined, "stable"],
  ["${TfToken[TOKEN.9]}", "stable"],
])("a version of %s beside the channel %s passes", (version, channel) => {
  expect(upgrades(version, channel)).toEqual([]);
});

test("a cluster says so", () => {
  const found = findings((scope) => {
    cluster(scope, "east", { kubernetesVersion: "1.33", config: { automaticUpgradeChannel: "stable" } });
  });
  expect(found).toEqual([expect.stringMatching(/^stack\/east\/Cluster: kubernetesVersion: is 1\.33,/)]);
});

describe("a profile of the fleet", () => {
  const said = (options: FleetAutoUpgradeProfileOptions) =>
    findings((scope) => {
      const fleet = new Fleet(scope, "Fleet", { fleetName: "fleet", location: "westus" });
      fleet.addMember("east", { cluster: cluster(scope, "east", { kubernetesVersion: "1.33" }) });
      fleet.addMember("west", { cluster: cluster(scope, "west") });
      fleet.addAutoUpgradeProfile("p", options);
    });

  test.each<FleetAutoUpgradeProfileOptions>([
    { channel: "Stable" },
    { channel: "TargetKubernetesVersion", targetKubernetesVersion: "1.34" },
  ])("%j is refused for members that are held at a version", (options) => {
    expect(said(options)).toEqual([
      `stack/Fleet/AutoUpgradeProfile-p: channel: "${options.channel}" upgrades members, but kubernetesVersion is set for "east": after an upgrade AKS refuses a deployment with the older version. Remove kubernetesVersion.`,
    ]);
  });

  test.each<FleetAutoUpgradeProfileOptions>([
    { channel: "NodeImage" },
    { channel: "Stable", disabled: true },
    { channel: "TargetKubernetesVersion", targetKubernetesVersion: "1.33" },
  ])("%j passes", (options) => {
    expect(said(options)).toEqual([]);
  });
});
