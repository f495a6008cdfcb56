import { isNeverPlaced } from "../../fleet-api/reserved";
import { matches } from "../../fleet-model/label-selector";
import type { LabelSelector } from "../../fleet-model/policy";
import type { KubeClient, ServedKind } from "../client/kube-client";
import type { KubernetesObject, Placement, ResourceSelector } from "../client/objects";

const AT_ONCE = 8;

/** The objects that a placement selects on the hub, as they are now; undefined where that can't be told. */
export async function selectedNow(
  client: KubeClient,
  { metadata, spec }: Placement,
): Promise<KubernetesObject[] | undefined> {
  const kinds = await client.kinds();
  if (kinds === undefined) return undefined;
  const selectors = spec.resourceSelectors ?? [];
  // Of a ClusterResourcePlacement only this one may have selectors beside it that choose in a namespace.
  const inside = selectors.find((one) => one.selectionScope === "NamespaceWithResourceSelectors")?.name;
  const found = await Promise.all(
    selectors.map((selector) => select(client, kinds, selector, metadata.namespace ?? inside)),
  );
  return found.flat();
}

async function select(
  client: KubeClient,
  kinds: readonly ServedKind[],
  selector: ResourceSelector,
  namespace: string | undefined,
): Promise<KubernetesObject[]> {
  const { group, version, kind, name, labelSelector, selectionScope } = selector;
  const served = kinds.find((one) => one.group === group && one.kind === kind);
  if (served === undefined || isNever(served)) return [];
  const asked = { ...served, version };
  if (served.namespaced && namespace === undefined) return [];
  const found = await read(client, asked, served.namespaced ? namespace : undefined, { name, labelSelector });
  const isWhole = group === "" && kind === "Namespace" && (selectionScope ?? WHOLE) === WHOLE;
  if (!isWhole) return found;
  const inside = await Promise.all(found.map((one) => everythingIn(client, kinds, one.metadata.name)));
  return [...found, ...inside.flat()];
}

const WHOLE = "NamespaceWithResources";

async function everythingIn(
  client: KubeClient,
  kinds: readonly ServedKind[],
  namespace: string,
): Promise<KubernetesObject[]> {
  const left = kinds.filter((kind) => kind.namespaced && !isNever(kind) && isReadable(kind));
  const found: KubernetesObject[] = [];
  const readNext = async () => {
    for (let kind = left.shift(); kind !== undefined; kind = left.shift()) {
      found.push(...(await read(client, kind, namespace, {})));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readNext));
  const services = found.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Service");
  const names = services.map(({ metadata }) => metadata.name);
  // The hub's own, for a Service of the same name.
  return found.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion !== "v1" || kind !== "Endpoints" || !names.includes(metadata.name),
  );
}

async function read(
  client: KubeClient,
  { group, version, kind, plural, namespaced }: ServedKind,
  namespace: string | undefined,
  { name, labelSelector }: { name?: string | undefined; labelSelector?: LabelSelector | undefined },
): Promise<KubernetesObject[]> {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const folder = `/${group === "" ? "api" : "apis"}/${apiVersion}${namespaced ? `/namespaces/${namespace}` : ""}/${plural}`;
  const objects = name
    ? [await client.get<KubernetesObject>(`${folder}/${name}`)].flatMap((one) => one ?? [])
    : ((await client.list<KubernetesObject>(folder)) ?? []);
  return objects
    .filter(({ metadata }) => labelSelector === undefined || matches(labelSelector, metadata.labels ?? {}))
    .map((one) => ({ ...one, apiVersion, kind }))
    .filter(isSelected);
}

function isReadable({ verbs }: ServedKind): boolean {
  return verbs.includes("list") && verbs.includes("watch");
}

/**
 * What the hub's agent never selects. A hub that leaves out more, or less, is not misread: then what is there never equals what
 * it has collected.
 */
function isNever({ group, kind }: ServedKind): boolean {
  return isNeverPlaced(group, kind) || (group === "" && kind === "Event");
}

/** Without what Kubernetes makes by itself in every namespace, or for another object. */
function isSelected({ apiVersion, kind, metadata, type }: KubernetesObject): boolean {
  if (metadata.deletionTimestamp) return false;
  switch (`${apiVersion} ${kind}`) {
    case "apps/v1 ReplicaSet":
    case "apps/v1 ControllerRevision":
      return (metadata.ownerReferences ?? []).length === 0;
    case "v1 ConfigMap":
      return metadata.name !== "kube-root-ca.crt";
    case "v1 ServiceAccount":
      return metadata.name !== "default";
    case "v1 Secret":
      return type !== "kubernetes.io/service-account-token";
    case "discovery.k8s.io/v1 EndpointSlice":
      return metadata.labels?.["endpointslice.kubernetes.io/managed-by"] === undefined;
    default:
      return true;
  }
}
