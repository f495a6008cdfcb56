import { locationOf } from "../../fleet-model/member";
import { isUnknown, type Unknown } from "../../fleet-model/unknown";
import type { Value } from "../../fleet-model/value";
import { type ClusterPreview, few, placementName, titleOf } from "./cluster-preview";
import { namesOf } from "./loss";
import type { Modelled } from "./model";

/** What is unknown about what clusters get, in sentences, merged across clusters. */
export function openIn(
  { fleet, missing }: Modelled,
  clusters: readonly ClusterPreview[],
  without: readonly string[],
): string[] {
  const found = new Map<string, { what: string; why: string; on: Set<string> }>();
  const add = (what: string, why: string, on: string | undefined) => {
    const key = JSON.stringify([what, why]);
    const one = found.get(key) ?? { what, why, on: new Set() };
    if (on !== undefined) {
      one.on.add(on);
    }
    found.set(key, one);
  };
  for (const { name, placements, objects } of clusters) {
    const unsure = new Set(
      placements
        .filter(({ isChosen }) => isChosen === undefined)
        .map(({ placement }) => placementName(placement)),
    );
    for (const { placement, isChosen, why } of placements) {
      if (isChosen === undefined) {
        add(`whether placement ${placementName(placement)} chooses it`, why, name);
      }
    }
    for (const content of objects) {
      const { isThere, object, placements: by } = content;
      if (isUnknown(isThere) && !by.every((one) => unsure.has(placementName(one)))) {
        add(`whether ${titleOf(content)} is there`, isThere.why, name);
      }
      for (const [path, why] of openParts(object)) {
        add(path === "" ? `what ${titleOf(content)} is` : `${path} of ${titleOf(content)}`, why.why, name);
      }
    }
  }
  for (const placement of fleet.placements) {
    const { others } = placement.selection;
    if (others) {
      add(`what else placement ${placementName(placement)} selects`, others.why, undefined);
    }
  }
  for (const { namespace, name, ways } of fleet.reach) {
    for (const { is } of ways) {
      if (isUnknown(is)) {
        add(`whether Service ${namespace}/${name} is reachable`, is.why, undefined);
      }
    }
  }
  const lines = [...found.values()].map(({ what, why, on }) => {
    const where =
      on.size === 0
        ? ""
        : on.size === clusters.length && on.size > 1
          ? " on every cluster"
          : ` on ${few([...on])}`;
    return `${what}${where}: ${why}`;
  });
  const foreign = [...missing].map(shortName);
  const nowhere =
    without.length === 0 ? [] : fleet.members.filter(({ member }) => isUnknown(locationOf(member)));
  return [
    ...lines,
    ...(foreign.length > 0
      ? [
          `what ${few(foreign)} ${foreign.length === 1 ? "is" : "are"}: referred to by this app, but not created by it`,
        ]
      : []),
    ...(nowhere.length > 0
      ? [
          `whether ${few(namesOf(nowhere.map(({ member }) => member)))} ${nowhere.length === 1 ? "is" : "are"} lost, too: the app doesn't say where ${nowhere.length === 1 ? "it is" : "they are"}`,
        ]
      : []),
  ];
}

/** `apps/v1/Deployment shop/front` as `Deployment shop/front`. */
function shortName(key: string): string {
  const [kind = "", name = ""] = key.split(" ");
  return `${kind.split("/").pop()} ${name.replace(/^\//, "")}`;
}

type Part = readonly [path: string, why: Unknown];

const parts = new WeakMap<object, readonly Part[]>();

/** Members that get the same share the object. */
function openParts(object: Value): readonly Part[] {
  if (typeof object !== "object" || object === null) {
    return [];
  }
  const known = parts.get(object) ?? [...unknownIn(object)];
  parts.set(object, known);
  return known;
}

function* unknownIn(value: Value | undefined, path = ""): Generator<Part> {
  if (isUnknown(value)) {
    yield [path, value];
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) {
      yield* unknownIn(inner, `${path}[${index}]`);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield* unknownIn(inner as Value, path === "" ? key : `${path}.${key}`);
    }
  }
}
