import { activityIn, purposeOf } from "../fleet-api/wait-command";
import {
  commandsOf,
  notedIn,
  type Block as Resource,
  readStacks,
  type SynthesizedStack,
} from "./app/synthesized";
import { FLEET_PARTS } from "./judge/rules/subject";
import { fleetOfStacks } from "./plan/fleet";
import { objectOf } from "./plan/values";
import { sketch } from "./render/sketch";
import { counted, KINDS, type Kind, plural } from "./terminal/kinds";

const COLUMNS = 100;

interface Item {
  /** Its kind, singular and plural. */
  kind: Kind;
  /** undefined: its name is not shown. */
  name: string | undefined;
  /** Kubernetes objects are shown as in kubectl: "Deployment store-front", without a count or brackets. */
  style: "counted" | "kubernetes" | "activity";
}

/** The lines that list what the app synthesized into a folder would build. */
export function show(folder: string): string[] {
  const stacks = readStacks(folder);
  const lines: string[] = [];
  let total = 0;
  for (const stack of stacks) {
    const items = itemsOf(stack);
    total += items.length;
    const after = stack.dependencies.length ? ` (after ${stack.dependencies.join(", ")})` : "";
    lines.push(`${stack.name}${after}: ${counted(items.length, "resource", "resources")}`);
    for (const line of summary(items)) lines.push(...wrapped(line));
    lines.push("");
  }
  const fleet = fleetOfStacks(stacks);
  if (fleet.members.length > 0) {
    lines.push("The fleet (as a diagram: npx aks-fleet diagram):");
    for (const line of sketch(fleet)) lines.push(...wrapped(line));
    lines.push("");
  }
  for (const said of notedIn(stacks)) lines.push(...wrapped(said));
  if (lines.at(-1) !== "") lines.push("");
  lines.push(
    `${counted(total, "resource", "resources")} in ${counted(stacks.length, "stack", "stacks")}.`,
    "Next: npx cdktf deploy '*'",
  );
  return lines;
}

function itemsOf({ json: { resource = {} } }: SynthesizedStack): Item[] {
  const known = Object.keys(KINDS);
  const place = (type: string) => (known.includes(type) ? known.indexOf(type) : known.length);
  return (
    Object.entries(resource)
      // What this library records about immutable fields.
      .filter(([type]) => type !== "terraform_data")
      .sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
      .flatMap(([type, instances]) =>
        Object.entries(instances).map(([id, instance]) => describe(type, id, instance)),
      )
  );
}

function describe(type: string, id: string, resource: Resource): Item {
  const azure = type === "azapi_resource" ? azureKind(resource) : undefined;
  if (azure) return { kind: azure, name: known(resource.name, id), style: "counted" };
  if (type === "kubernetes_manifest" || type === "kubernetes_secret_v1") {
    const manifest = (resource.manifest ?? { kind: "Secret", metadata: resource.metadata }) as {
      kind?: string;
      metadata?: { name?: unknown } | { name?: unknown }[];
    };
    const { kind = "manifest" } = manifest;
    const metadata = Array.isArray(manifest.metadata) ? manifest.metadata[0] : manifest.metadata;
    return { kind: [kind, plural(kind)], name: known(metadata?.name, id), style: "kubernetes" };
  }
  const own = type === "null_resource" ? purposeItem(id, resource) : undefined;
  if (own) return own;

  const entry = KINDS[type];
  return {
    kind: entry?.kind ?? [type, type],
    name: entry ? entry.name && known(resource[entry.name], id) : known(resource.name, "") || undefined,
    style: "counted",
  };
}

/** What an azapi_resource is, if it is the fleet or a part of it. */
function azureKind({ type, body }: Resource): Kind | undefined {
  const match = /^Microsoft\.ContainerService\/fleets(?:\/(\w+))?@/.exec(String(type));
  if (match === null) return undefined;
  if (match[1] !== undefined) return match[1] === "members" ? ["member", "members"] : FLEET_PARTS[match[1]];
  const hub = JSON.stringify(body ?? {}).includes("hubProfile") ? " with a hub" : "";
  return [`fleet${hub}`, `fleets${hub}`];
}

/** A name known only after apply is shown as the logical id, without CDKTF's hash. */
function known(name: unknown, id: string): string {
  return typeof name === "string" && !name.includes("${") ? name : id.replace(/_[0-9A-F]{8}$/, "");
}

/** What a null_resource of this library is for. */
function purposeItem(id: string, resource: Resource): Item | undefined {
  const activity = commandsOf(resource).map(activityIn).find(Boolean);
  if (activity?.verb === "wait") {
    const { kind, name } = activity;
    return { kind: ["waits", "waits"], name: name ? `${kind} ${name}` : kind, style: "activity" };
  }
  if (activity?.verb === "leave") {
    return {
      kind: ["on destroy", "on destroy"],
      name: "leave (remove from a member what is placed there)",
      style: "activity",
    };
  }
  if (activity?.verb === "drain") {
    return {
      kind: ["on destroy", "on destroy"],
      name: "drain (wait until the members are clean)",
      style: "activity",
    };
  }
  return purposeOf(objectOf(resource.triggers)) === "password"
    ? { kind: ["password", "passwords"], name: known(undefined, id), style: "counted" }
    : undefined;
}

function summary(items: Item[]): string[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = `${item.style} ${item.kind[0]}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Item];
    const [one, many] = first.kind;
    const names = group.flatMap(({ name }) => name ?? []);
    const list = [...new Set(names)].map((name) => times(name, names)).join(", ");
    if (first.style === "activity") return `${one}: ${list}`;
    if (first.style === "kubernetes" && group.length === 1) return `${one} ${list}`;
    return counted(group.length, one, many) + (list ? ` (${list})` : "");
  });
}

function times(name: string, names: string[]): string {
  const count = names.filter((one) => one === name).length;
  return count > 1 ? `${name} (${count} times)` : name;
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = " ";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = "     ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
