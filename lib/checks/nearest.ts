import { closest, distance } from "fastest-levenshtein";

/** The name that was most likely meant; undefined if none is close. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (names.length === 0) {
    return undefined;
  }
  const lower = names.map((name) => name.toLowerCase());
  const found = closest(text.toLowerCase(), lower);
  // Up to a third of the letters may be wrong; beyond that it is another word.
  const near = distance(text.toLowerCase(), found) <= Math.ceil(found.length / 3);
  return near ? names[lower.indexOf(found)] : undefined;
}
