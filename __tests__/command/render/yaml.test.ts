import fc from "fast-check";
import { parse } from "yaml";
import { diffLines } from "../../../lib/command/render/lines";
import { toYaml } from "../../../lib/command/render/yaml";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

test("what is written is YAML of the same value", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("a", "\n", " ", ":", "#", "-", "\t", "é", "'", '"', "{", "0") }),
    fc.constantFrom(
      "true",
      "no",
      "1e3",
      "0x1f",
      "~",
      "2026-11-22",
      "a: b",
      "- a",
      "#!/bin/sh\necho\n\nexit\n",
      "=",
      "<<",
      "1_000",
      ".5",
      "12:30:45",
    ),
  );
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      texts,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value")),
      fc.dictionary(texts, tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      const text = `${toYaml(value).join("\n")}\n`;
      expect(parse(text, { version: "1.2" })).toEqual(value);
      // YAML 1.1, which kubectl reads, takes more words for something else.
      if (typeof value === "string" && value.length < 20)
        expect(parse(text, { version: "1.1" })).toEqual(value);
    }),
    { numRuns: 2_000 },
  );
});

test("reads as a person would write it", () => {
  const value = {
    kind: "ConfigMap",
    data: { "run.sh": "#!/bin/sh\nif true; then\n  echo ok ✓\nfi\n", trap: "a \nb\n" },
    list: [{ name: "a", ports: [80] }, "b"],
    none: {},
    empty: "",
  };
  expect(toYaml(value)).toEqual([
    "data:",
    "  run.sh: |",
    "    #!/bin/sh",
    "    if true; then",
    "      echo ok ✓",
    "    fi",
    '  trap: "a\\ \\nb\\n"',
    'empty: ""',
    "kind: ConfigMap",
    "list:",
    "- name: a",
    "  ports:",
    "  - 80",
    "- b",
    "none: {}",
  ]);
});

const lines = (text: string) => text.split("");

test("a diff takes the fewest lines, with what stays around them", () => {
  expect(diffLines(lines("abcdefghijk"), lines("abcdefXhijk"))).toEqual([
    "  …",
    "  d",
    "  e",
    "  f",
    "- g",
    "+ X",
    "  h",
    "  i",
    "  j",
    "  …",
  ]);
  expect(diffLines([], ["a"])).toEqual(["+ a"]);
  expect(diffLines(lines("abcabba"), lines("cbabac")).filter((line) => /^[-+]/.test(line))).toHaveLength(5);
});

test("a diff applied to what was gives what is", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });
  fc.assert(
    fc.property(words, words, (before, after) => {
      const diff = diffLines(before, after).filter((line) => line !== "  …");
      const side = (marks: RegExp) => diff.filter((line) => marks.test(line)).map((line) => line.slice(2));
      if (diff.length === 0) return;
      const shown = diffLines(before, after).includes("  …");
      if (!shown) {
        expect(side(/^[- ]/)).toEqual(before);
        expect(side(/^[+ ]/)).toEqual(after);
      }
    }),
  );
});

test("texts that have nothing in common don't take for ever", () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word}${index}`);
  const started = performance.now();
  expect(diffLines(many("a"), many("b"))).toHaveLength(40_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});
