/** A value that isn't known before a deployment, but only to Terraform or a cluster. */
export class Unknown {
  /** @param why the reason, as a clause: "it is known only after apply" */
  constructor(readonly why: string) {}
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** The same type, with possible unknowns at any depth. */
export type WithUnknowns<T> = T extends object
  ? { readonly [K in keyof T]: WithUnknowns<T[K]> | Unknown }
  : T;

/** A part of a value; unknown if the value is. JSON's null counts as undefined. */
export function part<T extends object, K extends keyof T>(
  whole: T | Unknown | null | undefined,
  key: K,
): NonNullable<T[K]> | Unknown | undefined {
  return isUnknown(whole) ? whole : (whole?.[key] ?? undefined);
}

/** Whether two values are the same. */
export function same(one: unknown, other: unknown): boolean | Unknown {
  return [one, other].find(isUnknown) ?? one === other;
}

export function not(answer: boolean | Unknown): boolean | Unknown {
  return isUnknown(answer) ? answer : !answer;
}
