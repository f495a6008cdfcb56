import {
  apiPath,
  MEMBERS_PATH,
  NETWORKING_V1ALPHA1,
  PLACEMENT_V1,
  PLACEMENT_V1BETA1,
} from "../../fleet-api/groups";
import { PARENT_PLACEMENT_LABEL } from "../../fleet-api/labels";
import { memberNamespace } from "../../fleet-api/members";
import type { Taint } from "../../fleet-model/member";
import { asStored } from "../../fleet-model/policy";
import { toleratesTaints } from "../../fleet-model/taints";
import { fullName } from "../app/deployed";
import type { KubeClient, ListedObject } from "../client/kube-client";
import type { Binding, MemberCluster, Placement } from "../client/objects";
import { listed } from "./drain";
import type { Poll } from "./follow";
import { LEAVING } from "./member-health";

const PLACEMENT_API = apiPath(PLACEMENT_V1);
const BINDING_API = apiPath(PLACEMENT_V1BETA1);
const WORK_APIS = [BINDING_API, PLACEMENT_API];
const NETWORKING_API = apiPath(NETWORKING_V1ALPHA1);

/** Keeps the scheduler from choosing the member again; deleted with the member. */
const TAINT: Taint = { key: LEAVING, value: "true", effect: "NoSchedule" };

/** Cluster-scoped and namespaced objects in one list; a hub may not serve the latter. */
export async function listBoth<T extends ListedObject>(
  client: KubeClient,
  api: string,
  kind: string,
): Promise<T[]> {
  const inCluster = await client.list<T>(`${api}/cluster${kind}`);
  const inNamespaces = await client.list<T>(`${api}/${kind}`);
  return [...(inCluster ?? []), ...(inNamespaces ?? [])];
}

export function pathOf(api: string, kind: string, { metadata: { name, namespace } }: ListedObject): string {
  return namespace === undefined
    ? `${api}/cluster${kind}/${name}`
    : `${api}/namespaces/${namespace}/${kind}/${name}`;
}

/**
 * Removes from a member everything the fleet placed there, so the hub can release it: nothing is placed on it again, and its
 * agents remove what is there, including exports and MultiClusterServices. Only placements that name the member change.
 */
export function lookAtLeave(client: KubeClient, name: string): () => Promise<Poll> {
  return async () => {
    const member = await client.get<MemberCluster>(`${MEMBERS_PATH}/${name}`);
    if (member === undefined) {
      return { state: "done", line: "the fleet has no such member, or it has left" };
    }
    const left = await whatIsLeft(client, name);
    const bindings = await bindingsOf(client, name);
    if (left.length === 0 && bindings.length === 0) {
      return { state: "done", line: "nothing of the fleet is on it" };
    }
    const placements = await listBoth<Placement>(client, PLACEMENT_API, "resourceplacements");
    const stubborn = placements.filter(
      (placement) => tolerates(placement) && bindings.some((binding) => isOf(binding, placement)),
    );
    if (stubborn.length > 0) {
      return {
        state: "hopeless",
        line: `${quoted(stubborn)} would choose the member again: ${stubborn.length === 1 ? "it tolerates" : "they tolerate"} every taint`,
        advice: `Give ${stubborn.length === 1 ? "it a policy" : "them policies"} that exclude${stubborn.length === 1 ? "s" : ""} ${name}, deploy, and then remove the member.`,
      };
    }
    await taint(client, member);
    for (const placement of placements) {
      await leaveOut(client, placement, name);
    }
    // The scheduler creates no new binding for a tainted member, and the agents clean up after a deleted one.
    for (const binding of bindings.filter(({ metadata }) => !metadata.deletionTimestamp)) {
      await client.delete(pathOf(BINDING_API, "resourcebindings", binding));
    }
    return {
      state: "waiting",
      line: `nothing new is placed on it; it still has ${left.join(" and ") || `binding ${bindings[0]?.metadata.name}`}`,
      advice:
        `These are removed once the member's agents have cleaned up: is the cluster running and reachable (az aks start), and are its agents running (\`kubectl get pods --namespace fleet-system\`)? An export that stays was created on the cluster itself: delete the ServiceExport there. ` +
        `If the cluster is gone for good, set AKS_FLEET_SKIP_DRAIN=1 and deploy again. To keep the member after all, remove the taint ${TAINT.key}: kubectl edit memberclusters ${name}`,
    };
  };
}

/** What the hub still holds for a member: what is placed there, what it exports and what it imports. */
async function whatIsLeft(client: KubeClient, name: string): Promise<string[]> {
  const inNamespace = async (apis: string[], kind: string) => {
    for (const api of apis) {
      const path = `${api}/namespaces/${memberNamespace(name)}/${kind}s`;
      const found = await client.list<ListedObject>(path, { metadataOnly: true });
      if (found !== undefined)
        return listed(
          kind,
          found.map(({ metadata }) => metadata.name),
        );
    }
    return "";
  };
  const all = [
    await inNamespace(WORK_APIS, "work"),
    await inNamespace([NETWORKING_API], "internalserviceexport"),
    await inNamespace([NETWORKING_API], "internalserviceimport"),
  ];
  return all.filter((text) => text !== "");
}

export async function bindingsOf(client: KubeClient, name: string): Promise<Binding[]> {
  const all = await listBoth<Binding>(client, BINDING_API, "resourcebindings");
  return all.filter(({ spec }) => spec?.targetCluster === name);
}

export async function taint(client: KubeClient, { metadata, spec }: MemberCluster): Promise<void> {
  const taints = spec?.taints ?? [];
  if (taints.some(({ key }) => key === TAINT.key)) return;
  const { resourceVersion } = metadata;
  await client.patch(`${MEMBERS_PATH}/${metadata.name}`, {
    metadata: { resourceVersion },
    spec: { taints: [...taints, TAINT] },
  });
}

/** A placement that names its members ignores taints: remove the name, or the whole placement if it is the only one. */
async function leaveOut(client: KubeClient, placement: Placement, name: string): Promise<void> {
  const { placementType, clusterNames = [] } = placement.spec.policy ?? {};
  if (placementType !== "PickFixed" || !clusterNames.includes(name) || placement.metadata.deletionTimestamp) {
    return;
  }
  const path = pathOf(PLACEMENT_API, "resourceplacements", placement);
  const others = clusterNames.filter((other) => other !== name);
  if (others.length === 0) {
    await client.delete(path);
    return;
  }
  const { resourceVersion } = placement.metadata;
  await client.patch(path, { metadata: { resourceVersion }, spec: { policy: { clusterNames: others } } });
}

export function tolerates({ spec: { policy } }: Placement): boolean {
  return (
    policy?.placementType !== "PickFixed" && toleratesTaints(asStored(policy), { taints: [TAINT] }) === true
  );
}

/** A binding is named after its placement, which a label holds. */
export function isOf({ metadata }: Binding, placement: Placement): boolean {
  return (
    metadata.namespace === placement.metadata.namespace &&
    metadata.labels?.[PARENT_PLACEMENT_LABEL] === placement.metadata.name
  );
}

function quoted(placements: Placement[]): string {
  return placements.map(({ metadata }) => `placement ${fullName(metadata)}`).join(", ");
}
