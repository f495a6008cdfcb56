import type { Block, SynthesizedStack } from "../app/synthesized";
import { manifestBefore } from "./attributes";
import { blockInOneForm, inOneForm } from "./forms";
import type { Api, Change, Plan } from "./plan";
import { at, isObject, listOf, objectOf, type Path, textOf, type Values } from "./values";

/** A resource or data source, on one side of a change. */
export interface Thing {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly values: Values;
  /** `true` where the value is known only after apply. */
  readonly unknown?: unknown;
  /** Whether it is as CDKTF writes it, with expressions. */
  readonly isSynthesized: boolean;
  /** What an attribute refers to, as far as known without Terraform. */
  readonly references: (path: Path) => Reference[];
  /** For a Kubernetes object: the API it is applied to. */
  readonly api: (things: Things) => Lead<"fleets" | "managedClusters"> | undefined;
}

export interface Reference {
  readonly stack: string;
  readonly address: string;
  /** The attribute referred to, e.g. `id`. */
  readonly attribute: string | undefined;
}

/** Azure's names, in resource ids, for the kinds that others refer to. */
export type Segment = "fleets" | "managedClusters" | "members" | "virtualNetworks";

/** What an attribute refers to: something in the app, or at least its name. */
export interface Lead<S extends Segment = Segment> {
  readonly segment: S;
  /** Stack and address, if the app creates it. */
  readonly key: string | undefined;
  readonly name: string;
}

/** Whether two refer to the same, as far as known. */
export function isSame(a: Lead, b: Lead): boolean {
  return a.key !== undefined && b.key !== undefined ? a.key === b.key : a.name === b.name;
}

export const MEMBER_TYPE = /^Microsoft\.ContainerService\/fleets\/members@/i;
export const FLEET_TYPE = /^Microsoft\.ContainerService\/fleets@/i;

/** The resources of plans, on one side, and of stacks without a plan. */
export function thingsOf(
  plans: readonly Plan[],
  side: "before" | "after",
  others: readonly SynthesizedStack[],
): Things {
  return new Things([
    ...plans.flatMap((plan) => plan.changes.flatMap((change) => planThing(change, side) ?? [])),
    ...synthesizedThings(others),
  ]);
}

function planThing(given: Change, side: "before" | "after"): Thing | undefined {
  const change = inOneForm(given);
  // A forgotten resource is kept, and so are a member's labels when the resource that sets them is deleted.
  const stays =
    change.action === "forget" || (change.action === "delete" && given.type === "azapi_update_resource");
  const values = stays ? change.before : side === "before" ? beforeOf(change) : change.after;
  if (!change.managed || change.deposed || values === undefined) return undefined;
  const { stack, address, type, asked, api } = change;
  const references = (path: Path) =>
    listOf(at(at(asked, ...path), "references")).flatMap((reference) =>
      typeof reference === "string" ? referenceTo(stack, reference) : [],
    );
  return {
    stack,
    address,
    type,
    values,
    isSynthesized: false,
    ...(side === "after" && { unknown: change.unknown }),
    references,
    api: (things) => api && apiIn(things, api, stack),
  };
}

/** As it was; for an object, plus newly written values that the cluster already had. */
function beforeOf(change: Change): Values | undefined {
  return change.type === "kubernetes_manifest" && change.action === "update" && change.before
    ? { ...change.before, manifest: manifestBefore(change) }
    : change.before;
}

/** The API that a plan's provider uses, resolved among the resources. */
function apiIn(
  things: Things,
  { segment, address, id, name, group }: Api,
  stack: string,
): Lead<Api["segment"]> | undefined {
  const own = address === undefined ? undefined : things.get({ stack, address, attribute: undefined });
  if (own) return things.leadTo(own, segment);
  if (id !== undefined) return things.byId(id, segment, stack);
  return name === undefined ? undefined : things.byName(segment, name, { group, stack });
}

export function referenceTo(stack: string, text: string): Reference[] {
  const [, address, attribute] = /^((?:data\.)?[\w-]+\.[\w-]+)(?:\.(\w+))?/.exec(text) ?? [];
  return address ? [{ stack, address, attribute }] : [];
}

function synthesizedThings(stacks: readonly SynthesizedStack[]): Thing[] {
  const blocks = (
    groups: Record<string, Record<string, Block>> | undefined,
    prefix: string,
    stack: SynthesizedStack,
  ) =>
    Object.entries(objectOf(groups)).flatMap(([type, instances]) =>
      Object.entries(objectOf(instances)).flatMap(([id, block]): Thing[] =>
        isObject(block)
          ? [
              {
                stack: stack.name,
                address: `${prefix}${type}.${id}`,
                ...formOf(prefix, type, block),
                isSynthesized: true,
                references: (path) => referencesIn(at(block, ...path), stack.name, stacks),
                api: (things) => apiOfProvider(block, stack, stacks, things),
              },
            ]
          : [],
      ),
    );
  return stacks.flatMap((stack) => [
    ...blocks(stack.json.resource, "", stack),
    ...blocks(stack.json.data, "data.", stack),
  ]);
}

function formOf(prefix: string, type: string, block: Block): Pick<Thing, "type" | "values"> {
  return prefix === "" ? blockInOneForm(type, block) : { type: prefix + type, values: block };
}

/** The API that a block's Kubernetes provider uses. */
function apiOfProvider(
  block: Block,
  stack: SynthesizedStack,
  stacks: readonly SynthesizedStack[],
  things: Things,
): Lead<"fleets" | "managedClusters"> | undefined {
  const alias = textOf(block.provider)?.split(".")[1];
  const provider = listOf(stack.json.provider?.kubernetes).find((one) => textOf(at(one, "alias")) === alias);
  for (const reference of referencesIn(at(provider, "host"), stack.name, stacks)) {
    const source = things.get(reference);
    if (source === undefined) continue;
    if (source.type === "data.azapi_resource_action") return things.lead(source, ["resource_id"], "fleets");
    if (source.type.endsWith("azurerm_kubernetes_cluster")) return things.leadTo(source, "managedClusters");
  }
  return undefined;
}

/** The source of an expression's value, across the outputs of other stacks. */
export function referencesIn(
  value: unknown,
  stack: string,
  stacks: readonly SynthesizedStack[],
  depth = 0,
): Reference[] {
  if (typeof value !== "string" || !value.includes("${") || depth > 5) return [];
  const found: Reference[] = [];
  for (const [, state, output] of value.matchAll(
    /data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)/g,
  )) {
    const other = stacks.find(({ name }) => state === `cross-stack-reference-input-${name}`);
    if (other && output) {
      found.push(...referencesIn(other.json.output?.[output]?.value, other.name, stacks, depth + 1));
    }
  }
  for (const [text] of value.matchAll(
    /(?:\bdata\.)?\b[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\.\w+)?/g,
  )) {
    if (!text.includes("terraform_remote_state")) found.push(...referenceTo(stack, text));
  }
  return found;
}

export class Things {
  private readonly byKey = new Map<string, Thing>();
  private named: ReadonlyMap<string, readonly Thing[]> | undefined;

  constructor(readonly all: readonly Thing[]) {
    for (const thing of all) this.byKey.set(keyOf(thing), thing);
  }

  get({ stack, address }: Reference): Thing | undefined {
    return this.byKey.get(`${stack} ${address}`);
  }

  /** What an attribute refers to: by Azure id or name, or by the resource it comes from. */
  lead<S extends Segment>(thing: Thing, path: Path, segment: S, depth = 0): Lead<S> | undefined {
    const value = at(thing.values, ...path);
    if (typeof value === "string" && value !== "" && !value.includes("${")) {
      if (value.includes("/")) return this.byId(value, segment, thing.stack);
      const group = this.literal(thing, "resource_group_name");
      return this.byName(segment, value, { group, stack: thing.stack });
    }
    if (depth > 5) return undefined;
    for (const reference of thing.references(path)) {
      const other = this.get(reference);
      if (other === undefined) continue;
      if (segmentOf(other) === segment) return this.leadTo(other, segment);
      if (other.type === "azurerm_subnet")
        return this.lead(other, ["virtual_network_name"], segment, depth + 1);
    }
    return undefined;
  }

  /** A data source that reads something the app creates refers to the resource. */
  leadTo<S extends Segment>(thing: Thing, segment: S): Lead<S> {
    const name = this.literal(thing, "name") ?? nameOf(thing);
    if (!thing.type.startsWith("data.")) return { segment, key: keyOf(thing), name };
    return this.byName(segment, name, {
      group: this.literal(thing, "resource_group_name"),
      stack: thing.stack,
    });
  }

  /** `/subscriptions/…/managedClusters/NAME`, with any suffix. */
  byId<S extends Segment>(id: string, segment: S, stack: string): Lead<S> | undefined {
    const [own, name] = new RegExp(`^.*?/${segment}/([^/]+)`, "i").exec(id) ?? [];
    if (own === undefined || name === undefined) return undefined;
    const group = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1];
    return this.byName(segment, name, { group, stack, id: own });
  }

  /** The resource with this name; of several, the one in the same group, with the same id, or in the same stack. */
  byName<S extends Segment>(
    segment: S,
    name: string,
    { group, stack, id }: { group?: string | undefined; stack: string; id?: string },
  ): Lead<S> {
    const same = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase();
    this.named ??= this.madeByName();
    const inGroup = (this.named.get(`${segment} ${name.toLowerCase()}`) ?? []).filter((thing) => {
      const its = this.groupOf(thing);
      return group === undefined || its === undefined || same(its, group);
    });
    const found =
      inGroup.find(({ values }) => id !== undefined && same(textOf(values.id), id)) ??
      inGroup.find((thing) => thing.stack === stack) ??
      inGroup[0];
    return { segment, key: found && keyOf(found), name };
  }

  /** What the app makes, by its segment and its name. */
  private madeByName(): ReadonlyMap<string, readonly Thing[]> {
    const named = new Map<string, Thing[]>();
    for (const thing of this.all) {
      const segment = thing.type.startsWith("data.") ? undefined : segmentOf(thing);
      if (segment === undefined) continue;
      const key = `${segment} ${(this.literal(thing, "name") ?? nameOf(thing)).toLowerCase()}`;
      named.set(key, [...(named.get(key) ?? []), thing]);
    }
    return named;
  }

  private groupOf(thing: Thing): string | undefined {
    const id = textOf(thing.values.id) ?? textOf(thing.values.parent_id);
    const found = /\/resourceGroups\/([^/]+)/i.exec(id ?? "")?.[1];
    if (found) return found;
    const literal = this.literal(thing, "resource_group_name");
    if (literal) return literal;
    for (const reference of thing.references(["parent_id"])) {
      const other = this.get(reference);
      if (other?.type === "azurerm_resource_group") return this.literal(other, "name");
    }
    return undefined;
  }

  /** If an attribute is copied from another resource, that resource's value. */
  literal(thing: Thing, key: string, depth = 0): string | undefined {
    const value = thing.values[key];
    if (typeof value === "string" && value !== "" && !value.includes("${")) return value;
    if (depth > 5) return undefined;
    for (const reference of thing.references([key])) {
      const other = this.get(reference);
      if (other === undefined || reference.attribute === undefined) continue;
      const found = this.literal(other, reference.attribute, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function segmentOf({ type, values }: Thing): Segment | undefined {
  const azure = type.endsWith("azapi_resource") ? String(values.type) : "";
  switch (type.replace(/^data\./, "")) {
    case "azurerm_kubernetes_cluster":
      return "managedClusters";
    case "azurerm_virtual_network":
      return "virtualNetworks";
    case "azurerm_kubernetes_fleet_member":
      return "members";
    case "azurerm_kubernetes_fleet_manager":
      return "fleets";
    default:
      return FLEET_TYPE.test(azure) ? "fleets" : MEMBER_TYPE.test(azure) ? "members" : undefined;
  }
}

/** Its name in Azure or Kubernetes; for one known only after apply, the logical id. */
export function nameOf({ values, address }: Pick<Thing, "values" | "address">): string {
  const metadata = at(values, "manifest", "metadata") ?? at(values, "metadata", 0);
  const name = textOf(at(metadata, "name")) ?? textOf(values.name);
  if (name && !name.includes("${")) return name;
  return (address.split(".").pop() ?? address).replace(/_[0-9A-F]{8}$/, "");
}

export function keyOf({ stack, address }: { stack: string; address: string }): string {
  return `${stack} ${address}`;
}
