import { junit } from "../../../lib/command/render/junit";

const SUITE = { name: "a", className: "b.c", timestamp: "2026-03-01T12:00:00.123Z", seconds: 61.2345 };

test("counts what passed, failed, was skipped, and what ended it", () => {
  const cases = [
    { name: "one", state: "passed", text: "after 3s", seconds: 3 },
    { name: "two", state: "failed", text: "2 of 9 failed" },
    { name: "three", state: "skipped", text: "not known" },
  ] as const;
  expect(junit({ ...SUITE, cases, error: "stopped" }).split("\n")).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    '  <testsuite name="a" tests="4" failures="1" errors="1" skipped="1" time="61.234" timestamp="2026-03-01T12:00:00Z">',
    '    <testcase classname="b.c" name="one" time="3.000"><system-out>after 3s</system-out></testcase>',
    '    <testcase classname="b.c" name="two" time="0.000"><failure message="2 of 9 failed"/></testcase>',
    '    <testcase classname="b.c" name="three" time="0.000"><skipped message="not known"/></testcase>',
    '    <testcase classname="b.c" name="complete" time="0.000"><error message="stopped"/></testcase>',
    "  </testsuite>",
    "</testsuites>",
    "",
  ]);
});

test("is XML, whatever is said", () => {
  const text = `a & b < c > d "e"\nf\u0000g`;
  expect(junit({ ...SUITE, cases: [{ name: text, state: "failed", text }] })).toContain(
    'name="a &amp; b &lt; c &gt; d &quot;e&quot;&#10;f?g" time="0.000"><failure message="a &amp; b &lt; c &gt; d &quot;e&quot;&#10;f?g"/>',
  );
});
