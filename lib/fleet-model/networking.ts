import { NETWORKING_GROUP } from "../fleet-api/groups";
import {
  AZURE_DNS_LABEL_ANNOTATION,
  AZURE_INTERNAL_ANNOTATION,
  INTERNAL_ANNOTATION,
} from "../fleet-api/services";
import { byBytes } from "./compare";
import type { MemberState } from "./fleet";
import type { ReadHub } from "./hub";
import { identityOf, knownKeyOf } from "./identity";
import type { Member } from "./member";
import {
  isMultiClusterService,
  isService,
  isServiceExport,
  type Placed,
  type Ports,
  type ServiceExported,
  serviceExported,
} from "./services";
import { wholeNumber } from "./traffic-weights";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, Unknown } from "./unknown";
import { at, sameValue, textAt, type Value } from "./value";

/** A Service that members export. */
export interface ExportedService {
  readonly namespace: string;
  readonly name: string;
  readonly exports: readonly (ServiceExported & { readonly member: Member; readonly isImported: Truth })[];
}

/** A MultiClusterService on a member. */
export interface Entry {
  readonly member: Member;
  readonly namespace: string;
  readonly name: string;
  /** The Service that it imports. */
  readonly service: string | Unknown;
  /** Whether its address is internal. */
  readonly isInternal: Truth;
  /** Whether it has the address: only one per Service in a fleet does. */
  readonly hasAddress: Truth;
  /** Why not, or why that isn't known. */
  readonly reason?: string;
  /** The members that serve its connections. */
  readonly servedFrom: readonly { readonly member: Member; readonly is: Truth }[];
}

/** A TrafficManagerBackend on the hub: a Service behind the DNS name of a profile. */
export interface Backend {
  readonly namespace: string;
  readonly name: string;
  readonly profile: string | Unknown;
  readonly service: string | Unknown;
  /** With 0, it gets no clients. */
  readonly weight: number | Unknown;
}

/** A Service, and how it is reachable from outside of its cluster. */
export interface ReachedService {
  readonly namespace: string;
  readonly name: string;
  /** The members that export it, or might, and whether they do. */
  readonly exports: ExportedService["exports"];
  readonly ways: readonly Way[];
}

/** A route to a Service from outside of its cluster. */
export type Way = EntryWay | DnsWay | AddressWay;

interface OneWay {
  /** Whether it routes to the Service. */
  readonly is: Truth;
  /** Why not, or why that isn't known. */
  readonly reason?: string;
  /** The members whose Pods it certainly or possibly routes to. */
  readonly servedFrom: readonly { readonly member: Member; readonly is: Truth }[];
}

/** By the address of a MultiClusterService at one of the members. */
export interface EntryWay extends OneWay {
  readonly kind: "MultiClusterService";
  readonly entry: Entry;
  readonly isInternal: Truth;
}

/** By the DNS name of a Traffic Manager profile, which routes to the address of each member. */
export interface DnsWay extends OneWay {
  readonly kind: "TrafficManagerProfile";
  readonly profile: string | Unknown;
}

/** By the address that the Service has on each member itself. */
export interface AddressWay extends OneWay {
  readonly kind: "LoadBalancer";
  readonly isInternal: Truth;
}

/** The earlier exports and addresses: the first of each stays. */
export interface NetworkingBefore {
  readonly services: readonly ExportedService[];
  readonly entries: readonly Entry[];
}

/** The exports of a fleet's members, and how they are reachable. */
export function networking(
  states: readonly MemberState[],
  backends: readonly Backend[],
  before?: NetworkingBefore,
): {
  readonly services: readonly ExportedService[];
  readonly entries: readonly Entry[];
  readonly reach: readonly ReachedService[];
} {
  const onMembers = states.map(networkingOn);
  const services = servicesOf(onMembers, before);
  const entries = entriesOf(onMembers, services, before);
  return { services, entries, reach: reachOf(onMembers, services, entries, backends) };
}

export function backendsOn(hub: ReadHub): readonly Backend[] {
  return hub.listed.flatMap(({ identity: { group, kind, name, namespace }, object }) => {
    if (group !== NETWORKING_GROUP || kind !== "TrafficManagerBackend") {
      return [];
    }
    if (namespace === undefined || isUnknown(namespace) || isUnknown(name)) {
      return [];
    }
    const weight = at(object, "spec", "weight") ?? 1;
    return [
      {
        namespace,
        name,
        profile: textAt(object, "spec", "profile", "name") ?? "",
        service: textAt(object, "spec", "backend", "name") ?? "",
        weight: isUnknown(weight) ? weight : (wholeNumber(String(weight)) ?? 0),
      },
    ];
  });
}

/** The objects of a member that concern Services, by kind and name. */
interface Networking {
  readonly member: Member;
  readonly exports: readonly Placed[];
  readonly entries: readonly Placed[];
  readonly services: ReadonlyMap<string, readonly [Placed, ...Placed[]]>;
  /** Why there may be others. */
  readonly others: Unknown | undefined;
}

function networkingOn(state: MemberState): Networking {
  const services = new Map<string, [Placed, ...Placed[]]>();
  const exports: Placed[] = [];
  const entries: Placed[] = [];
  const sort = (one: Placed) => {
    if (isServiceExport(one.identity)) {
      exports.push(one);
    } else if (isMultiClusterService(one.identity)) {
      entries.push(one);
    } else if (isService(one.identity)) {
      const key = knownKeyOf(one.identity);
      if (key !== undefined) {
        const same = services.get(key);
        if (same) {
          same.push(one);
        } else {
          services.set(key, [one]);
        }
      }
    }
  };
  for (const { isChosen, objects, doubt } of state.brought) {
    const open = [isChosen, doubt].find(isUnknown);
    for (const one of objects) {
      // Most are none of these.
      if (KINDS.has(one.identity.kind)) {
        sort(open ? { ...one, isThere: allOf([one.isThere, open]) } : one);
      }
    }
  }
  for (const object of state.put) {
    sort({ identity: identityOf(object), object, isThere: true });
  }
  const others = state.brought.find((one) => one.others !== undefined)?.others;
  return { member: state.member, exports, entries, services, others };
}

const KINDS = new Set(["MultiClusterService", "Service", "ServiceExport"]);

function servicesOf(
  onMembers: readonly Networking[],
  before: NetworkingBefore | undefined,
): readonly ExportedService[] {
  const found = new Map<
    string,
    { namespace: string; name: string; exports: (ServiceExported & { member: Member })[] }
  >();
  for (const { member, exports, services, others } of onMembers) {
    for (const exported of exports) {
      const { namespace, name } = exported.identity;
      if (namespace === undefined || isUnknown(namespace) || isUnknown(name)) {
        continue;
      }
      const key = `/v1/Service ${namespace}/${name}`;
      const beside = services.get(key) ?? [];
      const perhaps = others && { identity: exported.identity, object: others, isThere: others };
      const one = serviceExported(exported, perhaps ? [...beside, perhaps] : beside);
      const service = found.get(key) ?? { namespace, name, exports: [] };
      service.exports.push({ ...one, member });
      found.set(key, service);
    }
  }
  return [...found.values()].map((service) => {
    const { namespace, name } = service;
    const was = before?.services.find((one) => one.namespace === namespace && one.name === name);
    return { ...service, exports: imported(service.exports, was?.exports ?? []) };
  });
}

/**
 * Whether the hub imports each: all if their ports are the same; otherwise, those with the ports of the first. These ports
 * stay as long as an imported one keeps them.
 */
function imported(
  exports: readonly (ServiceExported & { readonly member: Member })[],
  before: ExportedService["exports"],
): ExportedService["exports"] {
  const there = exports.filter(({ is }) => is !== false);
  const areSame = allOf(there.map(({ ports }) => samePorts(ports, there[0]?.ports)));
  if (areSame === true) {
    return exports.map((one) => ({ ...one, isImported: one.is }));
  }
  const stays = there.find(({ member, is, ports }) => {
    const was = before.find((one) => one.member.name === member.name);
    return is === true && was?.isImported === true && samePorts(was.ports, ports) === true;
  });
  if (stays === undefined) {
    const isImported = isUnknown(areSame) ? areSame : FIRST_COME;
    return exports.map((one) => ({ ...one, isImported: allOf([one.is, isImported]) }));
  }
  return exports.map((one) => {
    const isSame = samePorts(one.ports, stays.ports);
    const isConflict = one.is !== false && isSame === false;
    return { ...one, isImported: allOf([one.is, isSame]), ...(isConflict && { reason: OTHER_PORTS }) };
  });
}

const OTHER_PORTS = "its ports differ from those that other clusters export already";

const FIRST_COME = new Unknown(
  "their ports differ, and those of the first member that exports the Service count",
);

function samePorts(one: Ports | Unknown, other: Ports | Unknown | undefined): Truth {
  return one === other && !isUnknown(one) ? true : sameValue(one as Value, other as Value);
}

function entriesOf(
  onMembers: readonly Networking[],
  services: readonly ExportedService[],
  before: NetworkingBefore | undefined,
): readonly Entry[] {
  const found = onMembers.flatMap(({ member, entries }) =>
    entries.flatMap(({ identity: { namespace, name }, object, isThere }) =>
      namespace === undefined || isUnknown(namespace) || isUnknown(name)
        ? []
        : [
            {
              member,
              namespace,
              name,
              service: textAt(object, "spec", "serviceImport", "name") ?? "",
              isInternal: sameValue(textAt(object, "metadata", "annotations", INTERNAL_ANNOTATION), "true"),
              isThere,
            },
          ],
    ),
  );
  return found.map(({ isThere, ...entry }) => {
    const { namespace, service } = entry;
    const rivals = found.filter(
      (other) =>
        other.namespace === namespace &&
        sameValue(other.service, service) !== false &&
        other.isThere !== false,
    );
    const exported = isUnknown(service)
      ? undefined
      : services.find((one) => one.namespace === namespace && one.name === service);
    const servedFrom = (exported?.exports ?? []).map(({ member, isImported }) => ({
      member,
      is: isImported,
    }));
    const isServed: Truth = isUnknown(service)
      ? service
      : servedFrom.some(({ is }) => is === true) || (servedFrom.map(({ is }) => is).find(isUnknown) ?? false);
    const holder = rivals.find(
      (one) =>
        one.isThere === true &&
        before?.entries.some((was) => was.hasAddress === true && isSameEntry(one, was)),
    );
    const isFirst: Truth =
      rivals.length < 2 ? true : holder === undefined ? FIRST_TO_IMPORT : isSameEntry(entry, holder);
    const hasAddress = allOf([isThere, isServed, isFirst]);
    const reason = isUnknown(hasAddress)
      ? hasAddress.why
      : hasAddress
        ? undefined
        : isFirst === false
          ? "another MultiClusterService imports the Service already"
          : "nothing exports the Service";
    return { ...entry, hasAddress, ...(reason !== undefined && { reason }), servedFrom };
  });
}

function isSameEntry(
  one: Pick<Entry, "member" | "namespace" | "name" | "service">,
  other: Pick<Entry, "member" | "namespace" | "name" | "service">,
): boolean {
  return (
    one.member.name === other.member.name &&
    one.namespace === other.namespace &&
    one.name === other.name &&
    one.service === other.service
  );
}

const FIRST_TO_IMPORT = new Unknown("several import the Service, and the first to do so has it");

function reachOf(
  onMembers: readonly Networking[],
  services: readonly ExportedService[],
  entries: readonly Entry[],
  backends: readonly Backend[],
): readonly ReachedService[] {
  const found = new Map<string, { namespace: string; name: string }>();
  const add = (namespace: string, name: string | Unknown) => {
    if (!isUnknown(name)) {
      found.set(`${namespace}/${name}`, { namespace, name });
    }
  };
  for (const { namespace, name } of services) {
    add(namespace, name);
  }
  for (const { namespace, service } of [...entries, ...backends]) {
    add(namespace, service);
  }
  const balanced = balancedOn(onMembers);
  for (const { namespace, name } of balanced.values()) {
    add(namespace, name);
  }
  return [...found.entries()]
    .sort(([one], [other]) => byBytes(one, other))
    .map(([key, { namespace, name }]) => {
      const exports = services.find((one) => one.namespace === namespace && one.name === name)?.exports ?? [];
      const isIt = (one: { readonly namespace: string; readonly service: string | Unknown }) =>
        one.namespace === namespace && one.service === name;
      const own = balanced.get(key);
      return {
        namespace,
        name,
        exports,
        ways: [
          ...entries.filter(isIt).map(entryWay),
          ...backends.filter(isIt).map((backend) => dnsWay(backend, exports)),
          ...(own ? [addressWay(own.on)] : []),
        ],
      };
    });
}

function entryWay(entry: Entry): EntryWay {
  const { hasAddress, reason, servedFrom, isInternal } = entry;
  return {
    kind: "MultiClusterService",
    entry,
    isInternal,
    is: hasAddress,
    ...(reason !== undefined && { reason }),
    servedFrom,
  };
}

/** The targets of Traffic Manager: public addresses with a DNS label. */
function dnsWay({ profile, weight }: Backend, exports: ExportedService["exports"]): DnsWay {
  const hasWeight = isUnknown(weight) ? weight : weight > 0;
  const servedFrom = exports.map(({ member, isImported, service }) => ({
    member,
    is: allOf([
      isImported,
      hasWeight,
      isBalanced(service),
      not(isInternalService(service)),
      hasLabel(service),
    ]),
  }));
  const is = anyOf(servedFrom.map((one) => one.is));
  const reason = isUnknown(is) ? is.why : is ? undefined : "no member has a public address for it";
  return { kind: "TrafficManagerProfile", profile, is, ...(reason && { reason }), servedFrom };
}

function addressWay(on: readonly Balanced[]): AddressWay {
  const is = anyOf(on.map((one) => one.is));
  return {
    kind: "LoadBalancer",
    isInternal: allOf(on.map(({ isInternal }) => isInternal)),
    is,
    ...(isUnknown(is) && { reason: is.why }),
    servedFrom: on.map(({ member, is }) => ({ member, is })),
  };
}

interface Balanced {
  readonly member: Member;
  readonly is: Truth;
  readonly isInternal: Truth;
}

/** The Services that have an address of their own on members, by namespace and name. */
function balancedOn(
  onMembers: readonly Networking[],
): ReadonlyMap<
  string,
  { readonly namespace: string; readonly name: string; readonly on: readonly Balanced[] }
> {
  const found = new Map<string, { namespace: string; name: string; on: Balanced[] }>();
  for (const { member, services } of onMembers) {
    for (const [{ identity, object, isThere }] of services.values()) {
      const { namespace, name } = identity;
      const is = allOf([isThere, isBalanced(object)]);
      if (is === false || namespace === undefined || isUnknown(namespace) || isUnknown(name)) {
        continue;
      }
      const key = `${namespace}/${name}`;
      const one = found.get(key) ?? { namespace, name, on: [] };
      one.on.push({ member, is, isInternal: isInternalService(object) });
      found.set(key, one);
    }
  }
  return found;
}

function isBalanced(service: Value | undefined): Truth {
  return sameValue(at(service, "spec", "type"), "LoadBalancer");
}

function isInternalService(service: Value | undefined): Truth {
  return sameValue(textAt(service, "metadata", "annotations", AZURE_INTERNAL_ANNOTATION), "true");
}

function hasLabel(service: Value | undefined): Truth {
  const label = textAt(service, "metadata", "annotations", AZURE_DNS_LABEL_ANNOTATION);
  // One with an unknown value exists.
  return isUnknown(service) ? service : label !== undefined && label !== "";
}
