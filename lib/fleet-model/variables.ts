import { has, textOf } from "./facts";
import type { Member } from "./member";
import { isUnknown, type Unknown } from "./unknown";
import { type Attempt, entriesOf, isFields, type Value } from "./value";

/** The variables that the fleet replaces in the values of patches. */
const NAME = "${MEMBER-CLUSTER-NAME}";
const LABEL = "${MEMBER-CLUSTER-LABEL-KEY-";
/** For labels whose values refer to each other, which no API allows. */
const MOST_REPLACED = 1_000;

/** The parsed value of a patch. */
export interface PatchValue {
  /** Whether it is the same for every member. */
  readonly isConstant: boolean;
  readonly for: (member: NamedMember) => Attempt;
}

type NamedMember = Pick<Member, "name" | "labels">;

/**
 * The fleet replaces variables in the JSON of a value, so also in keys, with strings: first the name of the member, then its
 * labels, one after the other, including those in the values of other labels.
 */
export function patchValue(value: Value): PatchValue {
  const marks = new Marks();
  const text = JSON.stringify(value, (_key, item) => (isUnknown(item) ? marks.of(item) : item));
  // An unknown may also contain a variable, whose label may be missing.
  const [doubt] = marks.unknowns;
  if (!doubt && !text.includes(NAME) && !text.includes(LABEL)) {
    return { isConstant: true, for: () => ({ value }) };
  }
  return { isConstant: false, for: (member) => replaced(text, member, new Marks(marks.unknowns), doubt) };
}

function replaced(
  given: string,
  { name, labels }: NamedMember,
  marks: Marks,
  unknownBefore: Unknown | undefined,
): Attempt {
  let doubt = unknownBefore;
  const named = given.replaceAll(NAME, () => (isUnknown(name) ? marks.of(name) : name));
  let text = named;
  let left = MOST_REPLACED;
  for (let from = text.indexOf(LABEL); from >= 0 && left > 0; from = text.indexOf(LABEL), left--) {
    const to = text.indexOf("}", from);
    if (to < 0) {
      return { failed: doubt ?? `input ${named} is missing the closing bracket \`}\`` };
    }
    const key = text.slice(from + LABEL.length, to);
    const unknownKey = marks.in(key);
    const value = unknownKey ?? textOf(labels, key);
    if (value === undefined) {
      return { failed: doubt ?? `label key ${key} not found on cluster ${name}` };
    }
    doubt ??= [unknownKey, has(labels, key)].find(isUnknown);
    text = text.slice(0, from) + (isUnknown(value) ? marks.of(value) : value) + text.slice(to + 1);
  }
  try {
    const parsed: Value = JSON.parse(text);
    const value = marks.unknowns.length === 0 ? parsed : restored(parsed, marks);
    return doubt ? { value, doubt } : { value };
  } catch (error) {
    // For a name or a label that no API allows.
    return { failed: String(error) };
  }
}

/** A value in which strings with a mark are unknown, as are objects with a mark in a key. */
function restored(value: Value, marks: Marks): Value {
  if (typeof value === "string") {
    return marks.in(value) ?? value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => restored(item, marks));
  }
  if (!isFields(value)) {
    return value;
  }
  const entries = entriesOf(value);
  return (
    entries.map(([key]) => marks.in(key)).find(isUnknown) ??
    Object.fromEntries(entries.map(([key, item]) => [key, restored(item, marks)]))
  );
}

/** Placeholders for unknowns in a string. */
class Marks {
  readonly unknowns: Unknown[];

  constructor(unknowns: readonly Unknown[] = []) {
    this.unknowns = [...unknowns];
  }

  of(unknown: Unknown): string {
    return `\uE000${this.unknowns.push(unknown) - 1}\uE001`;
  }

  in(text: string): Unknown | undefined {
    const [, index] = /\uE000(\d+)\uE001/.exec(text) ?? [];
    return index === undefined ? undefined : this.unknowns[Number(index)];
  }
}
