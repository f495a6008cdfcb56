import type { ListedObject } from "../../../lib/command/client/kube-client";
import type { InternalServiceExport } from "../../../lib/command/client/objects";
import { judgeDrain } from "../../../lib/command/live/drain";

const EAST = "fleet-member-aks-eastus2";

function work(name: string, labels: Record<string, string> | undefined, namespace = EAST): ListedObject {
  return { metadata: { name, namespace, ...(labels && { labels }) } };
}
function exported(name: string, from: string, namespace = EAST): InternalServiceExport {
  return {
    metadata: { name, namespace },
    spec: { serviceReference: { namespace: from, name: "store-front" } },
  };
}
const ours = work("aks-store-demo-work", { "kubernetes-fleet.io/parent-CRP": "aks-store-demo" });
const filter = { placements: ["aks-store-demo"], namespaces: ["aks-store-demo"] };

test("nothing is left", () => {
  expect(judgeDrain([], [], filter)).toEqual({ state: "done", line: "nothing is left" });
});

test("says what is left where, and what to do", () => {
  const west = work("aks-store-demo-work", ours.metadata.labels, "fleet-member-aks-westus2");
  expect(
    judgeDrain([west, ours], [exported("aks-store-demo-store-front", "aks-store-demo")], filter),
  ).toMatchObject({
    state: "waiting",
    line: "fleet-member-aks-eastus2 still has work aks-store-demo-work and internalserviceexport aks-store-demo-store-front; fleet-member-aks-westus2 still has work aks-store-demo-work",
    advice: expect.stringMatching(/clusters of aks-eastus2, aks-westus2 running .*AKS_FLEET_SKIP_DRAIN=1/),
  });
});

test("what belongs to other placements and namespaces does not count", () => {
  const other = work("other-work", { "kubernetes-fleet.io/parent-CRP": "other" });
  const namespaced = work("rp-work", {
    "kubernetes-fleet.io/parent-CRP": "aks-store-demo",
    "kubernetes-fleet.io/parent-namespace": "elsewhere",
  });
  expect(judgeDrain([other, namespaced], [exported("other-x", "other")], filter).state).toBe("done");
  // Of a namespaced placement, too, what it brings decides.
  expect(judgeDrain([{ ...namespaced, fills: ["aks-store-demo"] }], [], filter).state).toBe("waiting");
  expect(judgeDrain([{ ...other, fills: ["other"] }], [], filter).state).toBe("done");
  // Only what is asked for: with only a placement, no export counts.
  const { placements } = filter;
  expect(judgeDrain([], [exported("x", "aks-store-demo")], { placements, namespaces: [] }).state).toBe(
    "done",
  );
});

test("without a filter everything counts, and only in the members' namespaces", () => {
  const none = { placements: [], namespaces: [] };
  expect(judgeDrain([work("w", { "kubernetes-fleet.io/parent-CRP": "any" })], [], none).state).toBe(
    "waiting",
  );
  expect(judgeDrain([], [exported("x", "any")], none).state).toBe("waiting");
  expect(
    judgeDrain([work("w", undefined, "elsewhere")], [exported("x", "any", "elsewhere")], none).state,
  ).toBe("done");
});

test("a work that does not say whose it is counts as ours", () => {
  expect(judgeDrain([work("w", undefined)], [], filter).state).toBe("waiting");
});
