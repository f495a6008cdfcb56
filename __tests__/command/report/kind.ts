import type { Severity } from "../../../lib/command/judge/rules/rule";
import { fleetPlan, type MadeChange } from "./made";

/** A plan of a kind, and what is right of it. */
export interface Kind {
  readonly name: string;
  readonly plan: string;
  readonly severity: Severity | null;
  /** What is told of it, worst first. */
  readonly rules: readonly string[];
  readonly says?: readonly (string | RegExp)[];
  readonly never?: readonly (string | RegExp)[];
}

export const kind = (
  name: string,
  severity: Severity | null,
  rules: readonly string[],
  changes: readonly MadeChange[],
  says: readonly (string | RegExp)[] = [],
  never: readonly (string | RegExp)[] = [],
  more: object = {},
): Kind => ({ name, severity, rules, says, never, plan: fleetPlan(changes, more) });

export const update = (address: string, before: object, after: object, more: object = {}): MadeChange => ({
  address,
  actions: ["update"],
  before,
  after,
  ...more,
});
export const created = (address: string, after: object, more: object = {}): MadeChange => ({
  address,
  actions: ["create"],
  after,
  ...more,
});
export const gone = (address: string, before: object): MadeChange => ({
  address,
  actions: ["delete"],
  before,
});
export const there = (address: string, values: object): MadeChange => ({
  address,
  actions: ["no-op"],
  before: values,
  after: values,
});
