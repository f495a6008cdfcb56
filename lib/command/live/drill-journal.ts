import { apiPath, NETWORKING_GROUP, NETWORKING_V1ALPHA1, PLACEMENT_V1 } from "../../fleet-api/groups";
import { memberNamespace } from "../../fleet-api/members";
import type { KubeClient, ListedObject } from "../client/kube-client";
import type { InternalServiceExport } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatAge } from "../terminal/duration";
import { FinalProblem, PassingProblem } from "../terminal/problems";
import type { DrillPlan } from "./drill-plan";
import type { Poll } from "./follow";

/** One for a fleet: two drills at once could take all of its members. Nothing in this namespace is ever placed. */
const JOURNALS = "/api/v1/namespaces/default/configmaps";
const NAME = "aks-fleet-drill";
export const JOURNAL_PATH = `${JOURNALS}/${NAME}`;

/** Label of what a drill makes: the journal's id. */
export const DRILL_LABEL = "cdktf-aks-fleet/drill";

const OVERRIDES = `${apiPath(PLACEMENT_V1)}/resourceoverrides`;

/** What a drill is about to do, as the hub keeps it until it is undone. */
export interface Journal {
  readonly id: string;
  /** `namespace/name`, as it was asked for. */
  readonly service: string;
  readonly member: string;
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  readonly namespace: string;
  /** The Services whose exports are taken away, by their names. */
  readonly exports: readonly string[];
}

interface ConfigMap extends ListedObject {
  data?: Record<string, string>;
}

export function overridePath(namespace: string): string {
  return `${apiPath(PLACEMENT_V1)}/namespaces/${namespace}/resourceoverrides/${NAME}`;
}

/** Writes the journal, unless there is one. */
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
      other ? underWay(other, clock.now()) : "another drill came before, and has just ended: start it again.",
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
  return `a drill of ${service} without ${member} is under way, which ${by} started ${formatAge(now - Date.parse(since))} ago (${since}). If it is not running any more, undo it: aks-fleet drill --restore`;
}

export async function closeJournal(client: KubeClient): Promise<void> {
  await client.delete(JOURNAL_PATH);
}

/**
 * Takes the exports of the Services away from the member, by an override of their placement. Of all that takes a member
 * out of service this touches least: one Service loses one member, the pods go on running, Terraform knows nothing of it,
 * and it is undone by deleting one object of the hub, also while the member can't be reached. A taint with evictions would
 * move all that is placed there; what is changed on the member itself the fleet may put back at any time.
 */
export async function takeAway(client: KubeClient, journal: Journal, plan: DrillPlan): Promise<void> {
  const { placement, label, member } = plan;
  const path = `${apiPath(PLACEMENT_V1)}/namespaces/${journal.namespace}/resourceoverrides`;
  const object = {
    apiVersion: PLACEMENT_V1,
    kind: "ResourceOverride",
    metadata: { name: NAME, namespace: journal.namespace, labels: { [DRILL_LABEL]: journal.id } },
    spec: {
      // One that names no placement is not rolled out before the next change.
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
      `there is a ResourceOverride ${journal.namespace}/${NAME} already, which is not of this drill. What an earlier one has left: aks-fleet drill --restore`,
    );
  });
}

/** An answer may get lost on the way: what is there then may be our own. */
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

/** Gives back what the drill has taken away, from whichever step on. */
export function lookAtGivingBack(client: KubeClient, journal: Journal): () => Promise<Poll> {
  return async () => {
    const left = await overridesOf(client, journal);
    for (const one of left) await deleteOverride(client, one);
    return left.length > 0
      ? { state: "waiting", line: `${journal.member} is given back ${journal.exports.join(", ")}` }
      : {
          state: "done",
          line: `nothing keeps ${journal.member} from exporting ${journal.exports.join(", ")}`,
        };
  };
}

/** Does the member export again what it did? */
export function lookAtExports(client: KubeClient, journal: Journal): () => Promise<Poll> {
  return async () => {
    const missing = await missingExports(client, journal);
    return missing.length === 0
      ? { state: "done", line: `${journal.member} exports ${journal.exports.join(", ")}` }
      : {
          state: "waiting",
          line: `${journal.member} does not export ${missing.join(", ")} again yet`,
          advice:
            "Nothing of the drill keeps it from doing so any more: is the cluster running, and do its agents run (`kubectl get pods --namespace fleet-system`)? `aks-fleet status` shows its placement.",
        };
  };
}

export async function deleteOverride(client: KubeClient, { metadata }: ListedObject): Promise<void> {
  await client.delete(
    `${apiPath(PLACEMENT_V1)}/namespaces/${metadata.namespace}/resourceoverrides/${metadata.name}`,
  );
}

/** What the drill has made and is there still; by its label, whatever it is called. */
async function overridesOf(client: KubeClient, { id }: Journal): Promise<ListedObject[]> {
  const found = await client.list<ListedObject>(OVERRIDES, { labels: { [DRILL_LABEL]: id } });
  return found ?? [];
}

/** What drills have left whose journal is gone. */
export async function strayOverrides(client: KubeClient): Promise<ListedObject[]> {
  const all = await client.list<ListedObject>(OVERRIDES);
  return (all ?? []).filter(({ metadata }) => metadata.labels?.[DRILL_LABEL] !== undefined);
}

/** The exports that the hub does not have of the member. */
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
