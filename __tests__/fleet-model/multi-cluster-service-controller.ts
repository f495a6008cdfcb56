import { byBytes } from "../../lib/fleet-model/compare";
import type { Ports } from "../../lib/fleet-model/services";

// A member's controller, change by change, as export-controller.ts is the hub's.

/** The state of the MultiClusterServices in one namespace of a member, as its controller leaves it. */
export interface MultiClusterServices {
  readonly services: readonly MultiClusterService[];
  readonly imports: readonly Import[];
}

export interface MultiClusterService {
  readonly name: string;
  /** The Service that it imports. */
  readonly serviceImport: string;
  /** Whether its address should be internal. */
  readonly isInternal: boolean;
  /** The Service with its address; undefined while it waits. */
  readonly derived?: { readonly isInternal: boolean; readonly ports: Ports };
}

/** A ServiceImport on the member. */
export interface Import {
  readonly name: string;
  /** The MultiClusterService that it belongs to; all others of the same Service wait. */
  readonly owner: string;
  /** The members that export the Service; none before the hub lets this one import it. */
  readonly clusters: readonly string[];
  readonly ports: Ports;
}

export type MultiClusterServiceChange =
  | { readonly apply: Omit<MultiClusterService, "derived"> }
  | { readonly remove: string }
  | { readonly resolve: Omit<Import, "owner"> };

/**
 * The state after a change has settled. The first MultiClusterService of a Service imports it. One that is deleted, or
 * changes to another Service, also deletes the ServiceImport, even if it belongs to another one, which then loses its address
 * until the hub lets it import the Service again.
 */
export function multiClusterServicesAfter(
  { services, imports }: MultiClusterServices,
  change: MultiClusterServiceChange,
): MultiClusterServices {
  if ("resolve" in change) {
    const { name, clusters, ports } = change.resolve;
    return settled(
      services,
      imports.map((one) => (one.name === name ? { ...one, clusters, ports } : one)),
      imports,
    );
  }
  const name = "remove" in change ? change.remove : change.apply.name;
  const before = services.find((one) => one.name === name);
  const others = services.filter((one) => one !== before);
  const after =
    "apply" in change
      ? [...others, { ...change.apply, ...(before?.derived && { derived: before.derived }) }]
      : others;
  const isLeft = before && ("remove" in change || change.apply.serviceImport !== before.serviceImport);
  return settled(
    after,
    isLeft ? imports.filter((one) => one.name !== before.serviceImport) : imports,
    imports,
  );
}

/** Creates missing imports: the owner of a deleted one is notified immediately, others poll every 5 seconds. */
function settled(
  services: readonly MultiClusterService[],
  imports: readonly Import[],
  before: readonly Import[],
): MultiClusterServices {
  const wanted = [...new Set(services.map(({ serviceImport }) => serviceImport))];
  const made = wanted.map((name): Import => {
    const there = imports.find((one) => one.name === name);
    if (there) {
      return there;
    }
    const waiting = services.filter(({ serviceImport }) => serviceImport === name).map((one) => one.name);
    const last = before.find((one) => one.name === name)?.owner;
    const owner = waiting.find((one) => one === last) ?? waiting.sort(byBytes)[0];
    return { name, owner: owner as string, clusters: [], ports: [] };
  });
  return {
    services: services.map(({ derived, ...service }) => {
      const { owner, clusters, ports } = made.find((one) => one.name === service.serviceImport) as Import;
      // An address stays internal without the annotation: the controller only sets it.
      const isInternal = service.isInternal || (derived?.isInternal ?? false);
      return owner === service.name && clusters.length > 0
        ? { ...service, derived: { isInternal, ports } }
        : service;
    }),
    imports: made,
  };
}
