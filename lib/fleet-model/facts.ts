import { isUnknown, Unknown } from "./unknown";

/** Strings by name, such as labels, as far as they are known. */
export interface Facts {
  /** An unknown one exists, but its value isn't known. */
  readonly known: Readonly<Record<string, string | Unknown>>;
  /** Why there may be others than these. @default - there are none */
  readonly others?: Unknown;
}

/** The value of a name; undefined if it has none, unknown if its value is, or if it may have one. */
export function textOf({ known, others }: Facts, name: string): string | Unknown | undefined {
  const text = Object.hasOwn(known, name) ? known[name] : others;
  return isUnknown(text) ? new Unknown(`${name}: ${text.why}`) : text;
}

export function has({ known, others }: Facts, name: string): boolean | Unknown {
  return Object.hasOwn(known, name) || (others ?? false);
}

/** Facts from strings that may each, or all, be unknown. */
export function factsOf(texts: Readonly<Record<string, string | Unknown>> | Unknown): Facts {
  return isUnknown(texts) ? { known: {}, others: texts } : { known: texts };
}
