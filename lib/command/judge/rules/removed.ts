import { type KubernetesObject, keyOf as objectKey } from "../../../fleet-model/identity";
import { isUnknown } from "../../../fleet-model/unknown";
import type { Change } from "../../plan/plan";
import { at, byText, joined, objectOf, textOf } from "../../plan/values";
import type { OnMember } from "../differences";
import { keyIn } from "./parts";
import type { Context } from "./rule";
import { ENVELOPES, objectKind, wordOf } from "./subject";
import { named } from "./words";

/** Kinds whose removal stops or loses something. Others are settings, which workloads may need later. */
const RUNNING = new Set([
  "CronJob",
  "CustomResourceDefinition",
  "DaemonSet",
  "Deployment",
  "Ingress",
  "Job",
  "MultiClusterService",
  "Namespace",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "ReplicaSet",
  "ReplicationController",
  "Service",
  "ServiceExport",
  "StatefulSet",
]);

export function isRunning(kind: string): boolean {
  return RUNNING.has(kind);
}

/** What a change removes from members that stay, according to the fleet model. */
export function lossesBy(change: Change, { model }: Context): OnMember[] {
  const keys = new Set([keyIn(change, "before"), keyIn(change, "after")]);
  return model
    .flatMap(({ objects }) => objects)
    .filter(({ loss, by }) => loss !== undefined && by.some((key) => keys.has(key)));
}

/** `Deployment a and Service b are removed from x; Job c is removed from y`. Contents of a namespace are removed with it. */
export function removal(
  losses: readonly OnMember[],
  verb: readonly [string, string] = ["is", "are"],
): string {
  const byMember = new Map<string, OnMember[]>();
  for (const one of losses) {
    const member = one.member ?? "";
    byMember.set(member, [...(byMember.get(member) ?? []), one]);
  }
  const places = new Map<string, Set<string>>();
  for (const [member, lost] of byMember) {
    const namespaces = new Set(lost.filter(isNamespace).map(({ identity }) => identity.name));
    for (const { identity } of lost) {
      if (identity.namespace !== undefined && namespaces.has(identity.namespace)) continue;
      const label = `${wordOf(identity.kind)} ${isUnknown(identity.name) ? "(known after apply)" : identity.name}`;
      places.set(label, (places.get(label) ?? new Set()).add(member));
    }
  }
  const groups = new Map<string, string[]>();
  for (const [label, members] of places) {
    const where = members.has("") ? "every cluster that has it" : named([...members]);
    groups.set(where, [...(groups.get(where) ?? []), label]);
  }
  return [...groups]
    .sort(([a], [b]) => byText(a, b))
    .map(([where, labels]) => `${named(labels)} ${verb[labels.length > 1 ? 1 : 0]} removed from ${where}`)
    .join("; ");
}

function isNamespace({ identity: { group, kind } }: OnMember): boolean {
  return group === "" && kind === "Namespace";
}

/** An object on the members that have it before and after, grouped by old and new content. */
export interface Version {
  readonly kind: string;
  readonly label: string;
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
  /** The clusters; empty if unknown. */
  readonly where: readonly string[];
}

/**
 * The objects that a change of an object, an envelope or an override modifies in place. For a placed object: what each member gets.
 * For any other: what is written. Empty for what isn't placed anywhere.
 */
export function versionsOf(change: Change, context: Context): readonly Version[] {
  const known = memo.get(context)?.get(change);
  if (known) return known;
  const found = findVersions(change, context);
  const changes = memo.get(context) ?? new Map<Change, readonly Version[]>();
  changes.set(change, found);
  memo.set(context, changes);
  return found;
}

const memo = new WeakMap<Context, Map<Change, readonly Version[]>>();

function findVersions(change: Change, context: Context): Version[] {
  const isOverride = /Override$/.test(objectKind(change) ?? "");
  const isEnvelope = ENVELOPES.includes(objectKind(change) ?? "");
  const isEdit = change.action === "update" && objectKind(change) !== undefined && !isOverride;
  if (!isEdit && !(isOverride && change.action !== "no-op")) return [];
  const keys = new Set([keyIn(change, "before"), keyIn(change, "after")]);
  const updates = context.changes.filter(({ action }) => action === "update");
  const updated = new Set(updates.map((one) => keyIn(one, "after")));
  const envelopes = new Set(
    updates.filter((one) => ENVELOPES.includes(objectKind(one) ?? "")).map((one) => keyIn(one, "after")),
  );
  const groups = new Map<string, Version & { where: string[] }>();
  for (const { objects, after } of context.model) {
    for (const one of objects) {
      if (
        one.before === undefined ||
        one.after === undefined ||
        one.wasThere === false ||
        one.isThere === false
      ) {
        continue;
      }
      const source = after.sources.get(one.key);
      // An object that itself changes, or in its envelope, is covered by that change.
      const isIts =
        isOverride || isEnvelope
          ? one.by.some((key) => keys.has(key)) &&
            !(source !== undefined && updated.has(source)) &&
            !(isOverride && one.by.some((key) => envelopes.has(key)))
          : source !== undefined && keys.has(source);
      if (!isIts) continue;
      const version = asVersion(one.before, one.after, one.member);
      const group = JSON.stringify([one.key, one.before, one.after]);
      const same = groups.get(group);
      if (same) same.where.push(...version.where);
      else groups.set(group, { ...version, where: [...version.where] });
    }
  }
  if (groups.size > 0 || isOverride) return [...groups.values()];
  if (isPlacedNowhere(change, context)) return [];
  const was = context.before.objects.find(({ key }) => key === keyIn(change, "before"));
  const home = context.after.objects.find(({ key }) => key === keyIn(change, "after"));
  const before = was?.object ?? (change.before?.manifest as KubernetesObject | undefined);
  const after = home?.object ?? (change.after?.manifest as KubernetesObject | undefined);
  if (!before || !after) return [];
  if (isEnvelope) return inEnvelope(before, after);
  return [asVersion(before, after, home?.on === "cluster" ? home.cluster?.name : undefined)];
}

/** What an envelope holds before and after, by kind and name. */
function inEnvelope(before: KubernetesObject, after: KubernetesObject): Version[] {
  const inside = (envelope: KubernetesObject) =>
    new Map(
      Object.values(objectOf(at(envelope, "data"))).map((one) => [
        `${textOf(at(one, "kind"))} ${textOf(at(one, "metadata", "name"))}`,
        one,
      ]),
    );
  const old = inside(before);
  return [...inside(after)].flatMap(([name, one]) =>
    old.has(name) && textOf(at(one, "kind")) ? [asVersion(old.get(name), one, undefined)] : [],
  );
}

function asVersion(before: unknown, after: unknown, member: string | undefined): Version {
  const object = after as KubernetesObject;
  const name = textOf((object.metadata as { name?: unknown } | undefined)?.name) ?? "(known after apply)";
  return {
    kind: object.kind,
    label: `${wordOf(object.kind)} ${name}`,
    before: before as KubernetesObject,
    after: object,
    where: member === undefined ? [] : [member],
  };
}

/** Whether an object certainly stays on the hub, where no workload runs: all placements are known and none places it. */
export function isPlacedNowhere(change: Change, context: Context): boolean {
  const key = keyIn(change, "after");
  const home = [...context.after.objects, ...context.before.objects].find((one) => one.key === key);
  if (home === undefined || home.on === "cluster") return false;
  return context.model.every(({ before, after, objects }) => {
    const placements = [...before.fleet.placements, ...after.fleet.placements];
    const isBrought = objects.some(
      (one) => (after.sources.get(one.key) ?? before.sources.get(one.key)) === key,
    );
    const isSelected = placements.some(({ selection }) =>
      selection.objects.some(({ identity }) => {
        const name = objectKey(identity);
        return !isUnknown(name) && (after.sources.get(name) ?? before.sources.get(name)) === key;
      }),
    );
    const isOpen = placements.some(
      ({ selection }) => selection.failure !== undefined || selection.doubt !== undefined,
    );
    return placements.length > 0 && !isBrought && !isSelected && !isOpen;
  });
}

/** ` on a and b`, or nothing if unknown. */
export function onClusters(where: readonly string[]): string {
  return where.length > 0 ? ` on ${joined([...new Set(where)].sort(byText))}` : "";
}
