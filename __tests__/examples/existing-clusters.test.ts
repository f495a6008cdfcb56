import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("existing-clusters.ts");

test("clusters that exist serve one address", () => {
  expect(fleet.placement("shop")).toPlaceOn("aks-norway", "aks-sweden");
  expect(fleet.service("shop/front")).toBeServedFrom("aks-norway", "aks-sweden");
  expect(fleet.without("aks-sweden").service("shop/front")).toBeUnreachable();
  expect(fleet.without("aks-norway").service("shop/front")).toBeServedFrom("aks-sweden");
});

test("where they are only Azure knows", () => {
  expect(() => fleet.without("swedencentral")).toThrow("none in a location with that name");
});
