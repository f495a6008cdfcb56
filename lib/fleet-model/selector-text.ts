import type { LabelRequirement } from "./policy";

/** The requirements of a label selector in the format of `kubectl get -l`; undefined if it is invalid. */
export function parseSelector(text: string): readonly LabelRequirement[] | undefined {
  const parts = text.match(/[^,()]*(\([^()]*\)[^,()]*)?(,|$)/g)?.filter((part) => part !== "") ?? [];
  if (parts.join("") !== text || text.trim() === "" || text.endsWith(",")) {
    return undefined;
  }
  const all = parts.map((part) => requirementOf(part.replace(/,$/, "").trim()));
  return all.some((one) => one === undefined) ? undefined : (all as LabelRequirement[]);
}

const KEY = "([A-Za-z0-9][-A-Za-z0-9_./]*)";

function requirementOf(text: string): LabelRequirement | undefined {
  const [, absent] = new RegExp(`^!\\s*${KEY}$`).exec(text) ?? [];
  if (absent !== undefined) {
    return { key: absent, operator: "DoesNotExist" };
  }
  const [, set, how, list] = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`).exec(text) ?? [];
  if (set !== undefined) {
    const values = (list ?? "").split(",").map((value) => value.trim());
    return values.every(isValue) && values.some((value) => value !== "")
      ? { key: set, operator: how === "in" ? "In" : "NotIn", values }
      : undefined;
  }
  const [, key, sign, value] = new RegExp(`^${KEY}\\s*(=|==|!=)\\s*([^=!\\s]*)$`).exec(text) ?? [];
  if (key !== undefined) {
    return isValue(value as string)
      ? { key, operator: sign === "!=" ? "NotIn" : "In", values: [value as string] }
      : undefined;
  }
  return new RegExp(`^${KEY}$`).test(text) ? { key: text, operator: "Exists" } : undefined;
}

function isValue(text: string): boolean {
  return text === "" || /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}
