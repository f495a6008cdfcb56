import { TerraformVariable } from "cdktf";
import type { AksClusterProps } from "../../lib";
import { at } from "../network/references";
import { findings, synthStack } from "../synth";
import { cluster } from "./clusters";

/** What is said of a cluster, without its path. */
function said(props: Partial<AksClusterProps>): string[] {
  return findings((scope) => void cluster(scope, "east", props, { subnetPrefix: "10.1.0.0/16" })).map(
    (found) => found.replace(/^stack\/east\/Cluster: /, ""),
  );
}

describe("sizes of nodes", () => {
  test.each([
    "Standard_D4s_v5",
    "Standard_D2_v3",
    "Standard_D11_v2",
    "Standard_DS2_v2",
    "Standard_DC2s_v3",
    "Standard_E8-4ds_v5",
    "Standard_B2s",
    "Standard_B2ms",
    "Standard_B2ls_v2",
    "Standard_B4als_v2",
    "Standard_F2s_v2",
    "Standard_F16s",
    "Standard_M128-32ms",
    "Standard_NC4as_T4_v3",
    "Standard_NC24ads_A100_v4",
    "Standard_ND96amsr_A100_v4",
    "Standard_HB120rs_v3",
    "Standard_L8s_v3",
    "Standard_D16ps_v6",
    "Standard_EC8ads_v5",
    "Standard_A2_v2",
    "Standard_A2m_v2",
    "Standard_NV6ads_A10_v5",
    "Standard_M416s_8_v2",
    "Standard_DS11-1_v2",
    "Standard_NC40ads_H100_v5",
  ])("%s is taken", (vmSize) => {
    expect(said({ vmSize })).toEqual([]);
  });

  test.each([
    "D4s_v5",
    "standard_D4s_v5",
    "Standard D4s v5",
    "Standard_D4s-v5",
    "Standard_d4s_v5",
    "Standard_",
    "Basic_A2",
    "Large",
    "",
  ])("%j is no size that AKS takes", (vmSize) => {
    expect(said({ vmSize })).toEqual([expect.stringMatching(new RegExp(`^vmSize: "${vmSize}" is not a`))]);
  });

  test.each([
    "Standard_A1_v2",
    "Standard_A2",
    "Standard_D1_v2",
    "Standard_DS1_v2",
    "Standard_F1s",
    "Standard_B1s",
    "Standard_B1ms",
    "Standard_B1ls",
    "Standard_B2ts_v2",
    "Standard_B2ats_v2",
    "Standard_B2pts_v2",
    "Standard_DC1s_v3",
    "Standard_DC1ds_v3",
    "Standard_F1als_v7",
  ])("%s is too small for a system pool", (vmSize) => {
    expect(said({ vmSize })).toEqual([expect.stringMatching(/^vmSize: .* is too small:/)]);
  });

  test("one in config is judged, too", () => {
    expect(said({ config: { defaultNodePool: { vmSize: "D4" } } })).toEqual([
      expect.stringMatching(/^vmSize: "D4" /),
    ]);
  });
});

test.each([
  [["1", "2", "3"], []],
  [["4"], [/^zones: "4" is no/]],
  [["eastus2-1"], [/^zones: "eastus2-1" is no/]],
  [["1", "2", "1"], [/^zones: "1"/]],
])("zones %j", (zones, expected) => {
  expect(said({ zones })).toEqual(expected.map((text) => expect.stringMatching(text)));
});

test.each(["1.34", "1.34.2", "1.9"])("Kubernetes %s is a version", (kubernetesVersion) => {
  expect(said({ kubernetesVersion })).toEqual([]);
});

test.each(["v1.34", "1", "latest", "1.34.x", "1.34.2-aks", "2.0", ""])(
  "Kubernetes %j is none",
  (kubernetesVersion) => {
    expect(said({ kubernetesVersion })).toEqual([
      expect.stringMatching(new RegExp(`^kubernetesVersion: "${kubernetesVersion}" is not a`)),
    ]);
  },
);

test("what only Terraform knows is passed on", () => {
  const stack = synthStack((scope) => {
    const value = new TerraformVariable(scope, "value", { type: "string" }).stringValue;
    cluster(scope, "east", { vmSize: value, zones: [value], kubernetesVersion: value });
  });
  expect(at(stack, "east/Cluster/Resource")).toMatchObject({
    kubernetes_version: "${var.value}",
    default_node_pool: { vm_size: "${var.value}", zones: ["${var.value}"] },
  });
});
