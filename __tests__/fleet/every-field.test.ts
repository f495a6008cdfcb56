import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Construct } from "constructs";
import {
  ClusterMeshProfile,
  Fleet,
  FleetManagedNamespace,
  type FleetManagedNamespaceProps,
  type FleetUpdateGate,
  type FleetUpdateGroup,
} from "../../lib";
import { API_VERSION, PREVIEW_API_VERSION } from "../../lib/fleet/api-version";
import { type Fields, type FleetTypes, fleetTypes, type Models, printed } from "../../tools/fleet-types";
import { cluster } from "../cluster/clusters";
import { describeConformance, schemasFolder } from "../conformance";
import { FLEET_ID, SUBNET_ID, VNET_ID } from "../existing";
import { network } from "../network/networks";
import { resources, synthStack } from "../synth";

/* Every field that somebody may write in Azure's fleet API is reached by a prop, and every value that it may have. */

const FOLDER = join(__dirname, "api");
const OBJECT_ID = "55555555-5555-5555-5555-555555555555";
const VERSIONS = [API_VERSION, PREVIEW_API_VERSION];

/** What no prop reaches, of resource types or of fields, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "fleets/gates": "a run makes its gates; somebody, not Terraform, lets them go (az fleet gate approve)",
  "fleets/updateRuns":
    "is something done once, not something that there is: az fleet updaterun, or a profile, makes it",
  'fleets identity.type "None"': "every fleet has an identity: DNS names and private hubs need one",
  'fleets identity.type "SystemAssigned, UserAssigned"': "one identity of a fleet is enough",
};

const policy: Partial<FleetManagedNamespaceProps> = {
  required: [
    {
      labelSelector: {
        matchLabels: { env: "prod" },
        matchExpressions: [
          { key: "ring", operator: "In", values: ["a"] },
          { key: "gpu", operator: "NotIn", values: ["b"] },
          { key: "cost", operator: "Exists" },
          { key: "old", operator: "DoesNotExist" },
        ],
      },
    },
    ...(["Gt", "Ge", "Eq", "Ne", "Lt", "Le"] as const).map((operator) => ({
      properties: [{ name: "kubernetes-fleet.io/node-count", operator, value: "3" }],
    })),
  ],
  tolerations: [
    { key: "team", operator: "Equal", value: "a", effect: "NoSchedule" },
    { key: "gpu", operator: "Exists" },
  ],
};

const approval: FleetUpdateGate = { displayName: "Do the checks" };

/** Everything of the API, with every prop set. */
function everything(scope: Construct): void {
  const fleet = new Fleet(scope, "Fleet", {
    fleetName: "fleet",
    location: "westus",
    hubVmSize: "Standard_D4s_v5",
    privateHub: true,
    hubNetwork: network(scope, "east", { location: "westus" }),
    agentSubnetId: SUBNET_ID,
    apiServerSubnetId: `${VNET_ID}/subnets/api`,
    fleetRpObjectId: OBJECT_ID,
    tags: { team: "platform" },
  });
  new Fleet(scope, "Public", { fleetName: "public", location: "westus", existingResourceGroupName: "rg" });
  fleet.addMember("west", {
    cluster: cluster(scope, "west", { privateCluster: true }),
    group: "canary",
    labels: { env: "prod" },
  });
  const group: FleetUpdateGroup = {
    name: "canary",
    maxConcurrency: 2,
    beforeGates: [approval],
    afterGates: [approval],
  };
  const updateStrategy = fleet.addUpdateStrategy("order", {
    stages: [
      {
        name: "first",
        groups: [group],
        maxConcurrency: "50%",
        beforeGates: [approval],
        afterGates: [approval],
        afterStageWaitInSeconds: 60,
      },
    ],
  });
  const old = Fleet.fromFleetId(scope, "Old", FLEET_ID, { location: "westus" });
  old.addAutoUpgradeProfile("rapid", { channel: "Rapid", nodeImageSelection: "Latest" });
  old.addAutoUpgradeProfile("images", { channel: "NodeImage" });
  fleet.addAutoUpgradeProfile("stable", {
    channel: "Stable",
    nodeImageSelection: "Consistent",
    updateStrategy,
    disabled: true,
  });
  old.addAutoUpgradeProfile("target", {
    channel: "TargetKubernetesVersion",
    targetKubernetesVersion: "1.33",
    longTermSupport: true,
  });
  const common = {
    fleet: old,
    labels: { team: "a" },
    annotations: { note: "for a" },
    cpuRequest: "1",
    cpuLimit: "2",
    memoryRequest: "1Gi",
    memoryLimit: "2Gi",
    tags: { team: "platform" },
  };
  const kinds: FleetManagedNamespaceProps[] = [
    {
      ...common,
      name: "one",
      ...policy,
      adoptionPolicy: "Always",
      deletePolicy: "Delete",
      ingress: "AllowAll",
      egress: "AllowAll",
    },
    {
      ...common,
      name: "two",
      clusterNames: ["east"],
      adoptionPolicy: "IfIdentical",
      ingress: "DenyAll",
      egress: "DenyAll",
    },
    { ...common, name: "three", ingress: "AllowSameNamespace", egress: "AllowSameNamespace" },
  ];
  for (const props of kinds) {
    new FleetManagedNamespace(scope, props.name, props);
  }
}

/** What is in preview, with every prop set. */
function previews(scope: Construct): void {
  const fleet = Fleet.fromFleetId(scope, "Old", FLEET_ID, { location: "westus" });
  const apiVersion = PREVIEW_API_VERSION;
  const scheduled = (
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const
  ).map(
    (startDay): FleetUpdateGate => ({
      type: "ScheduledStart",
      startDay,
      startTime: "02:00",
      utcOffset: "-08:00",
    }),
  );
  const both = {
    memberSelector: "ring=canary",
    maxAllowedFailures: 1,
    maxConcurrency: "10%",
    beforeGates: [...scheduled, approval],
    afterGates: [approval],
  };
  fleet.addUpdateStrategy("order", {
    apiVersion,
    stages: [{ name: "first", ...both, groups: [{ name: "canary", ...both }], afterStageWaitInSeconds: 60 }],
  });
  new ClusterMeshProfile(scope, "Mesh", { fleet, name: "shop", apiVersion, memberSelector: "mesh=shop" });
  fleet.addAutoUpgradeProfile("patches", { apiVersion, channel: "SecurityPatch" });
  for (const rolloutType of ["RollingUpdate", "External"] as const) {
    new FleetManagedNamespace(scope, rolloutType, {
      fleet,
      apiVersion,
      name: rolloutType.toLowerCase(),
      rolloutType,
      clusterUpdateStrategyName: rolloutType === "External" ? "rings" : undefined,
    });
  }
}

function typesOf(version: string): FleetTypes {
  return JSON.parse(readFileSync(join(FOLDER, `${version}.json`), "utf8")) as FleetTypes;
}

/** The bodies that a stack sends for the fleet API, by type, with what azapi takes as arguments. */
function bodies(build: (scope: Construct) => void): Map<string, unknown[]> {
  const all = new Map<string, unknown[]>();
  for (const { type, body, location, tags, identity } of Object.values(
    resources(synthStack(build), "azapi_resource"),
  )) {
    const [, name] = /^Microsoft\.ContainerService\/(.+)@/.exec(String(type)) ?? [];
    if (name === undefined) {
      throw new Error(`${type} is none of the fleet API`);
    }
    const [given] = (identity ?? []) as { type: string; identity_ids?: string[] }[];
    const ids = given?.identity_ids?.map((id): [string, object] => [id, {}]);
    const sent = {
      ...(body as object),
      ...(location === undefined ? {} : { location }),
      ...(tags === undefined ? {} : { tags }),
      ...(given
        ? {
            identity: {
              type: given.type,
              ...(ids ? { userAssignedIdentities: Object.fromEntries(ids) } : {}),
            },
          }
        : {}),
    };
    all.set(name, [...(all.get(name) ?? []), sent]);
  }
  return all;
}

/** The values that a field has in a body: `stages[].name`. */
function valuesAt(value: unknown, path: string): unknown[] {
  return path.split(".").reduce(
    (found, step) => {
      const field = step.replace("[]", "");
      const next = found.flatMap((one) => {
        const item = (one as Record<string, unknown> | undefined)?.[field];
        return item === undefined ? [] : [item];
      });
      return step.endsWith("[]") ? (next.flat() as unknown[]) : next;
    },
    [value],
  );
}

/** Every field and every value of a type that none of its bodies has. */
function unreached(type: string, fields: Fields, sent: readonly unknown[]): string[] {
  return Object.entries(fields)
    .filter(([, { readOnly }]) => !readOnly)
    .flatMap(([path, { values = [] }]) => {
      const found = sent.flatMap((body) => valuesAt(body, path));
      return found.length === 0
        ? [`${type} ${path}`]
        : values.filter((value) => !found.includes(value)).map((value) => `${type} ${path} "${value}"`);
    });
}

/** What bodies have that is no field of the type, and what they lack that is required. */
function misfits(type: string, fields: Fields, sent: readonly unknown[]): string[] {
  const isMap = (path: string) => !Object.keys(fields).some((one) => one.startsWith(`${path}.`));
  const walk = (value: unknown, path: string): string[] => {
    if (Array.isArray(value)) {
      return value.flatMap((item) => walk(item, `${path}[]`));
    }
    if (typeof value !== "object" || value === null || (path !== "" && isMap(path))) {
      return [];
    }
    const below = (name: string) => (path === "" ? name : `${path}.${name}`);
    const missing = Object.entries(fields).filter(
      ([one, { required, readOnly }]) =>
        required &&
        !readOnly &&
        one === below(one.split(".").at(-1) as string) &&
        !((one.split(".").at(-1) as string) in value),
    );
    return [
      ...missing.map(([one]) => `${type} ${one} is missing`),
      ...Object.entries(value).flatMap(([name, item]) => {
        const field = fields[below(name)] ?? fields[`${below(name)}`];
        return field === undefined || field.readOnly
          ? [`${type} ${below(name)} is none of its own`]
          : walk(item, below(name));
      }),
    ];
  };
  return sent.flatMap((body) => walk(body, ""));
}

const CASES: [string, string, (scope: Construct) => void, Readonly<Record<string, string>>][] = [
  ["every writable field of the newest version", API_VERSION, everything, {}],
  [
    "what the preview after it adds",
    PREVIEW_API_VERSION,
    (scope) => {
      everything(scope);
      previews(new Construct(scope, "Previews"));
    },
    {
      ...Object.fromEntries(
        ["", "groups[]."].flatMap((of) =>
          [
            'type "ScheduledStart"',
            ...["", ".startDay", ".startTime", ".utcOffset"].map(
              (field) => `scheduledStartConfiguration${field}`,
            ),
          ].map((path) => [
            `fleets/updateStrategies properties.strategy.stages[].${of}afterGates[].${path}`,
            "Azure takes a scheduled start before something only",
          ]),
        ),
      ),
    },
  ],
];

describe.each(CASES)("%s", (_, version, build, more) => {
  const exceptions = { ...EXCEPTIONS, ...more };
  const { types } = typesOf(version);
  const sent = bodies(build);

  test("is reached by a prop, but for what has a reason", () => {
    const missing = Object.entries(types).flatMap(([type, fields]) =>
      type in exceptions ? [] : unreached(type, fields, sent.get(type) ?? []),
    );
    expect(missing.filter((one) => !(one in exceptions))).toEqual([]);
    // No exception that nothing needs any more.
    const needed = [...missing, ...Object.keys(types).filter((type) => !sent.has(type))];
    expect(Object.keys(exceptions).filter((one) => !needed.includes(one))).toEqual([]);
  });

  test("is sent as Azure takes it: nothing else, and all that is required", () => {
    const found = [...sent].flatMap(([type, all]) => misfits(type, types[type] as Fields, all));
    expect(found).toEqual([]);
  });
});

test("what nothing sets is found, and what there isn't", () => {
  const fields = typesOf(API_VERSION).types["fleets/updateStrategies"] as Fields;
  const stage = { name: "a", groups: [{ name: "b", beforeGates: [{ displayName: "c" }] }], order: 1 };
  const body = { properties: { strategy: { stages: [stage] } } };
  expect(unreached("s", fields, [body])).toContain("s properties.strategy.stages[].groups[].maxConcurrency");
  expect(unreached("s", fields, [body])).not.toContain("s properties.strategy.stages[].groups[].name");
  expect(misfits("s", fields, [body])).toEqual([
    "s properties.strategy.stages[].groups[].beforeGates[].type is missing",
    "s properties.strategy.stages[].order is none of its own",
  ]);
});

test("the versions that the library names are those whose fields are here", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(VERSIONS.map((version) => `${version}.json`).sort());
  expect(VERSIONS.map((version) => typesOf(version).apiVersion)).toEqual(VERSIONS);
});

describeConformance("the fields of Azure's fleet API", () => {
  test.each(VERSIONS)("of %s are those that Azure's SDK has", (version) => {
    const models = JSON.parse(
      readFileSync(join(schemasFolder as string, `arm-fleets-${version}.json`), "utf8"),
    ) as Models;
    expect(readFileSync(join(FOLDER, `${version}.json`), "utf8")).toBe(printed(fleetTypes(models)));
  });
});
