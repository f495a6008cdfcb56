import { contentsOf } from "../../lib/fleet-model/contents";
import { chosenBy, type FleetInput, fleetOf } from "../../lib/fleet-model/fleet";
import type { KubernetesObject } from "../../lib/fleet-model/identity";
import { plannedMember } from "../../lib/fleet-model/member";
import { Unknown } from "../../lib/fleet-model/unknown";
import type { Value } from "../../lib/fleet-model/value";

const LATER = new Unknown("it is known only after apply");
const east = plannedMember({ name: "east", location: "eastus2" });
const west = plannedMember({ name: "west", location: "westus2" });
const inApp = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: Record<string, Value> = {},
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "app" },
  ...rest,
});
const namespace: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "app" } };
const service = inApp("v1", "Service", "web", { spec: { ports: [{ port: 80 }] } });
const exported = inApp("networking.fleet.azure.com/v1beta1", "ServiceExport", "web");
const placement = (policy?: Value): KubernetesObject => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterResourcePlacement",
  metadata: { name: "app" },
  spec: {
    resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "app" }],
    ...(policy !== undefined && { policy }),
  },
});
const override = (kind: string, rules: Value): KubernetesObject =>
  inApp("placement.kubernetes-fleet.io/v1", "ResourceOverride", `o-${kind.toLowerCase()}`, {
    spec: {
      resourceSelectors: [
        {
          group: kind === "Service" ? "" : "networking.fleet.azure.com",
          version: kind === "Service" ? "v1" : "v1alpha1",
          kind,
          name: "web",
        },
      ],
      policy: { overrideRules: rules },
    },
  });
const on = (name: string) => ({
  clusterSelectorTerms: [{ labelSelector: { matchLabels: { "fleet.azure.com/member-name": name } } }],
});
const entry = inApp("networking.fleet.azure.com/v1alpha1", "MultiClusterService", "web", {
  spec: { serviceImport: { name: "web" } },
});
const fleet = (objects: readonly KubernetesObject[], rest: Partial<FleetInput> = {}) =>
  fleetOf({ hub: { objects: [namespace, service, exported, ...objects] }, members: [east, west], ...rest });
const kindsOn = (one: ReturnType<typeof fleetOf>) =>
  one.members.map((state) => [
    state.member.name,
    contentsOf(state).flatMap(({ identity, isThere }) => (isThere === true ? [identity.kind] : [])),
  ]);

test("a namespace goes to the members that its placement chooses, with all that is in it", () => {
  const all = fleet([placement()]);
  expect(all.placements.map(chosenBy)).toEqual([[east, west]]);
  expect(kindsOn(all)).toEqual([
    ["east", ["Namespace", "Service", "ServiceExport"]],
    ["west", ["Namespace", "Service", "ServiceExport"]],
  ]);
  const one = fleet([placement({ placementType: "PickFixed", clusterNames: ["west"] })]);
  expect(kindsOn(one)).toEqual([
    ["east", []],
    ["west", ["Namespace", "Service", "ServiceExport"]],
  ]);
});

test("members share equal objects", () => {
  const [first, second] = fleet([placement()]).members;
  expect(first?.brought[0]?.objects).toBe(second?.brought[0]?.objects);
});

test("members get an envelope's contents, not the envelope", () => {
  const envelope = inApp("placement.kubernetes-fleet.io/v1beta1", "ResourceEnvelope", "limits", {
    data: { quota: inApp("v1", "ResourceQuota", "q") },
  });
  expect(kindsOn(fleet([placement(), envelope]))[0]?.[1]).toContain("ResourceQuota");
  expect(kindsOn(fleet([placement(), envelope]))[0]?.[1]).not.toContain("ResourceEnvelope");
});

test("a Service is exported by members that have it and its export", () => {
  const exportsOf = (objects: readonly KubernetesObject[]) =>
    fleet(objects).services.flatMap((one) =>
      one.exports.map(({ member, is, isImported }) => [member.name, is, isImported]),
    );
  expect(exportsOf([placement()])).toEqual([
    ["east", true, true],
    ["west", true, true],
  ]);
  const gone = override("Service", [{ clusterSelector: on("east"), overrideType: "Delete" }]);
  expect(exportsOf([placement(), gone])).toEqual([
    ["east", false, false],
    ["west", true, true],
  ]);
  const patch = { op: "add", path: "/spec/ports/0/name", value: "http" };
  const named = override("Service", [{ clusterSelector: on("east"), jsonPatchOverrides: [patch] }]);
  expect(exportsOf([placement(), named]).map(([, is, isImported]) => [is, isImported])).toEqual([
    [true, expect.any(Unknown)],
    [true, expect.any(Unknown)],
  ]);
});

test("an override that can't be applied leaves a member without anything of the placement", () => {
  const patch = { op: "replace", path: "/spec/nope", value: 1 };
  const wrong = override("Service", [{ clusterSelector: on("east"), jsonPatchOverrides: [patch] }]);
  const [first, second] = fleet([placement(), wrong]).members;
  expect(first?.brought[0]).toMatchObject({ objects: [], failure: { stage: "apply" } });
  expect(second?.brought[0]?.objects).toHaveLength(3);
});

test("one MultiClusterService of a Service has the address, and of several it isn't known which", () => {
  const single = fleet([placement()], { putOn: (member) => (member === east ? [entry] : []) });
  expect(single.entries).toMatchObject([
    {
      member: east,
      hasAddress: true,
      servedFrom: [
        { member: east, is: true },
        { member: west, is: true },
      ],
    },
  ]);
  expect(fleet([placement(), entry]).entries.map(({ hasAddress }) => hasAddress)).toEqual([
    expect.any(Unknown),
    expect.any(Unknown),
  ]);
  const kept = override("MultiClusterService", [{ clusterSelector: on("west"), overrideType: "Delete" }]);
  expect(
    fleet([placement(), entry, kept]).entries.map(({ member, hasAddress }) => [member.name, hasAddress]),
  ).toEqual([["east", true]]);
});

test("unknowns propagate", () => {
  const somewhere = plannedMember({ name: "south", location: LATER });
  const affinity = {
    clusterAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        clusterSelectorTerms: [{ labelSelector: { matchLabels: { "fleet.azure.com/location": "eastus2" } } }],
      },
    },
  };
  const { members, services } = fleetOf({
    hub: { objects: [namespace, service, exported, placement({ placementType: "PickAll", affinity })] },
    members: [east, somewhere],
  });
  expect(members.map(({ brought }) => brought.map(({ isChosen }) => isChosen))).toEqual([
    [true],
    [expect.any(Unknown)],
  ]);
  expect(services[0]?.exports.map(({ is }) => is)).toEqual([true, expect.any(Unknown)]);
});
