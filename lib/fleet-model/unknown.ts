/** What can't be known before a deployment: a value that only Terraform or a cluster knows. */
export class Unknown {
  /** @param why why it can't be known, as a clause: "it is known only after apply" */
  constructor(readonly why: string) {}
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** The same, where anything in it may be unknown, at any depth. */
export type WithUnknowns<T> = T extends object
  ? { readonly [K in keyof T]: WithUnknowns<T[K]> | Unknown }
  : T;

/** A part of what may itself be unknown, and then so is the part. JSON's null is nothing. */
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
