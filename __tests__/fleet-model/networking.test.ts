import fc from "fast-check";
import { byBytes } from "../../lib/fleet-model/compare";
import { type FleetInput, fleetOf } from "../../lib/fleet-model/fleet";
import type { KubernetesObject } from "../../lib/fleet-model/identity";
import { plannedMember } from "../../lib/fleet-model/member";
import { isUnknown } from "../../lib/fleet-model/unknown";
import { type Exports, exportsAfter } from "./export-controller";

const NAMES = ["east", "north", "south", "west"];
const members = NAMES.map((name) => plannedMember({ name, location: `${name}us` }));
const inApp = (apiVersion: string, kind: string, name: string, spec?: object) =>
  ({ apiVersion, kind, metadata: { name, namespace: "app" }, ...(spec && { spec }) }) as KubernetesObject;
const exported = inApp("networking.fleet.azure.com/v1beta1", "ServiceExport", "web");
const service = (port: number) => inApp("v1", "Service", "web", { ports: [{ port }] });
const entry = (name: string) =>
  inApp("networking.fleet.azure.com/v1alpha1", "MultiClusterService", name, {
    serviceImport: { name: "web" },
  });

/** The port that each member exports; none for those that export nothing. */
type Ports = Readonly<Record<string, number | undefined>>;

function fleet(
  ports: Ports,
  before?: FleetInput["before"],
  entries: Readonly<Record<string, readonly string[]>> = {},
) {
  return fleetOf({
    hub: { objects: [] },
    members,
    ...(before && { before }),
    putOn: ({ name }) => {
      const port = ports[String(name)];
      return [
        ...(port === undefined ? [] : [service(port), exported]),
        ...(entries[String(name)] ?? []).map(entry),
      ];
    },
  });
}

const importedOf = (one: ReturnType<typeof fleet>) =>
  Object.fromEntries(
    (one.services[0]?.exports ?? []).map(({ member, isImported, reason }) => [
      member.name,
      isUnknown(isImported) ? "?" : isImported || reason,
    ]),
  );
const addressesOf = (one: ReturnType<typeof fleet>) =>
  one.entries.map(({ member, name, hasAddress, reason }) => [
    `${String(member.name)}/${name}`,
    isUnknown(hasAddress) ? "?" : hasAddress || reason,
  ]);

const CONFLICT = "its ports differ from those that other clusters export already";
const WAITS = "another MultiClusterService imports the Service already";

test("ports that differ are those of the first to export, which a first deployment doesn't know", () => {
  expect(importedOf(fleet({ east: 80, west: 81 }))).toEqual({ east: "?", west: "?" });
});

test("a member whose ports change is in conflict with those that stay as they are", () => {
  const before = fleet({ east: 80, west: 80 });
  expect(importedOf(fleet({ east: 80, west: 81 }, before))).toEqual({ east: true, west: CONFLICT });
  expect(importedOf(fleet({ east: 80, west: 80, north: 81 }, before))).toEqual({
    east: true,
    north: CONFLICT,
    west: true,
  });
  expect(importedOf(fleet({ east: 81, west: 81 }, before))).toEqual({ east: true, west: true });
  expect(importedOf(fleet({ east: 81, west: 82 }, before))).toEqual({ east: "?", west: "?" });
});

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

test("what is said of a change of exports is so in whatever order the hub sees them", () => {
  const port = fc.option(fc.constantFrom(80, 81, 82), { nil: undefined });
  const ports = fc.record(Object.fromEntries(NAMES.map((name) => [name, port])));
  const order = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
  const list = fc.constantFrom(byBytes, (one: string, other: string) => byBytes(other, one));
  const run = (state: Exports, to: Ports, names: readonly string[], listed: typeof byBytes) =>
    names.reduce((now, cluster) => {
      const port = to[cluster];
      return exportsAfter(now, { cluster, ...(port !== undefined && { ports: [{ port }] }) }, listed);
    }, state);
  let certain = 0;
  fc.assert(
    fc.property(ports, ports, order, order, list, (first, second, one, other, listed) => {
      const was = run({ exports: [] }, first, one, listed);
      const services = fleet(first).services.map((each) => ({
        ...each,
        exports: each.exports.map((own) => ({
          ...own,
          isImported: was.exports.some(
            ({ cluster, isConflict }) => cluster === own.member.name && !isConflict,
          ),
        })),
      }));
      const is = run(was, second, other, listed);
      const said = importedOf(fleet(second, { services, entries: [] }));
      for (const { cluster, isConflict } of is.exports) {
        if (said[cluster] !== "?") {
          certain += 1;
          expect([cluster, said[cluster]]).toEqual([cluster, isConflict ? CONFLICT : true]);
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(certain).toBeGreaterThan(500);
});

test("a MultiClusterService that has the address keeps it, and a second of the same Service waits", () => {
  const both = { east: 80, west: 80 };
  const before = fleet(both, undefined, { east: ["web"] });
  expect(addressesOf(before)).toEqual([["east/web", true]]);
  expect(addressesOf(fleet(both, before, { east: ["web"], west: ["web"] }))).toEqual([
    ["east/web", true],
    ["west/web", WAITS],
  ]);
  expect(addressesOf(fleet(both, before, { east: ["other", "web"] }))).toEqual([
    ["east/other", WAITS],
    ["east/web", true],
  ]);
  // Whichever comes first.
  expect(addressesOf(fleet(both, before, { east: ["other"], west: ["web"] }))).toEqual([
    ["east/other", "?"],
    ["west/web", "?"],
  ]);
  expect(addressesOf(fleet(both, before, { west: ["web"] }))).toEqual([["west/web", true]]);
});
