import { eachString, hasExpression, type Reference, references } from "./expression";
import type { Block, Schemas } from "./schemas";
import { isObject, show } from "./text";

/** Names that Terraform itself defines; what they hold is not checked. */
const ROOTS = new Set(["self", "each", "count", "path", "terraform", "var", "local", "module", "ephemeral"]);
/** What a provisioner that runs on destroy may look at: everything else may be gone by then. */
const DESTROY_ROOTS = new Set(["self", "each", "count", "path", "terraform"]);
/** Plain addresses rather than templates: checked on their own. */
const PLAIN = new Set(["//", "depends_on", "provider", "ignore_changes", "replace_triggered_by"]);

type Declared = Record<string, Record<string, unknown>>;
interface Stack {
  resource?: Declared;
  data?: Declared;
  provider?: Record<string, unknown>;
  module?: Record<string, unknown>;
  [section: string]: unknown;
}

/** Finds what a stack names and does not have: resources, their attributes, provider aliases. */
export function checkReferences(given: object, schemas: Schemas): string[] {
  const stack = given as Stack;
  const findings: string[] = [];

  for (const [section, content] of Object.entries(stack)) {
    if (section === "//" || section === "terraform" || section === "variable") continue;
    const iterators = iteratorsIn(content);
    eachString(content, section, PLAIN, (text, at) => {
      for (const reference of references(text)) {
        if (iterators.has(reference[0] as string)) continue;
        const wrong = checkReference(reference, stack, schemas);
        if (wrong) findings.push(`${address(at)}: ${wrong} in ${show(text)}`);
      }
    });
  }
  for (const mode of ["resource", "data"] as const) {
    for (const [type, named] of Object.entries(stack[mode] ?? {})) {
      for (const [name, body] of Object.entries(named)) {
        if (!isObject(body)) continue;
        const own = `${mode === "data" ? "data." : ""}${type}.${name}`;
        const found = [
          ...checkDependsOn(body.depends_on, stack),
          ...checkProviderChoice(body.provider, stack),
          ...checkLifecycleAddresses(body.lifecycle, stack, schemas, schemas[mode][type]),
          ...checkDestroyProvisioners(body.provisioner),
        ];
        findings.push(...found.map((finding) => `${own}: ${finding}`));
      }
    }
  }
  return findings;
}

/** What is wrong with one reference, or nothing. */
function checkReference(reference: Reference, stack: Stack, schemas: Schemas): string | undefined {
  const whole = reference.join(".");
  if (reference[0] === "module")
    return hasModule(reference, stack) ? undefined : `${whole} is not in this stack`;
  if (ROOTS.has(reference[0] as string)) return undefined;
  const isData = reference[0] === "data";
  const [type, name, attribute] = isData ? reference.slice(1) : reference;
  const mode = isData ? "data" : "resource";
  if (!isObject(stack[mode]?.[type as string]?.[name as string])) return `${whole} is not in this stack`;
  const schema = schemas[mode][type as string];
  if (
    attribute &&
    schema &&
    !(attribute in (schema.attributes ?? {})) &&
    !(attribute in (schema.block_types ?? {}))
  ) {
    return `${whole}: ${type} has no attribute ${attribute}`;
  }
  return undefined;
}

function hasModule([, name]: Reference, stack: Stack): boolean {
  return stack.module?.[name as string] !== undefined;
}

/** Addresses are plain text: `${...}` around them is refused by Terraform. */
function checkDependsOn(given: unknown, stack: Stack): string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [`depends_on: expected a list, got ${show(given)}`];
  return given.flatMap((item, i) => {
    if (typeof item !== "string" || hasExpression(item))
      return [`depends_on[${i}]: expected an address, got ${show(item)}`];
    const parts = item.split(".");
    const known = parts[0] === "module" ? hasModule(parts, stack) : hasBlock(parts, stack);
    return known ? [] : [`depends_on[${i}]: ${show(item)} is not in this stack`];
  });
}

function hasBlock(parts: string[], stack: Stack): boolean {
  const isData = parts[0] === "data";
  const [type, name] = isData ? parts.slice(1) : parts;
  return isObject(stack[isData ? "data" : "resource"]?.[type as string]?.[(name ?? "").replace(/\[.*/, "")]);
}

function checkProviderChoice(given: unknown, stack: Stack): string[] {
  if (given === undefined) return [];
  const [name, alias] = String(given).split(".");
  const found = [stack.provider?.[name as string] ?? []]
    .flat()
    .some((body) => isObject(body) && (body.alias ?? undefined) === alias);
  return found ? [] : [`provider: ${show(given)} is not configured in this stack`];
}

function checkLifecycleAddresses(given: unknown, stack: Stack, schemas: Schemas, schema?: Block): string[] {
  return [given ?? []].flat().flatMap((lifecycle) => {
    if (!isObject(lifecycle)) return [];
    const { ignore_changes: ignored, replace_triggered_by: triggers } = lifecycle;
    const paths = ignored === undefined || ignored === "all" ? [] : [ignored].flat();
    return [
      ...paths
        .filter((path) => schema && !(typeof path === "string" && hasArgument(schema, path)))
        .map((path) => `lifecycle.ignore_changes: no argument ${show(path)}`),
      ...[triggers ?? []].flat().flatMap((item) => {
        if (typeof item !== "string" || hasExpression(item)) {
          return [`lifecycle.replace_triggered_by: expected an address, got ${show(item)}`];
        }
        // Only a managed resource can trigger: a data source has no change of its own.
        const parts = item.replaceAll(/\[[^\]]*\]/g, "").split(".");
        const wrong = parts[0] === "data" || !hasBlock(parts, stack) || checkReference(parts, stack, schemas);
        return wrong ? [`lifecycle.replace_triggered_by: ${show(item)} is no resource of this stack`] : [];
      }),
    ];
  });
}

/** Follows `default_node_pool[0].node_count` through blocks; behind an attribute anything may follow. */
function hasArgument(schema: Block, path: string): boolean {
  const [first, ...rest] = path.replaceAll(/\[[^\]]*\]/g, "").split(".");
  if (schema.attributes?.[first as string]) return true;
  const block = schema.block_types?.[first as string];
  if (!block) return false;
  const next = rest.filter((step) => !/^\d+$/.test(step));
  return next.length === 0 || hasArgument(block.block, next.join("."));
}

function checkDestroyProvisioners(given: unknown): string[] {
  const findings: string[] = [];
  for (const labelled of [given ?? []].flat()) {
    for (const [label, body] of Object.entries(isObject(labelled) ? labelled : {})) {
      if (!isObject(body) || body.when !== "destroy") continue;
      eachString(body, `provisioner.${label}`, new Set(), (text, at) => {
        const foreign = references(text).find(([root]) => !DESTROY_ROOTS.has(root as string));
        if (foreign) findings.push(`${at}: on destroy only self can be read, not ${foreign.join(".")}`);
      });
    }
  }
  return findings;
}

/** The names under which dynamic blocks hand out their items. */
function iteratorsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) iteratorsIn(item, found);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key === "dynamic") {
        for (const labels of [item].flat()) {
          for (const [label, bodies] of Object.entries(labels as object)) {
            for (const body of [bodies].flat())
              found.add(typeof body?.iterator === "string" ? body.iterator : label);
          }
        }
      }
      iteratorsIn(item, found);
    }
  }
  return found;
}

/** "resource.azurerm_subnet.a.name" as a reader of plans knows it: "azurerm_subnet.a: name". */
function address(path: string): string {
  const parts = path.split(".");
  if (parts[0] === "resource") return rejoin(parts.slice(1, 3), parts.slice(3));
  if (parts[0] === "data") return rejoin(parts.slice(0, 3), parts.slice(3));
  return rejoin(parts.slice(0, 2), parts.slice(2));
}

function rejoin(head: string[], tail: string[]): string {
  return [head.join("."), tail.join(".")].filter((part) => part !== "").join(": ");
}
