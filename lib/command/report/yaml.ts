import { isObject, type Values } from "./values";

/** YAML for a reader: keys in order, texts of several lines as blocks. */
export function toYaml(value: unknown): string[] {
  if (isObject(value) && Object.keys(value).length > 0) return ofObject(value);
  if (Array.isArray(value) && value.length > 0) return ofList(value);
  return [scalar(value)];
}

function ofObject(value: Values): string[] {
  return Object.keys(value)
    .sort()
    .flatMap((key) => ofEntry(`${scalar(key)}:`, value[key]));
}

function ofEntry(start: string, value: unknown): string[] {
  if (isBlock(value)) return [`${start} ${header(value)}`, ...blockLines(value)];
  const lines = toYaml(value);
  if (!isNested(value)) return [`${start} ${lines[0]}`];
  return [start, ...lines.map((line) => (Array.isArray(value) ? line : `  ${line}`))];
}

function ofList(list: unknown[]): string[] {
  return list.flatMap((one) => {
    if (isBlock(one)) return [`- ${header(one)}`, ...blockLines(one)];
    const [first, ...rest] = toYaml(one);
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function isBlock(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^[^\s][\t\n\x20-\x7e\xa0-\ud7ff]*$/.test(value) &&
    /\n/.test(value) &&
    // What only YAML's quotes can keep: blanks at an end of the text, other newlines.
    !/[\u2028\u2029]/.test(value) &&
    !/\n\s*\n*$/.test(value.replace(/\n$/, "")) &&
    !/[ \t]$/.test(value)
  );
}

function header(text: string): string {
  return text.endsWith("\n") ? "|" : "|-";
}

function blockLines(text: string): string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`));
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  const plain =
    /^[A-Za-z/_.$(]([\w./$%()*+,;=@~<>:\x20-]*[\w./$%()*+;=@~<>-])?$/.test(value) &&
    !/: | #|:$/.test(value) &&
    !/^(true|false|null|yes|no|on|off|y|n|~|\.nan|[-+.]?\.?inf)$/i.test(value) &&
    !/^[-+.]?\d|^\.\d|^\.+$/.test(value);
  return plain ? value : JSON.stringify(value);
}
