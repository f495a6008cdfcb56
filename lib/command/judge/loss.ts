import { CLUSTER_NAME_LABEL } from "../../fleet-api/labels";
import type { Decision } from "../../fleet-model/answer";
import { textOf } from "../../fleet-model/facts";
import { type Fleet as ModelFleet, type Placement, without } from "../../fleet-model/fleet";
import { locationOf, type Member } from "../../fleet-model/member";
import type { Entry, ReachedService, Way } from "../../fleet-model/networking";
import { isBlocked } from "../../fleet-model/rollout";
import { anyOf, type Truth } from "../../fleet-model/truth";
import { isUnknown } from "../../fleet-model/unknown";
import { at } from "../../fleet-model/value";
import type { Fleet } from "../plan/fleet";
import { joined } from "../plan/values";
import { few, placementName } from "./cluster-preview";
import { type Modelled, type ModelOptions, modelOf } from "./model";

/** What is left of a fleet when members are lost. */
export interface Loss {
  readonly members: readonly string[];
  readonly left: ModelFleet;
  /** By name; those that lose nothing are omitted. */
  readonly services: readonly ServiceLoss[];
  readonly placements: readonly PlacementLoss[];
}

export interface ServiceLoss {
  /** `namespace/name`. */
  readonly name: string;
  /** Whether it is still reachable; undefined: unknown. */
  readonly isReachable: boolean | undefined;
  /** Whether it was reachable before. */
  readonly wasReachable: boolean | undefined;
  /** The lost addresses, and where they were. */
  readonly addresses: readonly string[];
  /** DNS names that resolved to one of these and keep resolving to others. */
  readonly namesLeft: readonly string[];
  /** The clusters that no longer serve it, and those that still do. */
  readonly lost: readonly string[];
  readonly left: readonly string[];
  readonly text: string;
}

export interface PlacementLoss {
  readonly name: string;
  readonly left: readonly string[];
  /** Where it moves once the lost members have left the fleet: nothing moves while they are merely unreachable. */
  readonly canGoTo: readonly string[];
  /** Whether rollouts to the remaining members are blocked; undefined: unknown. */
  readonly isBlocked: boolean | undefined;
  readonly text: string;
}

/** The member with a name, or else the one whose cluster has it. Empty if there is none. */
export function membersCalled({ members }: ModelFleet, name: string): readonly Member[] {
  const all = members.map(({ member }) => member);
  const named = all.filter((one) => one.name === name);
  return named.length > 0 ? named : all.filter(({ labels }) => textOf(labels, CLUSTER_NAME_LABEL) === name);
}

/** The members with a name, or in a location. */
export function membersAt(fleet: ModelFleet, place: string): readonly Member[] {
  const named = membersCalled(fleet, place);
  if (named.length > 0) {
    return named;
  }
  const members = fleet.members.map(({ member }) => member);
  const location = place.toLowerCase().replace(/[^a-z0-9]/g, "");
  return members.filter((member) => locationOf(member) === location);
}

/** The consequences of losing members, for a fleet as an app defines it. */
export function lossIn(
  app: Fleet,
  own: Modelled,
  lost: readonly Member[],
  { isDeployed }: Pick<ModelOptions, "isDeployed">,
): Loss {
  const members = (all: readonly Member[]) =>
    all.filter(({ name }) => !lost.some((one) => one.name === name));
  return lossOf(own, lost, modelOf(app, own.hub, { isDeployed, before: own.fleet, members }).fleet);
}

/**
 * The consequences of losing members.
 * @param afterLeaving the same fleet after they have left it
 */
export function lossOf(
  { fleet, endpoints }: Modelled,
  lost: readonly Member[],
  afterLeaving: ModelFleet,
): Loss {
  const names = namesOf(lost);
  const isLost = (member: Member) => lost.includes(member);
  const left = without(fleet, isLost);
  return {
    members: names,
    left,
    services: fleet.reach.flatMap((service) => {
      const after = left.reach.find(
        ({ namespace, name }) => namespace === service.namespace && name === service.name,
      );
      return serviceLoss(service, after, isLost, (entry) => namesBeside(entry, endpoints, left)) ?? [];
    }),
    placements: fleet.placements.flatMap(
      (placement) => placementLoss(placement, isLost, names, afterLeaving) ?? [],
    ),
  };
}

function serviceLoss(
  before: ReachedService,
  after: ReachedService | undefined,
  isLost: (member: Member) => boolean,
  namesBeside: (entry: Entry) => readonly DnsLeft[],
): ServiceLoss | undefined {
  const served = [...before.exports.filter(({ is }) => is !== false), ...before.ways.flatMap(servedFrom)].map(
    ({ member }) => member,
  );
  const lost = namesOf(served.filter(isLost));
  const entries = before.ways.filter(
    (way) => way.kind === "MultiClusterService" && way.is !== false && isLost(way.entry.member),
  );
  if (lost.length === 0 && entries.length === 0) {
    return undefined;
  }
  const name = `${before.namespace}/${before.name}`;
  const [was, is] = [isReached(before), after ? isReached(after) : false];
  const left = servingMembers(after);
  const addresses = entries.map((way) => addressOf(way));
  const names = entries.flatMap((way) => (way.kind === "MultiClusterService" ? namesBeside(way.entry) : []));
  const share =
    served.length === 0 ? "" : `${few(lost)} no longer ${lost.length === 1 ? "serves" : "serve"} it`;
  const serving = left.length > 0 ? `, ${few(left)} ${left.length === 1 ? "does" : "do"}` : "";
  const gone =
    addresses.length > 0 ? `${joined(addresses)} ${addresses.length === 1 ? "is" : "are"} lost` : "";
  const cause =
    gone !== ""
      ? gone
      : left.length === 0
        ? "no remaining cluster has it"
        : "nothing that remains routes to it";
  let text: string;
  if (was === true && is === false && names.length > 0) {
    const others = names.map(({ dnsName, services }) => `${dnsName} keeps resolving to ${few(services)}`);
    text = `loses its address: ${cause}; ${joined(others)}`;
  } else if (was === true && is === false) {
    text = `becomes unreachable: ${cause}`;
  } else if (is === true) {
    text =
      addresses.length > 0
        ? `${gone}; it stays reachable through ${joined(waysOf(after))}`
        : `loses capacity: ${share}${serving}`;
  } else if (isUnknown(is) || isUnknown(was)) {
    text = `may become unreachable: ${isUnknown(is) ? is.why : isUnknown(was) ? was.why : cause}`;
  } else {
    text = `had no address before; ${share}${serving}`;
  }
  return {
    name,
    isReachable: isUnknown(is) ? undefined : is,
    wasReachable: isUnknown(was) ? undefined : was,
    addresses,
    namesLeft: names.map(({ dnsName }) => dnsName),
    lost,
    left,
    text,
  };
}

interface DnsLeft {
  readonly dnsName: string;
  readonly services: readonly string[];
}

/** The members that serve a Service, and those that its addresses route to. */
export function servingMembers(service: ReachedService | undefined): string[] {
  return namesOf(
    [
      ...(service?.exports.filter(({ is }) => is === true) ?? []),
      ...(service?.ways.flatMap(servedFrom) ?? []),
    ].map(({ member }) => member),
  );
}

/** The DNS names that resolve to an entry, and to others that remain. */
function namesBeside(
  { namespace, name }: Entry,
  endpoints: Modelled["endpoints"],
  { entries }: ModelFleet,
): readonly DnsLeft[] {
  return namesOfEntry(endpoints, namespace, name).flatMap((dnsName) => {
    const services = endpoints
      .filter((one) => one.dnsName === dnsName)
      .filter((one) =>
        entries.some(
          (entry) =>
            entry.namespace === one.namespace && entry.name === one.service && entry.hasAddress === true,
        ),
      )
      .map((one) => `${one.namespace}/${one.service}`);
    return services.length > 0 ? [{ dnsName, services }] : [];
  });
}

/** The DNS names that resolve to a MultiClusterService. */
export function namesOfEntry(endpoints: Modelled["endpoints"], namespace: string, name: string): string[] {
  return endpoints
    .filter((one) => one.namespace === namespace && one.service === name)
    .map(({ dnsName }) => dnsName);
}

/** Whether a Service was reachable and no longer is, not even by a DNS name that keeps resolving elsewhere. */
export function isOutage({ wasReachable, isReachable, namesLeft }: ServiceLoss): boolean {
  return wasReachable === true && isReachable === false && namesLeft.length === 0;
}

function servedFrom({ servedFrom }: Way): readonly { readonly member: Member }[] {
  return servedFrom.filter(({ is }) => is !== false);
}

/** Whether a Service is reachable from outside its own cluster. */
export function isReached({ ways }: ReachedService): Truth {
  return anyOf(ways.map(({ is }) => is));
}

/** The name of an address: `the address of shop/front at aks-eastus2`. */
export function addressOf(way: Way): string {
  switch (way.kind) {
    case "MultiClusterService": {
      const { namespace, name, member } = way.entry;
      return `the address of ${namespace}/${name} at ${nameOf(member)}`;
    }
    case "TrafficManagerProfile":
      return `the DNS name of the profile ${isUnknown(way.profile) ? "?" : way.profile}`;
    case "LoadBalancer":
      return `${way.servedFrom.length === 1 ? "its own address" : "its own addresses"} at ${few(namesOf(way.servedFrom.map(({ member }) => member)))}`;
  }
}

function waysOf(service: ReachedService | undefined): string[] {
  return (service?.ways ?? []).filter(({ is }) => is === true).map(addressOf);
}

function placementLoss(
  placement: Placement,
  isLost: (member: Member) => boolean,
  lost: readonly string[],
  afterLeaving: ModelFleet,
): PlacementLoss | undefined {
  const { decisions } = placement.schedule;
  const mayHave = decisions.filter(({ isChosen }) => isChosen !== false);
  const gone = mayHave.filter(({ member }) => member && isLost(member));
  if (gone.length === 0) {
    return undefined;
  }
  const others = mayHave.filter(({ member }) => member && !isLost(member));
  const left = others.filter(({ isChosen }) => isChosen === true);
  const unsure = others.filter(({ isChosen }) => isChosen !== true);
  const after = afterLeaving.placements.find(({ key }) => key === placement.key);
  const known = new Set(mayHave.map(({ cluster }) => cluster));
  const elsewhere = (after?.schedule.decisions ?? []).filter(
    ({ member, cluster, isChosen }) => member && isChosen !== false && !known.has(cluster),
  );
  const canGoTo = elsewhere.flatMap(({ cluster }) => (isUnknown(cluster) ? [] : [cluster])).sort();
  const sure = gone.filter(({ isChosen }) => isChosen === true).length;
  const blocked = isBlockedWith(placement.rollout, left.length, unsure, Math.max(1, sure));
  const [names, possible] = [left, unsure].map((all) =>
    all.flatMap(({ cluster }) => (isUnknown(cluster) ? [] : [cluster])).sort(),
  ) as [string[], string[]];
  const { maxUnavailable, wanted, isExternal, runs } = placement.rollout;
  const isPickN = at(placement.object, "spec", "policy", "placementType") === "PickN";
  const haveLeft = `${few(lost)} ${lost.length === 1 ? "has" : "have"} left the fleet`;
  const parts = [
    `${sure > 0 ? "loses" : "may lose"} ${few(namesOf(gone.flatMap(({ member }) => member ?? [])).sort())}`,
    ...(names.length > 0 ? [`stays on ${few(names)}`] : []),
    ...(possible.length > 0 ? [`may be on ${few(possible)}`] : []),
    ...(left.length + unsure.length === 0 ? ["is on no other cluster"] : []),
    ...(canGoTo.length > 0
      ? [`can go to ${few(canGoTo)}, once ${haveLeft}`]
      : !isPickN
        ? []
        : [
            unsure.length > 0
              ? `can go to whichever of them it isn't on, once ${haveLeft}`
              : "can go nowhere else",
          ]),
    ...(blocked === true
      ? [
          `rollouts are blocked until outOfService is set: maxUnavailable allows ${String(maxUnavailable)} of ${String(wanted)} clusters to be unavailable, and ${few(lost)} ${lost.length === 1 ? "is" : "are"}`,
        ]
      : isUnknown(blocked)
        ? [`whether rollouts are blocked is unknown: ${blocked.why}`]
        : []),
    ...(isExternal === true && runs.length > 0 ? [`a staged update run waits for ${few(lost)} forever`] : []),
  ];
  return {
    name: placementName(placement),
    left: names,
    canGoTo,
    isBlocked: isUnknown(blocked) ? undefined : blocked,
    text: parts.join("; "),
  };
}

/** Whether rollouts are blocked for every number of clusters that may remain; unknown if that differs. */
function isBlockedWith(
  rollout: Placement["rollout"],
  left: number,
  unsure: readonly Decision[],
  gone: number,
): Truth {
  const why = unsure.map(({ isChosen }) => isChosen).find(isUnknown);
  if (why === undefined) {
    return isBlocked(rollout, left);
  }
  const most = left + unsure.length;
  const last = isUnknown(rollout.wanted) ? most : Math.max(left, Math.min(most, rollout.wanted - gone));
  const all = Array.from({ length: last - left + 1 }, (_, more) => isBlocked(rollout, left + more));
  return all.find(isUnknown) ?? (new Set(all).size === 1 ? (all[0] as boolean) : why);
}

export function namesOf(members: readonly Member[]): string[] {
  return [...new Set(members.map(nameOf))];
}

function nameOf({ name }: Member): string {
  return isUnknown(name) ? "?" : name;
}
