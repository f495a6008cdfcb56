import type { Construct } from "constructs";
import type { FleetAutoUpgradeProfileOptions } from "../../lib";
import { FleetUpdateStrategy } from "../../lib";
import { cluster } from "../cluster/clusters";
import { FLEET_ID } from "../existing";
import { at, reference } from "../network/references";
import { findings, synthStack } from "../synth";
import { existing, grouped } from "./fleets";

const TYPE = "Microsoft.ContainerService/fleets/autoUpgradeProfiles@2026-06-01";
const STAGES = [{ name: "first", groups: ["canary"] }];

function said(options: FleetAutoUpgradeProfileOptions): string[] {
  return findings((scope) => void existing(scope).addAutoUpgradeProfile("p", options));
}

test("follows a strategy of the app", () => {
  const stack = synthStack((scope) => {
    const fleet = grouped(scope);
    fleet.addAutoUpgradeProfile("stable", {
      channel: "Stable",
      nodeImageSelection: "Consistent",
      updateStrategy: fleet.addUpdateStrategy("s", { stages: STAGES }),
      disabled: true,
    });
  });
  expect(at(stack, "Fleet/AutoUpgradeProfile-stable/Resource")).toEqual({
    type: TYPE,
    schema_validation_enabled: false,
    name: "stable",
    parent_id: reference(stack, "Fleet/Resource"),
    body: {
      properties: {
        channel: "Stable",
        nodeImageSelection: { type: "Consistent" },
        updateStrategyId: reference(stack, "Fleet/UpdateStrategy-s/Resource"),
        disabled: true,
      },
    },
    // Azure takes neither as a change.
    replace_triggers_external_values: [reference(stack, "Fleet/UpdateStrategy-s/Resource"), "Consistent"],
    ignore_casing: true,
  });
});

test("follows a minor version of Kubernetes", () => {
  const stack = synthStack(
    (scope) =>
      void existing(scope).addAutoUpgradeProfile("target", {
        channel: "TargetKubernetesVersion",
        targetKubernetesVersion: "1.33",
        longTermSupport: true,
        nodeImageSelection: "Latest",
      }),
  );
  expect(at(stack, "Old/AutoUpgradeProfile-target/Resource").body).toEqual({
    properties: {
      channel: "TargetKubernetesVersion",
      nodeImageSelection: { type: "Latest" },
      targetKubernetesVersion: "1.33",
      longTermSupport: true,
      disabled: false,
    },
  });
});

function strategyCalled(scope: Construct, id: string, name = "Strategy") {
  return FleetUpdateStrategy.fromStrategyId(scope, name, id);
}

test("follows a strategy that exists, or none, and runs unless it is stopped", () => {
  const strategyId = `${FLEET_ID}/updateStrategies/s`;
  const stack = synthStack((scope) => {
    const fleet = existing(scope);
    fleet.addAutoUpgradeProfile("images", {
      channel: "NodeImage",
      updateStrategy: strategyCalled(scope, strategyId),
    });
    fleet.addAutoUpgradeProfile("rapid", { channel: "Rapid" });
    const lower = strategyId.replace("resourceGroups", "resourcegroups");
    fleet.addAutoUpgradeProfile("lower", {
      channel: "NodeImage",
      updateStrategy: strategyCalled(scope, lower, "Lower"),
    });
  });
  const body = (name: string) => at(stack, `Old/AutoUpgradeProfile-${name}/Resource`).body;
  expect(body("images")).toEqual({
    properties: { channel: "NodeImage", updateStrategyId: strategyId, disabled: false },
  });
  expect(body("lower")).toEqual(body("images"));
  expect(at(stack, "Old/AutoUpgradeProfile-rapid/Resource")).not.toHaveProperty("ignore_casing");
  expect(body("rapid")).toEqual({ properties: { channel: "Rapid", disabled: false } });
});

test.each<[string, FleetAutoUpgradeProfileOptions, string]>([
  [
    "a channel",
    { channel: "Patch" as never },
    'channel: "Patch" is not allowed; write one of "Stable", "Rapid", "NodeImage", "TargetKubernetesVersion" and "SecurityPatch".',
  ],
  [
    "a target that is not said",
    { channel: "TargetKubernetesVersion" },
    'targetKubernetesVersion: the channel "TargetKubernetesVersion" needs a minor version; write e.g. "1.33".',
  ],
  [
    "a target of another channel",
    { channel: "Rapid", targetKubernetesVersion: "1.33" },
    'targetKubernetesVersion: is only for the channel "TargetKubernetesVersion", but this is "Rapid"; change the channel, or remove it.',
  ],
  [
    "a target that is no minor version",
    { channel: "TargetKubernetesVersion", targetKubernetesVersion: "1.33.2" },
    'targetKubernetesVersion: "1.33.2" is not a Kubernetes minor version; write e.g. "1.33".',
  ],
  [
    "support in the long term of what follows AKS",
    { channel: "Stable", longTermSupport: true },
    'longTermSupport: is only for the channel "TargetKubernetesVersion", but this is "Stable"; remove it.',
  ],
  [
    "a node image",
    { channel: "Stable", nodeImageSelection: "Newest" as never },
    'nodeImageSelection: "Newest" is not allowed; write one of "Latest" and "Consistent".',
  ],
  [
    "a node image where nothing else is upgraded",
    { channel: "NodeImage", nodeImageSelection: "Latest" },
    'nodeImageSelection: "Latest" selects the node image for a new Kubernetes version, but the channel "NodeImage" doesn\'t change the version; leave it out.',
  ],
  [
    "a channel that is in preview",
    { channel: "SecurityPatch" },
    'channel: "SecurityPatch" is in preview, and not in the API version 2026-06-01; set apiVersion to "2026-06-02-preview", or leave it out.',
  ],
  [
    "a node image beside patches of the image",
    { channel: "SecurityPatch", nodeImageSelection: "Latest", apiVersion: "2026-06-02-preview" },
    'nodeImageSelection: "Latest" selects the node image for a new Kubernetes version, but the channel "SecurityPatch" doesn\'t change the version; leave it out.',
  ],
])("%s is refused", (_, options, finding) => {
  expect(said(options)).toEqual([`stack/Old/AutoUpgradeProfile-p: ${finding}`]);
});

test("follows security patches, in the preview that has them", () => {
  const stack = synthStack(
    (scope) =>
      void existing(scope).addAutoUpgradeProfile("patches", {
        channel: "SecurityPatch",
        apiVersion: "2026-06-02-preview",
      }),
  );
  expect(at(stack, "Old/AutoUpgradeProfile-patches/Resource")).toMatchObject({
    type: "Microsoft.ContainerService/fleets/autoUpgradeProfiles@2026-06-02-preview",
    body: { properties: { channel: "SecurityPatch", disabled: false } },
  });
});

test("a target that is older than what a member is held at is refused", () => {
  const found = findings((scope) => {
    const fleet = existing(scope);
    fleet.addMember("east", { cluster: cluster(scope, "east", { kubernetesVersion: "1.34.2" }) });
    fleet.addMember("west", { cluster: cluster(scope, "west", { kubernetesVersion: "1.33" }) });
    fleet.addAutoUpgradeProfile("p", {
      channel: "TargetKubernetesVersion",
      targetKubernetesVersion: "1.33",
    });
  });
  expect(found).toEqual([
    'stack/Old/AutoUpgradeProfile-p: targetKubernetesVersion: "1.33" is older than the kubernetesVersion of "east" (1.34.2), and AKS doesn\'t downgrade clusters; use a newer one.',
  ]);
});

test("the id of something else is refused", () => {
  expect(findings((scope) => void strategyCalled(scope, FLEET_ID))).toEqual([
    `stack/Strategy: strategyId: "${FLEET_ID}" is not the id of an update strategy, which looks like /subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.ContainerService/fleets/<name>/updateStrategies/<name>.`,
  ]);
});

test("a strategy of another fleet, a wrong name and a name twice are refused", () => {
  const found = findings((scope) => {
    const fleet = grouped(scope);
    const updateStrategy = existing(scope, "Other", FLEET_ID.replace("fleet-old", "other")).addUpdateStrategy(
      "s",
      {
        stages: STAGES,
      },
    );
    existing(scope).addAutoUpgradeProfile("p", { channel: "Rapid", updateStrategy });
    fleet.addAutoUpgradeProfile("Wrong", { channel: "Rapid" });
    fleet.addAutoUpgradeProfile("q", { channel: "Rapid" });
    fleet.addAutoUpgradeProfile("q", { channel: "NodeImage" });
  });
  expect(found.sort()).toEqual([
    expect.stringContaining(
      'Fleet/AutoUpgradeProfile-Wrong: name: Azure refuses "Wrong" as the name of an auto-upgrade profile',
    ),
    expect.stringContaining(
      'Fleet/AutoUpgradeProfile-q-2: name: "q" is also the name of the auto-upgrade profile that stack/Fleet/',
    ),
    'stack/Old/AutoUpgradeProfile-p: updateStrategy: "stack/Other/UpdateStrategy-s" is a strategy of another fleet; use one of this fleet.',
  ]);
});

test("for a fleet that was imported outside a stack, the error says what to do", () => {
  expect(() =>
    synthStack((scope) => {
      existing(scope.node.root as never).addAutoUpgradeProfile("p", { channel: "Rapid" });
    }),
  ).toThrow("[Old] the fleet was imported outside");
});
