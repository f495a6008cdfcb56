import { isDeepStrictEqual } from "node:util";
import { apiPath, PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { LATEST_SNAPSHOT_LABEL, PARENT_OVERRIDE_LABEL } from "../../fleet-api/labels";
import type { Identity } from "../../fleet-model/identity";
import {
  isOfPlacement,
  type Override as ModelOverride,
  overridesFor,
  readOverrides,
} from "../../fleet-model/overrides";
import type { Value } from "../../fleet-model/value";
import { fullName } from "../app/deployed";
import type { KubeClient } from "../client/kube-client";
import type { ClusterStatus, MemberCluster, Override, OverrideSnapshot, Placement } from "../client/objects";

const API = apiPath(PLACEMENT_V1BETA1);
const OF_OVERRIDE = PARENT_OVERRIDE_LABEL;
const IS_LATEST = LATEST_SNAPSHOT_LABEL;

/** An override that differs between members and the hub. */
export interface Late {
  readonly override: string;
  /** false: it is gone from the hub, and members may or may not lose it before the next rollout. */
  readonly sure: boolean;
}

/** How the two kinds of overrides differ. */
interface Kind {
  readonly plural: string;
  readonly snapshots: string;
  /** The names of the snapshots that a cluster has. */
  readonly given: (status: ClusterStatus) => readonly { name: string; namespace?: string }[];
}

const KINDS: readonly Kind[] = [
  {
    plural: "clusterresourceoverrides",
    snapshots: "clusterresourceoverridesnapshots",
    given: ({ applicableClusterResourceOverrides = [] }) =>
      applicableClusterResourceOverrides.map((name) => ({ name })),
  },
  {
    plural: "resourceoverrides",
    snapshots: "resourceoverridesnapshots",
    given: ({ applicableResourceOverrides = [] }) => applicableResourceOverrides,
  },
];

/**
 * An override of a placement that members don't have in its current form. An override that names no placement waits for the
 * next rollout and is ignored.
 */
export async function lateOverride(
  client: KubeClient,
  placement: Placement,
  members: readonly MemberCluster[],
): Promise<Late | undefined> {
  for (const kind of KINDS) {
    // A hub that doesn't serve them has none.
    const overrides = (await client.list<Override>(`${API}/${kind.plural}`)) ?? [];
    const latest =
      overrides.length === 0
        ? []
        : await client.list<OverrideSnapshot>(`${API}/${kind.snapshots}`, {
            labels: { [IS_LATEST]: "true" },
          });
    const late = firstLate(kind, { placement, members, overrides, latest: latest ?? [] });
    if (late) return late;
  }
  return undefined;
}

interface Hub {
  readonly placement: Placement;
  readonly members: readonly MemberCluster[];
  readonly overrides: readonly Override[];
  /** The newest snapshot of each override. */
  readonly latest: readonly OverrideSnapshot[];
}

function firstLate({ given }: Kind, { placement, members, overrides, latest }: Hub): Late | undefined {
  const clusters = (placement.status?.placementStatuses ?? []).filter(({ clusterName }) => clusterName);
  const key = fullName(placement.metadata);
  const own = overrides.filter((one) => {
    const scope = one.spec?.placement && (one.spec.placement.scope ?? "Cluster");
    const isOfScope = scope === (placement.metadata.namespace === undefined ? "Cluster" : "Namespaced");
    return isOfScope && isOfPlacement(asModelled(one), key) === true;
  });
  const staying = own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const reach = overridesFor(readOverrides(staying.map(asModelled)), key, selectedBy(placement));
  const isFor = (cluster: string | undefined, { name, namespace }: Override["metadata"]) => {
    const labels = members.find(({ metadata }) => metadata.name === cluster)?.metadata.labels ?? {};
    return reach({ name: cluster ?? "", labels: { known: labels } }).some(
      (one) => one.name === name && one.namespace === namespace,
    );
  };
  for (const { metadata, spec = {} } of own) {
    const { name, namespace } = metadata;
    const snapshot = latest.find(
      (one) => one.metadata.namespace === namespace && one.metadata.labels?.[OF_OVERRIDE] === name,
    );
    const goes = metadata.deletionTimestamp !== undefined;
    const isTaken = goes || isDeepStrictEqual(snapshot?.spec?.overrideSpec, spec);
    const isAsItShouldBe = clusters.every((cluster) => {
      const should = isFor(cluster.clusterName, metadata) ? [snapshot?.metadata.name] : [];
      const has = given(cluster)
        .filter((one) => one.namespace === namespace && overrideOf(one.name) === name)
        .map((one) => one.name);
      return isDeepStrictEqual(has, should);
    });
    if (!isTaken || !isAsItShouldBe) return { override: name, sure: true };
  }
  const gone = clusters
    .flatMap(given)
    .find(
      (one) =>
        !overrides.some(
          ({ metadata }) => metadata.namespace === one.namespace && metadata.name === overrideOf(one.name),
        ),
    );
  return gone && { override: overrideOf(gone.name), sure: false };
}

function asModelled({ metadata: { name, namespace }, spec = {} }: Override): ModelOverride {
  return { name, ...(namespace !== undefined && { namespace }), spec: spec as Value };
}

function selectedBy({ status }: Placement): Identity[] {
  return (status?.selectedResources ?? []).map(({ group = "", version, kind, namespace, name }) => ({
    group,
    version,
    kind,
    ...(namespace && { namespace }),
    name,
  }));
}

/** Snapshots are called `NAME-INDEX`. */
function overrideOf(snapshot: string): string {
  return snapshot.replace(/-\d+$/, "");
}
