import "cdktf-aks-fleet/testing/jest";
import { fleetOf } from "./example";

const fleet = fleetOf("dns-name.ts");

test("every region has a public address of its own, with a DNS label", () => {
  for (const cluster of ["aks-norway", "aks-poland", "aks-sweden"]) {
    expect(fleet.cluster(cluster)).toRun("Service", "shop/front", {
      "spec.type": "LoadBalancer",
      'metadata.annotations["service.beta.kubernetes.io/azure-dns-label-name"]': `shop-front-${cluster}`,
    });
  }
});

test("the loss of a region is the loss of one answer", () => {
  expect(fleet.without("swedencentral").service("shop/front")).toBeServedFrom("aks-norway", "aks-poland");
  expect(fleet.without("swedencentral", "norwayeast").service("shop/front")).toBeReachable();
});
