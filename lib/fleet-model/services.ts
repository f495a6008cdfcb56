import { NETWORKING_GROUP } from "../fleet-api/groups";
import { WEIGHT_ANNOTATION } from "../fleet-api/services";
import type { Identity } from "./identity";
import { exportWeight } from "./traffic-weights";
import { allOf, anyOf, type Truth } from "./truth";
import { isUnknown, not, type Unknown } from "./unknown";
import { at, isFields, listAt, sameValue, textAt, type Value, withField } from "./value";

/** The ports of a Service, as a member exports them: compared as a whole, including order and names. */
export type Ports = readonly Value[];

/** An object that is certainly or possibly on a member. */
export interface Placed {
  readonly identity: Identity;
  readonly object: Value;
  readonly isThere: Truth;
}

/** Whether a member exports a Service, and how. */
export interface ServiceExported {
  readonly is: Truth;
  /** Why not, or why that isn't known. */
  readonly reason?: string;
  readonly service: Value | undefined;
  readonly ports: Ports | Unknown;
  readonly weight: number | Unknown;
}

export function isServiceExport({ group, kind }: Identity): boolean {
  return group === NETWORKING_GROUP && kind === "ServiceExport";
}

export function isMultiClusterService({ group, kind }: Identity): boolean {
  return group === NETWORKING_GROUP && kind === "MultiClusterService";
}

export function isService({ group, version, kind }: Identity): boolean {
  return group === "" && version === "v1" && kind === "Service";
}

/** How a member's agent handles a ServiceExport, with the Services of the same name and namespace. */
export function serviceExported(exported: Placed, services: readonly Placed[]): ServiceExported {
  const service = services.find(({ isThere }) => isThere !== false)?.object;
  const annotation = textAt(exported.object, "metadata", "annotations", WEIGHT_ANNOTATION);
  const weight = isUnknown(annotation) ? annotation : exportWeight(annotation);
  const isThere = anyOf(services.map((one) => one.isThere));
  const withdrawn = !isUnknown(weight) && ("error" in weight || weight.weight === 0);
  const truths: readonly [Truth, string][] = [
    [exported.isThere, "the ServiceExport isn't there"],
    [isThere, "there is no Service of that name"],
    [not(isHeadless(service)), "a headless Service, or one of type ExternalName, can't be exported"],
    [
      isUnknown(weight) ? weight : !withdrawn,
      !isUnknown(weight) && "error" in weight ? weight.error : "its weight is 0",
    ],
  ];
  const is = allOf(truths.map(([truth]) => truth));
  const reason = isUnknown(is) ? is.why : truths.find(([truth]) => truth === false)?.[1];
  return {
    is,
    ...(reason !== undefined && { reason }),
    service,
    ports: portsOf(service),
    weight: isUnknown(weight) ? weight : "weight" in weight ? weight.weight : 0,
  };
}

function isHeadless(service: Value | undefined): Truth {
  return anyOf([
    sameValue(at(service, "spec", "type") ?? "ClusterIP", "ExternalName"),
    sameValue(at(service, "spec", "clusterIP") ?? "", "None"),
  ]);
}

const read = new WeakMap<object, Ports | Unknown>();

/** The ports of a Service as a member exports them, with its API's defaults. Cached by Service. */
function portsOf(service: Value | undefined): Ports | Unknown {
  if (isUnknown(service)) {
    return service;
  }
  const known = isFields(service) ? read.get(service) : undefined;
  const given = listAt(service, "spec", "ports");
  const ports = known ?? (isUnknown(given) ? given : given.map(exportedPort));
  if (isFields(service)) {
    read.set(service, ports);
  }
  return ports;
}

function exportedPort(port: Value): Value {
  if (!isFields(port)) {
    return port;
  }
  const { name, protocol = "TCP", appProtocol, port: number, targetPort = number } = port;
  const exported = { protocol, port: number, targetPort };
  const named = name === undefined || name === "" ? exported : withField(exported, "name", name);
  return appProtocol === undefined ? named : withField(named, "appProtocol", appProtocol);
}
