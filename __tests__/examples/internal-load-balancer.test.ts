import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("internal-load-balancer.ts");

test("the shop runs in all three regions, behind one internal address in Sweden", () => {
  expect(fleet.placement("shop")).toPlaceOn("aks-norway", "aks-poland", "aks-sweden");
  expect(fleet.service("shop/front")).toBeServedFrom("aks-norway", "aks-poland", "aks-sweden");
  expect(fleet.cluster("aks-sweden")).toRun("MultiClusterService", "shop/front", {
    'metadata.annotations["networking.fleet.azure.com/azure-load-balancer-internal"]': "true",
  });
  expect(fleet.cluster("aks-norway")).not.toRun("MultiClusterService", "shop/front");
});

test("the address goes down with Sweden, and with no other region", () => {
  expect(fleet.without("swedencentral").service("shop/front")).toBeUnreachable();
  expect(fleet.without("norwayeast", "polandcentral").service("shop/front")).toBeServedFrom("aks-sweden");
});
