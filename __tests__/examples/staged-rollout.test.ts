import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("staged-rollout.ts");

test("a change reaches the canary first, and the others after it", () => {
  const canary = fleet.afterStage("canary");
  expect(canary.cluster("aks-canary")).toRun("Deployment", "shop/front");
  expect(canary.cluster("aks-sweden")).not.toRun("Deployment", "shop/front");
  const done = fleet.afterStage("production");
  for (const cluster of ["aks-canary", "aks-norway", "aks-sweden"]) {
    expect(done.cluster(cluster)).toRun("Deployment", "shop/front");
  }
});

test("a member without a ring can't be updated", () => {
  const more = fleet.withMember("aks-new", { location: "norwayeast" });
  expect(() => more.afterStage("canary")).toThrow("some clusters are not placed in any stage");
});
