import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FinalProblem } from "./problems";

const COLUMNS = 100;

interface StackEntry {
  name: string;
  synthesizedStackPath: string;
  dependencies?: string[];
}

type Resource = Record<string, unknown>;

interface Item {
  /** What it is, for one and for many. */
  kind: [one: string, many: string];
  /** undefined: its name tells nothing. */
  name: string | undefined;
  /** Kubernetes objects read as in kubectl: "Deployment store-front", without "1" and brackets. */
  style: "counted" | "kubernetes" | "activity";
}

/** In this order they are listed. Where no attribute is named, the name tells nothing. */
const KINDS: Record<string, { kind: Item["kind"]; name?: string }> = {
  azurerm_resource_group: { kind: ["resource group", "resource groups"], name: "name" },
  azurerm_virtual_network: { kind: ["virtual network", "virtual networks"], name: "name" },
  azurerm_subnet: { kind: ["subnet", "subnets"], name: "name" },
  azurerm_network_security_group: {
    kind: ["network security group", "network security groups"],
    name: "name",
  },
  azurerm_network_security_rule: { kind: ["security rule", "security rules"], name: "name" },
  azurerm_subnet_network_security_group_association: {
    kind: ["network security group association", "network security group associations"],
  },
  azurerm_virtual_network_peering: { kind: ["peering", "peerings"], name: "name" },
  azurerm_user_assigned_identity: { kind: ["identity", "identities"], name: "name" },
  azurerm_kubernetes_cluster: { kind: ["AKS cluster", "AKS clusters"], name: "name" },
  azapi_resource: { kind: ["azapi_resource", "azapi_resource"], name: "name" },
  azurerm_kubernetes_fleet_member: { kind: ["member", "members"], name: "name" },
  azurerm_role_assignment: { kind: ["role assignment", "role assignments"] },
  kubernetes_manifest: { kind: ["manifest", "manifests"] },
  kubernetes_secret_v1: { kind: ["Secret", "Secrets"] },
  null_resource: { kind: ["null_resource", "null_resource"], name: "name" },
};

/** The lines that say what the app synthesized into a folder would build. */
export function show(folder: string): string[] {
  const stacks = inOrder(readManifest(folder));
  const lines: string[] = [];
  let total = 0;
  for (const stack of stacks) {
    const items = readStack(folder, stack);
    total += items.length;
    const after = stack.dependencies?.length ? ` (after ${stack.dependencies.join(", ")})` : "";
    lines.push(`${stack.name}${after}: ${counted(items.length, "resource", "resources")}`);
    for (const line of summary(items)) lines.push(...wrapped(line));
    lines.push("");
  }
  lines.push(
    `${counted(total, "resource", "resources")} in ${counted(stacks.length, "stack", "stacks")}.`,
    "Next: npx cdktf deploy '*'",
  );
  return lines;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function readManifest(folder: string): StackEntry[] {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) {
    throw new FinalProblem(
      `${folder} holds no synthesized app (there is no ${path}): run npx cdktf synth first, or name the folder: aks-fleet show FOLDER.`,
    );
  }
  const { stacks } = readJson<{ stacks?: Record<string, StackEntry> }>(path);
  return Object.values(stacks ?? {});
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    throw new FinalProblem(`${path} can't be read: ${(error as Error).message}. Synthesize the app again.`);
  }
}

/** Dependencies first, otherwise in the order of the manifest. */
function inOrder(stacks: StackEntry[]): StackEntry[] {
  const ordered = new Set<StackEntry>();
  const visiting = new Set<StackEntry>();
  const visit = (stack: StackEntry) => {
    if (ordered.has(stack) || visiting.has(stack)) return;
    visiting.add(stack);
    for (const name of stack.dependencies ?? []) {
      const dependency = stacks.find((one) => one.name === name);
      if (dependency) visit(dependency);
    }
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
}

function readStack(folder: string, stack: StackEntry): Item[] {
  const { resource = {} } = readJson<{ resource?: Record<string, Record<string, Resource>> }>(
    join(folder, stack.synthesizedStackPath),
  );
  const known = Object.keys(KINDS);
  const place = (type: string) => (known.includes(type) ? known.indexOf(type) : known.length);
  return Object.entries(resource)
    .sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
    .flatMap(([type, instances]) =>
      Object.entries(instances).map(([id, instance]) => describe(type, id, instance)),
    );
}

function describe(type: string, id: string, resource: Resource): Item {
  if (type === "azapi_resource" && String(resource.type).startsWith("Microsoft.ContainerService/fleets@")) {
    const hub = JSON.stringify(resource.body ?? {}).includes("hubProfile") ? " with a hub" : "";
    return {
      kind: [`fleet${hub}`, `fleets${hub}`],
      name: known(resource.name, id),
      style: "counted",
    };
  }
  if (type === "kubernetes_manifest" || type === "kubernetes_secret_v1") {
    const manifest = (resource.manifest ?? { kind: "Secret", metadata: resource.metadata }) as {
      kind?: string;
      metadata?: { name?: unknown } | { name?: unknown }[];
    };
    const { kind = "manifest" } = manifest;
    const metadata = Array.isArray(manifest.metadata) ? manifest.metadata[0] : manifest.metadata;
    return { kind: [kind, plural(kind)], name: known(metadata?.name, id), style: "kubernetes" };
  }
  const activity = type === "null_resource" ? activityOf(resource) : undefined;
  if (activity) return activity;

  const entry = KINDS[type];
  return {
    kind: entry?.kind ?? [type, type],
    name: entry ? entry.name && known(resource[entry.name], id) : known(resource.name, "") || undefined,
    style: "counted",
  };
}

/** A name that is only known at deploy is told by the logical id, without the hash that CDKTF gives it. */
function known(name: unknown, id: string): string {
  return typeof name === "string" && !name.includes("${") ? name : id.replace(/_[0-9A-F]{8}$/, "");
}

function plural(kind: string): string {
  if (kind.endsWith("s")) return `${kind}es`;
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** What a null_resource runs, when it runs this command. */
function activityOf(resource: Resource): Item | undefined {
  for (const text of strings(resource)) {
    const words = text.replace(/["'\\,]/g, " ").replace(/\s+/g, " ");
    const wait = /(?:^| )wait (hub|member|placement|service)( (?!-)\S+)?/.exec(words);
    if (wait) {
      const [, what = "", name = ""] = wait;
      const named = what === "placement" || what === "service" ? name : "";
      return { kind: ["waits", "waits"], name: what + named, style: "activity" };
    }
    if (/(?:^| )drain(?: |$)/.test(words)) {
      return {
        kind: ["on destroy", "on destroy"],
        name: "drain (wait until the members are clean)",
        style: "activity",
      };
    }
  }
  return undefined;
}

/** Every text in a resource; a list of texts is one, since a command may be one word each. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === "string") ? [value.join(" ")] : value.flatMap(strings);
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "//" ? [] : strings(inner)));
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
