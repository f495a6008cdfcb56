import { INTERNAL_ANNOTATION, WEIGHT_ANNOTATION } from "../../../fleet-api/services";
import { exportWeight } from "../../../fleet-model/traffic-weights";
import { isUnknown } from "../../../fleet-model/unknown";
import { attributesOf } from "../../plan/attributes";
import { inFleet } from "../../plan/fleet";
import type { Change } from "../../plan/plan";
import { at, joined, listOf, textOf } from "../../plan/values";
import { membersCalled } from "../loss";
import { referencesOf } from "./access";
import { homeOf, movedService, partOf, refusalsOf } from "./parts";
import { type Context, GONE, isWhen, type Rule } from "./rule";
import { changeName, gone, manifestOf, namespaceOf, OVERRIDES, objectKind, of, subjectOf } from "./subject";
import { because, goes, named, summaryOf } from "./words";

const PROFILE = "azurerm_traffic_manager_profile";
const isEndpoint = ({ type }: Change) => /^azurerm_traffic_manager_\w+_endpoint$/.test(type);
const isOn = (values: Change["before"]) => values !== undefined && values.enabled !== false;

const isDisabled = ({ type, action, before, after }: Change) =>
  type === PROFILE &&
  action === "update" &&
  before?.profile_status !== "Disabled" &&
  after?.profile_status === "Disabled";

/** Whether an endpoint that is in use is deleted, replaced or disabled. */
function isEndpointGone(change: Change): boolean {
  if (!isEndpoint(change) || !isOn(change.before)) return false;
  return gone(change) || (change.action === "update" && !isOn(change.after));
}

/** Whether the plans show the other endpoints of a profile, and none of them stays in use. */
function isLastEndpoint(change: Change, { all }: Context): boolean {
  if (change.action === "replace") return false;
  const profile = (one: Change) =>
    textOf((one.before ?? one.after)?.profile_id)?.toLowerCase() ??
    referencesOf(one, "profile_id", one.before ? "before" : "after").map(({ address }) => address)[0];
  const own = profile(change);
  return (
    own !== undefined &&
    !all.some((one) => isEndpoint(one) && one.action !== "delete" && profile(one) === own && isOn(one.after))
  );
}

function endpointGone(change: Change): string {
  const until = change.action === "replace" ? " until it is recreated" : "";
  const target = textOf(change.before?.target);
  const done = gone(change) ? goes(change) : "disabled";
  return `${subjectOf(change)} is ${done}: the DNS name no longer resolves to ${target ?? "its address"}${until}`;
}

/** Whether a weight withdraws an export: 0, or one the fleet can't parse. */
function withdraws(weight: unknown): boolean {
  const read = exportWeight(weight === undefined || weight === null ? undefined : String(weight));
  return "error" in read || read.weight === 0;
}

const isInternal = (values: Change["before"]) =>
  String(at(values?.manifest, "metadata", "annotations", INTERNAL_ANNOTATION)) === "true";

/** The object that changes, or that an override names: `namespace/name`. */
function namesIn(change: Change): string[] {
  const namespace = namespaceOf(change) ?? "";
  if (!OVERRIDES.includes(objectKind(change) ?? "")) return [`${namespace}/${changeName(change)}`];
  return [change.before, change.after].flatMap((values) =>
    listOf(at(values?.manifest, "spec", "resourceSelectors")).map(
      (one) => `${namespace}/${String(at(one, "name"))}`,
    ),
  );
}

interface Withdrawn {
  readonly name: string;
  /** The clusters that no longer export it; empty if no cluster is known. */
  readonly members: readonly string[];
  readonly reason: string;
  /** Nothing exports it any longer. */
  readonly isLast: boolean;
}

/** Services that clusters no longer export because their objects change, not because they are removed. */
function withdrawn(change: Change, { model }: Context): Withdrawn[] {
  const names = new Set(namesIn(change));
  return model.flatMap(({ before, after }) =>
    after.fleet.services.flatMap(({ namespace, name, exports }): Withdrawn[] => {
      if (!names.has(`${namespace}/${name}`)) return [];
      const old = before.fleet.services.find((one) => one.namespace === namespace && one.name === name);
      const lost = exports.filter(({ isImported, member, reason }) => {
        const was =
          old?.exports.find((one) => one.member.name === member.name || isUnknown(member.name))?.isImported ??
          false;
        return isImported === false && was !== false && !/isn't there|no Service/.test(reason ?? "");
      });
      return lost.length === 0
        ? []
        : [
            {
              name,
              members: lost.flatMap(({ member }) => (isUnknown(member.name) ? [] : [member.name])),
              reason: lost[0]?.reason ?? "",
              isLast: exports.every(({ isImported }) => isImported === false),
            },
          ];
    }),
  );
}

const hasOpenWeight = (change: Change) =>
  attributesOf(change).some(({ path, unknown }) => unknown && path.includes(WEIGHT_ANNOTATION));

/** Whether a MultiClusterService waits for an address that another one of the same Service has. */
function waits(change: Change, { model, after }: Context): boolean {
  const { cluster } = partOf(after.services, change, "after") ?? {};
  return model.some(({ after: { fleet } }) => {
    const own = fleet.entries.filter(
      ({ namespace, name, member }) =>
        namespace === namespaceOf(change) &&
        name === changeName(change) &&
        (cluster?.name === undefined || membersCalled(fleet, cluster.name).includes(member)),
    );
    return own.some(
      ({ namespace, service, hasAddress }) =>
        hasAddress === false &&
        fleet.entries.some(
          (one) => one.hasAddress !== false && one.namespace === namespace && one.service === service,
        ),
    );
  });
}

/** The MultiClusterServices that import a Service. */
function leadingTo(name: string, change: Change, context: Context): string[] {
  const namespace = namespaceOf(change);
  return inFleet(context.before.services, homeOf(change, context))
    .filter((service) => service.imports === name && (!namespace || service.namespace === namespace))
    .map((service) => service.name);
}

export const TRAFFIC: readonly Rule[] = [
  {
    id: "service-deleted",
    what: "a MultiClusterService is deleted",
    effect: "its address is lost",
    severity: "outage",
    report: isWhen("delete", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is deleted${because(change)}: the address of ${changeName(change)} is lost`;
    }),
  },
  {
    id: "service-replaced",
    what: "a MultiClusterService is replaced",
    effect: "its address is lost and replaced by a new one",
    severity: "outage",
    report: isWhen("replace", of("MultiClusterService"), (change) => {
      return `${subjectOf(change)} is replaced${because(change)}: the address of ${changeName(change)} changes`;
    }),
  },
  {
    id: "service-imports-other",
    what: "a MultiClusterService imports another Service",
    effect: "its address routes elsewhere, and changes if nothing exports the Service yet",
    severity: "outage",
    report: isWhen("update", of("MultiClusterService"), (change) => {
      const imported = attributesOf(change).find(({ path }) => path.includes("serviceImport"));
      return imported
        ? `the address of ${changeName(change)} routes to another Service:  ${summaryOf([imported])}`
        : undefined;
    }),
  },
  {
    id: "service-moved",
    what: "a MultiClusterService placed from the hub moves to another member",
    effect: "its address is lost, and that member gets a new one",
    severity: "outage",
    report: (change, context) => {
      const [was, is] = movedService(change, context) ?? [];
      return was && is
        ? `the address of ${was.name} changes: it moves from ${was.cluster?.name} to ${is.cluster?.name}`
        : undefined;
    },
  },
  {
    id: "export-deleted",
    what: "a ServiceExport is deleted or replaced",
    effect: "the Service gets no fleet traffic; without any export, its address is lost too",
    severity: "outage",
    report: isWhen(GONE, of("ServiceExport"), (change, context) => {
      const name = changeName(change);
      const namespace = namespaceOf(change);
      const led = inFleet(context.before.services, homeOf(change, context))
        .filter((service) => service.imports === name && (!namespace || service.namespace === namespace))
        .map((service) => service.name);
      const until = change.action === "replace" ? " until it is exported again" : "";
      return `export ${name} is ${goes(change)}: ${name} gets no fleet traffic${until}, ${led.length > 0 ? `and the address of ${joined(led)}` : "and its address"} is lost when nothing exports it any longer`;
    }),
  },
  {
    id: "export-withdrawn",
    what: "a Service is no longer exported: its weight is 0 or invalid, or it is headless, or removed from a cluster, or its ports differ from other clusters'",
    effect: "it gets no fleet traffic there; without any export, its address is lost too",
    severity: "outage",
    report: isWhen(["create", "update"], of("ServiceExport", "Service", ...OVERRIDES), (change, context) => {
      if (objectKind(change) === "ServiceExport") {
        const zero = attributesOf(change).find(
          ({ path, after }) => path.includes(WEIGHT_ANNOTATION) && withdraws(after),
        );
        return zero
          ? `export ${changeName(change)} gets weight ${String(zero.after)}: it gets no fleet traffic`
          : undefined;
      }
      const said = withdrawn(change, context).map(({ name, members, reason, isLast }) => {
        const led = leadingTo(name, change, context);
        const address = isLast && led.length > 0 ? `, and the address of ${joined(led)} is lost` : "";
        const where = members.length > 0 ? ` from ${named(members)}` : "";
        return `Service ${name} is no longer exported${where} (${reason}): it gets no fleet traffic there${address}`;
      });
      return said.length > 0
        ? `${subjectOf(change)} ${change.action === "create" ? "is created" : "changes"}: ${said.join("; ")}`
        : undefined;
    }),
  },
  {
    id: "address-internal",
    what: "a MultiClusterService becomes internal",
    effect: "its public address is lost",
    severity: "outage",
    report: isWhen("update", of("MultiClusterService"), (change) =>
      isInternal(change.after) && !isInternal(change.before)
        ? `${subjectOf(change)} becomes internal: the public address of ${changeName(change)} is lost, and the new one is reachable only within the network`
        : undefined,
    ),
  },
  {
    id: "traffic-manager-drained",
    what: "the weight of a TrafficManagerBackend is set to 0",
    effect: "the DNS name no longer resolves to its clusters",
    severity: "outage",
    report: isWhen("update", of("TrafficManagerBackend"), (change) => {
      const weight = (values: Change["before"]) => at(values?.manifest, "spec", "weight") ?? 1;
      return weight(change.after) === 0 && weight(change.before) !== 0
        ? `${subjectOf(change)} gets weight 0: the DNS name no longer resolves to its clusters`
        : undefined;
    }),
  },
  {
    id: "traffic-manager-gone",
    what: "a TrafficManagerProfile or TrafficManagerBackend is deleted or replaced",
    effect: "its DNS name no longer resolves, or omits these clusters",
    severity: "outage",
    report: isWhen(GONE, of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const until = change.action === "replace" ? " until it is recreated" : "";
      const lost =
        objectKind(change) === "TrafficManagerProfile"
          ? `its DNS name no longer resolves${until}`
          : `the DNS name no longer resolves to its clusters${until}`;
      return `${subjectOf(change)} is ${goes(change)}: ${lost}`;
    }),
  },
  {
    id: "dns-name-gone",
    what: "a Traffic Manager profile is deleted, replaced or disabled, or its last endpoint is",
    effect: "its DNS name no longer resolves",
    severity: "outage",
    report: (change, context) => {
      if (isEndpointGone(change)) {
        return isLastEndpoint(change, context)
          ? `${endpointGone(change)}, and the profile has no other endpoint`
          : undefined;
      }
      if (change.type !== PROFILE) return undefined;
      if (isDisabled(change)) return `${subjectOf(change)} is disabled: its DNS name no longer resolves`;
      if (!gone(change)) return undefined;
      const until = change.action === "replace" ? " until it is recreated" : "";
      return `${subjectOf(change)} is ${goes(change)}: its DNS name no longer resolves${until}`;
    },
  },
  {
    id: "dns-endpoint-gone",
    what: "an endpoint of a Traffic Manager profile is deleted, replaced or disabled, and others remain",
    effect: "the DNS name resolves only to its other endpoints",
    severity: "risk",
    report: (change, context) =>
      isEndpointGone(change) && !isLastEndpoint(change, context) ? endpointGone(change) : undefined,
  },
  {
    id: "dns-endpoint-changed",
    what: "an endpoint or a Traffic Manager profile routes or probes differently",
    effect: "the DNS name resolves to other endpoints than before, or their health is judged differently",
    severity: "risk",
    report: isWhen(
      "update",
      (change) => isEndpoint(change) || change.type === PROFILE,
      (change) => {
        if (isEndpointGone(change) || isDisabled(change)) return undefined;
        const attributes = attributesOf(change).filter(
          ({ path }) =>
            path[0] !== "tags" && !["ttl", "enabled", "profile_status"].includes(String(path.at(-1))),
        );
        return attributes.length > 0
          ? `${subjectOf(change)} changes (${summaryOf(attributes)}): ${isEndpoint(change) ? "the DNS name resolves to other endpoints than before" : "its DNS name may resolve to other endpoints than before"}`
          : undefined;
      },
    ),
  },
  {
    id: "service-changed",
    what: "a MultiClusterService changes in another way",
    effect: "the fleet applies additions, but never removals",
    severity: "risk",
    report: isWhen("update", of("MultiClusterService"), (change) => {
      const goesInternal = isInternal(change.after) && !isInternal(change.before);
      const others = attributesOf(change).filter(
        ({ path }) =>
          !path.includes("serviceImport") && !(goesInternal && path.includes(INTERNAL_ANNOTATION)),
      );
      return others.length > 0
        ? `${subjectOf(change)} changes (${summaryOf(others)}): removed settings, such as an internal address, stay until it is recreated`
        : undefined;
    }),
  },
  {
    id: "export-conflict",
    what: "a Service has different ports on different clusters",
    effect: "only clusters with the same ports as the first exporter get fleet traffic",
    severity: "risk",
    report: isWhen(["create", "update"], of("Service", ...OVERRIDES), (change, context) => {
      const isOverride = of(...OVERRIDES);
      // An override that changes, too, reports it.
      const others = isOverride(change) ? [] : context.changes.filter(isOverride).flatMap(namesIn);
      const names = new Set(namesIn(change).filter((name) => !others.includes(name)));
      const said = context.model.flatMap(({ before, after }) =>
        after.fleet.services
          .filter(({ namespace, name }) => names.has(`${namespace}/${name}`))
          .filter(({ namespace, name, exports }) => {
            const old = before.fleet.services.find((one) => one.namespace === namespace && one.name === name);
            const isOpen = (service: typeof old) =>
              service?.exports.some(({ is, isImported }) => is === true && isUnknown(isImported)) ?? false;
            return exports.length > 1 && isOpen({ namespace, name, exports }) && !isOpen(old);
          })
          .map(({ name }) => name),
      );
      return said.length > 0
        ? `${subjectOf(change)}: Service ${named(said)} has different ports on different clusters; only clusters with the same ports as the first exporter get fleet traffic`
        : undefined;
    }),
  },
  {
    id: "service-waits",
    what: "a MultiClusterService is to import a Service that another one imports already",
    effect: "it gets no address, and the deployment waits for one in vain",
    severity: "risk",
    report: isWhen(["create", "update", "replace"], of("MultiClusterService"), (change, context) => {
      const imports = partOf(context.after.services, change, "after")?.imports;
      return waits(change, context)
        ? `${subjectOf(change)} gets no address, and the deployment waits for one in vain: another MultiClusterService imports ${imports} already`
        : undefined;
    }),
  },
  {
    id: "traffic-manager-changed",
    what: "a TrafficManagerProfile or TrafficManagerBackend changes",
    effect: "its probes may judge clusters' health differently, or its clusters get more or less traffic",
    severity: "risk",
    report: isWhen("update", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const attributes = attributesOf(change);
      if (attributes.length === 0 || refusalsOf(change).length > 0) return undefined;
      if (attributes.some(({ path, after }) => path[path.length - 1] === "weight" && String(after) === "0"))
        return undefined;
      const effect =
        objectKind(change) === "TrafficManagerProfile"
          ? "its probes may judge clusters' health differently"
          : "its clusters get more or less of the DNS name's traffic";
      return `${subjectOf(change)} changes (${summaryOf(attributes)}): ${effect}`;
    }),
  },
  {
    id: "export-doubtful",
    what: "the weight of a ServiceExport is known only after apply",
    effect: "with a weight of 0, it gets no fleet traffic",
    severity: "risk",
    report: isWhen("update", of("ServiceExport"), (change) =>
      hasOpenWeight(change)
        ? `export ${changeName(change)} gets a weight known only after apply: with 0, it gets no fleet traffic`
        : undefined,
    ),
  },
  {
    id: "service-created",
    what: "a MultiClusterService is created",
    effect: "it gets an address that balances to every cluster that exports the Service",
    severity: "change",
    report: isWhen("create", of("MultiClusterService"), (change, context) => {
      if (waits(change, context)) return undefined;
      const service = partOf(context.after.services, change, "after");
      return `${changeName(change)} gets an address${service?.cluster ? ` in ${service.cluster.name}` : ""}, which balances to every cluster that exports ${service?.imports ?? "it"}`;
    }),
  },
  {
    id: "traffic-manager-created",
    what: "a TrafficManagerProfile or TrafficManagerBackend is created",
    effect: "a DNS name is added, or resolves to the clusters that export a Service",
    severity: "change",
    report: isWhen("create", of("TrafficManagerProfile", "TrafficManagerBackend"), (change) => {
      const spec = at(manifestOf(change), "spec");
      if (objectKind(change) === "TrafficManagerProfile")
        return `${subjectOf(change)} is created: it gets a DNS name`;
      return `${subjectOf(change)} is created: the DNS name of ${textOf(at(spec, "profile", "name")) ?? "its profile"} resolves to every cluster that exports ${textOf(at(spec, "backend", "name")) ?? "its Service"}`;
    }),
  },
  {
    id: "export-created",
    what: "a ServiceExport is created or changes",
    effect: "addresses that import the Service route to the clusters that run it",
    severity: "change",
    report: isWhen(["create", "update"], of("ServiceExport"), (change) => {
      if (change.action === "create") return `Service ${changeName(change)} is exported to the fleet`;
      const attributes = attributesOf(change);
      const zero = attributes.some(({ path, after }) => path.includes(WEIGHT_ANNOTATION) && withdraws(after));
      return zero || hasOpenWeight(change) || attributes.length === 0
        ? undefined
        : `export ${changeName(change)} changes: ${summaryOf(attributes)}`;
    }),
  },
];
