import type { KubernetesObject } from "./identity";
import { isUnknown, type Unknown } from "./unknown";
import { at, type Fields, isFields, listAt, replacedAt, type Value, withoutField } from "./value";

type Path = readonly [string, ...string[]];

/** Fields that only the hub's API sets, and annotations that only apply to the hub: kubectl's and a Deployment's. */
const OF_THE_HUB: readonly Path[] = [
  ["status"],
  ["metadata", "creationTimestamp"],
  ["metadata", "deletionTimestamp"],
  ["metadata", "generation"],
  ["metadata", "managedFields"],
  ["metadata", "ownerReferences"],
  ["metadata", "resourceVersion"],
  ["metadata", "selfLink"],
  ["metadata", "uid"],
  ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
  ["metadata", "annotations", "deployment.kubernetes.io/revision"],
];

/** Labels by which the hub's API selects the Pods of a Job, unless the user sets its selector. */
const OF_THE_HUBS_JOB: readonly Path[] = [
  ["spec", "selector", "matchLabels", "controller-uid"],
  ["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"],
  ["spec", "template", "metadata", "creationTimestamp"],
  ["spec", "template", "metadata", "labels", "controller-uid"],
  ["spec", "template", "metadata", "labels", "batch.kubernetes.io/controller-uid"],
];

/** An object as the fleet copies it to members: without fields that the hub has set. */
export function contentOf(object: KubernetesObject): KubernetesObject {
  const content = withoutEmptyAnnotations(without(object, OF_THE_HUB));
  const { apiVersion, kind } = object;
  if (apiVersion === "v1" && kind === "Service") {
    return withoutAddresses(content) as KubernetesObject;
  }
  if (apiVersion === "batch/v1" && kind === "Job") {
    const isOwn = at(content, "spec", "manualSelector");
    const job = isOwn === true ? content : without(content, OF_THE_HUBS_JOB, unknownOnly(isOwn));
    return job as KubernetesObject;
  }
  return content as KubernetesObject;
}

function without(fields: Fields, paths: readonly Path[], instead?: Unknown): Fields {
  return paths.reduce((kept, path) => replacedAt(kept, path, instead), fields);
}

function withoutEmptyAnnotations(content: Fields): Fields {
  const annotations = at(content, "metadata", "annotations");
  const areEmpty = isFields(annotations) && Object.keys(annotations).length === 0;
  return areEmpty ? replacedAt(content, ["metadata", "annotations"], undefined) : content;
}

/** A Service without the addresses and node ports of the hub. A headless one keeps its address, "None". */
function withoutAddresses(service: Fields): Fields {
  const address = at(service, "spec", "clusterIP");
  const isGiven = isUnknown(address) || (typeof address === "string" && address !== "None");
  const addresses: readonly Path[] = [
    ["spec", "clusterIP"],
    ["spec", "clusterIPs"],
  ];
  const content = without(isGiven ? without(service, addresses, unknownOnly(address)) : service, [
    ["spec", "healthCheckNodePort"],
  ]);
  const ports = listAt(content, "spec", "ports");
  return isUnknown(ports) || !ports.some((port) => isFields(port) && Object.hasOwn(port, "nodePort"))
    ? content
    : replacedAt(
        content,
        ["spec", "ports"],
        ports.map((port) => (isFields(port) ? withoutField(port, "nodePort") : port)),
      );
}

function unknownOnly(value: Value | undefined): Unknown | undefined {
  return isUnknown(value) ? value : undefined;
}
