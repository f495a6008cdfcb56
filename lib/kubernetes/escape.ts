/**
 * Makes Terraform take `${` and `%{` in a user's text as they stand: a shell snippet in a manifest is no expression.
 * CDKTF's own tokens are left alone. A bigint becomes a number of Terraform's.
 */
export function escapeTemplates<T>(value: T): T {
  if (typeof value === "string") {
    return value.replace(/\$\{(?!TfToken\[)/g, "$$$${").replace(/%\{/g, "%%{") as T;
  }
  // JSON of JavaScript would bend it; Terraform's numbers are exact.
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
