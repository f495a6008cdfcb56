import { isUnknown, type Unknown } from "../../fleet-model/unknown";
import { inOrder, placementName, titleOf } from "../judge/cluster-preview";
import { addressOf, namesOf } from "../judge/loss";
import type { Masker } from "../judge/masked";
import type { FleetPreview } from "./preview-screen";

/** For programs: keys are only ever added. Unknown values are omitted and listed in `unknown`. */
export function previewJson(
  fleets: readonly FleetPreview[],
  notes: readonly string[],
  masker: Masker,
): string {
  return JSON.stringify({ fleets: fleets.map((one) => ofFleet(one, masker)), notes }, undefined, 2);
}

function ofFleet({ name, clusters, fleet, changes, loss, open }: FleetPreview, masker: Masker) {
  const said = masker.cleanWords({
    services: servicesIn(fleet),
    changes: changes?.map(({ isNew, isGone, ...rest }) => ({ ...rest, new: isNew, gone: isGone })),
    without: loss && {
      clusters: loss.members,
      services: loss.services.map(({ isReachable, wasReachable, ...rest }) => ({
        ...rest,
        reachable: isReachable,
        wasReachable,
      })),
      placements: loss.placements.map(({ isBlocked, ...rest }) => ({ ...rest, blocked: isBlocked })),
    },
    unknown: open,
  });
  return {
    name,
    clusters: clusters.map(({ name, location, placements, objects }) => ({
      name,
      location,
      placements: placements.map(({ placement, isChosen, why, objects }) => ({
        name: placementName(placement),
        chosen: isChosen,
        why: masker.cleanWords(why),
        objects,
      })),
      objects: inOrder(objects).map((content) => ({
        name: titleOf(content),
        there: known(content.isThere),
        placements: content.placements.map(placementName),
        object: masker.clean(content.object),
      })),
    })),
    ...said,
  };
}

function servicesIn(fleet: FleetPreview["fleet"]) {
  return fleet.reach.map(({ namespace, name, exports, ways }) => ({
    name: `${namespace}/${name}`,
    exports: exports.map(({ member, is, reason }) => ({
      cluster: namesOf([member])[0],
      exported: known(is),
      reason,
    })),
    ways: ways.map((way) => ({
      kind: way.kind,
      what: addressOf(way),
      cluster: way.kind === "MultiClusterService" ? namesOf([way.entry.member])[0] : undefined,
      reached: known(way.is),
      reason: way.reason,
      servedFrom: namesOf(way.servedFrom.filter(({ is }) => is === true).map(({ member }) => member)),
    })),
  }));
}

function known<T>(value: T | Unknown): T | undefined {
  return isUnknown(value) ? undefined : value;
}
