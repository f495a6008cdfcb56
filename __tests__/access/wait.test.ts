import type { TerraformStack } from "cdktf";
import {
  AksCluster,
  ClusterResourceOverride,
  ClusterResourcePlacement,
  type Fleet,
  type IFleetMember,
  type KubernetesAccess,
  MultiClusterService,
  Namespace,
  PlacementPolicy,
  type PlacementStrategyProps,
  ResourcePlacement,
  TrafficManagerBackend,
  TrafficManagerProfile,
  Wait,
} from "../../lib";
import { CLUSTER_ID } from "../existing";
import { fleetWith, placementCalled, service, unknown, yamlFile } from "../hub/fixtures";
import { resources, type StackJson, synthStack } from "../synth";
import { addressOf, localExec } from "./fixtures";

const access: KubernetesAccess = {
  server: "https://a.example.com",
  certificateAuthority: "Q0E=",
  login: "azurecli",
};

const WAIT = "Wait/Resource";

function command(stack: StackJson): string {
  const { command, when } = localExec(stack, WAIT);
  expect(when).toBe("create");
  return command;
}

function waitOf(stack: StackJson): Record<string, unknown> {
  const { provisioner: _, ...rest } = resources(stack, "null_resource")[WAIT] ?? {};
  return rest;
}

/** What is known once an object is there, and unknown in a plan that makes one, also one that somebody has deleted. */
function stored(...addresses: string[]): string {
  const objects = addresses.map((address) => `${address}.object`).join(", ");
  return `\${alltrue([for object in [${objects}] : try(object.metadata.uid, null) == null])}`;
}

/** What a trigger hashes: the values that its expression refers to, as they are synthesized. */
function hashed(stack: StackJson, trigger: string): string {
  const expression = (waitOf(stack).triggers as Record<string, string>)[trigger] ?? "";
  const [, list] = /^\$\{sha256\(jsonencode\(\[(.*)\]\)\)\}$/.exec(expression) ?? [];
  if (list === undefined) {
    throw new Error(`${expression} is no hash`);
  }
  const values = list.split(", ").map((reference) => {
    const [type = "", id = "", attribute = ""] = reference.split(".");
    const value = stack.resource[type]?.[id]?.[attribute];
    if (value === undefined) {
      throw new Error(`there is no ${reference}`);
    }
    return value;
  });
  return JSON.stringify(values);
}

describe("for the hub", () => {
  const synth = (build?: (stack: TerraformStack, fleet: Fleet) => void, timeout?: string) =>
    synthStack((stack) => {
      const fleet = fleetWith(stack);
      Wait.forHub(stack, "Wait", fleet, { access, timeout });
      build?.(stack, fleet);
    });

  test("until every member has joined; waits anew for another fleet or other members", () => {
    const stack = synth();
    expect(command(stack)).toBe("wait hub --member aks-eastus2 --member aks-westus2 --timeout 30m");
    expect(waitOf(stack)).toEqual({
      triggers: {
        aks_fleet: "wait",
        fleet: `\${${addressOf(stack, "Fleet/Resource")}.id}`,
        members: "aks-eastus2,aks-westus2",
      },
      depends_on: [
        addressOf(stack, "Fleet/Admin/Resource"),
        addressOf(stack, "Fleet/east/Resource"),
        addressOf(stack, "Fleet/west/Resource"),
      ],
    });
  });

  test("members that are added afterwards count", () => {
    const stack = synth((scope, fleet) => {
      const other = AksCluster.fromClusterId(scope, "Other", CLUSTER_ID, { location: "northeurope" });
      fleet.addMember("north", { cluster: other, memberName: "aks-northeurope" });
    });
    expect(command(stack)).toBe(
      "wait hub --member aks-eastus2 --member aks-westus2 --member aks-northeurope --timeout 30m",
    );
    expect(waitOf(stack).triggers).toHaveProperty("members", "aks-eastus2,aks-westus2,aks-northeurope");
  });

  test("for as long as is said", () => {
    expect(command(synth(undefined, "1h"))).toMatch(/ --timeout 1h$/);
  });
});

describe("for a member", () => {
  test("until it knows the fleet's objects; waits anew for another cluster", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      const [east] = fleet.members;
      if (east) {
        Wait.forMember(scope, "Wait", east.cluster.clusterId, {
          access,
          timeout: "5m",
          dependsOn: east.dependables,
        });
      }
    });
    expect(command(stack)).toBe("wait member --timeout 5m");
    expect(waitOf(stack)).toEqual({
      triggers: { aks_fleet: "wait", cluster: `\${${addressOf(stack, "Fleet-east-Cluster/Resource")}.id}` },
      depends_on: [addressOf(stack, "Fleet/east/Resource")],
    });
  });

  test("for 30 minutes, after nothing", () => {
    const stack = synthStack((scope) => {
      Wait.forMember(scope, "Wait", "the-cluster", { access });
    });
    expect(command(stack)).toBe("wait member --timeout 30m");
    expect(waitOf(stack)).toEqual({ triggers: { aks_fleet: "wait", cluster: "the-cluster" } });
  });
});

interface Placed {
  readonly yaml?: string;
  readonly policy?: (stack: TerraformStack) => PlacementPolicy;
  readonly labels?: Record<string, string>;
  readonly secret?: string;
  readonly exported?: boolean;
  readonly timeout?: string;
  readonly name?: string;
}

function placed(props: Placed = {}): StackJson {
  return synthStack((stack) => {
    const fleet = fleetWith(stack);
    const namespace = new Namespace(stack, "Namespace", { fleet, name: "store", labels: props.labels });
    const placement = new ClusterResourcePlacement(stack, "Placement", {
      namespace,
      policy: props.policy?.(stack) ?? PlacementPolicy.all(),
      name: props.name,
    });
    Wait.forPlacement(stack, "Wait", placement, {
      access,
      timeout: props.timeout,
      dependsOn: [fleet.resourceGroup],
    });
    // All of this is added after the wait was made.
    namespace.addWorkloads("Workloads", { files: [yamlFile(props.yaml ?? service("web"))] });
    namespace.addSecret("queue", { data: { password: props.secret ?? "a" } });
    if (props.exported ?? true) {
      namespace.exportService("web");
    }
  });
}

describe("for a placement", () => {
  test("until it is available on the clusters that it chooses", () => {
    const stack = placed();
    expect(command(stack)).toBe(
      "wait placement store --cluster aks-eastus2 --cluster aks-westus2 --timeout 30m",
    );
    expect(waitOf(stack).depends_on).toEqual([
      addressOf(stack, "Placement/Resource"),
      addressOf(stack, "Fleet/ResourceGroup"),
    ]);
    expect(Object.keys(waitOf(stack)).sort()).toEqual(["depends_on", "triggers"]);
  });

  test.each<[string, Placed, string]>([
    [
      "by location",
      { policy: () => PlacementPolicy.inLocations("westus2") },
      "wait placement store --cluster aks-westus2 --timeout 30m",
    ],
    [
      "by name",
      { policy: () => PlacementPolicy.onMembers("aks-eastus2") },
      "wait placement store --cluster aks-eastus2 --timeout 30m",
    ],
    [
      "under its own name, for as long as is said",
      { name: "everywhere", timeout: "1h30m" },
      "wait placement everywhere --cluster aks-eastus2 --cluster aks-westus2 --timeout 1h30m",
    ],
    [
      "on what only Terraform knows: whatever it chooses",
      { policy: (stack) => PlacementPolicy.inLocations(unknown(stack, "location")) },
      "wait placement store --timeout 30m",
    ],
  ])("%s", (_case, props, expected) => {
    expect(command(placed(props))).toBe(expected);
  });

  test("hashes the placement, the namespace and all that is in it, also what is added afterwards", () => {
    const stack = placed();
    const manifests = [
      "Placement/Resource",
      "Namespace/Resource",
      "Namespace/Workloads/Service-web",
      "Namespace/Export-web/Resource",
    ].map((path) => addressOf(stack, path));
    expect(waitOf(stack).triggers).toEqual({
      aks_fleet: "wait",
      manifests: `\${sha256(jsonencode([${manifests.map((one) => `${one}.manifest`).join(", ")}]))}`,
      stored: stored(...manifests),
      secrets: `\${sha256(jsonencode([${addressOf(stack, "Namespace/Secret-queue/Resource")}.data]))}`,
    });
  });

  test("waits anew when one of them changes, and only then", () => {
    const before = placed();
    expect(hashed(placed(), "manifests")).toBe(hashed(before, "manifests"));
    expect(hashed(placed(), "secrets")).toBe(hashed(before, "secrets"));
    // Neither how long it waits nor a comment is a reason.
    const same = placed({ timeout: "1h", yaml: `# a comment\n${service("web")}` });
    expect(hashed(same, "manifests")).toBe(hashed(before, "manifests"));

    const changes: Placed[] = [
      { yaml: service("web", "ports: [{ port: 81 }]") },
      { yaml: `${service("web")}---\n${service("api")}` },
      { labels: { team: "a" } },
      { exported: false },
      { name: "other" },
      { policy: () => PlacementPolicy.inLocations("eastus2") },
    ];
    const hashes = changes.map((change) => hashed(placed(change), "manifests"));
    expect(new Set([hashed(before, "manifests"), ...hashes]).size).toBe(changes.length + 1);
    for (const change of changes) {
      expect(hashed(placed(change), "secrets")).toBe(hashed(before, "secrets"));
    }

    const rotated = placed({ secret: "b" });
    expect(hashed(rotated, "secrets")).not.toBe(hashed(before, "secrets"));
    expect(hashed(rotated, "manifests")).toBe(hashed(before, "manifests"));
  });
});

describe("for a placement that chooses by selectors", () => {
  const chosen = (size = "1Gi", override: string | number = 1, of?: string) =>
    synthStack((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
      const spec = { capacity: { storage: size } };
      namespace.addWorkloads("Workloads", {
        objects: [{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "a" }, spec }],
      });
      const placement = new ClusterResourcePlacement(stack, "Placement", {
        fleet,
        policy: PlacementPolicy.all(),
        name: "volumes",
        selectors: [{ version: "v1", kind: "PersistentVolume", name: "a" }],
      });
      Wait.forPlacement(stack, "Wait", placement, { access });
      new ClusterResourceOverride(stack, "Override", {
        name: "size",
        placement: of === undefined ? placement : placementCalled(of),
        clusterResourceSelectors: [{ kind: "PersistentVolume", name: "a" }],
        overrideRules: [{ jsonPatchOverrides: [{ op: "add", path: "/spec/size", value: override }] }],
      });
    });

  test("waits by its name, and anew when what it chooses or its override changes, and only then", () => {
    const stack = chosen();
    expect(command(stack)).toBe(
      "wait placement volumes --cluster aks-eastus2 --cluster aks-westus2 --timeout 30m",
    );
    const before = hashed(stack, "manifests");
    expect(hashed(chosen(), "manifests")).toBe(before);
    expect(hashed(chosen("2Gi"), "manifests")).not.toBe(before);
    expect(hashed(chosen("1Gi", 2), "manifests")).not.toBe(before);
    const others = hashed(chosen("1Gi", 1, "other"), "manifests");
    expect(hashed(chosen("1Gi", 2, "other"), "manifests")).toBe(others);
    expect(hashed(chosen("1Gi", 2, "volumes"), "manifests")).not.toBe(others);
  });
});

describe("for a ResourcePlacement", () => {
  const placed = (port = 80, replicas = 1) =>
    synthStack((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
      const placement = new ResourcePlacement(stack, "Placement", {
        namespace,
        name: "web",
        selectors: [{ version: "v1", kind: "Service", name: "web" }],
        policy: PlacementPolicy.onMembers("aks-eastus2"),
        namespaceElsewhere: true,
      });
      Wait.forPlacement(stack, "Wait", placement, { access });
      namespace.addWorkloads("Workloads", { yaml: [service("web", `ports: [{ port: ${port} }]`)] });
      namespace.addOverride("web", {
        resourcePlacement: placement,
        resourceSelectors: [{ kind: "Service", name: "web" }],
        overrideRules: [{ jsonPatchOverrides: [{ op: "add", path: "/spec/x", value: replicas }] }],
      });
    });

  test("waits in its namespace, and anew when what is in it or its override changes", () => {
    const stack = placed();
    expect(command(stack)).toBe("wait placement store/web --cluster aks-eastus2 --timeout 30m");
    expect(waitOf(stack).depends_on).toEqual([addressOf(stack, "Placement/Resource")]);
    const before = hashed(stack, "manifests");
    expect(hashed(placed(), "manifests")).toBe(before);
    expect(hashed(placed(81), "manifests")).not.toBe(before);
    expect(hashed(placed(80, 2), "manifests")).not.toBe(before);
  });
});

describe("for a service", () => {
  const synth = (props: { internal?: boolean; name?: string; timeout?: string } = {}) =>
    synthStack((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
      namespace.exportService("web");
      new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all() });
      const [member] = fleet.members;
      if (member) {
        const { timeout, ...rest } = props;
        const mcs = new MultiClusterService(stack, "Service", {
          namespace,
          serviceName: "web",
          member,
          ...rest,
        });
        Wait.forService(stack, "Wait", mcs, { access, timeout, dependsOn: [fleet.resourceGroup] });
      }
    });

  test("until it has an address, and is served from every member", () => {
    const stack = synth();
    expect(command(stack)).toBe(
      "wait service store/web --cluster aks-eastus2 --cluster aks-westus2 --timeout 30m",
    );
    expect(waitOf(stack)).toEqual({
      triggers: {
        aks_fleet: "wait",
        manifests: `\${sha256(jsonencode([${addressOf(stack, "Service/Resource")}.manifest]))}`,
        stored: stored(addressOf(stack, "Service/Resource")),
        clusters: "aks-eastus2,aks-westus2",
      },
      depends_on: [addressOf(stack, "Service/Resource"), addressOf(stack, "Fleet/ResourceGroup")],
    });
  });

  test("under its own name, for as long as is said", () => {
    expect(command(synth({ name: "front", timeout: "15m" }))).toMatch(
      /^wait service store\/front .*--timeout 15m$/,
    );
  });

  test.each<[string, (namespace: Namespace, fleet: Fleet) => void]>([
    ["a weight of 0 withdraws the export", (namespace) => namespace.exportService("web", { weight: 0 })],
    [
      "an override may keep the Service away",
      (namespace) => {
        namespace.exportService("web");
        namespace.addOverride("away", {
          resourceSelectors: [{ version: "v1", kind: "Service", name: "web" }],
          overrideRules: [
            { clusterSelectorTerms: [{ matchLabels: { env: "test" } }], overrideType: "Delete" },
          ],
        });
      },
    ],
    [
      "nobody knows which members are chosen",
      (namespace) => {
        namespace.exportService("web");
        const policy = PlacementPolicy.pickN(1);
        new ClusterResourcePlacement(namespace, "One", { namespace, name: "one", policy });
      },
    ],
    [
      "the rollout is a staged run's",
      (namespace) => {
        namespace.exportService("web");
        const policy = PlacementPolicy.all();
        new ClusterResourcePlacement(namespace, "Staged", { namespace, policy, rolloutType: "External" });
      },
    ],
  ])("not until it is served from members, where %s", (_, add) => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
      add(namespace, fleet);
      if (ClusterResourcePlacement._all(scope).length === 0) {
        new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      }
      const member = fleet.members[0] as IFleetMember;
      const service = new MultiClusterService(scope, "Service", { namespace, serviceName: "web", member });
      Wait.forService(scope, "Wait", service, { access });
    });
    expect(command(stack)).toBe("wait service store/web --timeout 30m");
  });

  test("waits anew when it changes, and only then", () => {
    const before = hashed(synth(), "manifests");
    expect(hashed(synth({ timeout: "1h" }), "manifests")).toBe(before);
    expect(hashed(synth({ internal: true }), "manifests")).not.toBe(before);
    expect(hashed(synth({ name: "front" }), "manifests")).not.toBe(before);
  });
});

describe("for a Traffic Manager profile", () => {
  interface Setting {
    readonly policy?: (stack: TerraformStack) => PlacementPolicy;
    readonly weight?: number;
    readonly port?: number;
    readonly timeout?: string;
    readonly placement?: PlacementStrategyProps & { readonly selectionScope?: "NamespaceOnly" };
  }

  const synth = ({ policy, weight, port, timeout, placement }: Setting = {}) =>
    synthStack((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
      namespace.exportService("web");
      const profile = new TrafficManagerProfile(stack, "Profile", {
        namespace,
        name: "shop",
        resourceGroupName: "rg-dns",
        monitorPort: port,
      });
      Wait.forTrafficManager(stack, "Wait", profile, {
        access,
        timeout,
        dependsOn: [fleet.resourceGroup],
      });
      // These are added after the wait was made.
      new TrafficManagerBackend(stack, "Backend", { profile, serviceName: "web", weight });
      new ClusterResourcePlacement(stack, "Placement", {
        ...placement,
        namespace,
        policy: policy?.(stack) ?? PlacementPolicy.all(),
      });
    });

  test("until it leads to every member that the namespace is placed on", () => {
    const stack = synth({ timeout: "1h" });
    expect(command(stack)).toBe(
      "wait traffic-manager store/shop --cluster aks-eastus2 --cluster aks-westus2 --timeout 1h",
    );
    const manifests = ["Profile/Resource", "Backend/Resource"].map((path) => addressOf(stack, path));
    expect(waitOf(stack)).toEqual({
      triggers: {
        aks_fleet: "wait",
        manifests: `\${sha256(jsonencode([${manifests.map((one) => `${one}.manifest`).join(", ")}]))}`,
        stored: stored(...manifests),
        clusters: "aks-eastus2,aks-westus2",
      },
      depends_on: [...manifests, addressOf(stack, "Fleet/ResourceGroup")],
    });
  });

  test.each<[string, Setting, string]>([
    ["on some", { policy: () => PlacementPolicy.inLocations("westus2") }, " --cluster aks-westus2"],
    [
      "on what only Terraform knows: any",
      { policy: (stack) => PlacementPolicy.inLocations(unknown(stack, "location")) },
      "",
    ],
    ["by somebody's hand: any", { placement: { rolloutType: "External" } }, ""],
    ["on none, but shown what would be: any", { placement: { applyType: "ReportDiff" } }, ""],
    ["without what is in it: any", { placement: { selectionScope: "NamespaceOnly" } }, ""],
  ])("placed %s", (_case, setting, clusters) => {
    expect(command(synth(setting))).toBe(`wait traffic-manager store/shop${clusters} --timeout 30m`);
  });

  test("waits anew when it or a backend changes, and only then", () => {
    const before = hashed(synth(), "manifests");
    expect(hashed(synth({ timeout: "1h" }), "manifests")).toBe(before);
    expect(hashed(synth({ port: 8080 }), "manifests")).not.toBe(before);
    expect(hashed(synth({ weight: 5 }), "manifests")).not.toBe(before);
  });
});
