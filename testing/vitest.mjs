import testing from "cdktf-aks-fleet/testing";
import { expect } from "vitest";

expect.extend(testing.fleetMatchers);
