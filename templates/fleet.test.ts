import { Testing } from "cdktf";
import { FleetSimulation } from "cdktf-aks-fleet/testing";
import "cdktf-aks-fleet/testing/vitest";
import { expect, test } from "vitest";
import { build } from "./main";

const fleet = FleetSimulation.of(build(Testing.app()));

test("the shop runs in both regions", () => {
  expect(fleet.placement("shop")).toPlaceOn("aks-norway", "aks-sweden");
  expect(fleet.cluster("aks-norway")).toRun("Deployment", "shop/front");
});

test("the address is lost only with its own region", () => {
  expect(fleet.without("swedencentral").service("shop/front")).toBeUnreachable();
  expect(fleet.without("norwayeast").service("shop/front")).not.toBeUnreachable();
});
