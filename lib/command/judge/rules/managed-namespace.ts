import { compareQuantities, parseQuantity, type Quantity } from "../../../fleet-model/quantity";
import { attributesOf } from "../../plan/attributes";
import type { Change } from "../../plan/plan";
import { at, joined, listOf, textOf } from "../../plan/values";
import type { Side } from "./members";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import {
  changeName,
  isManagedNamespace,
  manifestOf,
  namespaceOf,
  objectKind,
  onlyTags,
  subjectOf,
} from "./subject";
import { goes, summaryOf } from "./words";

const QUOTAS = ["cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"] as const;
type Quota = (typeof QUOTAS)[number];

export function deletesNamespace({ before }: Change): boolean {
  return at(before, "body", "properties", "deletePolicy") === "Delete";
}

const propertyOf = (change: Change, side: Side, ...path: string[]) =>
  at(change[side], "body", "properties", ...path);

const quotaOf = (change: Change, side: Side, quota: Quota) =>
  textOf(propertyOf(change, side, "managedNamespaceProperties", "defaultResourceQuota", quota));

const policyOf = (change: Change, side: Side) =>
  propertyOf(
    change,
    side,
    "propagationPolicy",
    "placementProfile",
    "defaultClusterResourcePlacement",
    "policy",
  );

/** How much traffic is allowed, from least to most. Without a policy, all is. */
const WIDTH: Readonly<Record<string, number>> = { DenyAll: 0, AllowSameNamespace: 1, AllowAll: 2 };

const THROUGH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ingress: {
    DenyAll: "its pods no longer accept any traffic",
    AllowSameNamespace:
      "only pods of the same namespace can reach its pods, and fleet addresses no longer can",
  },
  egress: {
    DenyAll: "its pods can no longer reach anything",
    AllowSameNamespace: "its pods can reach only pods of the same namespace",
  },
};

/** What is no longer allowed, in each direction. */
function closed(change: Change): string[] {
  return (["ingress", "egress"] as const).flatMap((way) => {
    const rule = (side: Side) =>
      textOf(propertyOf(change, side, "managedNamespaceProperties", "defaultNetworkPolicy", way)) ??
      "AllowAll";
    const [was, is] = [rule("before"), rule("after")];
    const reported = THROUGH[way]?.[is];
    return reported && (WIDTH[is] ?? 2) < (WIDTH[was] ?? 2) ? [reported] : [];
  });
}

/** The members that are no longer named. */
function left(change: Change): string[] {
  const names = (side: Side) => {
    const policy = policyOf(change, side);
    return at(policy, "placementType") === "PickFixed"
      ? listOf(at(policy, "clusterNames")).map(String)
      : undefined;
  };
  const [was, is] = [names("before"), names("after")];
  if (!was) return [];
  // Nothing says any longer that it is on members.
  if (!is) return policyOf(change, "after") === undefined ? was : [];
  return was.filter((name) => !is.includes(name));
}

interface Shrunk {
  readonly quota: Quota;
  readonly was: string | undefined;
  readonly is: string;
  /** What the plans' workloads request in the namespace, if that exceeds the quota. */
  readonly runs: string | undefined;
}

function shrunk(change: Change, context: Context): Shrunk[] {
  return QUOTAS.flatMap((quota) => {
    const [was, is] = [quotaOf(change, "before", quota), quotaOf(change, "after", quota)];
    const [from, to] = [was === undefined ? undefined : parseQuantity(was), parseQuantity(is ?? "")];
    if (is === undefined || !to || (was !== undefined && (!from || compareQuantities(to, from) >= 0)))
      return [];
    const asked = askedIn(changeName(change), quota, context);
    return [
      { quota, was, is, runs: asked && compareQuantities(asked, to) > 0 ? textOfQuantity(asked) : undefined },
    ];
  });
}

/** The total that the plans' workloads request in a namespace; undefined if none does. */
function askedIn(namespace: string, quota: Quota, { all }: Context): Quantity | undefined {
  const [, resource = "", kind = ""] = /^(cpu|memory)(Request|Limit)$/.exec(quota) ?? [];
  const amounts = all
    .filter(
      (one) =>
        one.after &&
        ["Deployment", "StatefulSet"].includes(objectKind(one) ?? "") &&
        namespaceOf(one) === namespace,
    )
    .flatMap((one) => {
      const spec = at(manifestOf(one), "spec");
      const replicas = Number(at(spec, "replicas") ?? 1);
      return listOf(at(spec, "template", "spec", "containers")).flatMap((container) => {
        const amount = at(container, "resources", `${kind.toLowerCase()}s`, resource);
        const parsed = amount === undefined || amount === null ? undefined : parseQuantity(String(amount));
        return parsed ? [{ value: parsed.value * BigInt(replicas), exponent: parsed.exponent }] : [];
      });
    });
  const [first, ...others] = amounts;
  return first && others.reduce(sum, first);
}

function sum(a: Quantity, b: Quantity): Quantity {
  const exponent = Math.min(a.exponent, b.exponent);
  const at = (one: Quantity) => one.value * 10n ** BigInt(one.exponent - exponent);
  return { value: at(a) + at(b), exponent };
}

/** `2500m`, `3Gi`, `1500`. */
function textOfQuantity({ value, exponent }: Quantity): string {
  if (exponent < 0) {
    const factor = 10n ** BigInt(-exponent);
    return value % factor === 0n ? String(value / factor) : `${(value * 1000n) / factor}m`;
  }
  const whole = value * 10n ** BigInt(exponent);
  const [unit, size] = (
    [
      ["Gi", 1024n ** 3n],
      ["Mi", 1024n ** 2n],
    ] as const
  ).find(([, one]) => whole >= one && whole % one === 0n) ?? ["", 1n];
  return `${whole / size}${unit}`;
}

const WORDS: Readonly<Record<Quota, string>> = {
  cpuRequest: "CPU requests",
  cpuLimit: "CPU limits",
  memoryRequest: "memory requests",
  memoryLimit: "memory limits",
};

function shrunkTold({ quota, was, is, runs }: Shrunk): string {
  const now = `${WORDS[quota]} ${was ?? "unlimited"} → ${is}`;
  return runs ? `${now}, less than the ${runs} that the app's workloads request there` : now;
}

export const MANAGED_NAMESPACES: readonly Rule[] = [
  {
    id: "managed-namespace-deleted",
    what: "a managed namespace with the deletePolicy Delete is deleted or replaced",
    effect: "the namespace is deleted from its clusters, with everything in it",
    severity: "outage",
    report: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? `${subjectOf(change)} is ${goes(change)}: everything in it is deleted on its clusters`
        : undefined,
    ),
  },
  {
    id: "managed-namespace-leaves",
    what: "a managed namespace is no longer on a member that it names",
    effect: "the fleet removes the namespace from that cluster, with everything in it",
    severity: "outage",
    report: isWhen("update", isManagedNamespace, (change) => {
      const names = left(change);
      return names.length > 0
        ? `${subjectOf(change)} is no longer on ${joined(names)}: the fleet removes it there, with everything in it`
        : undefined;
    }),
  },
  {
    id: "managed-namespace-closed",
    what: "a managed namespace's network policy becomes stricter",
    effect: "its pods are cut off from what the policy allowed before",
    severity: "outage",
    report: isWhen("update", isManagedNamespace, (change) => {
      const reported = closed(change);
      return reported.length > 0
        ? `${subjectOf(change)} allows less traffic: ${joined(reported)}`
        : undefined;
    }),
  },
  {
    id: "managed-namespace-quota-exceeded",
    what: "a managed namespace's quota shrinks below what the app's workloads request there",
    effect: "running pods stay; restarted pods and rollouts are rejected",
    severity: "risk",
    report: isWhen(["create", "update"], isManagedNamespace, (change, context) => {
      const below = shrunk(change, context).filter(({ runs }) => runs !== undefined);
      return below.length > 0
        ? `${subjectOf(change)} allows less on each cluster: ${joined(below.map(shrunkTold))}; running pods stay, but restarted pods are rejected`
        : undefined;
    }),
  },
  {
    id: "managed-namespace-quota-shrinks",
    what: "a managed namespace's quota shrinks",
    effect: "running pods stay; if they exceed it, restarted pods are rejected",
    severity: "risk",
    report: isWhen("update", isManagedNamespace, (change, context) => {
      const less = shrunk(change, context).filter(({ runs }) => runs === undefined);
      return less.length > 0
        ? `${subjectOf(change)} allows less on each cluster: ${joined(less.map(shrunkTold))}; running pods stay, but if they exceed it, restarted pods are rejected`
        : undefined;
    }),
  },
  {
    id: "managed-namespace-deletes",
    what: "the deletePolicy of a managed namespace changes from Keep to Delete",
    effect: "nothing now; deleting it later deletes everything in it",
    severity: "risk",
    report: isWhen("update", isManagedNamespace, (change) =>
      !deletesNamespace(change) && propertyOf(change, "after", "deletePolicy") === "Delete"
        ? `${subjectOf(change)} will be deleted with everything in it from now on (deletePolicy Keep → Delete)`
        : undefined,
    ),
  },
  {
    id: "managed-namespace-kept",
    what: "a managed namespace with the deletePolicy Keep is deleted or replaced",
    effect:
      "the namespace stays on its clusters, unmanaged: its quotas and network policies are no longer enforced",
    severity: "risk",
    report: isWhen(GONE, isManagedNamespace, (change) =>
      deletesNamespace(change)
        ? undefined
        : `${subjectOf(change)} is ${goes(change)}: it stays on its clusters with everything in it, unmanaged${change.action === "replace" ? " until it is recreated" : ""}`,
    ),
  },
  {
    id: "managed-namespace-changed",
    what: "a managed namespace changes",
    effect: "its quotas, network policies or clusters change",
    severity: "risk",
    report: isWhen("update", isManagedNamespace, (change, context) => {
      const attributes = attributesOf(change).filter(
        ({ path }) => !isToldOf(change, path.map(String), context),
      );
      return onlyTags(change) || attributes.length === 0
        ? undefined
        : `${subjectOf(change)} changes on its clusters: ${summaryOf(attributes)}`;
    }),
  },
];

/** Whether another rule already reports a change. */
function isToldOf(change: Change, path: readonly string[], context: Context): boolean {
  const last = path[path.length - 1] ?? "";
  const deletes = propertyOf(change, "after", "deletePolicy") === "Delete" && !deletesNamespace(change);
  return (
    path[0] === "tags" ||
    (last === "deletePolicy" && deletes) ||
    (path.includes("defaultNetworkPolicy") && closed(change).length > 0) ||
    (path.includes(policyOf(change, "after") === undefined ? "propagationPolicy" : "clusterNames") &&
      left(change).length > 0) ||
    (path.includes("defaultResourceQuota") && shrunk(change, context).some(({ quota }) => quota === last))
  );
}
