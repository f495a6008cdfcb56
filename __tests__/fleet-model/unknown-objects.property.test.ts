import fc from "fast-check";
import { type ReadHub, readHub } from "../../lib/fleet-model/hub";
import { identityOf, type KubernetesObject } from "../../lib/fleet-model/identity";
import { type Overridden, overriding, readOverrides } from "../../lib/fleet-model/overrides";
import { type Selection, selectResources } from "../../lib/fleet-model/selection";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";
import type { Value } from "../../lib/fleet-model/value";
import overrideVectors from "./vectors/overrides.json";
import selectionVectors from "./vectors/selection.json";

// Whatever is hidden of a case, what is said of the rest must hold of the whole.

const LATER = new Unknown("it is known only after apply");

type Path = readonly string[];

/** The paths to what isn't a list or an object, and to what is. */
function pathsIn(value: Value, above: Path = []): Path[] {
  if (typeof value !== "object" || value === null || isUnknown(value)) {
    return [above];
  }
  return [
    ...(above.length > 0 ? [above] : []),
    ...Object.entries(value).flatMap(([key, item]) => pathsIn(item as Value, [...above, key])),
  ];
}

function hidden(value: Value, [key, ...path]: Path): Value {
  if (key === undefined) {
    return LATER;
  }
  const change = (item: Value) => hidden(item, path);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? change(item) : item))
    : { ...(value as object), [key]: change((value as Record<string, Value>)[key] as Value) };
}

/** Whether what was said of a value holds of what it is. What is unknown may not be there. */
function holds(said: Value | undefined, is: Value | undefined): boolean {
  if (isUnknown(said)) {
    return true;
  }
  if (typeof said !== "object" || said === null || typeof is !== "object" || is === null) {
    return said === is;
  }
  const keys = new Set([...Object.keys(said), ...Object.keys(is)]);
  return (
    Array.isArray(said) === Array.isArray(is) &&
    [...keys].every((key) => holds((said as Record<string, Value>)[key], (is as Record<string, Value>)[key]))
  );
}

interface OverrideCase {
  placement: string;
  objects: string[];
  clusters: string[];
  overrides: { name: string; namespace?: string; index: number; spec: Value; webhook: string | null }[];
}

const objects = overrideVectors.objects as unknown as Record<string, KubernetesObject>;
const clusters = overrideVectors.clusters as unknown as Record<string, { labels?: Record<string, string> }>;
// What is unknown is taken for something that the hub admits.
const overrideCases = (overrideVectors.cases as unknown as OverrideCase[]).filter(({ overrides }) =>
  overrides.every(({ webhook }) => webhook === null),
);
/** What makes an object another one, or an override of no kind, isn't hidden. */
const OPEN = /^\d+,(apiVersion|kind|metadata(,(name|namespace))?)$|^\d+$/;

function overriddenFor(
  { placement, overrides }: OverrideCase,
  given: readonly KubernetesObject[],
  specs: readonly Value[],
  name: string,
  labels: Record<string, string | Unknown>,
): Overridden {
  const selected = given.map((object) => ({
    object,
    identity: identityOf(object),
    isSelected: true as const,
  }));
  const read = readOverrides(overrides.map((one, index) => ({ ...one, spec: specs[index] as Value })));
  return overriding(read, placement, selected)({ name, labels: { known: labels } });
}

test("results for overridden objects hold regardless of unknowns", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(3), fc.infiniteStream(fc.nat()), (which, where, what, more) => {
      const one = overrideCases[which % overrideCases.length] as OverrideCase;
      const name = one.clusters[where % one.clusters.length] as string;
      const labels = clusters[name]?.labels ?? {};
      let [given, specs, own] = [
        one.objects.map((key) => objects[key] as Value) as Value,
        one.overrides.map(({ spec }) => spec) as Value,
        labels as Value,
      ];
      const pick = (value: Value) => {
        const paths = pathsIn(value).filter((path) => !OPEN.test(path.join(",")));
        const path = paths[(more.next().value as number) % Math.max(1, paths.length)];
        return path ? hidden(value, path) : value;
      };
      given = what % 2 === 0 ? pick(given) : given;
      specs = what >= 1 ? pick(specs) : specs;
      own = what === 3 && Object.keys(labels).length > 0 ? pick(own) : own;
      const is = overriddenFor(
        one,
        one.objects.map((key) => objects[key] as KubernetesObject),
        one.overrides.map(({ spec }) => spec),
        name,
        labels,
      );
      const said = overriddenFor(
        one,
        given as unknown as KubernetesObject[],
        specs as Value[],
        name,
        own as Record<string, string>,
      );
      if (said.doubt && !said.failure) {
        if (is.failure) {
          return;
        }
      } else if (said.failure || is.failure) {
        expect(is.failure).toBeDefined();
        expect(said.failure).toBeDefined();
        expect(
          [is.failure?.reason, said.failure?.reason].some(isUnknown) ||
            said.failure?.reason === is.failure?.reason,
        ).toBe(true);
        return;
      }
      for (const [index, { object, isThere }] of said.objects.entries()) {
        const actual = is.objects[index] as Overridden["objects"][number];
        expect(isUnknown(isThere) || isThere === actual.isThere).toBe(true);
        expect(actual.isThere !== true || holds(object, actual.object)).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});

interface SelectionCase {
  hub: string;
  placement: string;
  selectors: Value[] | null;
  webhook: string | null;
}

const hubs = selectionVectors.hubs as unknown as Record<string, KubernetesObject[]>;
const selectionCases = (selectionVectors.cases as unknown as SelectionCase[]).filter(
  ({ hub, webhook }) => hub === "small" && webhook === null,
);
const whole = new Map(Object.entries(hubs).map(([name, list]) => [name, readHub({ objects: list })]));

function selectionOf(hub: ReadHub, { placement }: SelectionCase, selectors: readonly Value[]): Selection {
  const [name = "", namespace] = placement.split("/").reverse();
  return selectResources(hub, { name, ...(namespace !== undefined && { namespace }) }, selectors);
}

test("results of a selection hold regardless of unknowns", () => {
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), fc.nat(), (which, ofHub, where) => {
      const one = selectionCases[which % selectionCases.length] as SelectionCase;
      const list = hubs[one.hub] as unknown as Value;
      const selectors = (one.selectors ?? []) as Value;
      const target = ofHub ? list : selectors;
      const paths = pathsIn(target).filter(
        (path) => !OPEN.test(path.join(",")) && !/^\d+,(apiVersion|kind|metadata)$/.test(path.join(",")),
      );
      const path = paths[where % Math.max(1, paths.length)];
      if (!path) {
        return;
      }
      const hiddenHub = ofHub
        ? readHub({ objects: hidden(list, path) as unknown as KubernetesObject[] })
        : (whole.get(one.hub) as ReadHub);
      const is = selectionOf(whole.get(one.hub) as ReadHub, one, selectors as Value[]);
      const said = selectionOf(hiddenHub, one, (ofHub ? selectors : hidden(selectors, path)) as Value[]);
      if (said.doubt && is.failure !== undefined) {
        return;
      }
      expect(said.failure !== undefined).toBe(is.failure !== undefined);
      const keys = (selection: Selection, only: boolean) =>
        selection.objects
          .filter(({ isSelected }) => !only || isSelected === true)
          .map(
            ({ identity: { kind, namespace, name } }) =>
              `${kind} ${namespace} ${isUnknown(name) ? "?" : name}`,
          );
      const really = keys(is, false);
      expect(keys(said, true).filter((key) => !key.endsWith("?") && !really.includes(key))).toEqual([]);
      const perhaps = keys(said, false);
      const missing = really.filter(
        (key) => !perhaps.includes(key) && !perhaps.some((other) => other.endsWith("?")),
      );
      expect(said.others ? [] : missing).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
