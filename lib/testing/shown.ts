/** A value of a test, shown in a sentence: an object by its class, unless it is plain. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  const type = typeof value === "object" ? value?.constructor?.name : undefined;
  return type === undefined || type === "Object" || type === "Array"
    ? (JSON.stringify(value) ?? String(value))
    : `${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}`;
}
