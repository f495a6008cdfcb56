import "vitest";
import type { FleetMatchers } from "cdktf-aks-fleet/testing";

declare module "vitest" {
  interface Assertion<T> extends FleetMatchers<T> {}
}
