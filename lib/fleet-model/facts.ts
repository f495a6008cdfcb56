import { isUnknown, Unknown } from "./unknown";

/** Texts by their names, such as labels, as far as they are known. */
export interface Facts {
  /** An unknown one is there, with a value that isn't known. */
  readonly known: Readonly<Record<string, string | Unknown>>;
  /** Why there may be others than these. @default - there are none */
  readonly others?: Unknown;
}

/** The text of a name; undefined where it has none, unknown where it has one that isn't known, or may have one. */
export function textOf({ known, others }: Facts, name: string): string | Unknown | undefined {
  const text = Object.hasOwn(known, name) ? known[name] : others;
  return isUnknown(text) ? new Unknown(`${name}: ${text.why}`) : text;
}

export function has({ known, others }: Facts, name: string): boolean | Unknown {
  return Object.hasOwn(known, name) || (others ?? false);
}

/** What is known of texts of which each, or all, may be unknown. */
export function factsOf(texts: Readonly<Record<string, string | Unknown>> | Unknown): Facts {
  return isUnknown(texts) ? { known: {}, others: texts } : { known: texts };
}
