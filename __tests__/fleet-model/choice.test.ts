import { LOCATION_LABEL } from "../../lib/fleet-api/labels";
import { choiceOf } from "../../lib/fleet-model/choice";
import { type Member, plannedMember } from "../../lib/fleet-model/member";
import type { Policy } from "../../lib/fleet-model/policy";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";

const LATER = new Unknown("it is known only after apply");
const MEMBERS = [
  plannedMember({ name: "east", location: "eastus2", labels: { env: "prod" } }),
  plannedMember({ name: "east-2", location: "eastus2", labels: { env: "test" } }),
  plannedMember({ name: "west", location: "westus2", labels: LATER }),
].map((member) => ({ ...member, namespaces: undefined }));

function inEnv(env: string): NonNullable<Exclude<Policy, Unknown>> {
  const labelSelector = { matchLabels: { env } };
  return {
    affinity: {
      clusterAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms: [{ labelSelector }] },
      },
    },
  };
}

/** For each member whether it is chosen; "?" where that isn't known. */
function answers(policy: Policy, members: readonly Member[] = MEMBERS, otherMembers?: Unknown) {
  const isChosen = choiceOf({ members, policy, ...(otherMembers && { otherMembers }) });
  return members.map(isChosen).map((truth) => (isUnknown(truth) ? "?" : truth));
}

test("a PickAll chooses all matches", () => {
  expect(answers(undefined)).toEqual([true, true, true]);
  expect(answers({ placementType: "PickAll", ...inEnv("prod") })).toEqual([true, false, "?"]);
  expect(answers(LATER)).toEqual(["?", "?", "?"]);
});

test("a PickFixed chooses the named members", () => {
  expect(answers({ placementType: "PickFixed", clusterNames: ["west", "north"] })).toEqual([
    false,
    false,
    true,
  ]);
});

describe("a PickN", () => {
  const pickN = (numberOfClusters: number | Unknown, more: object = {}) => ({
    placementType: "PickN",
    numberOfClusters,
    ...more,
  });

  test("chooses all if there are no more, and keeps its choices if there are", () => {
    expect(answers(pickN(3))).toEqual([true, true, true]);
    expect(answers(pickN(4))).toEqual([true, true, true]);
    expect(answers(pickN(2))).toEqual(["?", "?", "?"]);
    expect(answers(pickN(0))).toEqual([false, false, false]);
    expect(answers(pickN(LATER))).toEqual(["?", "?", "?"]);
  });

  test("chooses only matches, regardless of earlier choices", () => {
    expect(answers(pickN(2, inEnv("prod")))).toEqual([true, false, "?"]);
    expect(answers(pickN(1, inEnv("prod")))).toEqual(["?", false, "?"]);
  });

  test("may leave out members that a spread excludes", () => {
    const spread = { topologySpreadConstraints: [{ topologyKey: LOCATION_LABEL, maxSkew: 1 }] };
    expect(answers(pickN(3, spread))).toEqual([true, true, true]);
    const another = { ...plannedMember({ name: "east-3", location: "eastus2" }), namespaces: undefined };
    expect(answers(pickN(4, spread), [...MEMBERS, another])).toContain("?");
  });

  test("may take others of a fleet that isn't known", () => {
    expect(answers(pickN(3), MEMBERS, LATER)).toEqual(["?", "?", "?"]);
    expect(answers(pickN(3, inEnv("prod")), MEMBERS, LATER)).toEqual(["?", false, "?"]);
  });
});

test("nothing is known if the scheduler stops, as earlier choices stay", () => {
  const unreadable = { placementType: "PickAll", ...inEnv("not a value") };
  expect(answers(unreadable)).toEqual(["?", "?", "?"]);
});
