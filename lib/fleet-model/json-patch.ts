import { isUnknown, type Unknown } from "./unknown";
import {
  type Attempt,
  at,
  type Fields,
  fieldOf,
  isFields,
  sameValue,
  textAt,
  unknownIn,
  type Value,
  withField,
  withoutField,
} from "./value";

type Container = Fields | readonly Value[];
/** A key, or an index from the start. */
type Place = string | number;

/**
 * Applies a JSON patch like the fleet: completely, or not at all. Its library (evanphx/json-patch v5) deviates from RFC 6902:
 * an index may be negative, or have a sign or leading zeros; `~2` is literal; a missing `value` is null.
 */
export function patched(document: Value, steps: readonly Value[]): Attempt {
  const fault = patchFault(steps);
  if (fault !== undefined) {
    return { failed: fault };
  }
  let [value, doubt]: [Value, Unknown | undefined] = [document, undefined];
  for (const step of steps) {
    const result = stepped(value, step);
    if ("failed" in result) {
      // An earlier step may already fail, for another reason.
      return { failed: doubt ?? result.failed };
    }
    value = result.value;
    doubt ??= result.doubt;
  }
  return { value, ...(doubt && { doubt }) };
}

/** The error in the steps of a patch, regardless of its target: then none is applied. */
export function patchFault(steps: readonly Value[]): string | Unknown | undefined {
  return steps.map(faultOf).find((text) => text !== undefined);
}

function faultOf(step: Value): string | Unknown | undefined {
  const op = at(step, "op") ?? "";
  if (isUnknown(op) || op === "add" || op === "remove" || op === "replace" || op === "test") {
    return undefined;
  }
  const [path, value] = [at(step, "path") ?? "", at(step, "value") ?? null];
  const unknown = unknownIn([path, value]);
  if (unknown) {
    return unknown;
  }
  const text = JSON.stringify({ op, path, value });
  const why =
    op === "move" || op === "copy"
      ? "failed to decode 'from': operation, missing from field: missing value"
      : "unsupported operation";
  return `invalid operation ${text}: ${why}`;
}

function stepped(document: Value, step: Value): Attempt {
  const [op, path] = [textAt(step, "op") ?? "", textAt(step, "path") ?? ""];
  const value = at(step, "value") ?? null;
  if (isUnknown(path)) {
    return { value: path, doubt: path };
  }
  if (path === "" && op !== "remove") {
    return changedWhole(document, op, value);
  }
  const parts = path
    .split("/")
    .map((part) =>
      part.includes("~") ? part.replace(/~[01]/g, (text) => (text === "~1" ? "/" : "~")) : part,
    );
  const key = parts.at(-1) as string;
  if (parts.length === 1 && path !== "") {
    return missingPath(op, path);
  }
  const trail: Place[] = [];
  let parent = document;
  for (const part of parts.slice(1, -1)) {
    if (isUnknown(parent)) {
      break;
    }
    const { place, found } = isContainer(parent) && part !== "" ? slotOf(parent, part) : { place: part };
    if (found === undefined) {
      return missingPath(op, path);
    }
    trail.push(place);
    parent = found;
  }
  if (isUnknown(parent)) {
    return { value: document, doubt: parent };
  }
  if (!isContainer(parent)) {
    return missingPath(op, path);
  }
  if (isUnknown(op)) {
    return { value: put(document, trail, op), doubt: op };
  }
  const result = changedIn(parent, op, key, value, path);
  return "failed" in result ? result : { ...result, value: put(document, trail, result.value) };
}

function changedWhole(document: Value, op: string | Unknown, value: Value): Attempt {
  if (isUnknown(op)) {
    return { value: op, doubt: op };
  }
  if (op === "test") {
    return tested(document, document, value, "");
  }
  if (isUnknown(value)) {
    return { value, doubt: value };
  }
  return isContainer(value) ? { value } : { failed: `${op} operation value must be object or array` };
}

/** A container after a step. The messages are those of the fleet's library. */
function changedIn(parent: Container, op: string, key: string, value: Value, path: string): Attempt {
  const isField = !isList(parent);
  if (op === "add") {
    if (isField) {
      return { value: withField(parent, key, value) };
    }
    const { place, fault } = key === "-" ? { place: parent.length } : slotOf(parent, key, parent.length + 1);
    return fault === undefined
      ? { value: spliced(parent, place, 0, value) }
      : {
          failed: `error in add for path: '${path}': ${fault.startsWith("strconv") ? `value was not a proper array index: '${key}': ` : ""}${fault}`,
        };
  }
  const { place, found, fault } = slotOf(parent, key);
  // An unknown field may turn out to be missing.
  const doubt = isField && isUnknown(found) ? { doubt: found } : {};
  if (op === "test") {
    return fault === undefined || isField || key === ""
      ? tested(parent, found ?? null, value, path)
      : { failed: `error in test for path: '${path}': ${fault}` };
  }
  if (fault !== undefined && op === "replace" && key !== "") {
    return { failed: `replace operation does not apply: doc is missing key: ${path}: missing value` };
  }
  if (fault !== undefined && !(op === "replace" && isField)) {
    return { failed: `error in remove for path: '${path}': ${fault}` };
  }
  if (op === "replace") {
    return { ...doubt, value: put(parent, [place], value) };
  }
  return { ...doubt, value: isField ? withoutField(parent, key) : spliced(parent, place, 1) };
}

function tested(document: Value, found: Value, value: Value, path: string): Attempt {
  const equal = sameValue(found, value);
  if (equal === false) {
    return { failed: `testing value ${path} failed: test failed` };
  }
  return { value: document, ...(isUnknown(equal) && { doubt: equal }) };
}

function missingPath(op: string | Unknown, path: string): Attempt {
  const text = op === "replace" || op === "test" ? path : `"${path}"`;
  const what = op === "test" ? "is" : "doc is";
  return {
    failed: isUnknown(op)
      ? op
      : `${op} operation does not apply: ${what} missing path: ${text}: missing value`,
  };
}

/** The place of a key in a container, and its value; or why it has none. */
function slotOf(
  container: Container,
  key: string,
  count = isList(container) ? container.length : 0,
): { readonly place: Place; readonly found?: Value; readonly fault?: string } {
  if (!isList(container)) {
    const found = fieldOf(container, key);
    return found !== undefined
      ? { place: key, found }
      : { place: key, fault: `unable to remove nonexistent key: ${key}: missing value` };
  }
  if (!/^[+-]?\d{1,18}$/.test(key)) {
    return { place: key, fault: `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax` };
  }
  const index = Number(key);
  const place = index < 0 ? index + count : index;
  return place >= 0 && place < count
    ? { place, found: container[place] as Value }
    : { place, fault: `Unable to access invalid index: ${index}: invalid index referenced` };
}

/** A document with another value at a place that exists, or whose parent does. */
function put(here: Value, [place, ...rest]: readonly Place[], value: Value): Value {
  if (place === undefined) {
    return value;
  }
  const changed = rest.length === 0 ? value : put((here as Fields)[place] as Value, rest, value);
  return isList(here) ? spliced(here, place, 1, changed) : withField(here as Fields, String(place), changed);
}

function spliced(list: readonly Value[], place: Place, gone: number, ...items: Value[]): Value {
  const copy = [...list];
  copy.splice(Number(place), gone, ...items);
  return copy;
}

function isContainer(value: Value): value is Container {
  return Array.isArray(value) || isFields(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
