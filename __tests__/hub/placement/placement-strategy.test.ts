import type { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  Namespace,
  PlacementPolicy,
  type PlacementStrategyProps,
  ResourcePlacement,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { fleetWith, unknown } from "../fixtures";

interface Manifest {
  readonly apiVersion: string;
  readonly spec: Record<string, unknown>;
}

const PATH = "stack/Placement";
const ROLLING = { rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%", unavailablePeriodSeconds: 60 } };
const policyOfAll = PlacementPolicy.all();

function placeNamespace(stack: TerraformStack, props: PlacementStrategyProps, policy = policyOfAll): void {
  const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
  new ClusterResourcePlacement(stack, "Placement", { namespace, policy, ...props });
}

function placeObjects(stack: TerraformStack, props: PlacementStrategyProps, policy = policyOfAll): void {
  const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
  const selectors = [{ version: "v1", kind: "ConfigMap" }];
  const name = "config";
  new ResourcePlacement(stack, "Placement", {
    namespace,
    name,
    selectors,
    policy,
    namespaceElsewhere: true,
    ...props,
  });
}

describe.each([
  ["a ClusterResourcePlacement", placeNamespace],
  ["a ResourcePlacement", placeObjects],
])("%s", (_kind, place) => {
  const manifest = (props: PlacementStrategyProps): Record<string, unknown> => {
    const stack = synthStack((scope) => place(scope, props));
    const resource = resources(stack, "kubernetes_manifest")["Placement/Resource"];
    const { apiVersion, spec } = (resource as { manifest: Manifest }).manifest;
    const { resourceSelectors: _selectors, policy: _policy, ...rest } = spec;
    return { apiVersion: apiVersion.split("/")[1], ...rest };
  };
  const findingsOf = (props: PlacementStrategyProps, policy?: PlacementPolicy) =>
    findings((stack) => place(stack, props, policy)).map((finding) => finding.replace(`${PATH}: `, ""));

  test("leaves to the fleet what isn't given, but for what the hub takes with one type only", () => {
    expect(manifest({})).toEqual({ apiVersion: "v1", strategy: ROLLING });
    expect(manifest({ maxSurge: 1 }).strategy).toEqual({
      rollingUpdate: { ...ROLLING.rollingUpdate, maxSurge: 1 },
    });
    expect(manifest({ applyType: "ServerSideApply" }).strategy).toEqual({
      ...ROLLING,
      applyStrategy: { type: "ServerSideApply", serverSideApplyConfig: { force: false } },
    });
    expect(manifest({ applyType: "ReportDiff" }).strategy).toEqual({
      ...ROLLING,
      applyStrategy: { type: "ReportDiff" },
    });
  });

  test("with everything that v1 has", () => {
    expect(
      manifest({
        rolloutType: "RollingUpdate",
        maxUnavailable: 1,
        maxSurge: "50%",
        unavailablePeriodSeconds: 0,
        applyType: "ServerSideApply",
        comparisonOption: "FullComparison",
        whenToApply: "IfNotDrifted",
        whenToTakeOver: "IfNoDiff",
        allowCoOwnership: true,
        force: true,
        revisionHistoryLimit: 3,
      }),
    ).toEqual({
      apiVersion: "v1",
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 1, maxSurge: "50%", unavailablePeriodSeconds: 0 },
        applyStrategy: {
          type: "ServerSideApply",
          comparisonOption: "FullComparison",
          whenToApply: "IfNotDrifted",
          whenToTakeOver: "IfNoDiff",
          allowCoOwnership: true,
          serverSideApplyConfig: { force: true },
        },
      },
      revisionHistoryLimit: 3,
    });
  });

  test("without what the hub's webhook leaves out of its answer", () => {
    expect(manifest({ allowCoOwnership: false })).toEqual({ apiVersion: "v1", strategy: ROLLING });
  });

  test("rolled out by staged update runs", () => {
    expect(manifest({ rolloutType: "External" })).toEqual({
      apiVersion: "v1",
      strategy: { type: "External" },
    });
  });

  test("in the version that it is in on the hub", () => {
    expect(manifest({ apiVersion: "v1beta1" }).apiVersion).toBe("v1beta1");
  });

  test.each([0, 12, "0%", "7%", "100%"])("%p members", (maxUnavailable) => {
    expect(findingsOf({ maxUnavailable })).toEqual([]);
  });

  test.each([-1, 0.5, "101%", "1.5%", "-1%", "half", "", "3"])("%p is no count of members", (count) => {
    const rule =
      'is not a number of members; use a whole number of 0 or more, without quotes, or a percentage from "0%" to "100%".';
    expect(findingsOf({ maxUnavailable: count, maxSurge: count })).toEqual([
      `maxUnavailable: ${JSON.stringify(count)} ${rule}`,
      `maxSurge: ${JSON.stringify(count)} ${rule}`,
    ]);
  });

  test.each([
    [0, 0],
    ["0%", 0],
  ])("nothing unavailable (%p) and nothing more (%p)", (maxUnavailable, maxSurge) => {
    expect(findingsOf({ maxUnavailable, maxSurge })).toEqual([
      "maxSurge: is 0, as is maxUnavailable, so no change could ever roll out; set one of them to 1 or more.",
    ]);
    expect(findingsOf({ maxSurge })).toEqual([]);
  });

  test("rolling updates of a rollout by others", () => {
    const maxSurge = 2;
    expect(
      findingsOf({
        rolloutType: "External",
        maxUnavailable: "25%",
        maxSurge,
        unavailablePeriodSeconds: 0,
      }),
    ).toEqual([
      'maxUnavailable: "25%" is only for rolling updates, but rolloutType is "External"; remove maxUnavailable or rolloutType.',
      'maxSurge: 2 is only for rolling updates, but rolloutType is "External"; remove maxSurge or rolloutType.',
      'unavailablePeriodSeconds: 0 is only for rolling updates, but rolloutType is "External"; remove unavailablePeriodSeconds or rolloutType.',
    ]);
  });

  test("a period below 0", () => {
    expect(findingsOf({ unavailablePeriodSeconds: -1 })).toEqual([
      expect.stringMatching(
        /^unavailablePeriodSeconds: -1 is out of bounds; write a whole number of 0 or more/,
      ),
    ]);
  });

  test.each([
    [undefined, "unset"],
    ["ClientSideApply", '"ClientSideApply"'],
    ["ReportDiff", '"ReportDiff"'],
  ] as const)("force with the applyType %p", (applyType, shown) => {
    expect(findingsOf({ applyType, force: false })).toEqual([
      `force: false is only for the applyType "ServerSideApply", but applyType is ${shown}; remove force, or set that applyType.`,
    ]);
  });

  test.each([
    ["rolloutType", '"RollingUpdate" and "External"'],
    ["applyType", '"ClientSideApply", "ServerSideApply" and "ReportDiff"'],
    ["comparisonOption", '"PartialComparison" and "FullComparison"'],
    ["whenToApply", '"Always" and "IfNotDrifted"'],
    ["whenToTakeOver", '"Always", "IfNoDiff" and "Never"'],
    ["apiVersion", '"v1" and "v1beta1"'],
  ])("another %s than there are", (field, allowed) => {
    expect(findingsOf({ [field]: "Other" })).toEqual([
      `${field}: "Other" is not allowed; write one of ${allowed}.`,
    ]);
  });

  test.each([
    [1, []],
    [1000, []],
    [0, ["revisionHistoryLimit: 0 is out of bounds; write a whole number from 1 to 1000."]],
    [1001, ["revisionHistoryLimit: 1001 is out of bounds; write a whole number from 1 to 1000."]],
  ])("%p old versions", (revisionHistoryLimit, expected) => {
    expect(findingsOf({ revisionHistoryLimit })).toEqual(expected);
  });

  test("what only Terraform knows is not judged", () => {
    expect(
      findings((stack) => {
        const maxUnavailable = unknown(stack, "text");
        place(stack, { maxUnavailable, maxSurge: maxUnavailable, applyType: maxUnavailable as "ReportDiff" });
      }),
    ).toEqual([]);
  });
});
