import { apiPath, NETWORKING_GROUP, NETWORKING_V1ALPHA1, PLACEMENT_V1 } from "../../fleet-api/groups";
import { memberNamespace } from "../../fleet-api/members";
import type { KubeClient, ListedObject } from "../client/kube-client";
import type { InternalServiceExport } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatAge } from "../terminal/duration";
import { FinalProblem, PassingProblem } from "../terminal/problems";
import type { DrillPlan } from "./drill-plan";
import type { Poll } from "./follow";

/** One per fleet: two concurrent drills could take out all of its members. Nothing in this namespace is ever placed. */
const JOURNALS = "/api/v1/namespaces/default/configmaps";
const NAME = "aks-fleet-drill";
export const JOURNAL_PATH = `${JOURNALS}/${NAME}`;

/** Label on what a drill creates: the journal's id. */
export const DRILL_LABEL = "cdktf-aks-fleet/drill";

const OVERRIDES = `${apiPath(PLACEMENT_V1)}/resourceoverrides`;

/** What a drill is about to do, kept on the hub until it is undone. */
export interface Journal {
  readonly id: string;
  /** `namespace/name`, as given. */
  readonly service: string;
  readonly member: string;
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  readonly namespace: string;
  /** The names of the Services whose exports are withdrawn. */
  readonly exports: readonly string[];
}

interface ConfigMap extends ListedObject {
  data?: Record<string, string>;
}

export function overridePath(namespace: string): string {
  return `${apiPath(PLACEMENT_V1)}/namespaces/${namespace}/resourceoverrides/${NAME}`;
}

/** Writes the journal, unless one exists. */
export async function openJournal(client: KubeClient, journal: Journal, clock: Clock): Promise<void> {
  const { exports, ...texts } = journal;
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: NAME, namespace: "default", labels: { [DRILL_LABEL]: journal.id } },
    data: { ...texts, exports: exports.join(" ") },
  };
  await createOnce(client, JOURNALS, object, async () => {
    const other = await readJournal(client);
    if (other?.id === journal.id) return;
    throw new FinalProblem(
      other ? underWay(other, clock.now()) : "another drill was running and has just ended: try again.",
    );
  });
}

export async function readJournal(client: KubeClient): Promise<Journal | undefined> {
  const found = await client.get<ConfigMap>(JOURNAL_PATH);
  if (found === undefined) return undefined;
  const { id = "", service = "", member = "", by = "", since = "", namespace = "" } = found.data ?? {};
  const exports = (found.data?.exports ?? "").split(" ").filter(Boolean);
  return { id, service, member, by, since, namespace, exports };
}

export function underWay({ service, member, by, since }: Journal, now: number): string {
  return `a drill of ${service} without ${member}, started by ${by} ${formatAge(now - Date.parse(since))} ago (${since}), is in progress. If it is no longer running, undo it: aks-fleet drill --restore`;
}

export async function closeJournal(client: KubeClient): Promise<void> {
  await client.delete(JOURNAL_PATH);
}

/**
 * Withdraws the member's exports of the Services with an override of their placement. This is the least invasive way to take
 * a member out of service: one Service loses one member, pods keep running, Terraform sees no change, and deleting one object
 * on the hub undoes it, even while the member is unreachable. A taint with evictions would move everything placed there, and
 * the fleet may revert changes on the member itself at any time.
 */
export async function takeAway(client: KubeClient, journal: Journal, plan: DrillPlan): Promise<void> {
  const { placement, label, member } = plan;
  const path = `${apiPath(PLACEMENT_V1)}/namespaces/${journal.namespace}/resourceoverrides`;
  const object = {
    apiVersion: PLACEMENT_V1,
    kind: "ResourceOverride",
    metadata: { name: NAME, namespace: journal.namespace, labels: { [DRILL_LABEL]: journal.id } },
    spec: {
      // An override that names no placement only rolls out with the next change.
      placement: {
        name: placement.name,
        scope: placement.namespace === undefined ? "Cluster" : "Namespaced",
      },
      resourceSelectors: journal.exports.map((name) => ({
        group: NETWORKING_GROUP,
        version: "v1beta1",
        kind: "ServiceExport",
        name,
      })),
      policy: {
        overrideRules: [
          {
            clusterSelector: {
              clusterSelectorTerms: [{ labelSelector: { matchLabels: { [label]: member } } }],
            },
            overrideType: "Delete",
          },
        ],
      },
    },
  };
  await createOnce(client, path, object, async () => {
    const other = await client.get<ListedObject>(overridePath(journal.namespace));
    if (other?.metadata.labels?.[DRILL_LABEL] === journal.id) return;
    throw new FinalProblem(
      `the ResourceOverride ${journal.namespace}/${NAME} already exists and isn't from this drill. To remove an earlier drill's leftovers: aks-fleet drill --restore`,
    );
  });
}

/** The response may get lost, so an existing object may be our own. */
async function createOnce(
  client: KubeClient,
  path: string,
  object: object,
  whenThere: () => Promise<void>,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.create(path, object);
      return;
    } catch (problem) {
      if (!(problem instanceof PassingProblem)) throw problem;
      if (problem.status === 409) return whenThere();
      const mayPass = problem.status === undefined || problem.status >= 429;
      if (!mayPass || attempt >= 3) throw new FinalProblem(problem.message.replace(/; trying again$/, ""));
    }
  }
}

/** Restores what the drill withdrew, from any step. */
export function lookAtGivingBack(client: KubeClient, journal: Journal): () => Promise<Poll> {
  return async () => {
    const left = await overridesOf(client, journal);
    for (const one of left) await deleteOverride(client, one);
    return left.length > 0
      ? { state: "waiting", line: `restoring ${journal.member}'s exports of ${journal.exports.join(", ")}` }
      : {
          state: "done",
          line: `nothing keeps ${journal.member} from exporting ${journal.exports.join(", ")}`,
        };
  };
}

/** Does the member export again what it did before? */
export function lookAtExports(client: KubeClient, journal: Journal): () => Promise<Poll> {
  return async () => {
    const missing = await missingExports(client, journal);
    return missing.length === 0
      ? { state: "done", line: `${journal.member} exports ${journal.exports.join(", ")}` }
      : {
          state: "waiting",
          line: `${journal.member} does not export ${missing.join(", ")} again yet`,
          advice:
            "The drill no longer prevents it: is the cluster running, and are its agents running (`kubectl get pods --namespace fleet-system`)? `aks-fleet status` shows its placement.",
        };
  };
}

export async function deleteOverride(client: KubeClient, { metadata }: ListedObject): Promise<void> {
  await client.delete(
    `${apiPath(PLACEMENT_V1)}/namespaces/${metadata.namespace}/resourceoverrides/${metadata.name}`,
  );
}

/** What the drill created and still exists; found by label, whatever its name. */
async function overridesOf(client: KubeClient, { id }: Journal): Promise<ListedObject[]> {
  const found = await client.list<ListedObject>(OVERRIDES, { labels: { [DRILL_LABEL]: id } });
  return found ?? [];
}

/** Leftovers of drills whose journal is gone. */
export async function strayOverrides(client: KubeClient): Promise<ListedObject[]> {
  const all = await client.list<ListedObject>(OVERRIDES);
  return (all ?? []).filter(({ metadata }) => metadata.labels?.[DRILL_LABEL] !== undefined);
}

/** The member's exports that the hub lacks. */
export async function missingExports(
  client: KubeClient,
  { namespace, exports, member }: Pick<Journal, "namespace" | "exports" | "member">,
): Promise<readonly string[]> {
  const path = `${apiPath(NETWORKING_V1ALPHA1)}/namespaces/${memberNamespace(member)}/internalserviceexports`;
  const there = ((await client.list<InternalServiceExport>(path)) ?? []).flatMap(({ spec }) =>
    spec?.serviceReference?.namespace === namespace ? (spec.serviceReference.name ?? []) : [],
  );
  return exports.filter((name) => !there.includes(name));
}
