import type { FleetMatchers } from "cdktf-aks-fleet/testing";

declare global {
  namespace jest {
    interface Matchers<R, T> extends FleetMatchers<R> {}
  }
}

// Of @jest/globals.
declare module "expect" {
  interface Matchers<R extends void | Promise<void>, T> extends FleetMatchers<R> {}
}
