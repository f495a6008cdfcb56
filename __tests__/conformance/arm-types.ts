import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasExpression, isExpression, unescapeTemplate } from "./expression";
import { isObject, show } from "./text";

interface Ref {
  $ref: string;
}

interface Property {
  type: Ref;
  flags: number;
}

/** One entry of a bicep types.json; which fields it has depends on `$type`. */
export interface ArmType {
  $type: string;
  name?: string;
  value?: string;
  body?: Ref;
  input?: Ref;
  resourceType?: string;
  apiVersion?: string;
  properties?: Record<string, Property>;
  additionalProperties?: Ref;
  itemType?: Ref;
  elements?: Ref[];
  minLength?: number;
  maxLength?: number;
  minValue?: number;
  maxValue?: number;
  pattern?: string;
}

const REQUIRED = 1;
const READ_ONLY = 2;
/** azapi takes these as arguments of the resource, so that the body need not hold them. */
const OUTSIDE_THE_BODY = new Set(["name", "location"]);

/** Reads every arm-*.types.json in the folder into one list, and the models of the stable fleet API behind it. */
export function loadArmTypes(folder: string): ArmType[] {
  const all: ArmType[] = [];
  for (const file of readdirSync(folder).filter((name) => /^arm-.*\.types\.json$/.test(name))) {
    const shift = all.length; // References count from the start of their own file.
    const rebased = readFileSync(join(folder, file), "utf8").replaceAll(
      /"\$ref":\s*"#\/(\d+)"/g,
      (_, index) => `"$ref": "#/${Number(index) + shift}"`,
    );
    all.push(...(JSON.parse(rebased) as ArmType[]));
  }
  for (const file of readdirSync(folder).filter((name) =>
    /^arm-fleets-\d{4}-\d\d-\d\d(-preview)?\.json$/.test(name),
  )) {
    addModels(all, JSON.parse(readFileSync(join(folder, file), "utf8")) as Models);
  }
  return all;
}

/** What Azure's SDK says of the types of one version of the fleet API. */
interface Models {
  apiVersion: string;
  types: Record<string, { base: string[]; fields: Record<string, ModelField> }>;
  enums: Record<string, string[]>;
}

interface ModelField {
  type: string;
  required?: boolean;
  readOnly?: boolean;
}

const MODELS: Record<string, string> = {
  "": "Fleet",
  "/members": "FleetMember",
  "/updateStrategies": "FleetUpdateStrategy",
  "/autoUpgradeProfiles": "AutoUpgradeProfile",
  "/managedNamespaces": "FleetManagedNamespace",
  "/clusterMeshProfiles": "ClusterMeshProfile",
};

/** Adds models of the SDK as if Azure had published them as types. */
function addModels(all: ArmType[], { apiVersion, types, enums }: Models): void {
  const known = new Map<string, Ref>();
  const add = (type: ArmType): Ref => {
    all.push(type);
    return { $ref: `#/${all.length - 1}` };
  };
  const refTo = (text: string): Ref => {
    const before = known.get(text);
    if (before) return before;
    // A model may hold itself.
    const type: ArmType = { $type: "AnyType" };
    const ref = add(type);
    known.set(text, ref);
    const [, container, inner = ""] = /^(list|dict)\[(?:str, )?(.+)\]$/.exec(text) ?? [];
    if (container === "list") Object.assign(type, { $type: "ArrayType", itemType: refTo(inner) });
    else if (container === "dict") {
      Object.assign(type, { $type: "ObjectType", additionalProperties: refTo(inner) });
    } else if (text in enums) {
      const elements = (enums[text] ?? []).map((value) => add({ $type: "StringLiteralType", value }));
      Object.assign(type, { $type: "UnionType", elements });
    } else if (text in types) Object.assign(type, { $type: "ObjectType", properties: propertiesOf(text) });
    else Object.assign(type, { $type: PLAIN[text] ?? "AnyType" });
    return ref;
  };
  const propertiesOf = (name: string): Record<string, Property> => {
    const { base, fields } = types[name] ?? { base: [], fields: {} };
    const own = Object.entries(fields).map(([field, { type, required, readOnly }]): [string, Property] => [
      field,
      // Of the name the SDK says that it stands in the path.
      {
        type: refTo(type),
        flags: (required ? REQUIRED : 0) | (readOnly && field !== "name" ? READ_ONLY : 0),
      },
    ]);
    return Object.assign({}, ...base.map(propertiesOf), Object.fromEntries(own));
  };
  for (const [part, model] of Object.entries(MODELS).filter(([, one]) => one in types)) {
    const name = `Microsoft.ContainerService/fleets${part}@${apiVersion}`;
    add({ $type: "ResourceType", name, body: refTo(model) });
  }
}

const PLAIN: Record<string, string> = { str: "StringType", bool: "BooleanType", int: "IntegerType" };

/** Holds the body of an azapi resource against the type that Azure publishes for it ("NAMESPACE/TYPE@VERSION"). */
export function checkArmBody(type: string, body: unknown, types: ArmType[]): string[] {
  const resource = types.find(({ $type, name }) => $type === "ResourceType" && name === type);
  if (!resource?.body) return [`${type}: unknown type`];
  return check(at(types, resource.body), body, "", types).map((finding) => `${type}: ${finding}`);
}

/** Holds an action and its body (none: undefined) against the functions that the type offers. */
export function checkArmAction(type: string, action: string, body: unknown, types: ArmType[]): string[] {
  const [resourceType, version] = type.split("@");
  const found = types.find(
    (candidate) =>
      candidate.$type === "ResourceFunctionType" &&
      candidate.name === action &&
      candidate.resourceType === resourceType &&
      candidate.apiVersion === version,
  );
  if (!found) return [`${type}: no action ${show(action)}`];
  if (!found.input) return body === undefined ? [] : [`${type}: ${action} takes no body, got ${show(body)}`];
  return check(at(types, found.input), body, "", types).map((finding) => `${type}: ${action}: ${finding}`);
}

function check(type: ArmType, value: unknown, path: string, types: ArmType[]): string[] {
  const here = path === "" ? "body" : path;
  if (typeof value === "string" && isExpression(value)) return [];
  const wrong = (expected: string) => [`${here}: expected ${expected}, got ${show(value)}`];
  switch (type.$type) {
    case "AnyType":
      return [];
    case "BooleanType":
      return typeof value === "boolean" ? [] : wrong("true or false");
    case "IntegerType": {
      const { minValue = -Infinity, maxValue = Infinity } = type;
      if (!Number.isInteger(value)) return wrong("an integer");
      const inRange = (value as number) >= minValue && (value as number) <= maxValue;
      return inRange ? [] : wrong(`${minValue} to ${maxValue}`);
    }
    case "StringType":
      return typeof value === "string" ? checkText(type, value, here) : wrong("a string");
    case "StringLiteralType":
      return value === type.value ? [] : wrong(show(type.value));
    case "UnionType":
      return checkUnion(type, value, path, types);
    case "ArrayType": {
      if (!Array.isArray(value)) return wrong("a list");
      const item = at(types, type.itemType as Ref);
      return [
        ...checkLength(type, value.length, "items", value, here),
        ...value.flatMap((entry, i) => check(item, entry, `${path}[${i}]`, types)),
      ];
    }
    case "ObjectType":
      return isObject(value) ? checkObject(type, value, path, types) : wrong("an object");
    default:
      // Better to stop than to wave through what this harness doesn't understand.
      throw new Error(`${here}: ARM type ${type.$type} is not supported`);
  }
}

function checkObject(
  type: ArmType,
  value: Record<string, unknown>,
  path: string,
  types: ArmType[],
): string[] {
  const { properties = {}, additionalProperties } = type;
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  return [
    ...Object.entries(value).flatMap(([key, item]) => {
      const property = properties[key];
      if (property && property.flags & READ_ONLY) {
        return [`${below(key)}: read-only property, set to ${show(item)}`];
      }
      const inner = property?.type ?? additionalProperties;
      if (!inner) return [`${below(key)}: unknown property, set to ${show(item)}`];
      // azapi sends null as it is, which asks Azure to clear the property.
      return item === null ? [] : check(at(types, inner), item, below(key), types);
    }),
    ...Object.entries(properties)
      .filter(([key, { flags }]) => flags & REQUIRED && !(flags & READ_ONLY) && (value[key] ?? null) === null)
      .filter(([key]) => path !== "" || !OUTSIDE_THE_BODY.has(key))
      .map(([key]) => `${below(key)}: required property is missing`),
  ];
}

/** Azure's types add "any string" to most lists of literals, for versions to come; this version has the list. */
function checkUnion(type: ArmType, value: unknown, path: string, types: ArmType[]): string[] {
  const members = (type.elements ?? []).map((ref) => at(types, ref));
  const literals = members.filter(({ $type }) => $type === "StringLiteralType").map((member) => member.value);
  const others = members.filter(
    ({ $type, pattern }) =>
      $type !== "StringLiteralType" && !(literals.length > 0 && $type === "StringType" && !pattern),
  );
  if (
    typeof value === "string" &&
    (literals.includes(value) || (literals.length > 0 && hasExpression(value)))
  )
    return [];
  if (others.some((member) => check(member, value, path, types).length === 0)) return [];
  const expected =
    literals.length > 0 ? `one of ${literals.join(", ")}` : others.map(({ $type }) => $type).join(" or ");
  return [`${path === "" ? "body" : path}: expected ${expected}, got ${show(value)}`];
}

function checkText(type: ArmType, value: string, here: string): string[] {
  if (hasExpression(value)) return []; // Its length and its characters are known only to Terraform.
  const text = unescapeTemplate(value);
  return [
    ...checkLength(type, text.length, "characters", value, here),
    ...(type.pattern && !new RegExp(type.pattern).test(text)
      ? [`${here}: must match ${type.pattern}, got ${show(value)}`]
      : []),
  ];
}

function checkLength(type: ArmType, length: number, unit: string, value: unknown, here: string): string[] {
  const { minLength = 0, maxLength = Infinity } = type;
  if (length < minLength)
    return [`${here}: ${length} ${unit}, at least ${minLength} required: ${show(value)}`];
  if (length > maxLength) return [`${here}: ${length} ${unit}, at most ${maxLength} allowed: ${show(value)}`];
  return [];
}

function at(types: ArmType[], { $ref }: Ref): ArmType {
  const found = types[Number($ref.replace("#/", ""))];
  if (!found) throw new Error(`ARM types: ${$ref} points nowhere`);
  return found;
}
