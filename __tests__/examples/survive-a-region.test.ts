import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("survive-a-region.ts");

test("there is an address in each region, and each spreads over both", () => {
  for (const entry of ["sweden", "norway"]) {
    expect(fleet.service(`shop/front-${entry}`)).toBeServedFrom("aks-norway", "aks-sweden");
    expect(fleet.cluster(`aks-${entry}`)).toRun("MultiClusterService", `shop/front-${entry}`);
  }
  expect(fleet.cluster("aks-norway")).not.toRun("MultiClusterService", "shop/front-sweden");
});

test.each([
  ["swedencentral", "sweden", "norway"],
  ["norwayeast", "norway", "sweden"],
])("without %s the other address goes on", (location, lost, left) => {
  const without = fleet.without(location);
  expect(without.service(`shop/front-${lost}`)).toBeUnreachable();
  expect(without.service(`shop/front-${left}`)).toBeServedFrom(`aks-${left}`);
});
