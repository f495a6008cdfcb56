import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const APP = readFileSync(join(ROOT, "docs/app.md"), "utf8");

test("the context on the app's page is one that the app takes", () => {
  const [, json] = /```json\n([\s\S]*?)```/.exec(APP) ?? [];
  const { context } = JSON.parse(json as string);
  const { App } = require("cdktf") as typeof import("cdktf");
  const { build } = require("../main") as typeof import("../main");
  expect(() => build(new App({ context: { fleet: { ...context.fleet, entry: "east" } } }))).not.toThrow();
});

test("help names the commands that there are", () => {
  const help = readFileSync(join(ROOT, "help"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const named = [
    ...`${help}\n${README}\n${APP}`.matchAll(
      /npm (?:run )?(start|test|build|types|lint|format|test:watch|diff|bench)\b/g,
    ),
  ].map(([, script]) => script as string);
  expect(named.length).toBeGreaterThan(6);
  for (const script of named) {
    expect(scripts).toHaveProperty([script]);
  }
});
