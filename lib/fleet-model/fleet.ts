import { PLACEMENT_GROUP } from "../fleet-api/groups";
import type { Decision, Schedule } from "./answer";
import type { Binding } from "./binding";
import { isEnvelope, unwrapped } from "./envelopes";
import type { Ports } from "./exports";
import { type Hub, type HubObject, type ReadHub, readHub } from "./hub";
import { type Identity, identityOf, type KubernetesObject, keyOf } from "./identity";
import type { Member } from "./member";
import { type Overridden, type OverrideFailure, overriding, readOverrides } from "./overrides";
import type { Policy } from "./policy";
import { schedule } from "./schedule";
import { type Selection, selectResources } from "./selection";
import {
  isMultiClusterService,
  isService,
  isServiceExport,
  type Placed,
  type ServiceExported,
  serviceExported,
} from "./services";
import { allOf, type Truth } from "./truth";
import { isUnknown, Unknown } from "./unknown";
import { at, listAt, sameValue, textAt, type Value } from "./value";

/** What a fleet has, and what it would be told. */
export interface FleetInput {
  readonly hub: Hub;
  readonly members: readonly Member[];
  /** What is chosen already, by the placement's key. @default - nothing */
  readonly bindings?: (placement: string) => readonly Binding[] | Unknown;
  /** What is put on a member by others than the fleet. @default - nothing */
  readonly putOn?: (member: Member) => readonly KubernetesObject[];
}

/** What a fleet does with its objects. */
export interface Fleet {
  readonly placements: readonly Placement[];
  readonly members: readonly MemberState[];
  readonly services: readonly ExportedService[];
  readonly entries: readonly Entry[];
}

/** A ClusterResourcePlacement, or a ResourcePlacement. */
export interface Placement {
  /** Its name, after `<namespace>/` where it has one. */
  readonly key: string | Unknown;
  readonly object: KubernetesObject;
  /** Which members it chooses, and why. */
  readonly schedule: Schedule;
  /** What it selects on the hub. */
  readonly selection: Selection;
}

export interface MemberState {
  readonly member: Member;
  /** What each placement brings. */
  readonly brought: readonly Brought[];
}

/** What a placement brings to a member that it chooses, for certain or perhaps. */
export interface Brought {
  readonly placement: Placement;
  readonly isChosen: true | Unknown;
  /** After overrides, and out of envelopes. Members that get the same share this list. */
  readonly objects: readonly Placed[];
  /** Why the member gets nothing, and keeps what it had. */
  readonly failure?: OverrideFailure | string;
  /** Why it isn't known whether it gets anything. */
  readonly doubt?: Unknown;
  /** Why it may get other objects, too. */
  readonly others?: Unknown;
}

type Made = Pick<Brought, "objects" | "failure" | "doubt" | "others">;

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
  /** Whether it has the address: one of a Service in the whole fleet has. */
  readonly hasAddress: Truth;
  /** Why not, or why that isn't known. */
  readonly reason?: string;
  /** Where its connections go. */
  readonly servedFrom: readonly { readonly member: Member; readonly is: Truth }[];
}

/** Works out what a fleet does. To see what a member's loss changes, work it out again without the member. */
export function fleetOf({ hub: given, members, bindings, putOn }: FleetInput): Fleet {
  const hub = readHub(given);
  const overrides = readOverrides(
    hub.listed
      .filter(({ identity }) => isOf(identity, "ClusterResourceOverride", "ResourceOverride"))
      .map(({ identity: { name, namespace }, object }) => ({
        name,
        ...(namespace !== undefined && { namespace }),
        spec: at(object, "spec") ?? {},
      })),
  );
  const placements = hub.listed
    .filter(({ identity }) => isOf(identity, "ClusterResourcePlacement", "ResourcePlacement"))
    .map((one) => placementOf(hub, members, one, bindings));
  const brought = new Map<Member, Brought[]>(members.map((member) => [member, []]));
  for (const placement of placements) {
    const {
      key,
      selection,
      schedule: { decisions },
    } = placement;
    const get = overriding(overrides, key, selection.objects);
    const made = new Map<Overridden, Made>();
    for (const { member, isChosen } of decisions) {
      if (member === undefined || isChosen === false) {
        continue;
      }
      const overridden = get(member);
      const result = made.get(overridden) ?? broughtBy(selection, overridden);
      made.set(overridden, result);
      brought.get(member)?.push({ ...result, placement, isChosen });
    }
  }
  const states = members.map((member) => ({ member, brought: brought.get(member) ?? [] }));
  const onMembers = states.map((state) => networkingOn(state, putOn?.(state.member) ?? []));
  const services = servicesOf(onMembers);
  return { placements, members: states, services, entries: entriesOf(onMembers, services) };
}

function isOf({ group, kind }: Identity, ...kinds: readonly string[]): boolean {
  return group === PLACEMENT_GROUP && kinds.includes(kind);
}

function placementOf(
  hub: ReadHub,
  members: readonly Member[],
  { identity: { name, namespace }, object }: HubObject,
  bindings: FleetInput["bindings"],
): Placement {
  const key = [name, namespace].find(isUnknown) ?? (namespace === undefined ? name : `${namespace}/${name}`);
  const spec = at(object, "spec");
  const bound = isUnknown(key) ? undefined : bindings?.(key);
  return {
    key,
    object,
    schedule: schedule({
      members,
      policy: at(spec, "policy") as Policy | Unknown | undefined,
      ...(namespace !== undefined && { namespace }),
      ...(bound && { bindings: bound }),
    }),
    selection: selectResources(
      hub,
      { name, ...(namespace !== undefined && { namespace }) },
      listAt(spec, "resourceSelectors"),
    ),
  };
}

/** What a member gets of a selection: what is left of it after overrides, and out of envelopes. */
function broughtBy({ objects: selected, failure, doubt, others }: Selection, overridden: Overridden): Made {
  if (failure !== undefined) {
    return isUnknown(failure) ? { objects: [], doubt: failure } : { objects: [], failure };
  }
  if (overridden.failure) {
    return { objects: [], failure: overridden.failure };
  }
  let open = doubt ?? overridden.doubt;
  let more = others;
  const objects: Placed[] = [];
  for (const [index, { object, isThere }] of overridden.objects.entries()) {
    const { identity } = selected[index] as Selection["objects"][number];
    if (isThere === false) {
      continue;
    }
    if (!isEnvelope(identity)) {
      objects.push({ identity, object, isThere });
      continue;
    }
    const inside = unwrapped(object, identity);
    if (inside.failure !== undefined && isThere === true) {
      return { objects: [], failure: inside.failure };
    }
    open ??= inside.failure === undefined ? inside.doubt : (isThere as Unknown);
    more ??= inside.doubt;
    for (const one of inside.objects) {
      if (isUnknown(one) || isUnknown(one.kind) || isUnknown(one.apiVersion)) {
        more ??= new Unknown("it isn't known what is in an envelope");
      } else {
        objects.push({ identity: identityOf(one), object: one, isThere });
      }
    }
  }
  return { objects, ...(open && { doubt: open }), ...(more && { others: more }) };
}

/** Everything on a member, with the placements that bring it. What isn't known of a placement is so of all of it. */
export function* objectsOn({ brought }: MemberState): Generator<Placed & { readonly placement: Placement }> {
  for (const { placement, isChosen, objects, doubt } of brought) {
    for (const one of objects) {
      yield { ...one, placement, isThere: allOf([one.isThere, isChosen, doubt ?? true]) };
    }
  }
}

/** What of a member has to do with Services, by kind and by what it is called. */
interface Networking {
  readonly member: Member;
  readonly exports: readonly Placed[];
  readonly entries: readonly Placed[];
  readonly services: ReadonlyMap<string, readonly Placed[]>;
  /** Why there may be others. */
  readonly others: Unknown | undefined;
}

function networkingOn(state: MemberState, put: readonly KubernetesObject[]): Networking {
  const services = new Map<string, Placed[]>();
  const [exports, entries]: Placed[][] = [[], []];
  const sort = (one: Placed) => {
    if (isServiceExport(one.identity)) {
      exports?.push(one);
    } else if (isMultiClusterService(one.identity)) {
      entries?.push(one);
    } else if (isService(one.identity)) {
      const key = keyOf(one.identity);
      if (!isUnknown(key)) {
        services.set(key, [...(services.get(key) ?? []), one]);
      }
    }
  };
  for (const { isChosen, objects, doubt } of state.brought) {
    const open = [isChosen, doubt].find(isUnknown);
    for (const one of objects) {
      if (isServiceExport(one.identity) || isMultiClusterService(one.identity) || isService(one.identity)) {
        sort(open ? { ...one, isThere: allOf([one.isThere, open]) } : one);
      }
    }
  }
  for (const object of put) {
    sort({ identity: identityOf(object), object, isThere: true });
  }
  const others = state.brought.map((one) => one.others).find(isUnknown);
  return { member: state.member, exports: exports ?? [], entries: entries ?? [], services, others };
}

function servicesOf(onMembers: readonly Networking[]): readonly ExportedService[] {
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
  return [...found.values()].map((service) => ({ ...service, exports: imported(service.exports) }));
}

/** Whether the hub imports each: all where their ports are the same; else those with the ports of the first that came. */
function imported(
  exports: readonly (ServiceExported & { readonly member: Member })[],
): ExportedService["exports"] {
  const first = exports.find(({ is }) => is !== false);
  const areSame = allOf(
    exports.filter(({ is }) => is !== false).map(({ ports }) => samePorts(ports, first?.ports)),
  );
  const isImported = areSame === true ? true : isUnknown(areSame) ? areSame : FIRST_COME;
  return exports.map((one) => ({ ...one, isImported: allOf([one.is, isImported]) }));
}

const FIRST_COME = new Unknown(
  "their ports differ, and those of the first member that exports the Service count",
);

function samePorts(one: Ports | Unknown, other: Ports | Unknown | undefined): Truth {
  return one === other && !isUnknown(one) ? true : sameValue(one as Value, other as Value);
}

function entriesOf(onMembers: readonly Networking[], services: readonly ExportedService[]): readonly Entry[] {
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
    const isOnly: Truth = rivals.length > 1 ? FIRST_TO_IMPORT : true;
    const hasAddress = allOf([isThere, isServed, isOnly]);
    const reason = isUnknown(hasAddress)
      ? hasAddress.why
      : hasAddress
        ? undefined
        : "nothing exports the Service";
    return { ...entry, hasAddress, ...(reason !== undefined && { reason }), servedFrom };
  });
}

const FIRST_TO_IMPORT = new Unknown("several import the Service, and the first to do so has it");

/** The members that a placement chooses for certain. */
export function chosenBy({ schedule: { decisions } }: Placement): readonly Member[] {
  return decisions
    .filter(({ isChosen }: Decision) => isChosen === true)
    .flatMap(({ member }) => (member ? [member] : []));
}
