const { fleetMatchers } = require("cdktf-aks-fleet/testing");

expect.extend(fleetMatchers);
