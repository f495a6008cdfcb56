import { apiPath, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { DERIVED_SERVICE_LABEL, exportedSlicePrefix, SYSTEM_NAMESPACE } from "../../fleet-api/services";
import type { KubeClient, ListedObject } from "../client/kube-client";
import {
  currentCondition,
  type MultiClusterService,
  SERVICE_NAME_LABEL,
  type ServiceImport,
} from "../client/objects";
import { shorten } from "../terminal/problems";
import type { Poll } from "./follow";

const API = apiPath(NETWORKING_V1ALPHA1);

export interface ServiceWait {
  look: () => Promise<Poll>;
  /** The address, once the poll is done. */
  address: () => string;
}

export interface ServiceWaitOptions {
  namespace: string;
  name: string;
  /** The clusters that must serve it. */
  clusters: readonly string[];
  /** Lost clusters, whose endpoints are deleted. */
  lost: readonly string[];
}

/** Is the MultiClusterService valid, what is its address, and do connections reach every expected cluster? */
export function lookAtService(
  client: KubeClient,
  { namespace, name, clusters, lost }: ServiceWaitOptions,
): ServiceWait {
  let address = "";
  const look = async (): Promise<Poll> => {
    const service = await client.get<MultiClusterService>(
      `${API}/namespaces/${namespace}/multiclusterservices/${name}`,
    );
    if (service !== undefined) {
      address = addressOf(service);
      let look = judgeService(service);
      if (look.state === "done" && clusters.length > 0) {
        const imported = await client.get<ServiceImport>(
          `${API}/namespaces/${namespace}/serviceimports/${service.spec?.serviceImport?.name}`,
        );
        look = judgeImport(look, imported, clusters, lost);
      }
      const dead = await withdraw(client, service, lost);
      if (look.state !== "done" || lost.length === 0) return look;
      const names = lost.join(", ");
      return dead > 0
        ? {
            state: "waiting",
            line: `${look.line}; deleting the endpoints of ${names}, which ${lost.length > 1 ? "are" : "is"} lost`,
          }
        : { ...look, line: `${look.line}, no endpoints of ${names}` };
    }
    if ((await client.get(API)) === undefined) {
      return {
        state: "hopeless",
        line: "this cluster isn't a member of a fleet: it does not serve networking.fleet.azure.com",
        advice:
          "Use the kubeconfig of the member that holds the MultiClusterService, and see `az fleet member list` for the members.",
      };
    }
    return {
      state: "hopeless",
      line: `there is no MultiClusterService ${name} in the namespace ${namespace} of this cluster`,
      advice: `\`kubectl get multiclusterservices --all-namespaces\` lists them. If the namespace ${namespace} is missing too, no placement places it on this cluster, and its contents are gone.`,
    };
  };
  return { look, address: () => address };
}

/**
 * Deletes the endpoints of lost clusters and returns how many there were. Normally the clusters' own agents do this; while
 * they are silent, the fleet keeps sending connections there. When a cluster is back, its new exports are imported again.
 */
async function withdraw(
  client: KubeClient,
  service: MultiClusterService,
  lost: readonly string[],
): Promise<number> {
  const dead = await endpointsOf(client, service, lost);
  for (const path of dead) await client.delete(path);
  return dead.length;
}

/** The paths of the endpoints that a MultiClusterService has from these clusters. */
export async function endpointsOf(
  client: KubeClient,
  { metadata, spec }: MultiClusterService,
  clusters: readonly string[],
): Promise<string[]> {
  const derived = metadata.labels?.[DERIVED_SERVICE_LABEL];
  if (clusters.length === 0 || derived === undefined) return [];
  const path = `/apis/discovery.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/endpointslices`;
  const labels = { [SERVICE_NAME_LABEL]: derived };
  const slices = (await client.list<ListedObject>(path, { labels, metadataOnly: true })) ?? [];
  const prefixes = clusters.map((member) =>
    exportedSlicePrefix(member, metadata.namespace ?? "", spec?.serviceImport?.name ?? ""),
  );
  return slices
    .filter((slice) => prefixes.some((prefix) => slice.metadata.name.startsWith(prefix)))
    .map(({ metadata: { name } }) => `${path}/${name}`);
}

/** What the status of a MultiClusterService says. */
export function judgeService(service: MultiClusterService): Poll {
  const { metadata, status } = service;
  if (metadata.deletionTimestamp) {
    return { state: "hopeless", line: "being deleted", advice: "Deploy it again once it is gone." };
  }
  const valid = currentCondition(status?.conditions, "Valid", metadata.generation);
  if (valid === undefined) {
    return {
      state: "waiting",
      line: `its status does not cover generation ${metadata.generation} yet`,
      advice:
        "The controller on the member writes it: `kubectl get pods --namespace fleet-system` shows whether it is running.",
    };
  }
  if (valid.status !== "True") {
    return {
      state: "waiting",
      line: `not valid: ${shorten(valid.message || valid.reason || "no reason given", 200)}; usually no cluster exports the Service yet, or another MultiClusterService imports it (only one per fleet may)`,
      advice:
        "On the members that run the Service, `kubectl get serviceexports --all-namespaces` must show it valid and without conflict; across all members, `kubectl get multiclusterservices --all-namespaces` must show one import of it.",
    };
  }
  const address = addressOf(service);
  if (address) return { state: "done", line: `valid, address ${address}` };
  return {
    state: "waiting",
    line: "valid, but no address yet: Azure has not created the load balancer",
    advice:
      "Check the events of its Service: `kubectl describe services --namespace fleet-system` (public IP quota, the cluster identity's permissions on the subnet).",
  };
}

/** An address answers as soon as one cluster serves it; the rollout adds the others one by one. */
export function judgeImport(
  valid: Poll,
  imported: ServiceImport | undefined,
  clusters: readonly string[],
  lost: readonly string[] = [],
): Poll {
  // The hub keeps a lost cluster's exports.
  const serving = (imported?.status?.clusters ?? [])
    .map(({ cluster }) => cluster ?? "")
    .filter((cluster) => !lost.includes(cluster));
  const missing = clusters.filter((cluster) => !serving.includes(cluster));
  if (missing.length === 0) return { ...valid, line: `${valid.line}, served from ${serving.join(", ")}` };
  return {
    state: "waiting",
    line: `${valid.line}, served from ${serving.join(", ") || "no cluster"}, not from ${missing.join(", ")} yet`,
    advice: `On ${missing.join(", ")}, \`kubectl describe serviceexports --all-namespaces\` shows why the Service is not exported; if the export is missing, check its placement.`,
  };
}

export function addressOf({ status }: MultiClusterService): string {
  const first = status?.loadBalancer?.ingress?.find(({ ip, hostname }) => ip || hostname);
  return first?.ip || first?.hostname || "";
}
