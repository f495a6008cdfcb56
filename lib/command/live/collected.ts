import { isDeepStrictEqual } from "node:util";
import { apiPath, PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { LATEST_SNAPSHOT_LABEL, PARENT_PLACEMENT_LABEL, RESOURCE_INDEX_LABEL } from "../../fleet-api/labels";
import type { KubeClient } from "../client/kube-client";
import type { KubernetesObject, Placement, ResourceSnapshot } from "../client/objects";
import { selectedNow } from "./selected";

const API = apiPath(PLACEMENT_V1BETA1);
const OF_PLACEMENT = PARENT_PLACEMENT_LABEL;
const IS_LATEST = LATEST_SNAPSHOT_LABEL;
const INDEX = RESOURCE_INDEX_LABEL;

/**
 * What the hub has collected of what a placement selects, against what is there. `index` is the number of its newest snapshot,
 * by which what is rolled out is counted; -1 where there is none.
 */
export type Collection =
  | { readonly state: "complete" | "unknown"; readonly index: number }
  /** `missing` is not in it, or otherwise, or no longer there. */
  | { readonly state: "behind"; readonly index: number; readonly missing: string };

/**
 * The hub collects what changes only after a while, and until then all that a placement's status tells is of the state before.
 * Its snapshot is compared with what is on the hub.
 */
export async function collectionOf(client: KubeClient, placement: Placement): Promise<Collection> {
  const { namespace, name } = placement.metadata;
  const folder =
    namespace === undefined
      ? `${API}/clusterresourcesnapshots`
      : `${API}/namespaces/${namespace}/resourcesnapshots`;
  const list = (labels: Record<string, string>, metadataOnly = false) =>
    client.list<ResourceSnapshot>(folder, { labels: { [OF_PLACEMENT]: name, ...labels }, metadataOnly });
  const snapshots = await list({ [IS_LATEST]: "true" }, true);
  if (snapshots === undefined) {
    return { state: "unknown", index: Number(placement.status?.observedResourceIndex ?? -1) };
  }
  const number = snapshots[0]?.metadata.labels?.[INDEX];
  if (number === undefined) return { state: "behind", index: -1, missing: "anything" };
  const index = Number(number);
  const live = await selectedNow(client, placement);
  if (live === undefined) return { state: "unknown", index };
  const collected = ((await list({ [INDEX]: number })) ?? []).flatMap(
    ({ spec }) => spec?.selectedResources ?? [],
  );
  const missing = difference(live, collected);
  return missing === undefined ? { state: "complete", index } : { state: "behind", index, missing };
}

function difference(
  live: readonly KubernetesObject[],
  collected: readonly KubernetesObject[],
): string | undefined {
  const left = new Map(collected.map((one) => [keyOf(one), one]));
  for (const one of live) {
    const copy = left.get(keyOf(one));
    left.delete(keyOf(one));
    if (copy === undefined || !isDeepStrictEqual(bare(one), withoutNulls(copy))) return nameOf(one);
  }
  const [gone] = left.values();
  return gone && `that ${nameOf(gone)} is gone`;
}

function keyOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function nameOf({ kind, metadata: { name } }: KubernetesObject): string {
  return `${kind} ${name}`;
}

const NOT_COLLECTED = [
  "resourceVersion",
  "generation",
  "uid",
  "selfLink",
  "deletionTimestamp",
  "managedFields",
  "ownerReferences",
  "creationTimestamp",
];
const NOT_ANNOTATIONS = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
];
const JOB_LABELS = ["controller-uid", "batch.kubernetes.io/controller-uid"];

/** An object as the hub collects it (Azure/fleet 942238f, pkg/utils/controller/resource_selector_resolver.go). */
function bare(object: KubernetesObject): unknown {
  const { status: _, ...copy } = withoutNulls(object) as KubernetesObject;
  const metadata = without(copy.metadata, NOT_COLLECTED);
  const annotations = without(metadata.annotations, NOT_ANNOTATIONS);
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  const { apiVersion, kind, spec } = copy;
  if (kind === "Service" && apiVersion === "v1") return { ...copy, metadata, spec: bareService(spec) };
  if (kind === "Job" && apiVersion === "batch/v1") return { ...copy, metadata, spec: bareJob(spec) };
  return { ...copy, metadata };
}

type Fields = Record<string, unknown>;

function bareService(spec: unknown): Fields {
  const { clusterIP, clusterIPs, healthCheckNodePort: _, ports, ...rest } = spec as Fields;
  return {
    ...rest,
    ...(clusterIP === "None" && { clusterIP, ...(clusterIPs !== undefined && { clusterIPs }) }),
    ...(Array.isArray(ports) && { ports: ports.map((port) => without(port, ["nodePort"])) }),
  };
}

function bareJob(spec: unknown): Fields {
  const job = spec as { manualSelector?: boolean; selector?: Fields; template?: { metadata?: Fields } };
  if (job.manualSelector) return job;
  const selector = job.selector && {
    ...job.selector,
    matchLabels: without(job.selector.matchLabels, JOB_LABELS),
  };
  const metadata = job.template?.metadata && {
    ...without(job.template.metadata, ["creationTimestamp"]),
    labels: without(job.template.metadata.labels, JOB_LABELS),
  };
  return {
    ...job,
    ...(selector && { selector }),
    template: { ...job.template, ...(metadata && { metadata }) },
  };
}

function without(object: unknown, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(object ?? {}).filter(([key]) => !keys.includes(key)));
}

/** What is null is not there, for the API; not all that handle an object keep it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  );
}
