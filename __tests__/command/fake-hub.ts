import type { KubeClient, ListedObject, ListOptions, ServedKind } from "../../lib/command/client/kube-client";

const served = (
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced = true,
): ServedKind => ({
  group,
  version,
  kind,
  plural,
  namespaced,
  verbs: ["get", "list", "watch"],
});

export const SERVED: readonly ServedKind[] = [
  served("", "v1", "Namespace", "namespaces", false),
  served("", "v1", "ConfigMap", "configmaps"),
  served("", "v1", "Secret", "secrets"),
  served("", "v1", "Service", "services"),
  served("", "v1", "ServiceAccount", "serviceaccounts"),
  served("", "v1", "Endpoints", "endpoints"),
  served("", "v1", "Event", "events"),
  served("apps", "v1", "Deployment", "deployments"),
  served("apps", "v1", "ReplicaSet", "replicasets"),
  served("batch", "v1", "Job", "jobs"),
  served("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
  served("coordination.k8s.io", "v1", "Lease", "leases"),
  served("networking.fleet.azure.com", "v1beta1", "ServiceExport", "serviceexports"),
  served("networking.fleet.azure.com", "v1alpha1", "ServiceImport", "serviceimports"),
  served("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
  served("placement.kubernetes-fleet.io", "v1", "ResourcePlacement", "resourceplacements"),
  // What can't be listed is nobody's to place.
  { ...served("", "v1", "Binding", "bindings"), verbs: ["create"] },
];

/** A hub in memory, by paths; what is a function is asked anew each time. */
export class FakeHub implements KubeClient {
  readonly objects = new Map<string, unknown>();
  readonly lists = new Map<string, readonly ListedObject[]>();
  readonly asked: string[] = [];
  served: readonly ServedKind[] | undefined = SERVED;

  async get<T>(path: string): Promise<T | undefined> {
    this.asked.push(path);
    const found = this.objects.get(path);
    if (found !== undefined) return (typeof found === "function" ? found() : found) as T;
    const [, folder, name] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    return this.lists.get(folder ?? "")?.find(({ metadata }) => metadata.name === name) as T | undefined;
  }

  async list<T extends ListedObject>(
    path: string,
    { labels = {} }: ListOptions = {},
  ): Promise<T[] | undefined> {
    this.asked.push(path);
    const found = this.lists.get(path);
    return found?.filter(({ metadata }) =>
      Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
    ) as T[] | undefined;
  }

  async create(): Promise<never> {
    throw new Error("A look changes nothing.");
  }

  async patch(): Promise<never> {
    throw new Error("A look changes nothing.");
  }

  async delete(): Promise<never> {
    throw new Error("A look changes nothing.");
  }

  async kinds(): Promise<ServedKind[] | undefined> {
    return this.served && [...this.served];
  }
}
