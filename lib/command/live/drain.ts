import { apiPath, NETWORKING_V1ALPHA1, PLACEMENT_V1, PLACEMENT_V1BETA1 } from "../../fleet-api/groups";
import { PARENT_NAMESPACE_LABEL, PARENT_PLACEMENT_LABEL } from "../../fleet-api/labels";
import { memberOf } from "../../fleet-api/members";
import type { KubeClient, ListedObject } from "../client/kube-client";
import type { InternalServiceExport, Work } from "../client/objects";
import type { Poll } from "./follow";

const WORK_APIS = [PLACEMENT_V1BETA1, PLACEMENT_V1].map(apiPath);
const EXPORTS = `${apiPath(NETWORKING_V1ALPHA1)}/internalserviceexports`;
const PLACEMENT_LABEL = PARENT_PLACEMENT_LABEL;
/** On works of a namespaced ResourcePlacement; its name is in the other label. */
const PLACEMENT_NAMESPACE_LABEL = PARENT_NAMESPACE_LABEL;
const SHOWN = 5;

export interface DrainOptions {
  placements: string[];
  namespaces: string[];
}

export interface ListedWork extends ListedObject {
  /** The namespaces it creates or fills on the member; read only if needed. */
  fills?: string[];
}

/** Does the hub hold nothing more of what was placed on members and what they export? */
export function lookAtDrain(client: KubeClient, options: DrainOptions): () => Promise<Poll> {
  // A Work holds all of its manifests: each is read once, not at every poll.
  const read = new Map<string, string[]>();
  const fills = async (api: string, { metadata }: ListedObject) => {
    const { name, namespace, uid = `${namespace}/${name}` } = metadata;
    const known =
      read.get(uid) ?? namespacesIn(await client.get(`${api}/namespaces/${namespace}/works/${name}`));
    read.set(uid, known);
    return known;
  };

  return async () => {
    const works: ListedWork[] = [];
    for (const api of WORK_APIS) {
      const served = await client.list<ListedWork>(`${api}/works`, { metadataOnly: true });
      // An API that the hub doesn't serve has no objects.
      if (served === undefined) continue;
      for (const work of served.filter(onMember)) {
        const undecided = options.namespaces.length > 0 && !isOurs(work, options);
        works.push(undecided ? { ...work, fills: await fills(api, work) } : work);
      }
      break;
    }
    const exports = (await client.list<InternalServiceExport>(EXPORTS)) ?? [];
    return judgeDrain(works, exports, options);
  };
}

function namespacesIn(work: Work | undefined): string[] {
  return (work?.spec?.workload?.manifests ?? []).flatMap(({ kind, metadata }) => {
    const namespace = kind === "Namespace" ? metadata?.name : metadata?.namespace;
    return namespace ?? [];
  });
}

function onMember({ metadata }: ListedObject): boolean {
  return memberOf(metadata.namespace) !== undefined;
}

function isOurs({ metadata: { labels = {} }, fills = [] }: ListedWork, options: DrainOptions): boolean {
  const { placements, namespaces } = options;
  const placement = labels[PLACEMENT_LABEL];
  // A Work without an owner label might be ours.
  if (!placement || (placements.length === 0 && namespaces.length === 0)) return true;
  if (!labels[PLACEMENT_NAMESPACE_LABEL] && placements.includes(placement)) return true;
  return fills.some((namespace) => namespaces.includes(namespace));
}

/** What is left that matters, and where. */
export function judgeDrain(
  works: ListedWork[],
  exports: InternalServiceExport[],
  options: DrainOptions,
): Poll {
  const { placements, namespaces } = options;
  const all = placements.length === 0 && namespaces.length === 0;
  const ourExport = ({ spec }: InternalServiceExport) => {
    const namespace = spec?.serviceReference?.namespace;
    return all || !namespace || namespaces.includes(namespace);
  };

  const left = new Map<string, { works: string[]; exports: string[] }>();
  const at = (namespace = "") => {
    const known = left.get(namespace) ?? { works: [], exports: [] };
    left.set(namespace, known);
    return known;
  };
  for (const work of works.filter((one) => onMember(one) && isOurs(one, options))) {
    at(work.metadata.namespace).works.push(work.metadata.name);
  }
  for (const one of exports.filter((one) => onMember(one) && ourExport(one))) {
    at(one.metadata.namespace).exports.push(one.metadata.name);
  }
  if (left.size === 0) return { state: "done", line: "nothing is left" };

  const places = [...left].sort(([a], [b]) => a.localeCompare(b));
  const line = places
    .map(([namespace, { works, exports }]) => {
      const parts = [listed("work", works), listed("internalserviceexport", exports)].filter(Boolean);
      return `${namespace} still has ${parts.join(" and ")}`;
    })
    .join("; ");
  const members = places.map(([namespace]) => memberOf(namespace));
  return {
    state: "waiting",
    line,
    advice:
      `These are removed once the placement and the ServiceExport are deleted and the member's agents have cleaned up: are the clusters of ${members.join(", ")} running and reachable (az aks start), and are their agents running (\`kubectl get pods --namespace fleet-system\`)? ` +
      "If a cluster is gone for good, set AKS_FLEET_SKIP_DRAIN=1 and destroy again.",
  };
}

export function listed(kind: string, names: string[]): string {
  if (names.length === 0) return "";
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `${kind}${names.length > 1 ? "s" : ""} ${names.sort().slice(0, SHOWN).join(", ")}${more}`;
}
