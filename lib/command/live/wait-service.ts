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
  /** The address, once the look is done. */
  address: () => string;
}

export interface ServiceWaitOptions {
  namespace: string;
  name: string;
  /** Those that it has to be served from. */
  clusters: readonly string[];
  /** Those that are lost: what it has of them is taken away. */
  lost: readonly string[];
}

/** Is the MultiClusterService valid, what is its address, and do connections reach every cluster that they should? */
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
            line: `${look.line}; ${names} ${lost.length > 1 ? "are" : "is"} lost, and the endpoints there are taken away`,
          }
        : { ...look, line: `${look.line}, and has no endpoints of ${names}` };
    }
    if ((await client.get(API)) === undefined) {
      return {
        state: "hopeless",
        line: "this cluster is not a member of a fleet: it does not serve networking.fleet.azure.com",
        advice:
          "Use the kubeconfig of the member that holds the MultiClusterService, and see `az fleet member list` for the members.",
      };
    }
    return {
      state: "hopeless",
      line: `there is no MultiClusterService ${name} in the namespace ${namespace} of this cluster`,
      advice: `\`kubectl get multiclusterservices --all-namespaces\` shows which there are. If the namespace ${namespace} is missing too, no placement brings it to this cluster, and what was in it is gone.`,
    };
  };
  return { look, address: () => address };
}

/**
 * Takes away the endpoints of clusters that are lost, and tells how many there were: their own agents would, and the fleet
 * goes on leading connections there as long as those are silent. What a cluster exports anew when it is back is imported anew.
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

/** Where the endpoints are that a MultiClusterService has of these clusters. */
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
    return { state: "hopeless", line: "it is being deleted", advice: "Deploy it again when it is gone." };
  }
  const valid = currentCondition(status?.conditions, "Valid", metadata.generation);
  if (valid === undefined) {
    return {
      state: "waiting",
      line: `its status does not speak of generation ${metadata.generation} yet`,
      advice:
        "The controller on the member writes it: `kubectl get pods --namespace fleet-system` shows whether it runs.",
    };
  }
  if (valid.status !== "True") {
    return {
      state: "waiting",
      line: `not valid: ${shorten(valid.message || valid.reason || "no reason given", 200)}; usually the Service is exported nowhere yet, or another MultiClusterService imports it (one in a fleet may)`,
      advice:
        "On the members that run the Service, `kubectl get serviceexports --all-namespaces` must show it valid and without conflict; on all members, `kubectl get multiclusterservices --all-namespaces` must show one import of it.",
    };
  }
  const address = addressOf(service);
  if (address) return { state: "done", line: `valid, address ${address}` };
  return {
    state: "waiting",
    line: "valid, but without an address yet: Azure has not built the load balancer",
    advice:
      "See the events of its Service: `kubectl describe services --namespace fleet-system` (quota of public addresses, rights of the cluster's identity on the subnet).",
  };
}

/** An address answers as soon as one cluster serves it: the rollout takes the others one after the other. */
export function judgeImport(
  valid: Poll,
  imported: ServiceImport | undefined,
  clusters: readonly string[],
  lost: readonly string[] = [],
): Poll {
  // The hub keeps what a lost cluster exports.
  const serving = (imported?.status?.clusters ?? [])
    .map(({ cluster }) => cluster ?? "")
    .filter((cluster) => !lost.includes(cluster));
  const missing = clusters.filter((cluster) => !serving.includes(cluster));
  if (missing.length === 0) return { ...valid, line: `${valid.line}, served from ${serving.join(", ")}` };
  return {
    state: "waiting",
    line: `${valid.line}, served from ${serving.join(", ") || "no cluster"}, and not from ${missing.join(", ")} yet`,
    advice: `On ${missing.join(", ")}, \`kubectl describe serviceexports --all-namespaces\` tells why the Service is not exported; if it is not there, see its placement.`,
  };
}

export function addressOf({ status }: MultiClusterService): string {
  const first = status?.loadBalancer?.ingress?.find(({ ip, hostname }) => ip || hostname);
  return first?.ip || first?.hostname || "";
}
