import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, programsIn, runProgram } from "../compile";

const PAGE = readFileSync(join(__dirname, "../../docs/testing.md"), "utf8");
const [app = "", tests = ""] = programsIn(PAGE);

const loaded: Readonly<Record<string, () => unknown>> = {
  cdktf: () => require("cdktf"),
  "cdktf-aks-fleet": () => require("cdktf-aks-fleet"),
  "cdktf-aks-fleet/testing": () => require("cdktf-aks-fleet/testing"),
  "cdktf-aks-fleet/testing/jest": () => require("../../testing/jest"),
};

// The page's own tests are tests of this file.
const built = runProgram(app, {}, (module) => loaded[module]?.());
describe("the page's tests", () => {
  runProgram(tests, { "./fleet": built }, (module) => loaded[module]?.());
});

test("the page has an app and its tests, which compile under strict with Jest's types", () => {
  expect(programsIn(PAGE)).toHaveLength(2);
  expect(compile({ "fleet.ts": app, "fleet.test.ts": tests }, ["node", "jest"])).toEqual([]);
}, 120_000);

test("a matcher that is called otherwise would not compile", () => {
  const globals = `import { expect } from "@jest/globals";\n${tests}`;
  const wrong = globals.replace("toBeUnreachable()", "toBeUnreachable(3)").replace("toRun(", "toRnu(");
  expect(compile({ "fleet.ts": app, "fleet.test.ts": wrong }, ["node", "jest"])).toEqual([
    expect.stringContaining("toRnu"),
    "Expected 0 arguments, but got 1.",
  ]);
}, 120_000);

test("the message on the page is what the matcher says", () => {
  const { FleetSimulation } = require("cdktf-aks-fleet/testing") as typeof import("cdktf-aks-fleet/testing");
  const { Testing } = require("cdktf") as typeof import("cdktf");
  const fleet = FleetSimulation.of((built.build as (app: unknown) => never)(Testing.app())).withMember(
    "aks-sweden",
    {
      location: "swedencentral",
    },
  );
  const [, message] = /```\n(Placement[\s\S]*?)\n```/.exec(PAGE) ?? [];
  expect(() => expect(fleet.placement("shop")).toPlaceOn("aks-east", "aks-sweden", "aks-west")).toThrow(
    message,
  );
});
