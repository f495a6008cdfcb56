import { plannedMember } from "../../lib/fleet-model/member";
import { asStored } from "../../lib/fleet-model/policy";
import { schedule } from "../../lib/fleet-model/schedule";
import { Unknown } from "../../lib/fleet-model/unknown";

const UNKNOWN = new Unknown("only Terraform knows it");

test("the API fills in the type, the skew and the operator of tolerations", () => {
  expect(
    asStored({
      numberOfClusters: 2,
      topologySpreadConstraints: [{ topologyKey: "zone" }, { topologyKey: "region", maxSkew: 3 }],
      tolerations: [{ key: "gpu", value: "true" }, { operator: "Exists" }],
    }),
  ).toEqual({
    placementType: "PickAll",
    numberOfClusters: 2,
    topologySpreadConstraints: [
      { topologyKey: "zone", maxSkew: 1 },
      { topologyKey: "region", maxSkew: 3 },
    ],
    tolerations: [{ key: "gpu", value: "true", operator: "Equal" }, { operator: "Exists" }],
  });
});

test("unknowns stay unknown", () => {
  const policy = {
    placementType: UNKNOWN,
    topologySpreadConstraints: [UNKNOWN, { topologyKey: "zone", maxSkew: UNKNOWN }],
    tolerations: UNKNOWN,
  };
  expect(asStored(policy)).toEqual(policy);
  expect(asStored(UNKNOWN)).toBe(UNKNOWN);
  expect(asStored(null)).toBeNull();
});

test("the scheduler has no defaults of its own: policies must be stored first", () => {
  const tainted = {
    ...plannedMember({ name: "east", location: "eastus" }),
    taints: [{ key: "gpu", value: "true", effect: "NoSchedule" }],
  };
  const policy = { placementType: "PickAll", tolerations: [{ key: "gpu", value: "true" }] };
  const isChosen = (written: typeof policy | ReturnType<typeof asStored>) =>
    schedule({ members: [tainted], policy: written }).decisions.map((decision) => decision.isChosen);
  expect(isChosen(policy)).toEqual([false]);
  expect(isChosen(asStored(policy))).toEqual([true]);
});
