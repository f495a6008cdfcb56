/** `base` with what `change` gives: what is given as undefined gives nothing, as if it were left out. */
export function overlaid<T extends object>(base: T, change: Partial<T> = {}): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.assign({}, base, Object.fromEntries(given));
}
