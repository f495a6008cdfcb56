import type { SynthesizedStack } from "../../lib/command/app/synthesized";
import { type Planned, readBy, stageOf } from "../../lib/command/stage";

/** A stack that reads the outputs of some, and only comes after others. */
function stack(name: string, reads: readonly string[] = [], after: readonly string[] = []): SynthesizedStack {
  const states = Object.fromEntries(reads.map((one) => [`cross-stack-reference-input-${one}`, {}]));
  return { name, dependencies: [...reads, ...after], json: { data: { terraform_remote_state: states } } };
}

const STACKS = [
  stack("infra"),
  stack("hub", ["infra"]),
  stack("member-west", ["infra"], ["hub"]),
  stack("member-east", ["infra"], ["hub", "member-west"]),
];

/** `+` changes, `=` doesn't, `?` can't be planned, in the order of the stacks. */
function stage(signs: string, stacks = STACKS) {
  const planned = stacks.map(
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
  ["a first deployment", "+???", ["infra"], ["hub", "member-west", "member-east"]],
  [
    "what comes after only is approved with it, and planned again",
    "=+++",
    ["hub", "member-west", "member-east"],
    ["member-west", "member-east"],
  ],
  ["what reads what changes has to wait", "++==", ["infra"], ["hub", "member-west", "member-east"]],
  ["what doesn't change may after what does", "=+==", ["hub"], ["member-west", "member-east"]],
  ["one member", "===+", ["member-east"], []],
  ["nothing", "====", [], []],
  [
    "what can't be planned holds up what reads it, and nothing else",
    "?+=+",
    [],
    STACKS.map(({ name }) => name),
  ],
  ["nor does it those before it", "=+=?", ["hub"], ["member-west", "member-east"]],
])("%s", (_what, signs, approve, later) => {
  expect(stage(signs)).toEqual({ approve, later });
});

test("digests come with the stacks, and what a plan puts off is planned again", () => {
  const planned = { stack: stack("infra"), applies: true, isPart: true, digest: "d" };
  expect(stageOf([planned])).toEqual({ approve: [{ stack: "infra", digest: "d" }], later: ["infra"] });
});

test("what an own terraform_remote_state reads may be any stack", () => {
  expect(readBy(stack("a", ["b"], ["c"]))).toEqual(["b"]);
  const own = { ...stack("a", [], ["b", "c"]), json: { data: { terraform_remote_state: { mine: {} } } } };
  expect(readBy(own)).toEqual(["b", "c"]);
});
