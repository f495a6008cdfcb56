import type { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  DnsLoadBalancer,
  type DnsLoadBalancerProps,
  MEMBER_CLUSTER_NAME,
  Namespace,
  PlacementPolicy,
  ResourceOverride,
  TrafficManagerAccess,
  TrafficManagerProfile,
} from "../../../lib";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import { accessTo, dependenciesOf, fleetWith, namespaceWith, service, yamlFile } from "../fixtures";

const PATH = "stack/Dns";

type Options = Partial<Omit<DnsLoadBalancerProps, "namespace">>;

function dnsIn(
  stack: TerraformStack,
  namespace: Namespace,
  options: Options = {},
  id = "Dns",
): DnsLoadBalancer {
  return new DnsLoadBalancer(stack, id, {
    namespace,
    serviceName: "web",
    trafficManager: accessTo("rg-dns"),
    ...options,
  });
}

const dnsWith = (stack: TerraformStack, options: Options = {}, yaml = service("web")) =>
  dnsIn(stack, namespaceWith(stack, yaml), options);

const findingsOf = (options: Options = {}, yaml?: string) =>
  findings((stack) => void dnsWith(stack, options, yaml));

const annotatedWith = (annotations: string) =>
  service("web").replace("{ name: web }", `{ name: web, annotations: ${annotations} }`);

/** What a manifest is synthesized as. */
function manifestOf(stack: StackJson, path: string) {
  return resources(stack, "kubernetes_manifest")[path]?.manifest as
    | { metadata: { name: string }; spec: Record<string, unknown> }
    | undefined;
}

function rulesOf(stack: StackJson): { jsonPatchOverrides: unknown[] }[] {
  const spec = manifestOf(stack, "Dns/Override/Resource")?.spec;
  return (spec as { policy: { overrideRules: { jsonPatchOverrides: unknown[] }[] } }).policy.overrideRules;
}

const patchesOf = (stack: StackJson) =>
  rulesOf(stack).flatMap(({ jsonPatchOverrides }) => jsonPatchOverrides ?? []);

test("is an export, an override, a profile and a backend", () => {
  const stack = synthStack((scope) => void dnsWith(scope));
  expect(manifestOf(stack, "Dns/Export/Resource")?.metadata).toEqual({ name: "web", namespace: "store" });
  expect(manifestOf(stack, "Dns/Override/Resource")).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ResourceOverride",
    metadata: { name: "web-dns", namespace: "store" },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Service", name: "web" }],
      policy: {
        overrideRules: [
          {
            clusterSelector: { clusterSelectorTerms: [] },
            overrideType: "JSONPatch",
            jsonPatchOverrides: [{ op: "add", path: "/spec/type", value: "LoadBalancer" }],
          },
          {
            clusterSelector: { clusterSelectorTerms: [] },
            overrideType: "JSONPatch",
            jsonPatchOverrides: [
              {
                op: "add",
                path: "/metadata/annotations",
                value: {
                  // Escaped, so that Terraform takes it as it stands.
                  "service.beta.kubernetes.io/azure-dns-label-name": "store-web-$${MEMBER-CLUSTER-NAME}",
                },
              },
            ],
          },
        ],
      },
    },
  });
  expect(manifestOf(stack, "Dns/Profile/Resource")).toMatchObject({
    metadata: { name: "web" },
    spec: { resourceGroup: "rg-dns" },
  });
  expect(manifestOf(stack, "Dns/Backend/Resource")).toMatchObject({
    metadata: { name: "web" },
    spec: { profile: { name: "web" }, backend: { name: "web" } },
  });
});

test("takes names, the weight, and how addresses are probed", () => {
  const stack = synthStack((scope) => {
    dnsWith(scope, {
      name: "front",
      dnsLabel: "shop",
      weight: 100,
      monitorPort: 8080,
      monitorPath: "/health",
    });
  });
  expect(manifestOf(stack, "Dns/Override/Resource")?.metadata.name).toBe("front-dns");
  expect(manifestOf(stack, "Dns/Profile/Resource")).toMatchObject({
    metadata: { name: "front" },
    spec: { monitorConfig: { port: 8080, path: "/health" } },
  });
  expect(manifestOf(stack, "Dns/Backend/Resource")).toMatchObject({
    metadata: { name: "front" },
    spec: { profile: { name: "front" }, backend: { name: "web" }, weight: 100 },
  });
  expect(JSON.stringify(patchesOf(stack))).toContain('"shop-$${MEMBER-CLUSTER-NAME}"');
});

test("uses the export that there is", () => {
  const stack = synthStack((scope) => {
    const namespace = namespaceWith(scope, service("web"));
    const serviceExport = namespace.exportService("web", { weight: 5 });
    expect(dnsIn(scope, namespace).export).toBe(serviceExport);
  });
  expect(manifestOf(stack, "Dns/Export/Resource")).toBeUndefined();
});

test("an export that is added afterwards is one too many", () => {
  expect(
    findings((stack) => {
      const namespace = namespaceWith(stack, service("web"));
      dnsIn(stack, namespace);
      namespace.exportService("web");
    }),
  ).toEqual([
    'stack/Namespace/Export-web: serviceName: Service "web" of namespace "store" is already exported at stack/Dns/Export; remove one of the two, or add this export first: a DnsLoadBalancer only exports a Service that isn\'t exported yet.',
    'stack/Dns/Export: serviceName: Service "web" of namespace "store" is already exported at stack/Namespace/Export-web; remove one of the two, or add this export first: a DnsLoadBalancer only exports a Service that isn\'t exported yet.',
  ]);
});

describe("the annotations of the Service", () => {
  const SINGLE = {
    op: "add",
    path: "/metadata/annotations/service.beta.kubernetes.io~1azure-dns-label-name",
    value: "store-web-$${MEMBER-CLUSTER-NAME}",
  };

  test("are kept, where it has some", () => {
    const stack = synthStack((scope) => void dnsWith(scope, {}, annotatedWith("{ team: a }")));
    expect(patchesOf(stack)[1]).toEqual(SINGLE);
  });

  test("are kept, too, where the Service is added afterwards", () => {
    const stack = synthStack((scope) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
      dnsIn(scope, namespace);
      namespace.addWorkloads("Workloads", { files: [yamlFile(annotatedWith("{ team: a }"))] });
    });
    expect(patchesOf(stack)[1]).toEqual(SINGLE);
  });

  test.each(["{}", "null"])("are made, where they are %s", (annotations) => {
    const stack = synthStack((scope) => void dnsWith(scope, {}, annotatedWith(annotations)));
    expect(patchesOf(stack)[1]).toMatchObject({ path: "/metadata/annotations" });
  });

  test("are made, where this app does not apply the Service", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      dnsIn(scope, new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true }));
    });
    expect(patchesOf(stack)[1]).toMatchObject({ path: "/metadata/annotations" });
  });

  test.each(["azure-load-balancer-internal", "azure-pip-prefix-id"])("with %s are refused", (annotation) => {
    const key = `service.beta.kubernetes.io/${annotation}`;
    expect(findingsOf({}, annotatedWith(`{ ${key}: "true" }`))).toEqual([
      `${PATH}: serviceName: Service "web" has the annotation ${key}, but Traffic Manager requires a public address of its own for each Service; remove the annotation, or export another Service.`,
    ]);
  });
});

describe("the override", () => {
  test("takes further rules", () => {
    const rule = {
      jsonPatchOverrides: [{ op: "add", path: "/metadata/annotations/member", value: MEMBER_CLUSTER_NAME }],
    } as const;
    const stack = synthStack((scope) => void dnsWith(scope, { overrideRules: [rule] }));
    expect(rulesOf(stack)).toHaveLength(2);
    expect(rulesOf(stack)[1]).toMatchObject({
      jsonPatchOverrides: [
        { op: "add", path: "/metadata/annotations/member", value: "$${MEMBER-CLUSTER-NAME}" },
      ],
    });
  });

  test("is the only one of the Service", () => {
    const found = findings((stack) => {
      const { namespace } = dnsWith(stack);
      new ResourceOverride(stack, "Mine", {
        namespace,
        name: "mine",
        resourceSelectors: [{ kind: "Service", name: "web" }],
        overrideRules: [{ jsonPatchOverrides: [{ op: "remove", path: "/spec/a" }] }],
      });
    });
    expect(found).toContainEqual(
      'stack/Dns/Override: resourceSelectors: Service "web" is also overridden at stack/Mine, but the fleet allows only one override per object, even for different placements; move the rules into one override.',
    );
  });
});

test("placements come after export and override; profile and backend after the placements", () => {
  const stack = synthStack((scope) => {
    const { namespace } = dnsWith(scope);
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
  });
  const placed = dependenciesOf(stack, "Placement/Resource");
  expect(placed).toEqual(expect.arrayContaining(["Dns/Export/Resource", "Dns/Override/Resource"]));
  expect(placed).not.toContainEqual(expect.stringMatching(/^Dns\/(Profile|Backend)/));
  expect(dependenciesOf(stack, "Dns/Profile/Resource")).toEqual(
    expect.arrayContaining(["Placement/Resource", "Dns/Export/Resource"]),
  );
  expect(dependenciesOf(stack, "Dns/Backend/Resource")).toContain("Dns/Profile/Resource");
});

describe("the DNS label", () => {
  const refused = (dnsLabel: string) =>
    ["eastus2", "westus2"].map((location) => {
      const label = `${dnsLabel}-aks-${location}`;
      return `${PATH}: dnsLabel: the DNS label of a member's address would be "${label}", with ${label.length} characters, but Azure allows 3 to 63 lower-case letters, digits and hyphens, starting with a letter and ending with a letter or a digit; set another dnsLabel.`;
    });

  test("has with the longest member's name 63 characters at most", () => {
    // "-aks-eastus2" has twelve.
    expect(findingsOf({ dnsLabel: "a".repeat(51) })).toEqual([]);
    const dnsLabel = "a".repeat(52);
    expect(findingsOf({ dnsLabel })).toEqual(refused(dnsLabel));
  });

  test.each(["0shop", "Shop", "a.b", ""])("can't begin with %p", (dnsLabel) => {
    expect(findingsOf({ dnsLabel })).toEqual(refused(dnsLabel));
  });

  test("is there once in a region", () => {
    const found = (second: string) =>
      findings((stack) => {
        const namespace = namespaceWith(stack, `${service("web")}---\n${service("api")}`);
        dnsIn(stack, namespace, { dnsLabel: "shop" });
        dnsIn(stack, namespace, { serviceName: "api", dnsLabel: second }, "Second");
      });
    const twice = (path: string, other: string) =>
      `stack/${path}: dnsLabel: stack/${other} also uses the DNS label "shop-aks-eastus2" in eastus2, but a label must be unique in its region; set another dnsLabel on one of them.`;
    expect(found("shop")).toEqual([twice("Dns", "Second"), twice("Second", "Dns")]);
    expect(found("api")).toEqual([]);
  });
});

test("a profile of the same DNS name is found", () => {
  expect(
    findings((stack) => {
      const { namespace } = dnsWith(stack);
      new TrafficManagerProfile(stack, "Mine", { namespace, name: "web", resourceGroupName: "rg-dns" });
    }),
  ).toHaveLength(2);
});

test("a Traffic Manager access of another fleet is refused", () => {
  const found = findings((stack) => {
    const namespace = namespaceWith(stack, service("web"));
    const trafficManager = new TrafficManagerAccess(stack, "Access", {
      fleet: fleetWith(stack, { north: "northeurope" }, "Other"),
    });
    dnsIn(stack, namespace, { trafficManager });
  });
  expect(found).toEqual([
    'stack/Dns: trafficManager: "stack/Access" belongs to a different fleet than the namespace "store", whose hub has no access to it; use one of the same fleet.',
  ]);
});
