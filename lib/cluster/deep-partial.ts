/** Any part of a configuration, at any depth. */
export type DeepPartial<T> = T extends readonly unknown[] | ((...args: never[]) => unknown)
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** Merges `change` over `base`: objects are merged, anything else (a list, a token, a construct) is replaced. */
export function merge<T extends object>(base: T, change: DeepPartial<T> | undefined): T {
  const result = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(change ?? {})) {
    const before = result[key];
    result[key] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return result as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
