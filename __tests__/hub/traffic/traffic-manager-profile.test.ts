import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformOutput, type TerraformStack } from "cdktf";
import {
  ClusterResourcePlacement,
  Namespace,
  PlacementPolicy,
  TrafficManagerProfile,
  type TrafficManagerProfileProps,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, madeAnewFor, namespaceWith, service, unknown } from "../fixtures";

const PATH = "stack/Profile";

type Options = Partial<Omit<TrafficManagerProfileProps, "namespace">>;

function profileWith(stack: TerraformStack, options: Options = {}, name = "store"): TrafficManagerProfile {
  const namespace = namespaceWith(stack, service("web"), name);
  return new TrafficManagerProfile(stack, "Profile", {
    namespace,
    name: "web",
    resourceGroupName: "rg-dns",
    ...options,
  });
}

function specOf(options: Options): unknown {
  const stack = synthStack((scope) => void profileWith(scope, options));
  const { manifest } = resources(stack, "kubernetes_manifest")["Profile/Resource"] ?? {};
  return (manifest as { spec: unknown }).spec;
}

const findingsOf = (options: Options, name?: string) =>
  findings((stack) => void profileWith(stack, options, name));

describe("the manifest", () => {
  test("leaves to the fleet what is not given", () => {
    const stack = synthStack((scope) => void profileWith(scope));
    expect(resources(stack, "kubernetes_manifest")["Profile/Resource"]).toMatchObject({
      manifest: {
        apiVersion: "networking.fleet.azure.com/v1beta1",
        kind: "TrafficManagerProfile",
        metadata: { name: "web", namespace: "store" },
        spec: { resourceGroup: "rg-dns", monitorConfig: { timeoutInSeconds: 10 } },
      },
    });
    expect(madeAnewFor(stack, "Profile/Resource")).toEqual({ resourceGroup: "rg-dns" });
  });

  test("says how addresses are probed", () => {
    expect(
      specOf({
        monitorIntervalInSeconds: 10,
        monitorPath: "/health",
        monitorPort: 8443,
        monitorProtocol: "HTTPS",
        monitorCustomHeaders: { Host: "shop.example.com" },
        monitorTimeoutInSeconds: 9,
        monitorToleratedNumberOfFailures: 0,
      }),
    ).toEqual({
      resourceGroup: "rg-dns",
      monitorConfig: {
        intervalInSeconds: 10,
        path: "/health",
        port: 8443,
        protocol: "HTTPS",
        customHeaders: [{ name: "Host", value: "shop.example.com" }],
        timeoutInSeconds: 9,
        toleratedNumberOfFailures: 0,
      },
    });
    expect(specOf({ monitorCustomHeaders: {} })).toMatchObject({ monitorConfig: { timeoutInSeconds: 10 } });
    expect(specOf({ monitorIntervalInSeconds: 10 })).toMatchObject({
      monitorConfig: { intervalInSeconds: 10, timeoutInSeconds: 9 },
    });
  });

  test("comes after what it leads to, and so goes before it: exports and placements, also later ones", () => {
    const stack = synthStack((scope) => {
      const profile = profileWith(scope, {
        dependsOn: [new ResourceGroup(scope, "Role", { name: "a", location: "b" })],
      });
      const { namespace } = profile;
      namespace.exportService("web");
      new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      const other = new Namespace(scope, "Other", { fleet: namespace.fleet, name: "other" });
      new ClusterResourcePlacement(scope, "OtherPlacement", {
        namespace: other,
        policy: PlacementPolicy.all(),
      });
    });
    expect(dependenciesOf(stack, "Profile/Resource")).toEqual([
      "Namespace/Resource",
      "Namespace/Export-web/Resource",
      "Placement/Resource",
      "Role",
    ]);
  });
});

test("the DNS name is read of the object itself, after what waits for it, and null where there is none", () => {
  const stack = synthStack((scope) => {
    const profile = profileWith(scope);
    const wait = new ResourceGroup(scope, "Wait", { name: "a", location: "b" });
    new TerraformOutput(scope, "name", { value: profile.dnsName([wait]) });
  });
  expect(resources(stack, "kubernetes_resources", "data")).toEqual({
    "Profile/Status": {
      api_version: "networking.fleet.azure.com/v1beta1",
      kind: "TrafficManagerProfile",
      namespace: "store",
      field_selector: "metadata.name=web",
      depends_on: [expect.stringMatching(/^kubernetes_manifest\.Profile_/), "azurerm_resource_group.Wait"],
    },
  });
  expect(stack.output.name?.value).toMatch(
    /^\$\{try\(data\.kubernetes_resources\.Profile_Status_\w+\.objects\[0\]\.status\.dnsName, null\)\}$/,
  );
});

describe("the name", () => {
  test.each(["Web", "a.b", "-a", ""])("%p is no DNS label", (name) => {
    expect(findingsOf({ name })).toEqual([
      `${PATH}: TrafficManagerProfile "${name}" is not a DNS label: 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`,
    ]);
  });

  test("has with its namespace 63 characters at most", () => {
    // "store-" has six.
    expect(findingsOf({ name: "a".repeat(57) })).toEqual([]);
    const name = "a".repeat(59);
    expect(findingsOf({ name })).toEqual([
      `${PATH}: name: the DNS name's first label, "store-${name}", has 65 characters, but a DNS label can have at most 63; shorten the name or the namespace by 2.`,
    ]);
  });

  test("gives a DNS name that no other profile has, not even of another namespace", () => {
    const found = findings((stack) => {
      const { namespace } = profileWith(stack, { name: "c" }, "a-b");
      const other = new Namespace(stack, "Other", { fleet: namespace.fleet, name: "a" });
      new TrafficManagerProfile(stack, "Second", {
        namespace: other,
        name: "b-c",
        resourceGroupName: "rg-dns",
      });
      new TrafficManagerProfile(stack, "Third", { namespace: other, name: "c", resourceGroupName: "rg-dns" });
    });
    const twice = (path: string, other: string) =>
      `stack/${path}: name: stack/${other} also has the DNS name "a-b-c.trafficmanager.net", which must be unique across Azure; rename one of them.`;
    expect(found).toEqual([twice("Profile", "Second"), twice("Second", "Profile")]);
  });
});

test.each<[string, Options, string]>([
  [
    "an interval",
    { monitorIntervalInSeconds: 20 as 10 },
    "monitorIntervalInSeconds: 20 is not allowed; write 10 or 30.",
  ],
  [
    "a timeout that is too short",
    { monitorTimeoutInSeconds: 4 },
    "monitorTimeoutInSeconds: is 4, but with a monitorIntervalInSeconds of 30 Traffic Manager takes a whole number from 5 to 10; correct it, or leave it out.",
  ],
  [
    "a timeout that the short interval does not allow",
    { monitorTimeoutInSeconds: 10, monitorIntervalInSeconds: 10 },
    "monitorTimeoutInSeconds: is 10, but with a monitorIntervalInSeconds of 10 Traffic Manager takes a whole number from 5 to 9; correct it, or leave it out.",
  ],
  [
    "more failures",
    { monitorToleratedNumberOfFailures: 10 },
    "monitorToleratedNumberOfFailures: 10 is out of bounds; write a whole number from 0 to 9.",
  ],
  ["a port", { monitorPort: 0 }, "monitorPort: 0 is out of bounds; write a whole number from 1 to 65535."],
  [
    "a protocol",
    { monitorProtocol: "UDP" as "TCP" },
    'monitorProtocol: "UDP" is not allowed; write one of "HTTP", "HTTPS" and "TCP".',
  ],
  [
    "a path",
    { monitorPath: "health" },
    'monitorPath: "health" does not start with "/"; write e.g. "/health".',
  ],
  [
    "a path for TCP",
    { monitorPath: "/", monitorProtocol: "TCP" },
    'monitorPath: "/" can\'t be probed with protocol TCP, which only connects; leave it out, or probe with HTTP or HTTPS.',
  ],
  [
    "nine headers",
    { monitorCustomHeaders: Object.fromEntries([..."abcdefghi"].map((name) => [name, "x"])) },
    "monitorCustomHeaders: has 9 headers, and Traffic Manager sends at most 8; remove some.",
  ],
  [
    "a header's name",
    { monitorCustomHeaders: { "a b": "x" } },
    'monitorCustomHeaders: "a b" is not a header name; write letters, digits and hyphens, e.g. "Host".',
  ],
  [
    "an empty header",
    { monitorCustomHeaders: { Host: "" } },
    'monitorCustomHeaders: "Host" has an empty value, which Traffic Manager refuses; set one, or remove the header.',
  ],
  [
    "a resource group",
    { resourceGroupName: "rg." },
    'resourceGroupName: Azure refuses "rg." as the name of a resource group, which has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period.',
  ],
])("%s is refused", (_case, options, expected) => {
  expect(findingsOf(options)).toEqual([`${PATH}: ${expected}`]);
});

test.each<[string, Options]>([
  ["the longest timeout of the long interval", { monitorTimeoutInSeconds: 10, monitorIntervalInSeconds: 30 }],
  ["the longest timeout by default", { monitorTimeoutInSeconds: 10 }],
  ["the longest timeout of the short interval", { monitorTimeoutInSeconds: 9, monitorIntervalInSeconds: 10 }],
  ["the bounds", { monitorPort: 65535, monitorToleratedNumberOfFailures: 9 }],
  ["TCP", { monitorProtocol: "TCP", monitorPort: 443 }],
  ["eight headers", { monitorCustomHeaders: Object.fromEntries([..."abcdefgh"].map((name) => [name, "x"])) }],
])("%s is fine", (_case, options) => {
  expect(findingsOf(options)).toEqual([]);
});

test("what only Terraform knows is not judged", () => {
  expect(
    findings((stack) => {
      const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
      for (const id of ["One", "Two"]) {
        const name = `${"a".repeat(70)}${unknown(stack, `name-${id}`)}`;
        const resourceGroupName = unknown(stack, `group-${id}`);
        new TrafficManagerProfile(stack, id, { namespace, name, resourceGroupName });
      }
    }),
  ).toEqual([]);
});
