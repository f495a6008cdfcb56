import fc from "fast-check";
import type { Outcome, Schedule } from "../../lib/fleet-model/answer";
import type { Cycle } from "../../lib/fleet-model/cycle";
import type { Member } from "../../lib/fleet-model/member";
import type { Policy } from "../../lib/fleet-model/policy";
import { parseQuantity } from "../../lib/fleet-model/quantity";
import { schedule } from "../../lib/fleet-model/schedule";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";
import { cycleOf, type SchedulingVector, schedulingVectors } from "./vectors";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

const UNKNOWN = new Unknown("it is known only after apply");

/** Takes away something that is known. */
type Loss = (cycle: Cycle) => Cycle;

/** Everything that can be unknown of what the scheduler looks at. */
function lossesOf(vector: SchedulingVector): readonly Loss[] {
  const cycle = cycleOf(vector);
  const { error, panic } = vector.result;
  const isSound = vector.webhook === null && error === undefined && panic === undefined;
  // Of which member a binding is that can't be worked with: bindings that aren't known are taken to be others.
  const isBroken = error?.includes("previous state");
  return [
    ...cycle.members.flatMap((member, index) =>
      [...lossesOfMember(member), ...(isBroken ? [] : lossesOfIdentity)].map(
        (lose): Loss =>
          ({ members, ...rest }) => ({
            ...rest,
            members: members.map((each, place) => (place === index ? lose(each) : each)),
          }),
      ),
    ),
    ({ now, ...rest }) => rest,
    ({ members, ...rest }) => ({ ...rest, members: members.slice(0, -1), otherMembers: UNKNOWN }),
    ({ namespace, ...rest }) => ({ ...rest, namespace: UNKNOWN }),
    // What is unknown of a policy, and of bindings, is taken to be such that the API lets it in.
    ...(isSound
      ? [
          (known: Cycle) => ({ ...known, bindings: UNKNOWN }),
          ...pathsIn(cycle.policy).map(
            (path): Loss =>
              (known) => ({ ...known, policy: without(known.policy, path) as Cycle["policy"] }),
          ),
        ]
      : []),
  ];
}

const lossesOfIdentity = [
  (member: Member) => ({ ...member, name: UNKNOWN }),
  (member: Member) => ({ ...member, isLeaving: UNKNOWN }),
];

function lossesOfMember({
  labels,
  properties,
  taints,
  agent,
  namespaces,
}: Member): ((member: Member) => Member)[] {
  const readable = Object.entries(properties.known).filter(([, text]) => parseQuantity(text as string));
  return [
    (member) => ({ ...member, labels: { known: {}, others: UNKNOWN } }),
    ...Object.keys(labels.known).flatMap((key) => [
      (member: Member) => ({ ...member, labels: withUnknown(member.labels, key) }),
      (member: Member) => ({ ...member, labels: withoutKey(member.labels, key) }),
    ]),
    ...readable.flatMap(([name]) => [
      (member: Member) => ({ ...member, properties: withUnknown(member.properties, name) }),
      (member: Member) => ({ ...member, properties: withoutKey(member.properties, name) }),
    ]),
    (member) => ({ ...member, taints: UNKNOWN }),
    ...pathsIn(taints).map((path) => (member: Member) => ({
      ...member,
      taints: without(member.taints, path) as Member["taints"],
    })),
    (member) => ({ ...member, agent: UNKNOWN }),
    ...pathsIn(agent).map((path) => (member: Member) => ({
      ...member,
      agent: without(member.agent, path) as Member["agent"],
    })),
    (member) => ({ ...member, namespaces: { known: {}, others: UNKNOWN } }),
    ...Object.keys(namespaces?.known ?? {}).map((name) => (member: Member) => ({
      ...member,
      namespaces: member.namespaces && withoutKey(member.namespaces, name),
    })),
  ];
}

function withUnknown(facts: Member["labels"], key: string): Member["labels"] {
  return { ...facts, known: { ...facts.known, [key]: UNKNOWN } };
}

function withoutKey({ known }: Member["labels"], key: string): Member["labels"] {
  return {
    known: Object.fromEntries(Object.entries(known).filter(([name]) => name !== key)),
    others: UNKNOWN,
  };
}

/** The path of everything in a value, itself first. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  const parts =
    typeof value === "object" && value !== null && !(value instanceof Date) ? Object.entries(value) : [];
  return [[], ...parts.flatMap(([key, inner]) => pathsIn(inner).map((path) => [key, ...path]))];
}

/** A value in which something is unknown; what isn't there any more stays so. */
function without(value: unknown, [key, ...path]: readonly string[]): unknown {
  if (key === undefined) {
    return UNKNOWN;
  }
  if (typeof value !== "object" || value === null || isUnknown(value)) {
    return value;
  }
  return Array.isArray(value)
    ? value.map((each, index) => (String(index) === key ? without(each, path) : each))
    : { ...value, [key]: without((value as Record<string, unknown>)[key], path) };
}

/** Whether each member is chosen, by where it is in the fleet, and each name that no member has. */
function choices({ decisions }: Schedule, { members }: Cycle): readonly [unknown, boolean | Unknown][] {
  return decisions.map(({ member, cluster, isChosen }) => [
    member ? members.indexOf(member) : cluster,
    isChosen,
  ]);
}

/** What can be compared: of several reasons not to choose a member, the first may be the one that isn't known. */
function comparable(outcome: Outcome): unknown {
  return JSON.parse(
    JSON.stringify(outcome, (key, value) => {
      const isRefused = value?.isChosen === false && !value.scores;
      return key === "member" ? undefined : isRefused ? { ...value, reason: undefined } : value;
    }),
  );
}

/** Fields of a policy that can be left out. */
const OPTIONAL =
  /^(affinity|clusterAffinity|requiredDuring.*|preferredDuring.*|clusterSelectorTerms|labelSelector|matchLabels|matchExpressions|propertySelector|propertySorter|topologySpreadConstraints|whenUnsatisfiable|tolerations|value|effect)$/;

function leftOut(value: unknown, [key, ...path]: readonly string[]): unknown {
  if (key === undefined || typeof value !== "object" || value === null) {
    return value;
  }
  const parts = Object.entries(value)
    .filter(([name]) => name !== key || path.length > 0)
    .map(([name, each]) => [name, name === key ? leftOut(each, path) : each] as const);
  return Array.isArray(value) ? parts.map(([, each]) => each) : Object.fromEntries(parts);
}

const counts = { decided: 0, open: 0, outcomes: 0 };

/** Whether what is said of a part of the truth is true. */
function expectNoGuess(id: string, truth: Cycle, part: Cycle): void {
  const [answer, said] = [answerOf(truth), schedule(part)];
  const isTrue = new Map(choices(answer, truth));
  for (const [key, isChosen] of choices(said, part)) {
    counts[isUnknown(isChosen) ? "open" : "decided"] += 1;
    if (!isUnknown(isChosen) && isChosen !== isTrue.get(key)) {
      throw new Error(`${id}: ${key} is said to be ${isChosen ? "chosen" : "not chosen"}, and isn't so`);
    }
  }
  if (!isUnknown(said.outcome)) {
    counts.outcomes += 1;
    expect(comparable(said.outcome)).toEqual(comparable(answer.outcome as Outcome));
  }
}

const answers = new Map<Cycle, Schedule>();

function answerOf(cycle: Cycle): Schedule {
  const answer = answers.get(cycle) ?? schedule(cycle);
  answers.set(cycle, answer);
  return answer;
}

interface Known {
  readonly vector: SchedulingVector;
  readonly cycle: Cycle;
  readonly losses: readonly Loss[];
}

const knowns = new Map<SchedulingVector, Known>();

const known: fc.Arbitrary<Known> = fc.nat(schedulingVectors.length - 1).map((index) => {
  const vector = schedulingVectors[index] as SchedulingVector;
  const one = knowns.get(vector) ?? { vector, cycle: cycleOf(vector), losses: lossesOf(vector) };
  knowns.set(vector, one);
  return one;
});

const numRuns = Number(process.env.RUNS ?? 1_000);

test("results hold for any value of the unknowns", () => {
  const lost = known.chain(({ losses, ...rest }) =>
    fc
      .uniqueArray(fc.nat(losses.length - 1), { minLength: 1, maxLength: 12 })
      .map((places) => ({ ...rest, losses: places.map((place) => losses[place] as Loss) })),
  );
  fc.assert(
    fc.property(lost, ({ vector, cycle, losses }) => {
      const part = losses.reduce((less, lose) => lose(less), cycle);
      expectNoGuess(vector.id, cycle, part);
    }),
    { numRuns },
  );
  // Something is decided, and something isn't: else there would be nothing to this.
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(numRuns / 10);
});

test("unknown objects aren't assumed to exist", () => {
  const lost = known
    .filter(({ vector: { webhook, result } }) => webhook === null && !result.error)
    .chain(({ vector, cycle }) => {
      const paths = pathsIn(vector.policy).filter((path) => OPTIONAL.test(path.at(-1) ?? ""));
      return fc.record({
        vector: fc.constant(vector),
        cycle: fc.constant(cycle),
        path: fc.constantFrom(...paths, ["affinity"]),
      });
    });
  fc.assert(
    fc.property(lost, ({ vector, cycle, path }) => {
      const truth = { ...cycle, policy: leftOut(vector.policy, path) as Policy };
      expectNoGuess(vector.id, truth, { ...cycle, policy: without(vector.policy, path) as Policy });
    }),
    { numRuns },
  );
});

test("values that a policy doesn't use can be unknown", () => {
  fc.assert(
    fc.property(known, ({ vector, cycle }) => {
      const asked = JSON.stringify(vector.policy);
      const lessOf = ({ known }: Member["labels"]) => ({
        known: Object.fromEntries(
          Object.entries(known).map(([name, text]) => [name, asked.includes(`"${name}"`) ? text : UNKNOWN]),
        ),
      });
      const members = cycle.members.map((member) => ({
        ...member,
        labels: lessOf(member.labels),
        properties: lessOf(member.properties),
        namespaces: vector.namespace === undefined ? { known: {}, others: UNKNOWN } : member.namespaces,
      }));
      expect(comparable(schedule({ ...cycle, members }).outcome as Outcome)).toEqual(
        comparable(answerOf(cycle).outcome as Outcome),
      );
    }),
    { numRuns },
  );
});
