import type { Placement } from "../../../lib/command/client/objects";
import { type OnHub, planDrill, type Way } from "../../../lib/command/live/drill-plan";

const way = (key: string, expected = ["east", "west"]): Way => ({
  target: { namespace: "shop", name: `front-${key}`, service: `front-${key}`, member: key },
  address: "20.0.0.1",
  expected,
});

const placement = (name: string, services: string[], clusters = ["east", "west"]): Placement => ({
  metadata: { name },
  spec: {},
  status: {
    selectedResources: services.map((one) => ({
      group: "networking.fleet.azure.com",
      version: "v1beta1",
      kind: "ServiceExport",
      namespace: "shop",
      name: one,
    })),
    placementStatuses: clusters.map((clusterName) => ({ clusterName })),
  },
});

const member = (name: string, label = "kubernetes-fleet.io/member-name") => ({
  metadata: { name, labels: { [label]: name } },
});

const HUB: OnHub = {
  members: [member("east"), member("west")],
  placements: [placement("shop", ["front-east", "front-west"])],
  overrides: [],
};
const WAYS = [way("east"), way("west")];

test("takes what one placement brings, by the member's name", () => {
  expect(planDrill("west", WAYS, HUB)).toEqual({
    member: "west",
    label: "kubernetes-fleet.io/member-name",
    placement: { name: "shop" },
    exports: ["front-east", "front-west"],
    risks: [],
  });
});

test("Azure's label of the name will do; none won't", () => {
  const azure = { ...HUB, members: [member("west", "fleet.azure.com/member-name")] };
  expect(planDrill("west", WAYS, azure).label).toBe("fleet.azure.com/member-name");
  const none = { ...HUB, members: [member("west", "other")] };
  expect(() => planDrill("west", WAYS, none)).toThrow(
    "kubectl label memberclusters west kubernetes-fleet.io/member-name=west",
  );
});

test("another placement, on other members only, doesn't count", () => {
  const placements = [...HUB.placements, placement("other", ["front-east"], ["east"])];
  expect(planDrill("west", WAYS, { ...HUB, placements }).placement).toEqual({ name: "shop" });
});

test.each<[string, string, Partial<OnHub>, Way[], string]>([
  ["a member that does not serve it", "north", {}, WAYS, "north does not serve it; east, west does."],
  [
    "an export that no placement brings",
    "west",
    { placements: [placement("shop", ["front-east"])] },
    WAYS,
    "no placement places the ServiceExport front-west on west",
  ],
  [
    "exports of two placements",
    "west",
    { placements: [placement("a", ["front-east"]), placement("b", ["front-west"])] },
    WAYS,
    "the placements a, b place its exports on west",
  ],
  [
    "a placement that update runs roll out",
    "west",
    {
      placements: [
        { ...placement("shop", ["front-east", "front-west"]), spec: { strategy: { type: "External" } } },
      ],
    },
    WAYS,
    "placement shop rolls out only by update runs",
  ],
  [
    "an export that is overridden already",
    "west",
    {
      overrides: [
        {
          metadata: { name: "weights", namespace: "shop" },
          spec: {
            resourceSelectors: [
              {
                group: "networking.fleet.azure.com",
                version: "v1beta1",
                kind: "ServiceExport",
                name: "front-west",
              },
            ],
          },
        },
      ],
    },
    WAYS,
    "ResourceOverride shop/weights already overrides the export",
  ],
])("refuses %s", (_, lost, hub, ways, message) => {
  expect(() => planDrill(lost, ways, { ...HUB, ...hub })).toThrow(message);
});

test("asks before it takes the last that serves, or what holds the only entry", () => {
  expect(planDrill("west", [way("west")], HUB).risks).toEqual([
    expect.stringContaining("holds its only entry"),
  ]);
  expect(planDrill("west", [way("east", ["west"]), way("west")], HUB).risks).toEqual([
    expect.stringContaining("west is the last member serving shop/front-east"),
  ]);
});
