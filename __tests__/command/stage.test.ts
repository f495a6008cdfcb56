import { type Planned, stageOf } from "../../lib/command/stage";

const stack = (name: string, ...dependencies: readonly string[]) => ({ name, dependencies, json: {} });

const STACKS = [
  stack("infra"),
  stack("hub", "infra"),
  stack("member-west", "infra", "hub"),
  stack("member-east", "infra", "hub", "member-west"),
  stack("member-north", "infra", "hub"),
];

/** `+` changes, `=` doesn't, `?` can't be planned, in the order of the stacks. */
function stage(signs: string) {
  const planned = STACKS.map(
    (one, index): Planned => ({
      stack: one,
      applies: { "+": true, "=": false }[signs[index] ?? ""],
      isPart: false,
      digest: `digest of ${one.name}`,
    }),
  );
  const { approve, later } = stageOf(planned);
  return { approve: approve.map(({ stack }) => stack), later };
}

test.each([
  ["a first deployment", "+????", ["infra"], ["hub", "member-west", "member-east", "member-north"]],
  ["what depends on what changes", "=++++", ["hub"], ["member-west", "member-east", "member-north"]],
  [
    "what doesn't change may after what does",
    "=+===",
    ["hub"],
    ["member-west", "member-east", "member-north"],
  ],
  ["several", "==+=+", ["member-west", "member-north"], ["member-east"]],
  ["one", "===+=", ["member-east"], []],
  ["nothing", "=====", [], []],
  ["what can't be planned holds up what depends on it", "=?+++", [], STACKS.slice(1).map(({ name }) => name)],
  ["and nothing else", "==?=+", ["member-north"], ["member-west", "member-east"]],
])("%s", (_what, signs, approve, later) => {
  expect(stage(signs)).toEqual({ approve, later });
});

test("digests come with the stacks, and what a plan puts off is planned again", () => {
  const planned = { stack: stack("infra"), applies: true, isPart: true, digest: "d" };
  expect(stageOf([planned])).toEqual({ approve: [{ stack: "infra", digest: "d" }], later: ["infra"] });
});
