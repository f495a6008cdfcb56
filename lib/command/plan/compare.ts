import { type Block, commandsOf, constructPath, type SynthesizedStack } from "../app/synthesized";
import { attributesOf, startsWith } from "./attributes";
import { type Fleet, fleetOfStacks } from "./fleet";
import { maskPair, type Secrets } from "./mask";
import type { Change, OutputChange, Plan } from "./plan";
import { secretsIn, sensitivity } from "./stack-secrets";
import { FLEET_TYPE, referencesIn } from "./things";
import { at, isEqual, isObject, listOf, objectOf, type Path, type Values } from "./values";

/** Terraform's meta-arguments in a synthesized block. */
const META = ["//", "provisioner", "connection", "lifecycle", "depends_on", "provider", "count", "for_each"];

/**
 * Attributes that force a replacement, for the types this library creates; or all except those named. For clusters and pools:
 * ForceNew in the schemas, and in CustomizeDiff, of kubernetes_cluster_resource.go, kubernetes_cluster_node_pool_resource.go
 * and kubernetes_nodepool.go of azurerm 4.55.
 */
export const FORCES: Record<string, { only?: string[]; but?: string[] }> = {
  azapi_resource: { only: ["name", "location", "parent_id", "replace_triggers_external_values"] },
  azurerm_kubernetes_cluster: {
    only: [
      "name",
      "location",
      "resource_group_name",
      "dns_prefix",
      "dns_prefix_private_cluster",
      "private_cluster_enabled",
      "node_resource_group",
      "edge_zone",
      "disk_encryption_set_id",
      "kubelet_identity",
      "linux_profile",
      "private_dns_zone_id",
      "role_based_access_control_enabled",
      "windows_profile.admin_username",
      "default_node_pool.capacity_reservation_group_id",
      "default_node_pool.gpu_driver",
      "default_node_pool.gpu_instance",
      "default_node_pool.host_group_id",
      "default_node_pool.name",
      "default_node_pool.node_public_ip_prefix_id",
      "default_node_pool.proximity_placement_group_id",
      "default_node_pool.type",
      "network_profile.dns_service_ip",
      "network_profile.ip_versions",
      "network_profile.load_balancer_sku",
      "network_profile.network_data_plane",
      "network_profile.network_mode",
      "network_profile.network_plugin",
      "network_profile.network_policy",
      "network_profile.pod_cidr",
      "network_profile.pod_cidrs",
      "network_profile.service_cidr",
      "network_profile.service_cidrs",
    ],
  },
  azurerm_kubernetes_cluster_node_pool: {
    only: [
      "name",
      "kubernetes_cluster_id",
      "capacity_reservation_group_id",
      "eviction_policy",
      "gpu_driver",
      "gpu_instance",
      "host_group_id",
      "node_public_ip_prefix_id",
      "os_type",
      "priority",
      "proximity_placement_group_id",
      "spot_max_price",
      "windows_profile",
    ],
  },
  azurerm_kubernetes_fleet_manager: { only: ["name", "location", "resource_group_name"] },
  azurerm_kubernetes_fleet_member: { but: ["group"] },
  azurerm_resource_group: { only: ["name", "location"] },
  azurerm_virtual_network: { only: ["name", "location", "resource_group_name"] },
  azurerm_subnet: { only: ["name", "resource_group_name", "virtual_network_name"] },
  azurerm_virtual_network_peering: {
    only: ["name", "resource_group_name", "virtual_network_name", "remote_virtual_network_id"],
  },
  azurerm_network_security_group: { only: ["name", "location", "resource_group_name"] },
  azurerm_network_security_rule: { only: ["name", "resource_group_name", "network_security_group_name"] },
  azurerm_subnet_network_security_group_association: { but: [] },
  azurerm_role_assignment: { but: [] },
  azurerm_user_assigned_identity: { only: ["name", "location", "resource_group_name"] },
  null_resource: { only: ["triggers"] },
};
/** azurerm's defaults: writing them out changes nothing. */
export const DEFAULTS: Record<string, Record<string, unknown>> = {
  azurerm_kubernetes_cluster: {
    private_cluster_enabled: false,
    role_based_access_control_enabled: true,
    "default_node_pool.type": "VirtualMachineScaleSets",
    "network_profile.load_balancer_sku": "standard",
    "network_profile.network_data_plane": "azure",
  },
  azurerm_kubernetes_cluster_node_pool: { os_type: "Linux", priority: "Regular", spot_max_price: -1 },
};
const MANIFEST_FORCES: Path[] = [
  ["manifest", "apiVersion"],
  ["manifest", "kind"],
  ["manifest", "metadata", "name"],
  ["manifest", "metadata", "namespace"],
];

export const SYNTHESIS_NOTE =
  "This compares two synthesized apps, without querying Azure or a cluster. Drift is not detected, and replacements are derived from what this library knows.";

export interface Comparison {
  readonly plans: readonly Plan[];
  readonly fleets: readonly [before: Fleet, after: Fleet];
}

/** The difference between two synthesized apps, as plans of their stacks. */
export function compare(base: readonly SynthesizedStack[], head: readonly SynthesizedStack[]): Comparison {
  const names = [...new Set([...head, ...base].map(({ name }) => name))];
  const find = (stacks: readonly SynthesizedStack[], name: string) => stacks.find((one) => one.name === name);
  const pairs = names.map((name) => ({ name, was: find(base, name), is: find(head, name) }));
  const drafts = pairs.map(({ name, was, is }) => draft(name, was, is));
  replaceDependents(drafts, head);
  return {
    plans: drafts.map(({ stack, changes, outputs }) => ({
      stack,
      changes: [...changes.values()],
      drift: [],
      outputs,
      applies: true,
      errored: false,
      complete: true,
      checks: [],
      actions: [],
      deferred: [],
    })),
    fleets: [fleetOfStacks(base), fleetOfStacks(head)],
  };
}

interface Draft {
  readonly stack: string;
  readonly changes: Map<string, Change>;
  readonly outputs: OutputChange[];
}

function draft(stack: string, was: SynthesizedStack | undefined, is: SynthesizedStack | undefined): Draft {
  const [before, after] = [blocksOf(was), blocksOf(is)];
  const secrets = secretsIn(was, is);
  const moved = new Map(
    listOf(is?.json.moved).map((one) => [String(at(one, "to")), String(at(one, "from"))]),
  );
  const imported = new Map(
    listOf(is?.json.import).map((one) => [String(at(one, "to")), String(at(one, "id"))]),
  );
  const gone = new Set(moved.values());
  const changes = new Map<string, Change>();
  for (const address of [...new Set([...after.keys(), ...before.keys()])].sort()) {
    if (gone.has(address) && !after.has(address)) continue;
    const previous = before.has(address) ? address : (moved.get(address) ?? address);
    const [old, own] = [before.get(previous), after.get(address)];
    const { type, id, block } = (own ?? old) as Found;
    const tree = [old, own].map((one) => sensitivity(type, one?.block));
    const [had, has] = [old && bare(old.block, block), own && bare(own.block)];
    const [hiddenOld, hiddenOwn] = maskPair(
      had && has ? completed(type, had, has) : had,
      had && has ? completed(type, has, had) : has,
      tree[0],
      tree[1],
    );
    const clean = (value: unknown) => (isObject(value) ? (secrets.clean(value) as Values) : undefined);
    const change: Change = {
      stack,
      address,
      type,
      name: id,
      managed: true,
      action: "no-op",
      reason: undefined,
      before: clean(hiddenOld),
      after: clean(hiddenOwn),
      unknown: undefined,
      forces: [],
      previousAddress: previous === address ? undefined : previous,
      importId: own && !old ? imported.get(address) : undefined,
      deposed: false,
      path: constructPath(own ? is : was, type, id),
      asked: undefined,
      commands: commandsOf(block),
      api: undefined,
    };
    changes.set(address, { ...change, ...actionOf(change, old, own) });
  }
  return { stack, changes, outputs: outputsOf(was, is, secrets) };
}

interface Found {
  readonly type: string;
  readonly id: string;
  readonly block: Block;
}

function blocksOf(stack: SynthesizedStack | undefined): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const [type, instances] of Object.entries(objectOf(stack?.json.resource))) {
    for (const [id, block] of Object.entries(objectOf(instances))) {
      if (isObject(block)) found.set(`${type}.${id}`, { type, id, block });
    }
  }
  return found;
}

/** A block without meta-arguments, and without what the other side's ignore_changes lists. */
function bare(block: Block, other: Block = block): Values {
  const values = Object.fromEntries(Object.entries(block).filter(([key]) => !META.includes(key)));
  const ignored = at(other, "lifecycle", "ignore_changes");
  if (other === block) return values;
  if (ignored === "all") return bare(other);
  return listOf(ignored).reduce<Values>((kept, path) => {
    const keys = String(path)
      .split(/[.[\]]+/)
      .filter((key) => key !== "");
    return withIgnored(kept, other, keys) as Values;
  }, values);
}

/** With another block's value at a path; a single block is an object there, or a list of one. */
function withIgnored(value: unknown, other: unknown, [key, ...path]: string[]): unknown {
  if (key === undefined) return other;
  if (key === "0" && isObject(value)) return withIgnored(value, other, path);
  if (Array.isArray(value)) {
    const index = Number(key);
    return value.map((one, at) => (at === index ? withIgnored(one, listOf(other)[index], path) : one));
  }
  if (!isObject(value)) return value;
  const inner = withIgnored(value[key], at(other, key), path);
  const { [key]: _, ...rest } = value;
  return inner === undefined ? rest : { ...value, [key]: inner };
}

function actionOf(change: Change, old: Found | undefined, own: Found | undefined): Partial<Change> {
  if (old === undefined) return { action: change.importId === undefined ? "create" : "no-op" };
  if (own === undefined) return { action: "delete", reason: "delete_because_no_resource_config" };
  if (isEqual(change.before, change.after)) return { action: "no-op" };
  const differing = attributesOf({ ...change, action: "update" });
  const forces = forcingPaths(change.type, own.block).filter((force) =>
    differing.some(({ path }) => startsWith(path, force) || startsWith(force, path)),
  );
  if (forces.length > 0) return { action: "replace", forces };
  return { action: differing.length > 0 ? "update" : "no-op" };
}

/** With azurerm's default for a value that only one of two blocks sets. */
function completed(type: string, block: Values, other: Values): Values {
  return Object.entries(DEFAULTS[type] ?? {}).reduce<Values>(
    (values, [path, value]) => withDefault(values, other, path.split("."), value) as Values,
    block,
  );
}

function withDefault(block: unknown, other: unknown, [key, ...path]: string[], value: unknown): unknown {
  if (key === undefined) return block === undefined && other !== undefined ? value : block;
  // A single block is an object, or a list of one.
  const [beside] = Array.isArray(other) ? other : [other];
  if (Array.isArray(block)) return block.map((one) => withDefault(one, beside, [key, ...path], value));
  if (!isObject(block)) return block;
  const inner = withDefault(block[key], at(beside, key), path, value);
  return inner === undefined ? block : { ...block, [key]: inner };
}

function forcingPaths(type: string, block: Block): Path[] {
  if (type === "kubernetes_manifest") return MANIFEST_FORCES;
  const { only, but } = FORCES[type] ?? {};
  if (but)
    return Object.keys(block)
      .filter((key) => !META.includes(key) && !but.includes(key))
      .map((key) => [key]);
  const paths: Path[] = (only ?? []).map((key) => {
    const [name = "", ...inner] = key.split(".");
    // A single block is an object, or a list of one.
    return Array.isArray(block[name]) && inner.length > 0 ? [name, 0, ...inner] : [name, ...inner];
  });
  if (type !== "azapi_resource") return paths;
  const named = listOf(block.replace_triggers_refs).map((ref) => ["body", ...String(ref).split(".")]);
  return [
    ...paths,
    ...named,
    ...(FLEET_TYPE.test(String(block.type)) ? [["body", "properties", "hubProfile"]] : []),
  ];
}

/** What refers to the id of a replaced resource is replaced, too, if it can't change in place. */
function replaceDependents(drafts: readonly Draft[], head: readonly SynthesizedStack[]): void {
  const find = (stack: string, address: string) =>
    drafts.find((one) => one.stack === stack)?.changes.get(address);
  for (let again = true; again; ) {
    again = false;
    for (const { stack, changes } of drafts) {
      for (const [address, change] of changes) {
        if (change.action !== "no-op" && change.action !== "update") continue;
        const block = change.after;
        if (block === undefined) continue;
        const forces = forcingPaths(change.type, block).filter((path) =>
          textsIn(at(block, ...path)).some((text) =>
            referencesIn(text, stack, head).some((reference) => {
              const other = find(reference.stack, reference.address);
              if (other === undefined || other === change) return false;
              // A wait's triggers hold a hash of what it waits for.
              if (change.type === "null_resource")
                return other.action !== "no-op" && other.action !== "delete";
              return other.action === "replace" && takesUnknown(text, other);
            }),
          ),
        );
        if (forces.length === 0) continue;
        changes.set(address, {
          ...change,
          action: "replace",
          forces: [...change.forces, ...forces],
          unknown: Object.fromEntries(forces.map(([key]) => [key, true])),
        });
        again = true;
      }
    }
  }
}

/** Whether an expression refers to a computed attribute, such as an id. */
function takesUnknown(text: string, { address, after }: Change): boolean {
  const attributes = [...text.matchAll(/([a-z]\w*\.[\w-]+)\.(\w+)/g)].filter(
    ([, found]) => found === address,
  );
  return (
    attributes.length === 0 ||
    attributes.some(([, , attribute]) => after?.[attribute as string] === undefined)
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function outputsOf(
  was: SynthesizedStack | undefined,
  is: SynthesizedStack | undefined,
  secrets: Secrets,
): OutputChange[] {
  const [before, after] = [objectOf(was?.json.output), objectOf(is?.json.output)];
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].sort().map((name) => {
    const [old, own] = [at(before[name], "value"), at(after[name], "value")];
    const sensitive = at(before[name], "sensitive") === true || at(after[name], "sensitive") === true;
    const [hiddenOld, hiddenOwn] = maskPair(old, own, sensitive, sensitive);
    const action =
      old === undefined ? "create" : own === undefined ? "delete" : isEqual(old, own) ? "no-op" : "update";
    return {
      name,
      action,
      before: secrets.clean(hiddenOld),
      after: secrets.clean(hiddenOwn),
      unknown: false,
    };
  });
}
