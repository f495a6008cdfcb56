import { hasExpression, isExpression } from "./expression";
import { checkReferences } from "./references";
import type { Attribute, Block, BlockType, Schemas, TerraformType } from "./schemas";
import { isObject, show } from "./text";

const META = new Set([
  "//",
  "depends_on",
  "provider",
  "count",
  "for_each",
  "lifecycle",
  "connection",
  "provisioner",
]);
const PROVIDER_META = new Set(["//", "alias", "version"]);
const LIFECYCLE: Record<"resource" | "data", Set<string>> = {
  resource: new Set([
    "create_before_destroy",
    "prevent_destroy",
    "ignore_changes",
    "replace_triggered_by",
    "precondition",
    "postcondition",
  ]),
  data: new Set(["precondition", "postcondition"]),
};

/** Holds a stack's cdk.tf.json against the providers' schemas. An empty list: nothing to object to. */
export function checkTerraform(stack: object, schemas: Schemas): string[] {
  const sections = stack as Record<string, unknown>;
  return [
    ...checkResources(sections, "resource", schemas),
    ...checkResources(sections, "data", schemas),
    ...checkProviders(sections.provider, schemas),
    ...checkReferences(stack, schemas),
  ];
}

function checkResources(
  stack: Record<string, unknown>,
  mode: "resource" | "data",
  schemas: Schemas,
): string[] {
  return Object.entries((stack[mode] ?? {}) as Record<string, Record<string, unknown>>).flatMap(
    ([type, named]) =>
      Object.entries(named).flatMap(([name, body]) => {
        const address = `${mode === "data" ? "data." : ""}${type}.${name}`;
        const schema = schemas[mode][type];
        if (!schema)
          return [`${address}: unknown ${mode === "data" ? "data source" : "resource"} type ${type}`];
        return [...checkBlock(schema, body, `${address}: `, META), ...checkLifecycle(body, mode, address)];
      }),
  );
}

function checkProviders(providers: unknown, schemas: Schemas): string[] {
  return Object.entries((providers ?? {}) as Record<string, unknown>).flatMap(([name, given]) => {
    const schema = schemas.provider[name];
    if (!schema) return [`provider.${name}: unknown provider`];
    return [given]
      .flat()
      .flatMap((body, i) => checkBlock(schema, body, `provider.${name}[${i}]: `, PROVIDER_META));
  });
}

function checkLifecycle(body: unknown, mode: "resource" | "data", address: string): string[] {
  if (!isObject(body) || body.lifecycle === undefined) return [];
  return [body.lifecycle].flat().flatMap((lifecycle) => {
    if (!isObject(lifecycle)) return [`${address}: lifecycle: expected a block, got ${show(lifecycle)}`];
    return Object.entries(lifecycle).flatMap(([key, value]) => {
      if (!LIFECYCLE[mode].has(key))
        return [`${address}: lifecycle.${key}: unknown argument, set to ${show(value)}`];
      // Terraform reads these two before it evaluates anything.
      const literal = key === "create_before_destroy" || key === "prevent_destroy";
      return literal && typeof value !== "boolean"
        ? [`${address}: lifecycle.${key}: expected true or false, got ${show(value)}`]
        : [];
    });
  });
}

/** `at` ends where the name of an argument is to follow: "azurerm_subnet.a: " or "azurerm_subnet.a: delegation.". */
function checkBlock(
  schema: Block,
  body: unknown,
  at: string,
  meta: ReadonlySet<string> = new Set(),
): string[] {
  if (!isObject(body)) return [`${at.replace(/[.:] ?$/, "")}: expected a block, got ${show(body)}`];
  const { attributes = {}, block_types: blocks = {} } = schema;
  const dynamics = dynamicBlocks(body.dynamic);
  const findings: string[] = [];

  for (const [key, value] of Object.entries(body)) {
    const [attribute, block] = [attributes[key], blocks[key]];
    if (attribute) findings.push(...checkAttribute(attribute, value, at, key));
    else if (block) findings.push(...checkNested(block, value, at + key));
    else if (key !== "dynamic" && key !== "//" && !meta.has(key)) {
      findings.push(`${at}${key}: unknown argument, set to ${show(value)}`);
    }
  }
  for (const [key, content] of dynamics) {
    const block = blocks[key];
    if (block) findings.push(...checkBlock(block.block, content, `${at}dynamic.${key}.content.`));
    else findings.push(`${at}dynamic.${key}: unknown block`);
  }
  for (const [key, attribute] of Object.entries(attributes)) {
    if (attribute.required && isUnset(body[key])) findings.push(`${at}${key}: required argument is missing`);
  }
  for (const [key, block] of Object.entries(blocks)) {
    if (dynamics.some(([name]) => name === key)) continue; // How many there will be is not known here.
    const count = countBlocks(block, body[key]);
    if (count < (block.min_items ?? 0)) {
      findings.push(
        count === 0
          ? `${at}${key}: required block is missing`
          : `${at}${key}: ${count} blocks, at least ${block.min_items} are required`,
      );
    }
    const most = block.nesting_mode === "single" || block.nesting_mode === "group" ? 1 : block.max_items;
    if (most && count > most) findings.push(`${at}${key}: ${count} blocks, at most ${most} allowed`);
  }
  return findings;
}

function checkAttribute(attribute: Attribute, value: unknown, at: string, key: string): string[] {
  if (isUnset(value)) return [];
  const path = at + key;
  // Providers on the older SDK list their `id` as optional, and refuse it all the same.
  const implicitId = key === "id" && at.endsWith(": ") && attribute.computed && !attribute.description;
  if (implicitId || (attribute.computed && !attribute.optional && !attribute.required)) {
    return [`${path}: computed only, must not be set; set to ${show(value)}`];
  }
  return [
    ...(attribute.deprecated ? [`${path}: deprecated argument, set to ${show(value)}`] : []),
    ...(attribute.nested_type
      ? checkNestedType(attribute.nested_type, value, path)
      : checkType(attribute.type ?? "dynamic", value, path)),
  ];
}

/** Attributes of framework providers that look like blocks, but are assigned as values. */
function checkNestedType(
  nested: NonNullable<Attribute["nested_type"]>,
  value: unknown,
  path: string,
): string[] {
  if (typeof value === "string" && isExpression(value)) return [];
  const one = (item: unknown, at: string) =>
    typeof item === "string" && isExpression(item)
      ? []
      : checkBlock({ attributes: nested.attributes }, item, `${at}.`);
  if (nested.nesting_mode === "single") return one(value, path);
  if (nested.nesting_mode === "map") {
    if (!isObject(value)) return [`${path}: expected a map, got ${show(value)}`];
    return Object.entries(value).flatMap(([key, item]) => one(item, `${path}[${show(key)}]`));
  }
  if (!Array.isArray(value)) return [`${path}: expected a list, got ${show(value)}`];
  return value.flatMap((item, i) => one(item, `${path}[${i}]`));
}

function checkNested({ nesting_mode, block }: BlockType, value: unknown, path: string): string[] {
  if (isUnset(value)) return [];
  const deprecated = block.deprecated ? [`${path}: deprecated block`] : [];
  // Terraform's JSON takes one object where a list of blocks is meant, but never an expression.
  const items: [string, unknown][] =
    nesting_mode === "map" && isObject(value)
      ? Object.entries(value).map(([label, item]) => [`[${show(label)}]`, item])
      : Array.isArray(value)
        ? value.map((item, i) => [value.length > 1 ? `[${i}]` : "", item])
        : [["", value]];
  return [...deprecated, ...items.flatMap(([index, item]) => checkBlock(block, item, `${path}${index}.`))];
}

function checkType(type: TerraformType, value: unknown, path: string): string[] {
  if (isUnset(value) || type === "dynamic") return [];
  const wrong = [`${path}: expected ${nameOf(type)}, got ${show(value)}`];
  if (typeof type === "string") {
    if (typeof value === "string" && hasExpression(value)) return [];
    // Terraform turns one primitive into another where nothing is lost.
    if (type === "string") return ["string", "number", "boolean"].includes(typeof value) ? [] : wrong;
    if (type === "bool") return [true, false, "true", "false"].includes(value as boolean) ? [] : wrong;
    if (typeof value === "string") return value.trim() !== "" && Number.isFinite(Number(value)) ? [] : wrong;
    return typeof value === "number" ? [] : wrong;
  }
  if (typeof value === "string" && isExpression(value)) return [];
  switch (type[0]) {
    case "list":
    case "set":
      return Array.isArray(value)
        ? value.flatMap((item, i) => checkType(type[1], item, `${path}[${i}]`))
        : wrong;
    case "map":
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => checkType(type[1], item, `${path}[${show(key)}]`))
        : wrong;
    case "object": {
      if (!isObject(value)) return wrong;
      const known = type[1];
      return [
        ...Object.entries(value).flatMap(([key, item]) => {
          const field = known[key];
          return field
            ? checkType(field, item, `${path}.${key}`)
            : [`${path}.${key}: unknown argument, set to ${show(item)}`];
        }),
        // In an object that is assigned, an argument left out is an error: it has to be there, as null.
        ...Object.keys(known)
          .filter((key) => !(key in value))
          .map((key) => `${path}.${key}: must be given, if only as null`),
      ];
    }
    case "tuple":
      return Array.isArray(value) && value.length === type[1].length
        ? value.flatMap((item, i) => checkType(type[1][i] as TerraformType, item, `${path}[${i}]`))
        : wrong;
  }
}

function dynamicBlocks(dynamic: unknown): [string, unknown][] {
  return [dynamic ?? []]
    .flat()
    .flatMap((labels) =>
      Object.entries(labels as Record<string, unknown>).flatMap(([label, given]) =>
        [given]
          .flat()
          .map((item): [string, unknown] => [label, (item as { content?: unknown }).content ?? {}]),
      ),
    );
}

function countBlocks({ nesting_mode }: BlockType, value: unknown): number {
  if (isUnset(value)) return 0;
  if (nesting_mode === "map") return Object.keys(value as object).length;
  return Array.isArray(value) ? value.length : 1;
}

function nameOf(type: TerraformType): string {
  if (typeof type === "string") return type;
  return type[0] === "object" || type[0] === "tuple" ? type[0] : `${type[0]} of ${nameOf(type[1])}`;
}

function isUnset(value: unknown): boolean {
  return value === null || value === undefined;
}
