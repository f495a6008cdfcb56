/** Overlays `change` on `base`; undefined values count as unset. */
export function overlaid<T extends object>(base: T, change: Partial<T> = {}): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.assign({}, base, Object.fromEntries(given));
}
