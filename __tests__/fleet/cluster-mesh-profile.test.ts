import { Token } from "cdktf";
import type { Construct } from "constructs";
import {
  type AksClusterProps,
  ClusterMeshProfile,
  type ClusterMeshProfileProps,
  Fleet,
  type IFleet,
} from "../../lib";
import { cluster } from "../cluster/clusters";
import { address, at, reference } from "../network/references";
import { findings, synthStack } from "../synth";
import { existing } from "./fleets";

type Props = Omit<Partial<ClusterMeshProfileProps>, "fleet">;

const PREVIEW = "2026-06-02-preview";
const TYPE = `Microsoft.ContainerService/fleets/clusterMeshProfiles@${PREVIEW}`;

function mesh(scope: Construct, fleet: IFleet, props: Props = {}, id = "Mesh"): ClusterMeshProfile {
  return new ClusterMeshProfile(scope, id, {
    fleet,
    name: "shop",
    apiVersion: PREVIEW,
    memberSelector: "mesh=shop",
    ...props,
  });
}

/** What Azure needs of a cluster in a mesh. */
const CILIUM: AksClusterProps["config"] = {
  networkProfile: {
    networkDataPlane: "cilium",
    networkPolicy: "cilium",
    advancedNetworking: { observabilityEnabled: true },
  },
};

/** East is in the mesh, north is not. */
function meshed(scope: Construct): Fleet {
  const fleet = new Fleet(scope, "Fleet", { fleetName: "gbb-fleet", location: "westus" });
  fleet.addMember("east", { cluster: cluster(scope, "east", { config: CILIUM }), labels: { mesh: "shop" } });
  fleet.addMember("west", { cluster: cluster(scope, "west", { config: CILIUM }), labels: { mesh: "none" } });
  return fleet;
}

const made = synthStack((scope) => void mesh(scope, meshed(scope)));
const PROFILE = `${reference(made, "Fleet/Resource")}/clusterMeshProfiles/shop`;
const action = (id: string) => {
  const { type, resource_id, locks, ...rest } = at(made, `Mesh/${id}`);
  return rest;
};

test("is made after the members, and is gone before they, or what lets them leave, are", () => {
  expect(at(made, "Mesh/Resource")).toEqual({
    type: TYPE,
    schema_validation_enabled: false,
    name: "shop",
    parent_id: reference(made, "Fleet/Resource"),
    body: { properties: { memberSelector: { byLabel: "mesh=shop" } } },
    depends_on: ["east", "west"].flatMap((key) => [
      address(made, `Fleet/${key}/Resource`),
      address(made, `Mesh/Unlabel-${key}`),
    ]),
  });
});

test("is applied when it is made, and anew when the selector, or members or their labels change", () => {
  const member = (key: string, mesh: string) => ({
    id: reference(made, `Fleet/${key}/Resource`),
    labels: { mesh },
  });
  expect(at(made, "Mesh/Selected").input).toEqual({
    selector: "mesh=shop",
    members: { east: member("east", "shop"), west: member("west", "none") },
  });
  expect(at(made, "Mesh/Apply")).toEqual({
    type: TYPE,
    resource_id: reference(made, "Mesh/Resource"),
    action: "apply",
    locks: [PROFILE],
    lifecycle: { replace_triggered_by: [address(made, "Mesh/Selected")] },
    depends_on: [address(made, "Mesh/Clear")],
  });
});

test("a mesh that isn't connected is warned of, by its state after it was applied", () => {
  const [[id, state]] = Object.entries(made.data?.azapi_resource_action ?? {}) as [[string, object]];
  expect(state).toMatchObject({
    type: TYPE,
    resource_id: reference(made, "Mesh/Resource"),
    method: "GET",
    response_export_values: { state: "properties.status.state" },
    depends_on: [address(made, "Mesh/Apply")],
  });
  expect(Object.values((made as { check?: object }).check ?? {})).toEqual([
    {
      assert: {
        condition: `\${!contains(["Failed", "Degraded"], try(data.azapi_resource_action.${id}.output.state, "Connected"))}`,
        error_message: expect.stringContaining('"shop"'),
      },
    },
  ]);
});

test("before it goes nobody is selected, and that is applied: destruction goes against these edges", () => {
  expect(action("Leave")).toEqual({ action: "apply", when: "destroy" });
  expect(action("Clear")).toEqual({
    method: "PUT",
    body: { properties: {} },
    when: "destroy",
    depends_on: [address(made, "Mesh/Leave")],
  });
});

test.each(["east", "west"])(
  "%s loses its labels, and that is applied, before it leaves, whether it is in the mesh or not",
  (key) => {
    const resource = address(made, `Fleet/${key}/Resource`);
    expect(action(`Unlabel-${key}`)).toEqual({
      method: "PATCH",
      body: { properties: { labels: {} } },
      when: "destroy",
      ignore_not_found: true,
      depends_on: [address(made, `Mesh/Leave-${key}`)],
    });
    expect(at(made, `Mesh/Unlabel-${key}`).resource_id).toBe(reference(made, `Fleet/${key}/Resource`));
    expect(action(`Leave-${key}`)).toEqual({
      action: "apply",
      when: "destroy",
      ignore_not_found: true,
      depends_on: [resource],
      lifecycle: { replace_triggered_by: [`${resource}.id`] },
    });
    // The profile isn't waited for: it may be gone, and there is nothing to apply then.
    expect(at(made, `Mesh/Leave-${key}`).resource_id).toBe(PROFILE);
  },
);

test("a member that stays, while the profile goes, gets its labels back, of its last deployment", () => {
  expect(action("Relabel-east")).toEqual({
    method: "PATCH",
    body: { properties: { labels: { mesh: "shop" } } },
    when: "destroy",
    ignore_not_found: true,
    lifecycle: { replace_triggered_by: [address(made, "Mesh/Labels-east")] },
  });
  expect(at(made, "Mesh/Labels-east").input).toEqual({ labels: { mesh: "shop" } });
  // By its id, not by a reference: it is destroyed after the member.
  expect(at(made, "Mesh/Relabel-east").resource_id).toBe(
    `${reference(made, "Fleet/Resource")}/members/${at(made, "Fleet/east/Resource").name}`,
  );
  expect(at(made, "Fleet/east/Resource").depends_on).toContain(address(made, "Mesh/Relabel-east"));
});

function said(props: Props, fleet: (scope: Construct) => IFleet = existing): string[] {
  return findings((scope) => void mesh(scope, fleet(scope), props));
}

test.each<[string, Props, string]>([
  [
    "a version without meshes",
    { apiVersion: "2026-06-01" },
    'apiVersion: a cluster mesh is in preview, and not in the API version 2026-06-01; set apiVersion to "2026-06-02-preview", or leave it out.',
  ],
  [
    "another comparison",
    { memberSelector: "mesh in (shop)" },
    'memberSelector: "mesh in (shop)" uses another operator than "=", the only one that Azure takes here; write e.g. "mesh=shop".',
  ],
  [
    "a name",
    { name: "Shop" },
    'name: Azure refuses "Shop" as the name of a cluster mesh profile, which has 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.',
  ],
])("%s is refused", (_, props, finding) => {
  expect(said(props)).toEqual([`stack/Mesh: ${finding}`]);
});

test("the preview that had meshes first has them", () => {
  expect(said({ apiVersion: "2026-03-02-preview" })).toEqual([]);
});

test("a label that no member has is refused, and a member in two meshes", () => {
  expect(said({ memberSelector: "mesh=ship" }, meshed)).toEqual([
    expect.stringContaining('no member of fleet "gbb-fleet"'),
  ]);
  const found = findings((scope) => {
    const fleet = meshed(scope);
    mesh(scope, fleet);
    mesh(scope, fleet, { name: "other" }, "Other");
    mesh(scope, fleet, { name: "third", memberSelector: "mesh=none" }, "Third");
  });
  expect(found).toEqual([
    'stack/Other: memberSelector: selects "east", as does stack/Mesh, but a member can be in only one mesh; select by another label.',
  ]);
});

test("more members than a mesh has are refused", () => {
  const found = findings((scope) => {
    const fleet = existing(scope);
    const one = cluster(scope, "east", { config: CILIUM });
    for (let index = 0; index < 256; index += 1) {
      fleet.addMember(`m${index}`, { cluster: one, memberName: `m${index}`, labels: { mesh: "shop" } });
    }
    mesh(scope, fleet);
  });
  expect(found).toContain(
    "stack/Mesh: memberSelector: selects 256 members, but a mesh can have at most 255; create several meshes, with different labels.",
  );
});

test("two of one name in a fleet are refused", () => {
  const found = findings((scope) => {
    mesh(scope, existing(scope));
    mesh(scope, existing(scope, "Again"), {}, "Again-2");
  });
  expect(found).toEqual([
    'stack/Again-2: name: "shop" is also the name of the cluster mesh profile that stack/Mesh creates in this fleet; give one of them another name.',
  ]);
});

const ACNS = { networkDataPlane: "cilium", networkPolicy: "cilium" };

test.each<[string, Partial<AksClusterProps>, string[]]>([
  ["no Cilium", {}, ['selects "east", whose cluster lacks the Cilium data plane and Advanced Container']],
  [
    "no ACNS",
    { config: { networkProfile: ACNS } },
    ['selects "east", whose cluster lacks Advanced Container Networking Services, which'],
  ],
  [
    "ACNS that is off",
    { config: { networkProfile: { ...ACNS, advancedNetworking: { securityEnabled: false } } } },
    ['selects "east", whose cluster lacks Advanced Container Networking Services, which'],
  ],
  [
    "an old version",
    { config: CILIUM, kubernetesVersion: "1.31.9" },
    ['selects "east", whose kubernetesVersion is "1.31.9", but a mesh needs 1.32 or newer'],
  ],
  ["all that it needs", { config: CILIUM, kubernetesVersion: "1.32" }, []],
  [
    "what only Terraform knows",
    {
      config: {
        networkProfile: {
          networkDataPlane: Token.asString({ resolve: () => "x" }),
          networkPolicy: "cilium",
          advancedNetworking: { securityEnabled: Token.asAny({ resolve: () => "x" }) as never },
        },
      },
    },
    [],
  ],
])("of a cluster that the app makes it is told what it lacks: %s", (_, props, expected) => {
  const found = findings((scope) => {
    const fleet = existing(scope);
    fleet.addMember("east", { cluster: cluster(scope, "east", props), labels: { mesh: "shop" } });
    fleet.addMember("west", { cluster: cluster(scope, "west"), labels: { mesh: "none" } });
    mesh(scope, fleet);
  }).filter((one) => one.startsWith("stack/Mesh"));
  expect(found).toEqual(expected.map((one) => expect.stringContaining(one)));
});
