import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programsIn, runProgram } from "../compile";

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

test("the page has an app and its tests", () => {
  expect(programsIn(PAGE)).toHaveLength(2);
});

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
