import { compile, programsIn } from "../compile";
import { PROGRAMS, text } from "./programs";

const [app = "", tests = ""] = programsIn(text("docs/testing.md"));
const [readme = ""] = programsIn(text("README.md"));

// In one run, since most of it is the compiler reading the library.
const messages = compile(
  {
    ...Object.fromEntries(PROGRAMS.map(({ source }, index) => [`page-${index}.ts`, source])),
    ...Object.fromEntries(
      programsIn(text("docs/upgrades.md")).map((story, index) => [`story-${index}.ts`, story]),
    ),
    "fleet.ts": app,
    "fleet.test.ts": tests,
    "wrong-prop.ts": readme.replace("fleetLocation", "fleetLocaton"),
    "wrong-matcher.test.ts": `import { expect } from "@jest/globals";\n${tests}`
      .replace("toBeUnreachable()", "toBeUnreachable(3)")
      .replace("toRun(", "toRnu("),
  },
  ["node", "jest"],
);
const startingWith = (prefix: string) => messages.filter((message) => message.startsWith(prefix));

test("every program of every page compiles under strict", () => {
  expect(messages.filter((message) => !message.startsWith("wrong-"))).toEqual([]);
});

test("a misspelt prop would not", () => {
  expect(startingWith("wrong-prop")).toEqual([expect.stringContaining("fleetLocaton")]);
});

test("a matcher that is called otherwise would not", () => {
  expect(startingWith("wrong-matcher")).toEqual([
    expect.stringContaining("toRnu"),
    expect.stringContaining("Expected 0 arguments, but got 1."),
  ]);
});
