import { Lazy } from "cdktf";
import { PlacementPolicy } from "../../../lib";
import { placementTypeOf } from "../../../lib/hub/placement/placement-type";
import { synthStack } from "../../synth";
import { placementWith, unknown } from "../fixtures";

test("the type of a placement, which is PickAll where there is no policy", () => {
  expect.assertions(6);
  synthStack((scope) => {
    const placement = placementWith(scope, PlacementPolicy.onMembers("aks-eastus2"));
    expect(placementTypeOf(placement)).toBe("PickFixed");
    placement.manifest.manifest = { spec: {} };
    expect(placementTypeOf(placement)).toBe("PickAll");
    placement.manifest.manifest = { spec: { policy: {} } };
    expect(placementTypeOf(placement)).toBe("PickAll");
    placement.manifest.manifest = { spec: { policy: { placementType: unknown(scope, "type") } } };
    expect(placementTypeOf(placement)).toBeUndefined();
    placement.manifest.manifest = Lazy.anyValue({ produce: () => ({}) }) as never;
    expect(placementTypeOf(placement)).toBeUndefined();
    expect(placementTypeOf("existing")).toBeUndefined();
  });
});
