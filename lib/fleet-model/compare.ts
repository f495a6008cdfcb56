/** Compares strings by their bytes, like Go; for `sort`. Names in a fleet only have ASCII characters. */
export function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
