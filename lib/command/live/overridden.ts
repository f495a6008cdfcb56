import { isDeepStrictEqual } from "node:util";
import { apiPath, PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { LATEST_SNAPSHOT_LABEL, PARENT_OVERRIDE_LABEL } from "../../fleet-api/labels";
import { matches } from "../../fleet-model/label-selector";
import type { KubeClient } from "../client/kube-client";
import type {
  ClusterStatus,
  MemberCluster,
  Override,
  OverrideSnapshot,
  OverrideSpec,
  Placement,
} from "../client/objects";

const API = apiPath(PLACEMENT_V1BETA1);
const OF_OVERRIDE = PARENT_OVERRIDE_LABEL;
const IS_LATEST = LATEST_SNAPSHOT_LABEL;

/** An override that members have otherwise than the hub. */
export interface Late {
  readonly override: string;
  /** false: it is gone from the hub, and whether members lose it before the next rollout can't be told. */
  readonly sure: boolean;
}

/** What the two kinds of overrides differ in. */
interface Kind {
  readonly plural: string;
  readonly snapshots: string;
  /** The snapshots that a cluster has, by name. */
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
 * An override of a placement that members have not as it is on the hub now. One that is written for no placement in
 * particular waits for the next rollout, and is not looked at.
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
  const labelsOf = (cluster: string | undefined): Readonly<Record<string, string>> =>
    members.find(({ metadata }) => metadata.name === cluster)?.metadata.labels ?? {};
  for (const { metadata, spec = {} } of overrides) {
    if (!isOf(placement, spec, metadata.namespace)) continue;
    const { name, namespace } = metadata;
    const snapshot = latest.find(
      (one) => one.metadata.namespace === namespace && one.metadata.labels?.[OF_OVERRIDE] === name,
    );
    const goes = metadata.deletionTimestamp !== undefined;
    const isTaken = goes || isDeepStrictEqual(snapshot?.spec?.overrideSpec, spec);
    const selects = !goes && hits(placement, spec, namespace);
    const isAsItShouldBe = clusters.every((cluster) => {
      const should = selects && isFor(spec, labelsOf(cluster.clusterName)) ? [snapshot?.metadata.name] : [];
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

/** Snapshots are called `NAME-INDEX`. */
function overrideOf(snapshot: string): string {
  return snapshot.replace(/-\d+$/, "");
}

function isOf({ metadata }: Placement, { placement }: OverrideSpec, namespace: string | undefined): boolean {
  if (placement?.name !== metadata.name) return false;
  return placement.scope === "Namespaced"
    ? metadata.namespace !== undefined && metadata.namespace === namespace
    : metadata.namespace === undefined;
}

/** Whether it is about something that the placement selects. */
function hits({ status }: Placement, spec: OverrideSpec, namespace: string | undefined): boolean {
  const selected = status?.selectedResources ?? [];
  if (namespace !== undefined) {
    return (spec.resourceSelectors ?? []).some((selector) =>
      selected.some(
        (one) =>
          one.namespace === namespace &&
          one.name === selector.name &&
          one.kind === selector.kind &&
          (one.group ?? "") === selector.group,
      ),
    );
  }
  return (spec.clusterResourceSelectors ?? []).some((selector) =>
    selected.some((one) =>
      one.namespace === undefined
        ? one.name === selector.name && one.kind === selector.kind && (one.group ?? "") === selector.group
        : // By a namespace all that is in it is meant.
          selector.kind === "Namespace" && selector.group === "" && one.namespace === selector.name,
    ),
  );
}

function isFor({ policy }: OverrideSpec, labels: Readonly<Record<string, string>>): boolean {
  return (policy?.overrideRules ?? []).some(({ clusterSelector }) => {
    // None means no cluster, an empty one all.
    if (clusterSelector === undefined) return false;
    const terms = clusterSelector.clusterSelectorTerms ?? [];
    return terms.length === 0 || terms.some(({ labelSelector }) => matches(labelSelector, labels));
  });
}
