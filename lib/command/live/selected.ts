import { isNeverPlaced } from "../../fleet-api/reserved";
import { type Hub, readHub } from "../../fleet-model/hub";
import { identityOf, type KubernetesObject, keyOf, NAMESPACE } from "../../fleet-model/identity";
import { chooses, selectResources } from "../../fleet-model/selection";
import { isUnknown } from "../../fleet-model/unknown";
import { textAt, type Value } from "../../fleet-model/value";
import type { KubeClient, ListedObject, ServedKind } from "../client/kube-client";
import type { Placement, ResourceSelector } from "../client/objects";

const AT_ONCE = 8;

/** The objects that a placement currently selects on the hub; undefined if that can't be determined. */
export async function selectedNow(
  client: KubeClient,
  { metadata: { name, namespace }, spec }: Placement,
): Promise<readonly KubernetesObject[] | undefined> {
  const kinds = await client.kinds();
  if (kinds === undefined) return undefined;
  const selectors = spec.resourceSelectors ?? [];
  // In a ClusterResourcePlacement, only this selector may be combined with ones that select inside a namespace.
  const inside = selectors.find((one) => one.selectionScope === "NamespaceWithResourceSelectors")?.name;
  const read = await Promise.all(
    selectors.map((selector) => readFor(client, kinds, selector, namespace ?? inside)),
  );
  // Two selectors may read the same objects.
  const objects = new Map(read.flat().map((one) => [keyOf(identityOf(one)), one]));
  const hub: Hub = {
    objects: [...objects.values()],
    scopeOf: ({ group, kind }) => {
      const served = servedAs(kinds, { group, kind });
      return served && (served.namespaced ? "Namespaced" : "Cluster");
    },
  };
  const selection = selectResources(
    readHub(hub),
    { name, ...(namespace !== undefined && { namespace }) },
    selectors as unknown as readonly Value[],
  );
  // When its selection fails, the hub keeps what it collected before.
  if (selection.failure !== undefined || selection.doubt || selection.others) return undefined;
  return selection.objects.flatMap(({ object, isSelected }) => (isUnknown(isSelected) ? [] : [object]));
}

function servedAs(
  kinds: readonly ServedKind[],
  { group, kind }: Pick<ServedKind, "group" | "kind">,
): ServedKind | undefined {
  return kinds.find((one) => one.group === group && one.kind === kind);
}

/** What the model needs of the hub to evaluate a selector. */
async function readFor(
  client: KubeClient,
  kinds: readonly ServedKind[],
  selector: ResourceSelector,
  namespace: string | undefined,
): Promise<KubernetesObject[]> {
  const { group, version, kind, name, selectionScope = "NamespaceWithResources" } = selector;
  const served = servedAs(kinds, selector);
  if (served === undefined || isNever(served) || (served.namespaced && namespace === undefined)) return [];
  const found = await read(client, { ...served, version }, served.namespaced ? namespace : undefined, name);
  if (group === "" && kind === "Endpoints") {
    const services = servedAs(kinds, { group, kind: "Service" });
    return services ? [...found, ...(await read(client, services, namespace))] : found;
  }
  const isWhole =
    group === NAMESPACE.group && kind === NAMESPACE.kind && selectionScope === "NamespaceWithResources";
  const chosen = isWhole ? found.filter((one) => chooses(selector as unknown as Value, one) !== false) : [];
  const inside = await Promise.all(
    chosen.map((one) => everythingIn(client, kinds, String(textAt(one, "metadata", "name")))),
  );
  return [...found, ...inside.flat()];
}

async function everythingIn(
  client: KubeClient,
  kinds: readonly ServedKind[],
  namespace: string,
): Promise<KubernetesObject[]> {
  const left = kinds.filter((kind) => kind.namespaced && !isNever(kind) && isReadable(kind));
  const found: KubernetesObject[] = [];
  const readNext = async () => {
    for (let kind = left.shift(); kind !== undefined; kind = left.shift()) {
      found.push(...(await read(client, kind, namespace)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readNext));
  return found;
}

async function read(
  client: KubeClient,
  { group, version, kind, plural, namespaced }: ServedKind,
  namespace: string | undefined,
  name?: string,
): Promise<KubernetesObject[]> {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  const folder = `/${group === "" ? "api" : "apis"}/${apiVersion}${namespaced ? `/namespaces/${namespace}` : ""}/${plural}`;
  const objects = name
    ? [await client.get<ListedObject>(`${folder}/${name}`)].flatMap((one) => one ?? [])
    : ((await client.list<ListedObject>(folder)) ?? []);
  return objects.map((one) => ({ ...(withoutNulls(one) as { metadata: Value }), apiVersion, kind }));
}

function isReadable({ verbs }: ServedKind): boolean {
  return verbs.includes("list") && verbs.includes("watch");
}

/** What the hub's agent never selects need not be read. */
function isNever({ group, kind }: ServedKind): boolean {
  return isNeverPlaced(group, kind) || (group === "" && kind === "Event");
}

/** To the API, null means absent; not everything that handles an object preserves it. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  );
}
