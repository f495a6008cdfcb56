import { type Drilled, judgeDrill } from "../../../lib/command/live/drill-verdict";

const ADDRESS = { name: "shop/front", member: "east", url: "http://20.0.0.1/", expected: ["east", "west"] };
const COURSE = { started: 0, taken: 10_000, out: 13_000, restored: 30_000, back: 34_000 };

const sample = (at: number, cluster: string | undefined, failure?: string, end = at) => ({
  address: 0,
  at,
  end,
  cluster,
  failure,
});

const judged = (samples: Drilled["samples"], more: Partial<Drilled> = {}) =>
  judgeDrill({
    member: "west",
    addresses: [ADDRESS],
    samples,
    course: COURSE,
    predictions: [undefined],
    ...more,
  });

const states = (verdict: ReturnType<typeof judged>) => verdict.checks.map(({ state }) => state);

const SOUND = [
  sample(1_000, "east"),
  sample(2_000, "west"),
  sample(13_000, "west"),
  sample(14_000, "east"),
  sample(20_000, "east"),
  sample(31_000, "east"),
  sample(34_000, "west"),
];

test("what is sound: phases by when a connection was open, and times", () => {
  const { rows, checks } = judged(SOUND, { predictions: [{ left: ["east"], text: "" }] });
  expect(rows.map(({ phase, answers }) => [phase, Object.fromEntries(answers)])).toEqual([
    ["before", { east: 1, west: 1 }],
    ["leaving", { west: 1 }],
    ["out", { east: 2 }],
    ["returning", { east: 1 }],
    ["after", { west: 1 }],
  ]);
  expect(checks.map(({ state, text, seconds }) => [state, text, seconds])).toEqual([
    ["passed", "after 3s", 3],
    ["passed", "5 connections to http://20.0.0.1/, none failed", undefined],
    ["passed", "by east", undefined],
    ["passed", "after 4s", 4],
  ]);
});

test("a connection that was open at a turn belongs to what comes after it", () => {
  const { rows } = judged([
    sample(9_900, "west", undefined, 10_100),
    sample(29_900, "west", undefined, 30_100),
  ]);
  expect(rows.filter(({ connections }) => connections > 0).map(({ phase }) => phase)).toEqual([
    "leaving",
    "returning",
  ]);
});

test("one that reaches the member after all, and one that fails, are told", () => {
  const { checks } = judged([...SOUND, sample(25_000, "west"), sample(26_000, undefined, "ECONNREFUSED")]);
  expect(checks.map(({ state, text }) => [state, text])).toEqual([
    ["failed", "1 did after 3s"],
    ["failed", "1 of 7 connections to http://20.0.0.1/ failed: ECONNREFUSED (1)"],
    ["skipped", "there is no synthesized app to predict it from"],
    ["passed", "after 4s"],
  ]);
});

test("what the model did not predict is told", () => {
  const { checks } = judged(SOUND, { predictions: [{ left: [], text: "" }] });
  expect(checks[2]).toMatchObject({
    state: "failed",
    text: "the model predicts no cluster, but it was east",
  });
});

test("a member that never went out, or did not come back", () => {
  const { out: _, back: __, ...never } = COURSE;
  const verdict = judged(SOUND, { course: never, predictions: [{ left: ["east"], text: "" }] });
  expect(states(verdict)).toEqual(["failed", "passed", "skipped", "failed"]);
});

test("an address that nothing was sent to does not pass", () => {
  expect(states(judged([]))[1]).toBe("failed");
});
