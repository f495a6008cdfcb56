import type { Decision } from "../../fleet-model/answer";
import { type Content, contentsOf } from "../../fleet-model/contents";
import type { MemberState, Placement } from "../../fleet-model/fleet";
import type { Identity } from "../../fleet-model/identity";
import { locationOf, type Member } from "../../fleet-model/member";
import { isUnknown } from "../../fleet-model/unknown";
import { joined } from "../plan/values";
import type { Modelled } from "./model";
import { whyOf } from "./why";

/** What a cluster of a fleet gets. */
export interface ClusterPreview {
  /** Its name in the fleet; undefined: any cluster, if none is known. */
  readonly name: string | undefined;
  readonly location: string | undefined;
  readonly member: Member;
  readonly placements: readonly PlacedHere[];
  readonly objects: readonly Content[];
}

/** A placement, and whether it applies to a cluster. */
export interface PlacedHere {
  readonly placement: Placement;
  /** undefined: unknown. */
  readonly isChosen: boolean | undefined;
  readonly why: string;
  /** How many objects it certainly places. */
  readonly objects: number;
}

/** The cluster's label if none is known. */
export const ANY_CLUSTER = "any cluster";

export function clusterPreviews(modelled: Modelled): ClusterPreview[] {
  const decisions = new Map(
    modelled.fleet.placements.map((placement) => [
      placement,
      new Map(placement.schedule.decisions.map((decision) => [decision.member, decision])),
    ]),
  );
  return modelled.fleet.members
    .map((state) => clusterPreview(state, modelled, decisions))
    .sort((one, other) => ((one.name ?? "") < (other.name ?? "") ? -1 : 1));
}

function clusterPreview(
  state: MemberState,
  { fleet, missing }: Modelled,
  decisions: ReadonlyMap<Placement, ReadonlyMap<Member | undefined, Decision>>,
): ClusterPreview {
  const { member, brought } = state;
  const location = locationOf(member);
  const objects = contentsOf(state).filter(({ key }) => key === undefined || !missing.has(key));
  const arriving = new Map(brought.map((one) => [one.placement.key, one]));
  const counts = new Map<Placement, number>();
  for (const { placements, isThere } of objects) {
    for (const placement of isThere === true ? placements : []) {
      counts.set(placement, (counts.get(placement) ?? 0) + 1);
    }
  }
  return {
    name: isUnknown(member.name) ? undefined : member.name,
    location: isUnknown(location) ? undefined : location,
    member,
    placements: fleet.placements.map((placement) => {
      const decision = decisions.get(placement)?.get(member);
      const isChosen = decision?.isChosen ?? false;
      const here = arriving.get(placement.key);
      return {
        placement,
        isChosen: isUnknown(isChosen) ? undefined : isChosen,
        why: [
          decision ? whyOf(decision, placement) : "the scheduler does nothing",
          ...(here ? rolledOut(placement, here, member) : []),
        ].join("; "),
        objects: here ? (counts.get(here.placement) ?? 0) : 0,
      };
    }),
    objects,
  };
}

/** Why a chosen cluster does not get what is placed. */
function rolledOut(
  { rollout }: Placement,
  { failure, doubt }: MemberState["brought"][number],
  { name: member }: Member,
): string[] {
  const { isReport, isExternal, runs } = rollout;
  const failed = typeof failure === "string" ? failure : failure?.reason;
  const started = runs.flatMap(({ name, isStarted, order }) => {
    if (isStarted !== true || isUnknown(name)) {
      return [];
    }
    const stage = isUnknown(order)
      ? undefined
      : order.stages.find(({ members }) => members.includes(String(member)));
    const why =
      isUnknown(order) || order.failure === undefined ? "" : `, which can't start: ${order.failure}`;
    return [`${name}${stage ? `, in the stage ${stage.name}` : why}`];
  });
  return [
    ...(failed === undefined ? [] : [`it fails: ${isUnknown(failed) ? failed.why : failed}`]),
    ...(doubt ? [doubt.why] : []),
    ...(isReport === true ? ["it only reports differences"] : []),
    ...(isExternal === true
      ? [
          started.length > 0
            ? `by the staged update run ${started.join(", or by ")}`
            : "no staged update run in this app rolls it out",
        ]
      : []),
  ];
}

/** Objects by name. */
export function inOrder(objects: readonly Content[]): readonly Content[] {
  return objects
    .map((content) => ({ content, order: orderOf(content) }))
    .sort((one, other) => (one.order < other.order ? -1 : 1))
    .map(({ content }) => content);
}

const orders = new WeakMap<Identity, string>();

function orderOf({ key, object, identity }: Content): string {
  const known = orders.get(identity);
  if (known !== undefined) {
    return known;
  }
  const { namespace, kind, name } = identity;
  const text = (part: unknown) => (typeof part === "string" ? part : "");
  const order =
    key === undefined ? `~ ${JSON.stringify(object)}` : `${text(namespace)} ${kind} ${text(name)} ${key}`;
  orders.set(identity, order);
  return order;
}

/** An object's name, as in kubectl: `Deployment shop/front`. */
export function titleOf({ identity: { kind, namespace, name } }: Pick<Content, "identity">): string {
  const text = (part: string | { readonly why: string }) => (typeof part === "string" ? part : "?");
  return `${kind} ${namespace === undefined ? "" : `${text(namespace)}/`}${text(name)}`;
}

/** A placement's name. */
export function placementName({ key }: Placement): string {
  return isUnknown(key) ? "?" : key;
}

const MOST_NAMES = 5;

/** Names in a sentence: of many, the first few and a count. */
export function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES + 1;
  return joined(more > 1 ? [...names.slice(0, MOST_NAMES - 1), `${more} more`] : names);
}
