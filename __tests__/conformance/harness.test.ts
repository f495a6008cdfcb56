import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmType } from "./arm-types";
import type { Crd } from "./crd-schema";
import { references } from "./expression";
import {
  checkArmAction,
  checkArmBody,
  checkManifest,
  checkStack,
  checkSynthesized,
  checkTerraform,
  describeConformance,
  reference,
} from "./index";

const FLEET = "Microsoft.ContainerService/fleets@2025-03-01";

describeConformance("conformance: the providers' schemas", () => {
  const group = { name: "rg-east", location: "eastus2" };
  const cluster = {
    "//": { metadata: { path: "infra/east" } },
    name: "aks-east",
    location: "${azurerm_resource_group.east.location}",
    resource_group_name: "${azurerm_resource_group.east.name}",
    dns_prefix: "aks-east",
    oidc_issuer_enabled: true,
    default_node_pool: {
      name: "system",
      node_count: 3,
      vm_size: "Standard_D2s_v5",
      upgrade_settings: { max_surge: "10%" },
    },
    identity: [{ type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.east.id}"] }],
    network_profile: { network_plugin: "azure", network_policy: "calico" },
    tags: { owner: "fleet" },
    depends_on: ["azurerm_resource_group.east"],
    lifecycle: {
      ignore_changes: ["kubernetes_version", "default_node_pool[0].node_count"],
      prevent_destroy: true,
    },
  };
  const identity = { name: "id-east", location: "eastus2", resource_group_name: "rg-east" };
  const right = {
    provider: { azurerm: [{ features: [{}], alias: "west" }, { features: {} }] },
    data: { terraform_remote_state: { infra: { backend: "local", config: { path: "x.tfstate" } } } },
    resource: {
      azurerm_resource_group: { east: group },
      azurerm_kubernetes_cluster: { east: cluster },
      azurerm_user_assigned_identity: { east: { ...identity, provider: "azurerm.west" } },
    },
    output: { fleet: { value: "${data.terraform_remote_state.infra.outputs.fleet}" } },
  };
  const check = (stack: object) => checkTerraform(stack, reference().schemas);
  /** The right stack, with some arguments of the cluster replaced. */
  const withCluster = (changes: object) =>
    check({
      ...right,
      resource: { ...right.resource, azurerm_kubernetes_cluster: { east: { ...cluster, ...changes } } },
    });
  const withPool = (changes: object) =>
    withCluster({ default_node_pool: { ...cluster.default_node_pool, ...changes } });
  const only = (type: string, body: object) => check({ resource: { [type]: { a: body } } });
  const AT = "azurerm_kubernetes_cluster.east:";

  test("a right stack gives no finding", () => {
    expect(check(right)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["an unknown argument", { dnsPrefix: "a" }, `dnsPrefix: unknown argument, set to "a"`],
    ["a missing argument", { name: undefined }, "name: required argument is missing"],
    ["a missing argument, as null", { name: null }, "name: required argument is missing"],
    ["a computed-only argument", { fqdn: "a.b" }, `fqdn: computed only, must not be set; set to "a.b"`],
    ["the implicit id", { id: "a" }, `id: computed only, must not be set; set to "a"`],
    ["a missing block", { default_node_pool: undefined }, "default_node_pool: required block is missing"],
    ["no block in a list", { default_node_pool: [] }, "default_node_pool: required block is missing"],
    [
      "a block too many",
      { identity: [{ type: "SystemAssigned" }, { type: "SystemAssigned" }] },
      "identity: 2 blocks, at most 1 allowed",
    ],
    [
      "a block that is no object",
      { identity: "SystemAssigned" },
      `identity: expected a block, got "SystemAssigned"`,
    ],
    ["two timeouts", { timeouts: [{}, {}] }, "timeouts: 2 blocks, at most 1 allowed"],
    ["a wrong bool", { oidc_issuer_enabled: "yes" }, `oidc_issuer_enabled: expected bool, got "yes"`],
    ["a wrong string", { name: ["a"] }, `name: expected string, got ["a"]`],
    ["a wrong map", { tags: ["a"] }, `tags: expected map of string, got ["a"]`],
    ["a wrong value in a map", { tags: { a: ["b"] } }, `tags["a"]: expected string, got ["b"]`],
    [
      "a text around an expression for a map",
      { tags: "a-${var.b}" },
      `tags: expected map of string, got "a-\${var.b}"`,
    ],
    [
      "an escaped expression",
      { oidc_issuer_enabled: "$${var.a}" },
      `oidc_issuer_enabled: expected bool, got "$\${var.a}"`,
    ],
    [
      "an unknown lifecycle key",
      { lifecycle: { prevent: true } },
      "lifecycle.prevent: unknown argument, set to true",
    ],
    [
      "a lifecycle flag that is not literal",
      { lifecycle: { prevent_destroy: "${var.a}" } },
      `lifecycle.prevent_destroy: expected true or false, got "\${var.a}"`,
    ],
    [
      "ignore_changes of nothing",
      { lifecycle: { ignore_changes: ["default_node_pool[0].nodes"] } },
      `lifecycle.ignore_changes: no argument "default_node_pool[0].nodes"`,
    ],
    [
      "replace_triggered_by as an expression",
      { lifecycle: { replace_triggered_by: ["${azurerm_resource_group.east}"] } },
      `lifecycle.replace_triggered_by: expected an address, got "\${azurerm_resource_group.east}"`,
    ],
    [
      "replace_triggered_by of nothing",
      { lifecycle: { replace_triggered_by: ["azurerm_resource_group.west.id"] } },
      `lifecycle.replace_triggered_by: "azurerm_resource_group.west.id" is no resource of this stack`,
    ],
    [
      "depends_on of nothing",
      { depends_on: ["azurerm_resource_group.esat"] },
      `depends_on[0]: "azurerm_resource_group.esat" is not in this stack`,
    ],
    [
      "an unknown provider alias",
      { provider: "azurerm.north" },
      `provider: "azurerm.north" is not configured in this stack`,
    ],
    [
      "a dangling reference",
      { dns_prefix: "${azurerm_resource_group.esat.name}" },
      `dns_prefix: azurerm_resource_group.esat.name is not in this stack in "\${azurerm_resource_group.esat.name}"`,
    ],
    [
      "a reference to an attribute that isn't there",
      { dns_prefix: "a-${azurerm_resource_group.east.nam}" },
      `dns_prefix: azurerm_resource_group.east.nam: azurerm_resource_group has no attribute nam in "a-\${azurerm_resource_group.east.nam}"`,
    ],
    [
      "a dangling data source",
      { dns_prefix: '${lower(data.azurerm_subnet.a["x"].name)}' },
      `dns_prefix: data.azurerm_subnet.a.name is not in this stack in "\${lower(data.azurerm_subnet.a[\\"x\\"].name)}"`,
    ],
    [
      "a required argument that a dynamic block lacks",
      { dynamic: { maintenance_window: { for_each: [], content: { allowed: { day: "Monday" } } } } },
      "dynamic.maintenance_window.content.allowed.hours: required argument is missing",
    ],
    ["an unknown dynamic block", { dynamic: { pools: { content: {} } } }, "dynamic.pools: unknown block"],
  ])("%s", (_, changes, finding) => {
    expect(withCluster(changes)).toEqual([`${AT} ${finding}`]);
  });

  test("a wrong number, and an argument that a block lacks", () => {
    expect(withPool({ node_count: "three", name: undefined })).toEqual([
      `${AT} default_node_pool.node_count: expected number, got "three"`,
      `${AT} default_node_pool.name: required argument is missing`,
    ]);
  });

  test.each<[string, object]>([
    ["a number as text", { node_count: "3" }],
    ["an expression for a number", { node_count: "${var.nodes}" }],
    ["an expression for a list", { zones: "${var.zones}" }],
    ["null", { zones: null }],
  ])("%s is accepted", (_, changes) => {
    expect(withPool(changes)).toEqual([]);
  });

  test("a dynamic block stands for a required one, and hands out its item", () => {
    const content = { name: "${pool.value.name}", vm_size: "${default_node_pool.value}" };
    const dynamic = { default_node_pool: { for_each: [1], iterator: "pool", content } };
    expect(withCluster({ default_node_pool: undefined, dynamic })).toEqual([
      `${AT} dynamic.default_node_pool.content.vm_size: default_node_pool.value is not in this stack in "\${default_node_pool.value}"`,
    ]);
  });

  test("types that nobody knows", () => {
    expect(only("azurerm_kubernetes_clutser", {})).toEqual([
      "azurerm_kubernetes_clutser.a: unknown resource type azurerm_kubernetes_clutser",
    ]);
    expect(check({ data: { azurerm_nothing: { a: {} } } })).toEqual([
      "data.azurerm_nothing.a: unknown data source type azurerm_nothing",
    ]);
    expect(check({ provider: { azure: [{}] } })).toEqual(["provider.azure: unknown provider"]);
  });

  test("a provider's arguments", () => {
    expect(
      check({ provider: { azurerm: [{ features: [{}] }, { features: [{}], subscription: "a" }] } }),
    ).toEqual([`provider.azurerm[1]: subscription: unknown argument, set to "a"`]);
  });

  test("an attribute with an object type needs all its arguments", () => {
    const rule = { name: "web", priority: 100, access: "Allow" };
    const findings = only("azurerm_network_security_group", {
      name: "nsg",
      location: "eastus2",
      resource_group_name: "rg",
      security_rule: [{ ...rule, prio: 1 }],
    });
    expect(findings).toContain(
      "azurerm_network_security_group.a: security_rule[0].prio: unknown argument, set to 1",
    );
    expect(findings).toContain(
      "azurerm_network_security_group.a: security_rule[0].protocol: must be given, if only as null",
    );
  });

  test("nested attributes of a framework provider", () => {
    const retry = { error_message_regex: ["a"], interval_seconds: 1 };
    const fleet = { type: FLEET, name: "a", body: {}, retry };
    expect(only("azapi_resource", fleet)).toEqual([]);
    expect(only("azapi_resource", { ...fleet, retry: { ...retry, intervall: 1 } })).toEqual([
      "azapi_resource.a: retry.intervall: unknown argument, set to 1",
    ]);
    expect(only("azapi_resource", { ...fleet, retry: [retry] })[0]).toMatch(
      "azapi_resource.a: retry: expected a block",
    );
  });

  test("a deprecated argument", () => {
    expect(check({ data: { null_data_source: { a: { inputs: { b: "c" } } } } })).toEqual([]);
    const wait_for = { fields: { a: "b" } };
    expect(only("kubernetes_manifest", { manifest: {}, wait_for })).toEqual([
      `kubernetes_manifest.a: wait_for: deprecated argument, set to {"fields":{"a":"b"}}`,
    ]);
  });

  test("a provisioner on destroy sees only its own resource", () => {
    const provisioner = (command: string) => [{ "local-exec": { when: "destroy", command } }];
    const stack = (command: string) => ({
      resource: {
        null_resource: { a: { triggers: { b: 1 } }, drain: { provisioner: provisioner(command) } },
      },
    });
    expect(check(stack("aks-fleet drain ${self.triggers.host}"))).toEqual([]);
    expect(check(stack("aks-fleet drain ${null_resource.a.id}"))).toEqual([
      "null_resource.drain: provisioner.local-exec.command: on destroy only self can be read, not null_resource.a.id",
    ]);
  });

  test("what an expression refers to", () => {
    expect(references("a ${x_y.z.id} $${no.no} b")).toEqual([["x_y", "z", "id"]]);
    expect(references('${join("-", [a.b.0.c, "no.no ${d.e["k"].f}"])}')).toEqual([
      ["a", "b", "c"],
      ["d", "e", "f"],
    ]);
    expect(references("${[for k, v in a.b : v.id if k.x != 1.5]}")).toEqual([["a", "b"]]);
    expect(references("%{ if a.b }x%{ endif }")).toEqual([["a", "b"]]);
    expect(references("${yamldecode(a.b.c).clusters.0.server}")).toEqual([["a", "b", "c"]]);
    expect(references('${"}" == a.b}')).toEqual([["a", "b"]]);
  });
});

describeConformance("conformance: the fleet's CRDs", () => {
  const check = (manifest: unknown) => checkManifest(manifest, reference().crds);
  const placement = {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourcePlacement",
    metadata: { name: "store", labels: { app: "store" } },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "store" }],
      policy: { placementType: "PickFixed", clusterNames: ["east", "west"] },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: "25%" } },
    },
  };
  const serviceExport = {
    apiVersion: "networking.fleet.azure.com/v1beta1",
    kind: "ServiceExport",
    metadata: { name: "front", namespace: "store" },
  };
  const multiClusterService = {
    apiVersion: "networking.fleet.azure.com/v1alpha1",
    kind: "MultiClusterService",
    metadata: { name: "front", namespace: "store" },
    spec: { serviceImport: { name: "front" } },
  };
  const withSpec = (spec: object) => check({ ...placement, spec: { ...placement.spec, ...spec } });
  const withStrategy = (rollingUpdate: object) =>
    withSpec({ strategy: { type: "RollingUpdate", rollingUpdate } });
  const AT = "ClusterResourcePlacement/store:";

  test.each<[string, object]>([
    ["a placement", placement],
    ["an export", serviceExport],
    ["a multi-cluster service", multiClusterService],
    ["a core kind", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" }, anything: 1 }],
  ])("%s that is right gives no finding", (_, manifest) => {
    expect(check(manifest)).toEqual([]);
  });

  test("wrong fields", () => {
    expect(withSpec({ polcy: 1 })).toEqual([`${AT} spec.polcy: unknown field, set to 1`]);
    expect(withSpec({ resourceSelectors: undefined })).toEqual([
      `${AT} spec.resourceSelectors: required field is missing`,
    ]);
    expect(withSpec({ resourceSelectors: [{ group: "", version: "v1" }] })).toEqual([
      `${AT} spec.resourceSelectors[0].kind: required field is missing`,
    ]);
    expect(withSpec({ revisionHistoryLimit: "ten" })).toEqual([
      `${AT} spec.revisionHistoryLimit: must be integer, got "ten"`,
    ]);
    expect(withSpec({ revisionHistoryLimit: 0 })).toEqual([
      `${AT} spec.revisionHistoryLimit: must be >= 1, got 0`,
    ]);
    expect(check({ ...placement, metadata: { name: "store", label: {} } })).toEqual([
      `${AT} metadata.label: unknown field, set to {}`,
    ]);
    expect(check({ ...placement, status: {} })).toEqual([`${AT} status: belongs to the cluster, set to {}`]);
    expect(check({ ...serviceExport, spec: {} })).toEqual([
      "ServiceExport/front: spec: unknown field, set to {}",
    ]);
  });

  test("a wrong enum", () => {
    expect(withSpec({ policy: { placementType: "PickSome" } })).toEqual([
      `${AT} spec.policy.placementType: must be equal to one of the allowed values: PickAll, PickN, PickFixed, got "PickSome"`,
    ]);
  });

  test("a number or a percentage", () => {
    expect(withStrategy({ maxSurge: 2 })).toEqual([]);
    expect(withStrategy({ maxSurge: "two" })[0]).toMatch(
      `${AT} spec.strategy.rollingUpdate.maxSurge: must match pattern`,
    );
    expect(withStrategy({ maxSurge: true })[0]).toMatch(
      `${AT} spec.strategy.rollingUpdate.maxSurge: must be integer`,
    );
  });

  test("namespaces", () => {
    expect(check({ ...serviceExport, metadata: { name: "front" } })).toEqual([
      "ServiceExport/front: metadata.namespace: required, the kind is namespaced",
    ]);
    expect(check({ ...placement, metadata: { name: "store", namespace: "a" } })).toEqual([
      `${AT} metadata.namespace: the kind is cluster-wide, set to "a"`,
    ]);
  });

  test("versions and kinds that the fleet doesn't have", () => {
    expect(check({ ...placement, apiVersion: "placement.kubernetes-fleet.io/v1alpha1" })).toEqual([
      `${AT} apiVersion: "placement.kubernetes-fleet.io/v1alpha1" is not served, only v1, v1beta1`,
    ]);
    expect(check({ ...placement, kind: "ClusterPlacement" })).toEqual([
      `ClusterPlacement/store: kind: placement.kubernetes-fleet.io has no kind "ClusterPlacement"`,
    ]);
  });

  test("a version that its CRD no longer serves", () => {
    const version = { name: "v1", served: false, schema: { openAPIV3Schema: {} } };
    const crd: Crd = { spec: { group: "a.io", names: { kind: "A" }, scope: "Cluster", versions: [version] } };
    const manifest = { apiVersion: "a.io/v1", kind: "A", metadata: { name: "a" } };
    expect(checkManifest(manifest, [crd])).toEqual([`A/a: apiVersion: "a.io/v1" is not served, only `]);
    expect(
      checkManifest(manifest, [{ spec: { ...crd.spec, versions: [{ ...version, served: true }] } }]),
    ).toEqual([]);
  });

  test("fields that may hold anything, or a number as well as a text", () => {
    const item = { type: "object", properties: { a: { type: "integer" } } };
    const properties = {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      port: { "x-kubernetes-int-or-string": true },
      any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      list: { type: "array", items: item },
      map: { type: "object", additionalProperties: item },
    };
    const version = { name: "v1", served: true, schema: { openAPIV3Schema: { type: "object", properties } } };
    const crd: Crd = { spec: { group: "a.io", names: { kind: "A" }, scope: "Cluster", versions: [version] } };
    const of = (fields: object) =>
      checkManifest({ apiVersion: "a.io/v1", kind: "A", metadata: { name: "a" }, ...fields }, [crd]);
    expect(of({ port: 80, any: { a: { b: 1 } }, list: [{ a: 1 }], map: { x: { a: 1 } } })).toEqual([]);
    expect(of({ port: "http" })).toEqual([]);
    expect(of({ port: true })).toEqual(["A/a: port: must be integer,string, got true"]);
    expect(of({ list: [{ b: 1 }] })).toEqual(["A/a: list[0].b: unknown field, set to 1"]);
    expect(of({ map: { x: { b: 1 } } })).toEqual(["A/a: map.x.b: unknown field, set to 1"]);
  });

  test("a name that is too long for a label", () => {
    const name = "a".repeat(64);
    expect(check({ ...serviceExport, metadata: { name, namespace: "store" } })).toEqual([
      `ServiceExport/${name}: metadata.name: 64 characters, must be fewer than 64: "${name}"`,
    ]);
  });

  test("what every manifest needs", () => {
    expect(check({ kind: "Namespace", metadata: {} })).toEqual([
      "Namespace: apiVersion: required, got undefined",
      "Namespace: metadata.name: required, got undefined",
    ]);
    expect(check(["a"])).toEqual([`manifest: expected an object, got ["a"]`]);
  });

  test("expressions stand for anything, escapes for themselves, null for nothing", () => {
    expect(check("${yamldecode(var.a)}")).toEqual([]);
    expect(withSpec({ revisionHistoryLimit: "${var.a}", policy: "${var.b}", strategy: null })).toEqual([]);
    expect(withStrategy({ maxSurge: "${var.a}%" })).toEqual([]);
    expect(withSpec({ revisionHistoryLimit: "1${var.a}" })).toHaveLength(1);
    expect(withSpec({ revisionHistoryLimit: "$${var.a}" })).toEqual([
      `${AT} spec.revisionHistoryLimit: must be integer, got "\${var.a}"`,
    ]);
  });
});

describeConformance("conformance: the ARM types", () => {
  const check = (body: unknown, type = FLEET) => checkArmBody(type, body, reference().armTypes);
  const withHub = (hubProfile: unknown) => check({ properties: { hubProfile } });
  const AT = `${FLEET}: properties.hubProfile`;

  test("a right body gives no finding", () => {
    expect(withHub({ dnsPrefix: "gbb-fleet" })).toEqual([]);
    expect(withHub({ dnsPrefix: "_${var.a}" })).toEqual([]);
    expect(
      withHub({ dnsPrefix: "${var.a}", apiServerAccessProfile: { enablePrivateCluster: "${var.b}" } }),
    ).toEqual([]);
    expect(check({ identity: { type: "SystemAssigned" }, tags: { a: "b" } })).toEqual([]);
  });

  test("properties that are wrong", () => {
    expect(withHub({ dnsprefix: "a" })).toEqual([`${AT}.dnsprefix: unknown property, set to "a"`]);
    expect(withHub({ fqdn: "a" })).toEqual([`${AT}.fqdn: read-only property, set to "a"`]);
    expect(withHub("a")).toEqual([`${AT}: expected an object, got "a"`]);
    expect(withHub({ apiServerAccessProfile: { enablePrivateCluster: "true" } })).toEqual([
      `${AT}.apiServerAccessProfile.enablePrivateCluster: expected true or false, got "true"`,
    ]);
    expect(check({ tags: { a: 1 } })).toEqual([`${FLEET}: tags.a: expected a string, got 1`]);
    expect(check({ identity: { type: "System" } })).toEqual([
      `${FLEET}: identity.type: expected one of None, SystemAssigned, UserAssigned, SystemAssigned, UserAssigned, got "System"`,
    ]);
  });

  test("a missing property", () => {
    const member = "Microsoft.ContainerService/fleets/members@2025-03-01";
    expect(check({ properties: { group: "a" } }, member)).toEqual([
      `${member}: properties.clusterResourceId: required property is missing`,
    ]);
  });

  test("lengths and patterns", () => {
    expect(withHub({ dnsPrefix: "-a" })[0]).toMatch(`${AT}.dnsPrefix: must match ^`);
    expect(withHub({ dnsPrefix: "a".repeat(55) })[0]).toMatch(
      `${AT}.dnsPrefix: 55 characters, at most 54 allowed`,
    );
    expect(withHub({ dnsPrefix: "" })[0]).toMatch(`${AT}.dnsPrefix: 0 characters, at least 1 required`);
    expect(withHub({ dnsPrefix: "$${a}" })[0]).toMatch(`${AT}.dnsPrefix: must match ^`);
  });

  test("lists, numbers and closed unions", () => {
    const types: ArmType[] = [
      { $type: "ResourceType", name: "a@1", body: { $ref: "#/1" } },
      {
        $type: "ObjectType",
        properties: {
          list: { type: { $ref: "#/2" }, flags: 0 },
          either: { type: { $ref: "#/4" }, flags: 0 },
          short: { type: { $ref: "#/6" }, flags: 0 },
        },
      },
      { $type: "ArrayType", itemType: { $ref: "#/3" }, maxLength: 2 },
      { $type: "IntegerType", minValue: 1, maxValue: 9 },
      { $type: "UnionType", elements: [{ $ref: "#/5" }, { $ref: "#/3" }] },
      { $type: "StringLiteralType", value: "x" },
      { $type: "StringType", maxLength: 4 },
    ];
    const of = (body: object) => checkArmBody("a@1", body, types);
    expect(of({ list: [1, 9], either: "x" })).toEqual([]);
    expect(of({ either: 3, short: "$${a}" })).toEqual([]);
    expect(of({ list: 1 })).toEqual(["a@1: list: expected a list, got 1"]);
    expect(of({ list: [1, 1.5] })).toEqual(["a@1: list[1]: expected an integer, got 1.5"]);
    expect(of({ list: [10] })).toEqual(["a@1: list[0]: expected 1 to 9, got 10"]);
    expect(of({ list: [1, 2, 3] })).toEqual(["a@1: list: 3 items, at most 2 allowed: [1,2,3]"]);
    expect(of({ either: "y" })).toEqual([`a@1: either: expected one of x, got "y"`]);
  });

  test("types and actions that Azure doesn't have", () => {
    const action = (name: string, body?: unknown) => checkArmAction(FLEET, name, body, reference().armTypes);
    expect(check({}, "Microsoft.ContainerService/fleet@2025-03-01")).toEqual([
      "Microsoft.ContainerService/fleet@2025-03-01: unknown type",
    ]);
    expect(action("listCredentials")).toEqual([]);
    expect(action("listCredential")).toEqual([`${FLEET}: no action "listCredential"`]);
    expect(action("listCredentials", {})).toEqual([`${FLEET}: listCredentials takes no body, got {}`]);
  });
});

describeConformance("conformance: whole stacks", () => {
  const fleet = {
    type: FLEET,
    name: "gbb-fleet",
    location: "westus",
    parent_id: "/subscriptions/a/resourceGroups/b",
    identity: [{ type: "SystemAssigned" }],
    tags: { a: "b" },
    body: { properties: { hubProfile: { dnsPrefix: "gbb-fleet" } } },
  };
  const fleetStack = (changes: object) =>
    checkStack({ resource: { azapi_resource: { fleet: { ...fleet, ...changes } } } });

  test("a fleet: its arguments, its body, and the name that Azure allows", () => {
    expect(fleetStack({})).toEqual([]);
    expect(fleetStack({ name: "GBB" })[0]).toMatch(`azapi_resource.fleet: ${FLEET}: name: must match`);
    expect(fleetStack({ parent: "a" })).toEqual([
      `azapi_resource.fleet: parent: unknown argument, set to "a"`,
    ]);
    expect(fleetStack({ body: { a: 1 } })).toEqual([
      `azapi_resource.fleet: ${FLEET}: a: unknown property, set to 1`,
    ]);
    expect(fleetStack({ body: { location: "westus" } })).toEqual([
      `azapi_resource.fleet: location: given both as an argument and in the body, "westus"`,
    ]);
  });

  test("an action of the fleet", () => {
    const credentials = { type: FLEET, resource_id: "a", action: "listKeys", method: "POST" };
    expect(checkStack({ data: { azapi_resource_action: { hub: credentials } } })).toEqual([
      `data.azapi_resource_action.hub: ${FLEET}: no action "listKeys"`,
    ]);
  });

  test("every stack of an app is read, and named in its findings", () => {
    const outdir = mkdtempSync(join(tmpdir(), "conformance-"));
    try {
      const manifest = { apiVersion: "v1", kind: "Namespace", metadata: {} };
      const stack = { resource: { kubernetes_manifest: { ns: { manifest } } } };
      writeFileSync(join(outdir, "hub.json"), JSON.stringify(stack));
      writeFileSync(
        join(outdir, "infra.json"),
        JSON.stringify({ resource: { null_resource: { a: { b: 1 } } } }),
      );
      const stacks = {
        infra: { synthesizedStackPath: "infra.json" },
        hub: { synthesizedStackPath: "hub.json" },
      };
      writeFileSync(join(outdir, "manifest.json"), JSON.stringify({ stacks }));
      expect(checkSynthesized(outdir)).toEqual([
        "infra: null_resource.a: b: unknown argument, set to 1",
        "hub: kubernetes_manifest.ns: Namespace: metadata.name: required, got undefined",
      ]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});
