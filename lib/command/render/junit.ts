/** One check, as pipelines show it. */
export interface TestCase {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly text: string;
  readonly seconds?: number;
}

export interface TestSuite {
  readonly name: string;
  /** The total of all cases. */
  readonly className: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly seconds: number;
  readonly cases: readonly TestCase[];
  /** Why cases are missing. */
  readonly error?: string | undefined;
}

/** JUnit XML, as read by GitHub, Azure DevOps and GitLab reporters. */
export function junit({ name, className, timestamp, seconds, cases, error }: TestSuite): string {
  const count = (state: TestCase["state"]) => cases.filter((one) => one.state === state).length;
  const attributes = attributesOf({
    name,
    tests: cases.length + (error === undefined ? 0 : 1),
    failures: count("failed"),
    errors: error === undefined ? 0 : 1,
    skipped: count("skipped"),
    time: seconds.toFixed(3),
    timestamp: timestamp.replace(/\.\d+Z$/, "Z"),
  });
  const lines = [
    ...cases.map((one) => testCase(className, one)),
    ...(error === undefined
      ? []
      : [
          `    <testcase${attributesOf({ classname: className, name: "complete", time: "0.000" })}><error${attributesOf({ message: error })}/></testcase>`,
        ]),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite${attributes}>`,
    ...lines,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(className: string, { name, state, text, seconds = 0 }: TestCase): string {
  const start = `    <testcase${attributesOf({ classname: className, name, time: seconds.toFixed(3) })}>`;
  const inner =
    state === "passed"
      ? `<system-out>${escaped(text)}</system-out>`
      : `<${state === "failed" ? "failure" : "skipped"}${attributesOf({ message: text })}/>`;
  return `${start}${inner}</testcase>`;
}

function attributesOf(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
}

/** Escapes for XML, which can't represent control characters. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
