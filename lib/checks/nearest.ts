import { closest, distance } from "fastest-levenshtein";

/** The name that somebody most likely meant, of those that there are; undefined where none is near. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  if (names.length === 0) {
    return undefined;
  }
  const lower = names.map((name) => name.toLowerCase());
  const found = closest(text.toLowerCase(), lower);
  // A third of the letters may be wrong: more is another word.
  const near = distance(text.toLowerCase(), found) <= Math.ceil(found.length / 3);
  return near ? names[lower.indexOf(found)] : undefined;
}
