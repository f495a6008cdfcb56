/**
 * Escapes `${` and `%{` in user input, so Terraform doesn't evaluate e.g. a shell snippet in a manifest. Keeps CDKTF's
 * tokens. A bigint becomes a Terraform number.
 */
export function escapeTemplates<T>(value: T): T {
  if (typeof value === "string") {
    return value.replace(/\$\{(?!TfToken\[)/g, "$$$${").replace(/%\{/g, "%%{") as T;
  }
  // JavaScript's JSON would round it; Terraform's numbers are exact.
  if (typeof value === "bigint") {
    return `\${${value}}` as T;
  }
  if (Array.isArray(value)) {
    return value.map(escapeTemplates) as T;
  }
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [escapeTemplates(key), escapeTemplates(item)]),
    ) as T;
  }
  return value;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
