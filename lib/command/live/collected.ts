import { isDeepStrictEqual } from "node:util";
import { apiPath, PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { LATEST_SNAPSHOT_LABEL, PARENT_PLACEMENT_LABEL, RESOURCE_INDEX_LABEL } from "../../fleet-api/labels";
import { identityOf, type KubernetesObject, keyOf as keyOfIdentity } from "../../fleet-model/identity";
import { at } from "../../fleet-model/value";
import type { KubeClient } from "../client/kube-client";
import type { Placement, ResourceSnapshot } from "../client/objects";
import { selectedNow, withoutNulls } from "./selected";

const API = apiPath(PLACEMENT_V1BETA1);
const OF_PLACEMENT = PARENT_PLACEMENT_LABEL;
const IS_LATEST = LATEST_SNAPSHOT_LABEL;
const INDEX = RESOURCE_INDEX_LABEL;

/**
 * What the hub has collected for a placement, compared with what it selects. `index` is the number of the newest snapshot,
 * which rollouts refer to; -1 if there is none.
 */
export type Collection =
  | { readonly state: "complete" | "unknown"; readonly index: number }
  /** `missing`: not collected, outdated, or deleted since. */
  | { readonly state: "behind"; readonly index: number; readonly missing: string };

/**
 * The hub collects changes with a delay; until then, a placement's status reflects the old state. So its snapshot is compared
 * with the objects on the hub.
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
    if (copy === undefined || !isDeepStrictEqual(one, withoutNulls(copy))) return nameOf(one);
  }
  const [gone] = left.values();
  return gone && `that ${nameOf(gone)} is gone`;
}

function keyOf(object: KubernetesObject): unknown {
  return keyOfIdentity(identityOf(object));
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${at(metadata, "name")}`;
}
