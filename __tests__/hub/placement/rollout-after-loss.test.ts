import type { App } from "cdktf";
import {
  acknowledge,
  type HubStack,
  MultiRegionFleet,
  PlacementPolicy,
  type PlacementStrategyProps,
} from "../../../lib";
import { warnings } from "../../synth";

const REGIONS = ["eastus2", "westus2", "westus3", "centralus", "northeurope"];

function place(app: App, count: number, props: PlacementStrategyProps = {}, policy = PlacementPolicy.all()) {
  const hub = hubOf(app, count);
  hub.addPlacement("store", { namespace: hub.addNamespace("store"), policy, ...props });
}

function hubOf(app: App, count: number): HubStack {
  const members = REGIONS.slice(0, count).map((location, index) => [
    location,
    { location, addressSpace: [`10.${index}.0.0/16`] },
  ]);
  return new MultiRegionFleet(app, "Shop", {
    fleetName: "gbb-fleet",
    fleetLocation: "westus",
    members: Object.fromEntries(members),
  }).hub;
}

const ofPlacements = (build: (app: App) => void) =>
  warnings(build).filter((warning) => warning.includes("maxUnavailable"));

test.each([2, 3, 4])("warns where %i members would all wait for one that is lost", (count) => {
  expect(ofPlacements((app) => place(app, count))).toEqual([
    expect.stringMatching(/^hub\/Placement-store: maxUnavailable: .*"25%".*"store".*outOfService/),
  ]);
});

test.each([1, 5])("doesn't with %i: there is nobody else, or two may be unavailable", (count) => {
  expect(ofPlacements((app) => place(app, count))).toEqual([]);
});

test("counts the members that are chosen", () => {
  const some = PlacementPolicy.inLocations("eastus2", "westus2");
  expect(ofPlacements((app) => place(app, 5, {}, some))).toHaveLength(1);
  expect(ofPlacements((app) => place(app, 5, {}, PlacementPolicy.inLocations("eastus2")))).toEqual([]);
});

test.each<PlacementStrategyProps>([
  { maxUnavailable: "25%" },
  { maxUnavailable: 2 },
  { rolloutType: "External" },
  { applyType: "ReportDiff" },
])("doesn't where the app has chosen: %j", (props) => {
  expect(ofPlacements((app) => place(app, 3, props))).toEqual([]);
});

test("says it once for all placements of a fleet, and no more once it is acknowledged", () => {
  const both = (app: App) => {
    const hub = hubOf(app, 2);
    const namespace = hub.addNamespace("store");
    const policy = PlacementPolicy.all();
    hub.addPlacement("store", { namespace, policy, selectionScope: "NamespaceOnly" });
    const selectors = [{ version: "v1", kind: "ConfigMap" }];
    hub.addResourcePlacement("config", { namespace, policy, selectors });
  };
  expect(ofPlacements(both)).toEqual([
    expect.stringMatching(/^hub\/Placement-store: .*placements "store" and "config"/),
  ]);
  const acknowledged = (app: App) => {
    both(app);
    acknowledge(app, "rollout-stops-with-a-member", "we rehearse outOfService");
  };
  expect(ofPlacements(acknowledged)).toEqual([]);
});
