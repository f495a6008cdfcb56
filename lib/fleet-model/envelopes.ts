import { PLACEMENT_GROUP } from "../fleet-api/groups";
import type { Identity, KubernetesObject } from "./identity";
import { isUnknown, type Unknown } from "./unknown";
import { at, entriesOf, isFields, textAt, type Value } from "./value";

/** The contents of an envelope on a member; or why the member gets nothing of its placement. */
export interface Unwrapped {
  readonly objects: readonly (KubernetesObject | Unknown)[];
  readonly failure?: string;
  /** Why it isn't known whether it fails, or what else it contains. */
  readonly doubt?: Unknown;
}

/** Whether an object is an envelope, whose contents members get instead of it. */
export function isEnvelope({ group, kind }: Identity): boolean {
  return group === PLACEMENT_GROUP && (kind === "ClusterResourceEnvelope" || kind === "ResourceEnvelope");
}

/** Unpacks an envelope. The objects of a ResourceEnvelope are in its namespace. */
export function unwrapped(envelope: Value, { kind, namespace }: Identity): Unwrapped {
  const data = at(envelope, "data");
  if (isUnknown(data)) {
    return { objects: [], doubt: data };
  }
  const entries = isFields(data) ? entriesOf(data) : [];
  let doubt: Unknown | undefined;
  for (const [key, object] of entries) {
    const own = textAt(object, "metadata", "namespace") ?? "";
    const unknown = [object, textAt(object, "kind"), own, namespace].find(isUnknown);
    doubt ??= unknown;
    const failure = unknown ? undefined : faultOf(object, kind, own as string, (namespace ?? "") as string);
    if (failure !== undefined) {
      return { objects: [], failure: `${key}: ${failure}` };
    }
  }
  return { objects: entries.map(([, object]) => object as KubernetesObject), ...(doubt && { doubt }) };
}

function faultOf(object: Value, envelope: string, own: string, namespace: string): string | undefined {
  if ((textAt(object, "kind") ?? "") === "") {
    return "failed to parse the wrapped manifest data to a Kubernetes runtime object";
  }
  const name = textAt(object, "metadata", "name") ?? "";
  if (envelope === "ClusterResourceEnvelope" && own !== "") {
    return `a namespaced object (${own}/${name}) has been wrapped in a cluster resource envelope`;
  }
  if (envelope === "ResourceEnvelope" && own === "") {
    return `a cluster scope object (${name}) has been wrapped in a resource envelope`;
  }
  return own === namespace
    ? undefined
    : `a namespaced object (${own}/${name}) has been wrapped in a resource envelope from another namespace`;
}
