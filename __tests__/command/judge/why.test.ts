import { PlacementPolicy } from "../../../lib";
import { FleetSimulation } from "../../../lib/testing";
import { removeFolders, shopApp, synthesized } from "../preview-app";

afterAll(removeFolders);

const fleet = (policy: PlacementPolicy) =>
  FleetSimulation.fromSynth(
    synthesized(shopApp(({ hub, shop }) => void hub.addPlacement("shop", { namespace: shop, policy }))),
  );
const whys = (simulation: FleetSimulation) =>
  simulation.placement("shop").choices.map(({ cluster, why }) => `${cluster}: ${why}`);
const required = (labelSelector: object) => PlacementPolicy.pickAll({ required: [{ labelSelector }] });

test("what is named is chosen by its name", () => {
  expect(whys(fleet(PlacementPolicy.onMembers("aks-west")))).toEqual([
    "aks-east: the policy doesn't name it",
    "aks-sweden: the policy doesn't name it",
    "aks-west: PickFixed: named",
  ]);
});

test("of a number the best are chosen", () => {
  const preferred = [{ weight: 20, labelSelector: { matchLabels: { ring: "canary" } } }];
  expect(whys(fleet(PlacementPolicy.pickN(1, { preferred })))).toEqual([
    "aks-east: PickN 1: among the best (affinity 20, spread 0)",
    "aks-sweden: others score higher (affinity 0, spread 0)",
    "aks-west: others score higher (affinity 0, spread 0)",
  ]);
});

test.each([
  [{ matchLabels: { ring: "canary" } }, "PickAll: ring canary", "ring is production, not canary"],
  [
    { matchExpressions: [{ key: "ring", operator: "In", values: ["canary", "beta"] }] },
    "PickAll: ring canary",
    "ring is production, not canary or beta",
  ],
  [
    { matchExpressions: [{ key: "ring", operator: "NotIn", values: ["production"] }] },
    "PickAll: ring is canary",
    "ring is production",
  ],
  [
    { matchExpressions: [{ key: "team", operator: "Exists" }] },
    "it has no label team",
    "it has no label team",
  ],
  [{ matchExpressions: [{ key: "team", operator: "DoesNotExist" }] }, "PickAll", "PickAll"],
  [{ matchLabels: { team: "a" } }, "team is unset, not a", "team is unset, not a"],
])("labels %j choose, or don't, by what they are", (selector, east, west) => {
  expect(whys(fleet(required(selector)))).toEqual([
    `aks-east: ${east}`,
    `aks-sweden: ${west}`,
    `aks-west: ${west}`,
  ]);
});

test("of several terms each says why it isn't met", () => {
  const either = PlacementPolicy.pickAll({
    required: [
      { labelSelector: { matchLabels: { ring: "canary" } } },
      { labelSelector: { matchLabels: { "fleet.azure.com/location": "westus2" } } },
    ],
  });
  expect(whys(fleet(either))).toEqual([
    "aks-east: PickAll: ring canary",
    "aks-sweden: ring is production, not canary; location is swedencentral, not westus2",
    "aks-west: PickAll: location westus2",
  ]);
});

test("a taint that nothing tolerates is named", () => {
  const tainted = fleet(PlacementPolicy.all()).withTaint("aks-east", { key: "team", value: "a" });
  expect(whys(tainted)[0]).toBe("aks-east: taint team=a:NoSchedule is not tolerated");
});
