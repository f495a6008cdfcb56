import type { SynthesizedStack } from "../app/synthesized";
import { driftOf } from "../plan/attributes";
import { type Fleet, fleetOf } from "../plan/fleet";
import { inOneForm } from "../plan/forms";
import type { Action, Change, Plan } from "../plan/plan";
import { keyOf } from "../plan/things";
import { at, byText, textOf } from "../plan/values";
import { shorten } from "../terminal/problems";
import { type Difference, differences } from "./differences";
import { type RegionReport, regionsOf } from "./regions";
import { RULES } from "./rules";
import { coveredBy } from "./rules/covered";
import { DRIFT, invoked, OTHERWISE, WHOLE } from "./rules/otherwise";
import { type Context, type Reported, type Rule, SEVERITIES, type Severity } from "./rules/rule";
import { subjectOf } from "./rules/subject";
import { named } from "./rules/words";

/** From this many, equal findings share one sentence. */
const BUNDLE = 2;
/** From this many, so do findings that differ only in values. */
const LOOSE_BUNDLE = 3;
const LONGEST_TEXT = 600;

const HALFWAY = "ended with an error: more would change than it shows";

/** A consequence for the fleet. */
export interface Effect {
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
  readonly stacks: readonly string[];
  /** The resources it is about. */
  readonly addresses: readonly string[];
}

export type Counts = Record<
  "create" | "update" | "delete" | "replace" | "forget" | "import" | "move",
  number
>;

export interface StackReport {
  readonly stack: string;
  readonly counts: Counts;
  /** Nothing changes, not even an output. */
  readonly quiet: boolean;
  readonly plan: Plan;
  /** What changes, worst first. */
  readonly changes: readonly JudgedChange[];
  /** Drift in what the app sets. */
  readonly drift: readonly Change[];
}

export interface JudgedChange {
  readonly change: Change;
  readonly severity: Severity;
}

export interface Report {
  readonly stacks: readonly StackReport[];
  /** Worst first. */
  readonly effects: readonly Effect[];
  /** The worst severity of the effects; undefined if nothing changes. */
  readonly severity: Severity | undefined;
  readonly before: Fleet;
  readonly after: Fleet;
  /** What happens in each affected region. */
  readonly regions: readonly RegionReport[];
  /** What the report can't know, for the reader. */
  readonly notes: readonly string[];
  /** Stacks that can't be planned yet. */
  readonly unplanned: readonly string[];
  /** Stacks whose plans failed, entirely or halfway. */
  readonly failed: readonly Failed[];
  /** What can be applied once approved; undefined: not requested. */
  readonly stage: Stage | undefined;
}

export interface Failed {
  readonly stack: string;
  readonly why: string;
  /** There is a plan, but it is incomplete. */
  readonly partial?: true;
}

export interface Unplanned {
  readonly stack: string;
  /** Follows the stack's name in a sentence. */
  readonly why: string;
}

/** Stacks whose plans stay valid until they are applied. */
export interface Stage {
  /** A digest of everything that applying the stack's plan does. */
  readonly approve: readonly { readonly stack: string; readonly digest: string }[];
  /** The stacks that must be planned again afterwards. */
  readonly later: readonly string[];
}

interface Finding {
  readonly rule: Omit<Rule, "report">;
  readonly reported: Reported;
  readonly stack: string;
  readonly changes: readonly Change[];
}

export interface CommandContext {
  /** The app's stacks without a plan: their contents don't change, but may depend on what does. */
  readonly others?: readonly SynthesizedStack[];
  /** Set if the fleet before and after comes from elsewhere than the plans. */
  readonly fleets?: readonly [before: Fleet, after: Fleet];
  readonly notes?: readonly string[];
  /** Stacks that can't be planned yet and have no other, or no certain, source. @default - none */
  readonly unplanned?: readonly Unplanned[];
  /** Stacks whose plans failed. @default - none */
  readonly failed?: readonly Failed[];
  /** @default - not requested */
  readonly stage?: Stage | undefined;
}

/** Judges plans by the rules. */
export function judge(
  plans: readonly Plan[],
  { others = [], fleets, notes = [], unplanned = [], failed = [], stage }: CommandContext = {},
): Report {
  const forms = new Map(plans.flatMap((plan) => plan.changes.map((change) => [change, inOneForm(change)])));
  const read = plans.map((plan) => ({
    ...plan,
    changes: plan.changes.map((change) => forms.get(change) ?? change),
  }));
  const changes = read.flatMap((plan) => plan.changes.filter(isChange));
  const [before, after] = fleets ?? bothSides(read, others);
  const whole = others.length > 0 || plans.length > 1 || fleets !== undefined || before.services.length > 0;
  let model: readonly Difference[] | undefined;
  const context: Context = {
    before,
    after,
    changes,
    all: read.flatMap((plan) => plan.changes.filter(({ managed }) => managed)),
    whole,
    ...namesOf(read),
    get model() {
      model ??= differences(before, after, new Set(changes.filter(isAnew).map(keyOf)));
      return model;
    },
  };

  const covered = new Map<Change, Change>();
  const covering = new Map<Change, Change[]>();
  for (const change of changes) {
    const by = coveredBy(change, context);
    if (by === undefined) continue;
    covered.set(change, by);
    covering.set(by, [...(covering.get(by) ?? []), change]);
  }
  // What is deleted with a cluster may itself take something with it.
  const together = (change: Change): Change[] => [change, ...(covering.get(change) ?? []).flatMap(together)];
  const findings: Finding[] = changes
    .filter((change) => !covered.has(change))
    .flatMap((change) => {
      // A deposed object isn't the one in use.
      const reported = change.deposed ? [] : apply(RULES, change, context);
      const found = reported.length > 0 ? reported : apply(OTHERWISE, change, context);
      return found.map((one) => ({ ...one, changes: together(change) }));
    });
  const drift = new Map(plans.map((plan) => [plan, plan.drift.filter(isDrift)]));
  for (const [{ stack }, drifted] of drift) {
    for (const change of drifted) {
      findings.push(...apply(DRIFT, change, context).map((one) => ({ ...one, stack, changes: [change] })));
    }
  }
  for (const { stack, why } of unplanned) {
    findings.push({ rule: WHOLE.missing, reported: { text: `${stack} ${why}` }, stack, changes: [] });
  }
  for (const { stack, why } of failed) {
    const text = `the plan of ${stack} failed: ${why}`;
    findings.push({ rule: WHOLE.failed, reported: { text }, stack, changes: [] });
  }
  for (const plan of plans) {
    const { stack } = plan;
    const whole = (rule: Omit<Rule, "report">, text: string) => {
      findings.push({ rule, reported: { text }, stack, changes: [] });
    };
    if (plan.errored) whole(WHOLE.errored, `the plan of ${stack} ${HALFWAY}`);
    if (!plan.complete || plan.deferred.length > 0) {
      const what = plan.deferred.length > 0 ? named(plan.deferred.map(subjectOf)) : "something";
      whole(WHOLE.incomplete, `the plan of ${stack} defers ${what} to a later run: more will change`);
    }
    for (const { address, problems, status } of plan.checks) {
      const why = problems.length > 0 ? `: ${problems.join("; ")}` : "";
      whole(WHOLE.check, `${address} ${status === "error" ? "can't be checked" : "fails"}${why}`);
    }
    for (const action of plan.actions) {
      const { text, stops } = invoked(action);
      whole(stops ? WHOLE.stops : WHOLE.action, text);
    }
    const outputs = plan.outputs.filter(({ action }) => action !== "no-op");
    if (outputs.length > 0 && !plan.changes.some(isChange)) {
      whole(WHOLE.outputs, `only outputs of ${stack} change: ${named(outputs.map(({ name }) => name))}`);
    }
  }

  const effects = bundle(findings).sort(
    (a, b) => rank(a.severity) - rank(b.severity) || order(a.rule) - order(b.rule) || byText(a.text, b.text),
  );
  const severities = severitiesOf(findings);
  return {
    stacks: plans.map((plan) => ({
      stack: plan.stack,
      counts: count(plan),
      quiet: isQuiet(plan),
      plan,
      changes: plan.changes
        .filter(isChange)
        .map((change) => ({ change, severity: severities.get(forms.get(change) ?? change) ?? "change" }))
        .sort((a, b) => rank(a.severity) - rank(b.severity) || byText(a.change.address, b.change.address)),
      drift: [...(drift.get(plan) ?? [])].sort((a, b) => byText(a.address, b.address)),
    })),
    effects,
    severity: SEVERITIES.find((severity) => effects.some((effect) => effect.severity === severity)),
    before,
    after,
    regions: regionsOf(
      before,
      after,
      context.model,
      changes.map((change) => ({
        change,
        severity: severities.get(change) ?? "change",
        isCovered: covered.has(change),
      })),
    ),
    notes,
    unplanned: unplanned.map(({ stack }) => stack),
    failed: [
      ...failed,
      ...plans.flatMap(({ stack, errored }) =>
        errored ? [{ stack, why: `it ${HALFWAY}`, partial: true as const }] : [],
      ),
    ],
    stage,
  };
}

/** Names of everything in the plans, whether it changes or not. */
function namesOf(plans: readonly Plan[]): Pick<Context, "subject" | "principal"> {
  const byAddress = new Map<string, string>();
  const byPrincipal = new Map<string, string>();
  for (const change of plans.flatMap((plan) => plan.changes)) {
    if (!change.managed) continue;
    const subject = subjectOf(change);
    byAddress.set(`${change.stack} ${change.address}`, subject);
    const values = change.before ?? change.after;
    for (const id of [values?.principal_id, at(values, "identity", 0, "principal_id")]) {
      if (change.type !== "azurerm_role_assignment" && textOf(id)) byPrincipal.set(String(id), subject);
    }
  }
  return {
    subject: (stack, address) => byAddress.get(`${stack} ${address}`),
    principal: (id) => byPrincipal.get(id),
  };
}

/** A fleet that doesn't exist yet, or is gone, holds nothing, whatever the other stacks say. */
function bothSides(
  plans: readonly Plan[],
  others: readonly SynthesizedStack[],
): [before: Fleet, after: Fleet] {
  const before = fleetOf(plans, "before", others);
  const after = fleetOf(plans, "after", others);
  return [
    before.hubs.length === 0 && after.hubs.length > 0 ? fleetOf(plans, "before", []) : before,
    after.hubs.length === 0 && before.hubs.length > 0 ? fleetOf(plans, "after", []) : after,
  ];
}

function isAnew({ action }: Change): boolean {
  return action === "replace" || action === "create" || action === "unknown";
}

function apply(rules: readonly Rule[], change: Change, context: Context) {
  return rules.flatMap((rule) => {
    const reported = rule.report(change, context);
    if (reported === undefined) return [];
    return [
      { rule, reported: typeof reported === "string" ? { text: reported } : reported, stack: change.stack },
    ];
  });
}

/** Nothing changes or is invoked, and nothing is wrong or unknown. */
function isQuiet(plan: Plan): boolean {
  return (
    !plan.changes.some(isChange) &&
    plan.outputs.every(({ action }) => action === "no-op") &&
    plan.checks.length + plan.actions.length + plan.deferred.length === 0 &&
    !plan.errored &&
    plan.complete
  );
}

/** Reads aren't changes. A move or an import is one, even if nothing else changes. */
function isChange(change: Change): boolean {
  if (!change.managed || change.action === "read") return false;
  return change.action !== "no-op" || change.previousAddress !== undefined || change.importId !== undefined;
}

function isDrift(change: Change): boolean {
  return (
    change.managed &&
    (change.action === "delete" || (change.action === "update" && driftOf(change).length > 0))
  );
}

function severitiesOf(findings: readonly Finding[]): Map<Change, Severity> {
  const severities = new Map<Change, Severity>();
  for (const { rule, changes } of findings) {
    for (const change of changes) {
      const known = severities.get(change);
      if (known === undefined || rank(rule.severity) < rank(known)) severities.set(change, rule.severity);
    }
  }
  return severities;
}

export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

const ORDER = new Map(
  [...RULES, ...DRIFT, ...Object.values(WHOLE), ...OTHERWISE].map(({ id }, index) => [id, index] as const),
);

function order(rule: string): number {
  return ORDER.get(rule) ?? ORDER.size;
}

/** Merges equal findings into one sentence. */
function bundle(findings: readonly Finding[]): Effect[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { rule, reported } = finding;
    const key = reported.bundle
      ? JSON.stringify([rule.id, reported.bundle.kind[0], reported.bundle.verb[1]])
      : JSON.stringify([rule.id, reported.text]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return loosened([...groups.values()]).flatMap(({ group, isLoose }) => {
    const [first] = group as [Finding];
    const { bundle: how } = first.reported;
    if (how === undefined || group.length < (how.from ?? BUNDLE))
      return group.map((one) => effect([one], one.reported.text));
    const [verb, ...rest] = ((isLoose && how.loosely) || how.verb[1]).split(": ");
    const names = named(group.flatMap(({ reported }) => reported.bundle?.name ?? []));
    const tail = rest.length > 0 ? `: ${rest.join(": ")}` : "";
    return [effect(group, `${group.length} ${how.kind[1]} ${verb} (${names})${tail}`)];
  });
}

interface Group {
  readonly group: readonly Finding[];
  readonly isLoose: boolean;
}

/** Merges findings that differ only in values if they would be many sentences. */
function loosened(groups: readonly (readonly Finding[])[]): readonly Group[] {
  const keyOf = ([first]: readonly Finding[]) => {
    const how = first?.reported.bundle;
    return how?.loosely === undefined
      ? undefined
      : JSON.stringify([first?.rule.id, how.kind[0], how.loosely]);
  };
  const alike = (key: string | undefined) =>
    key === undefined ? [] : groups.filter((group) => keyOf(group) === key);
  return groups.flatMap((group): Group[] => {
    const same = alike(keyOf(group));
    if (same.length < LOOSE_BUNDLE) return [{ group, isLoose: false }];
    return same[0] === group ? [{ group: same.flat(), isLoose: true }] : [];
  });
}

function effect(group: readonly Finding[], text: string): Effect {
  const [{ rule }] = group as [Finding];
  return {
    rule: rule.id,
    severity: rule.severity,
    text: shorten(text, LONGEST_TEXT),
    stacks: [...new Set(group.map(({ stack }) => stack))],
    addresses: group.flatMap(({ changes }) => changes.map(({ address }) => address)),
  };
}

function count(plan: Plan): Counts {
  const changes = plan.changes.filter(isChange);
  const of = (action: Action) => changes.filter((change) => change.action === action).length;
  return {
    create: of("create"),
    update: of("update") + of("unknown"),
    delete: of("delete"),
    replace: of("replace"),
    forget: of("forget"),
    import: changes.filter(({ importId }) => importId !== undefined).length,
    move: changes.filter(({ previousAddress }) => previousAddress !== undefined).length,
  };
}
