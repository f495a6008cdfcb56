const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  clearMocks: true,
  testEnvironment: "node",
  // More than there are processors: some tests wait for servers and processes.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // A worker keeps what test files loaded; one of more than that takes too long to end, and Jest complains.
  workerIdleMemoryLimit: "1GB",
  // Not a measure of anything: some tests start processes, on machines that are busy.
  testTimeout: 60_000,
  reporters: ["default", "<rootDir>/__tests__/every-check.js"],
  setupFilesAfterEnv: ["<rootDir>/setup.js"],
  // The first three are how the examples, like users, import the package.
  moduleNameMapper: {
    "^cdktf-aks-fleet$": "<rootDir>/lib",
    "^cdktf-aks-fleet/testing$": "<rootDir>/lib/testing",
    "^cdktf-aks-fleet/testing/jest$": "<rootDir>/testing/jest",
    // cdktf records a stack trace for every token, and Jest maps each of its frames to the source: half of the tests' time.
    "/stack-trace$": "<rootDir>/__tests__/no-stack-trace.js",
  },
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  // Types are checked by `tsc --noEmit` beside the tests: here they are only stripped.
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs", ignoreDynamic: true },
      },
    ],
  },
};
