import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("region-overrides.ts");
const title = "spec.template.spec.containers[0].env[0].value";

test("Sweden runs twice as much, and every page says where it comes from", () => {
  expect(fleet.cluster("aks-sweden")).toRun("Deployment", "shop/front", {
    "spec.replicas": 4,
    [title]: "Shop on aks-sweden",
  });
  expect(fleet.cluster("aks-norway")).toRun("Deployment", "shop/front", {
    "spec.replicas": 2,
    [title]: "Shop on aks-norway",
  });
});

test("Poland has everything but the Deployment", () => {
  expect(fleet.cluster("aks-poland")).not.toRun("Deployment", "shop/front");
  expect(fleet.cluster("aks-poland")).toRun("Service", "shop/front");
});

test("a second cluster in Poland would have none, either", () => {
  const more = fleet.withMember("aks-poland-2", { location: "polandcentral" });
  expect(more.placement("shop")).toPlaceOn("aks-norway", "aks-poland", "aks-poland-2", "aks-sweden");
  expect(more.cluster("aks-poland-2")).not.toRun("Deployment", "shop/front");
});
