import { byBytes } from "../../lib/fleet-model/compare";
import type { Ports } from "../../lib/fleet-model/services";
import { sameValue } from "../../lib/fleet-model/value";

// The hub's controller, change by change. The vectors verify this; it verifies the model, which only sees before and after.

/** The exports of one Service to the hub, and their result. */
export interface Exports {
  readonly exports: readonly Export[];
  /** Undefined if nobody exports the Service. */
  readonly serviceImport?: ServiceImport;
}

export interface Export {
  readonly cluster: string;
  readonly ports: Ports;
  readonly isConflict: boolean;
}

export interface ServiceImport {
  /** In order of arrival. */
  readonly clusters: readonly string[];
  readonly ports: Ports;
}

/** A member's current export; without ports if it no longer exports the Service. */
export interface ExportChange {
  readonly cluster: string;
  readonly ports?: Ports;
}

/**
 * The hub's state after a change has settled. The first to export a Service fixes its ports, and others with the same ports
 * join it; one with other ports is in conflict until it changes, or no other is left. Then all are evaluated again, and the
 * ports are those of the first in the hub's list, which has no fixed order.
 * @param listed the order of that list
 */
export function exportsAfter(
  { exports, serviceImport }: Exports,
  { cluster, ports }: ExportChange,
  listed: (one: string, other: string) => number = byBytes,
): Exports {
  const others = exports.filter((one) => one.cluster !== cluster);
  const joins = ports !== undefined && serviceImport !== undefined && areSame(serviceImport.ports, ports);
  const all = ports === undefined ? others : [...others, { cluster, ports, isConflict: !joins }];
  const stays = serviceImport?.clusters.filter((one) => one !== cluster || joins) ?? [];
  const clusters = joins && !stays.includes(cluster) ? [...stays, cluster] : stays;
  return serviceImport && clusters.length > 0
    ? { exports: all, serviceImport: { clusters, ports: serviceImport.ports } }
    : resolved(all, listed);
}

/** Evaluates all exports again: initially, and if none with the fixed ports is left. */
function resolved(exports: readonly Export[], listed: (one: string, other: string) => number): Exports {
  const sorted = [...exports].sort((one, other) => listed(one.cluster, other.cluster));
  const [first] = sorted;
  if (!first) {
    return { exports: [] };
  }
  const judged = sorted.map((one) => ({ ...one, isConflict: !areSame(first.ports, one.ports) }));
  return {
    exports: judged,
    serviceImport: {
      clusters: judged.filter(({ isConflict }) => !isConflict).map(({ cluster }) => cluster),
      ports: first.ports,
    },
  };
}

function areSame(one: Ports, other: Ports): boolean {
  return sameValue(one, other) === true;
}
