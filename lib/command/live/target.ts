import { apiPath, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { memberOf } from "../../fleet-api/members";
import { type DeployedFleet, fullName } from "../app/deployed";
import {
  type EndpointSlice,
  type EndpointSliceExport,
  SERVICE_NAME_LABEL,
  type ServiceImport,
} from "../client/objects";
import { ClusterMatcher, type MatchOptions } from "./cluster-matcher";
import type { Cluster, Clusters } from "./clusters";

const NETWORKING = apiPath(NETWORKING_V1ALPHA1);

/** A MultiClusterService, its entry, and the Service it imports. */
export interface Target {
  namespace: string;
  name: string;
  service: string;
  member: string;
}

export function isTarget(one: { name: string; member: string }, target: Target): boolean {
  return one.name === fullName(target) && one.member === target.member;
}

/** Identifies which of the clusters answered, once it has learned their pods. */
export function matcherOf(
  { members }: DeployedFleet,
  expected: readonly string[],
  options: MatchOptions,
): ClusterMatcher {
  const matcher = new ClusterMatcher(options);
  for (const { name, cluster, key } of members) {
    for (const word of [name, cluster, key]) matcher.addCluster(word, name);
  }
  for (const name of expected) matcher.addCluster(name, name);
  return matcher;
}

/** The pods behind the Service: their addresses from the hub, their names from reachable members. */
export async function learnPods(clusters: Clusters, target: Target, matcher: ClusterMatcher): Promise<void> {
  const { namespace, service } = target;
  const learn = async (read: () => Promise<void>) => {
    // What can't be read now may come from the others, or the next time.
    await read().catch(() => undefined);
  };
  await Promise.all([
    learn(async () => {
      const slices = await clusters.hub?.client.list<EndpointSliceExport>(
        `${NETWORKING}/endpointsliceexports`,
      );
      for (const { metadata, spec } of slices ?? []) {
        const owner = spec?.ownerServiceReference;
        if (owner?.namespace !== namespace || owner.name !== service) continue;
        const cluster = memberOf(metadata.namespace);
        if (cluster === undefined) continue;
        for (const { addresses = [] } of spec?.endpoints ?? []) {
          for (const address of addresses) matcher.addPod(address, cluster);
        }
      }
    }),
    ...clusters.members.map(({ name, client }) =>
      learn(async () => {
        const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
        for (const { metadata, endpoints } of (await client.list<EndpointSlice>(path)) ?? []) {
          if (metadata.labels?.[SERVICE_NAME_LABEL] !== service) continue;
          for (const { addresses = [], hostname, targetRef } of endpoints ?? []) {
            for (const word of addresses) matcher.addPod(word, name);
            if (hostname) matcher.addPod(hostname, name);
            if (targetRef?.kind !== "Pod" || !targetRef.name) continue;
            matcher.addPod(targetRef.name, name);
            // A hostname has at most 63 characters.
            matcher.addPod(targetRef.name.slice(0, 63).replace(/[-.]+$/, ""), name);
          }
        }
      }),
    ),
  ]);
}

/** The port to connect to, unless another is given. */
export async function firstPort({ client }: Cluster, { namespace, service }: Target): Promise<number> {
  const path = `${NETWORKING}/namespaces/${namespace}/serviceimports/${service}`;
  const imported = await client.get<ServiceImport>(path).catch(() => undefined);
  const ports = imported?.status?.ports ?? [];
  return ports.find(({ protocol = "TCP" }) => protocol === "TCP")?.port ?? 80;
}
