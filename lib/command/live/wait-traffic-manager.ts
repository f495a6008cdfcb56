import { apiPath, NETWORKING_V1BETA1 } from "../../fleet-api/groups";
import type { KubeClient } from "../client/kube-client";
import { currentCondition, type TrafficManagerBackend, type TrafficManagerProfile } from "../client/objects";
import { oneLine } from "../terminal/problems";
import type { Poll } from "./follow";

const API = apiPath(NETWORKING_V1BETA1);

export interface TrafficManagerWait {
  look: () => Promise<Poll>;
  /** The DNS name, once the poll is done. */
  dnsName: () => string;
}

/** Is the TrafficManagerProfile programmed, and do its backends cover every expected cluster? */
export function lookAtTrafficManager(
  client: KubeClient,
  { namespace, name, clusters }: { namespace: string; name: string; clusters: string[] },
): TrafficManagerWait {
  let dnsName = "";
  const look = async (): Promise<Poll> => {
    const path = `${API}/namespaces/${namespace}`;
    const profile = await client.get<TrafficManagerProfile>(`${path}/trafficmanagerprofiles/${name}`);
    if (profile === undefined) {
      if ((await client.get(API)) === undefined) {
        return {
          state: "hopeless",
          line: "this cluster does not serve networking.fleet.azure.com/v1beta1",
          advice: "Use the kubeconfig of the fleet's hub: `az fleet get-credentials`.",
        };
      }
      return {
        state: "hopeless",
        line: `there is no TrafficManagerProfile ${name} in the namespace ${namespace} of this hub`,
        advice: "`kubectl get trafficmanagerprofiles --all-namespaces` lists them.",
      };
    }
    dnsName = profile.status?.dnsName ?? "";
    const look = judgeProfile(profile);
    if (look.state !== "done") return look;
    const all = (await client.list<TrafficManagerBackend>(`${path}/trafficmanagerbackends`)) ?? [];
    const backends = all.filter(({ spec }) => spec?.profile?.name === name);
    return judgeBackends(backends, clusters, dnsName);
  };
  return { look, dnsName: () => dnsName };
}

/** What the status of a TrafficManagerProfile says. */
export function judgeProfile({ metadata, status }: TrafficManagerProfile): Poll {
  if (metadata.deletionTimestamp) {
    return { state: "hopeless", line: "being deleted", advice: "Deploy it again once it is gone." };
  }
  const programmed = currentCondition(status?.conditions, "Programmed", metadata.generation);
  if (programmed === undefined) {
    return {
      state: "waiting",
      line: `its status does not cover generation ${metadata.generation} yet`,
      advice:
        "The fleet's agents on the hub write it. If they never do, this fleet lacks DNS load balancing, which needs a managed identity: `az fleet show --query identity`.",
    };
  }
  if (programmed.reason === "DNSNameNotAvailable") {
    return {
      state: "hopeless",
      line: "its DNS name is taken: names are unique across Azure",
      advice: "Give the profile, or its namespace, another name and deploy again.",
    };
  }
  if (programmed.status !== "True") {
    return {
      state: "waiting",
      line: `not programmed: ${oneLine(programmed.message || programmed.reason || "no reason given")}`,
      advice:
        "The fleet's identity needs the role \"Azure Kubernetes Fleet Manager Hub Agent Role\" on the profile's resource group, which must exist; Azure can take an hour to apply it. `az role assignment list --all --assignee <principal id of the fleet>` shows its roles.",
    };
  }
  if (!status?.dnsName) {
    return { state: "waiting", line: "programmed, but no DNS name yet" };
  }
  return { state: "done", line: `programmed, DNS name ${status.dnsName}` };
}

/** What the statuses of a profile's backends say. */
export function judgeBackends(backends: TrafficManagerBackend[], clusters: string[], dnsName: string): Poll {
  if (backends.length === 0) {
    return {
      state: "waiting",
      line: "programmed, but no backend: its DNS name does not resolve",
      advice: "Add a TrafficManagerBackend for the profile to its namespace.",
    };
  }
  const pending = backends.flatMap((backend) => {
    const why = whyNotAccepted(backend, clusters);
    return why ? [`backend ${backend.metadata.name}: ${why}`] : [];
  });
  if (pending.length > 0) {
    return {
      state: "waiting",
      line: pending.join("; "),
      advice:
        "On the members, `kubectl get serviceexports --all-namespaces` must show the export valid and without conflict, and the Service must be of type LoadBalancer with a public address that has a DNS label. The fleet's identity needs the role \"Azure Kubernetes Fleet Manager Hub Agent Role\" on the resource group of each member's addresses (`az aks show --query nodeResourceGroup`).",
    };
  }
  const endpoints = backends.flatMap(({ status }) => status?.endpoints ?? []);
  const count = `${endpoints.length} endpoint${endpoints.length === 1 ? "" : "s"}`;
  return { state: "done", line: `${dnsName} resolves to ${count}` };
}

/** undefined: it is accepted, and has an endpoint for each of the clusters. */
export function whyNotAccepted(
  { metadata, spec, status }: TrafficManagerBackend,
  clusters: readonly string[] = [],
): string | undefined {
  if (metadata.deletionTimestamp) return "is being deleted";
  const accepted = currentCondition(status?.conditions, "Accepted", metadata.generation);
  if (accepted === undefined) return `its status does not cover generation ${metadata.generation} yet`;
  if (accepted.status !== "True") {
    return `not accepted: ${oneLine(accepted.message || accepted.reason || "no reason given")}`;
  }
  // A backend with weight 0 gets no traffic: it has no endpoints, and needs none.
  if (spec?.weight === 0) return undefined;
  const from = (status?.endpoints ?? []).map((endpoint) => endpoint.from?.cluster);
  const missing = clusters.filter((cluster) => !from.includes(cluster));
  if (missing.length > 0) return `accepted, but no endpoint for ${missing.join(", ")} yet`;
  return from.length === 0 ? "accepted, but no endpoint yet" : undefined;
}
