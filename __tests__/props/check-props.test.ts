import { App, TerraformStack, TerraformVariable, Token } from "cdktf";
import { AksCluster, ClusterNetwork, FleetMember, HubStack, InfraStack, PeeringMesh } from "../../lib";
import { inspectProps } from "../../lib/props/check-props";
import { readSettings } from "../../settings";
import { appFindings, findings, refusal, resources, synthStack } from "../synth";

const NETWORK = { key: "east", location: "eastus2", addressSpace: ["10.1.0.0/16"] };

/** Props as an app of JavaScript gives them. */
function untyped<T>(props: unknown): T {
  return props as T;
}

function network(props: object): (stack: TerraformStack) => ClusterNetwork {
  return (stack) => new ClusterNetwork(stack, "Network", untyped({ ...NETWORK, ...props }));
}

test.each([
  [{ addressSpace: "10.1.0.0/16" }, /addressSpace: "10\.1\.0\.0\/16" is not a list of/],
  [{ addressSpace: ["10.1.0.0/16", undefined] }, /addressSpace\[1\]: is missing/],
  [{ natGateway: "false" }, /natGateway: "false" is not true or false/],
  [{ inboundPorts: ["80"] }, /inboundPorts\[0\]: "80" is not a number/],
  [{ tags: { team: 7 } }, /tags\.team: 7 is not a/],
  [{ tags: { "cost center": null } }, /tags\["cost center"\]: null is not a/],
  [{ location: undefined }, /location: is missing/],
  [{ location: null }, /location: null is not a/],
  [{ subnetPrefx: "10.1.0.0/24" }, /subnetPrefx: .*"subnetPrefix"/],
  [{ colour: "red" }, /colour: .*"key", "location"/],
])("%j is refused, by the name of the prop", (props, expected) => {
  expect(findings(network(props))).toEqual([expect.stringMatching(expected)]);
});

test.each([undefined, null, 5, "props", []])("%j instead of props is refused", (props) => {
  const said = findings((stack) => new ClusterNetwork(stack, "Network", untyped(props)));
  expect(said[0]).toMatch(/^stack\/Network: props: /);
});

test("everything is said at once, of every construct", () => {
  const said = findings((stack) => {
    network({ zone: 1, location: 5 })(stack);
    new ClusterNetwork(stack, "Other", untyped({ ...NETWORK, key: "west", addressSpace: {} }));
  });
  expect(said).toEqual([
    expect.stringMatching(/^stack\/Network: location: 5/),
    expect.stringMatching(/^stack\/Network: zone: /),
    expect.stringMatching(/^stack\/Other: addressSpace: \{\}/),
  ]);
});

test("a missing construct throws immediately, with earlier findings", () => {
  const refused = refusal(() => {
    const stack = new TerraformStack(new App(), "stack");
    network({ location: 5 })(stack);
    new AksCluster(stack, "Cluster", untyped({ network: "east", vmSize: 4 }));
  });
  expect(refused).toContain("[stack/Network] location: 5");
  expect(refused).toContain('[stack/Cluster] network: "east" is not a ClusterNetwork');
  expect(refused).toContain("[stack/Cluster] vmSize: 4");
});

test("a construct of another kind is refused", () => {
  const refused = refusal(() => {
    const stack = new TerraformStack(new App(), "stack");
    new FleetMember(stack, "Member", untyped({ key: "east", fleet: network({})(stack), cluster: stack }));
  });
  expect(refused).toContain('fleet: the construct "stack/Network" is not a Fleet');
  expect(refused).toContain('cluster: the construct "stack" is not an AksCluster');
});

test("a list of constructs with something else in it is refused", () => {
  expect(
    findings((stack) => new PeeringMesh(stack, "Mesh", untyped({ networks: [network({})(stack), 7] }))),
  ).toEqual([expect.stringMatching(/^stack\/Mesh: networks\[1\]: 7 is not a ClusterNetwork/)]);
});

test("a prop that is given as undefined has its default", () => {
  const made = synthStack((stack) => {
    const east = network({ subnetPrefix: undefined, inboundPorts: undefined })(stack);
    new AksCluster(stack, "Cluster", { network: east, vmSize: undefined, admins: undefined });
  });
  const [cluster] = Object.values(resources(made, "azurerm_kubernetes_cluster"));
  expect(cluster).toMatchObject({ default_node_pool: { vm_size: "Standard_D4s_v5" } });
});

test("accepts tokens where a value of the type is accepted", () => {
  const made = synthStack((stack) => {
    const variable = new TerraformVariable(stack, "given", {});
    const east = network({
      location: variable.value,
      addressSpace: Token.asList(variable.value),
      subnetPrefix: variable.stringValue,
      tags: Token.asStringMap(variable.value),
    })(stack);
    new AksCluster(
      stack,
      "Cluster",
      untyped({ network: east, nodeCount: variable.stringValue, zones: variable.value }),
    );
  });
  const [one] = Object.values(resources(made, "azurerm_virtual_network"));
  expect(one).toMatchObject({
    location: "${var.given}",
    address_space: "${var.given}",
    tags: "${var.given}",
  });
  const [cluster] = Object.values(resources(made, "azurerm_kubernetes_cluster"));
  expect(cluster).toMatchObject({ default_node_pool: { node_count: "${var.given}" } });
});

test("values that decide whether something is created can't be tokens", () => {
  const said = findings((stack) => {
    network({ natGateway: new TerraformVariable(stack, "given", {}).value })(stack);
  });
  expect(said).toEqual([expect.stringMatching(/natGateway:/)]);
});

const FLEET = { fleetName: "store", fleetLocation: "westus" };

test("undefined on a member doesn't override the stack's value", () => {
  const said = appFindings((app) => {
    const stack = new InfraStack(app, "infra", {
      ...FLEET,
      vmSize: "Standard_D8s_v5",
      nodeCount: 4,
      members: { east: { ...NETWORK_OF_MEMBER, vmSize: undefined, nodeCount: undefined, admins: undefined } },
    });
    const { defaultNodePoolInput } = stack.node
      .findChild("east")
      .node.findChild("Cluster")
      .node.findChild("Resource") as unknown as {
      defaultNodePoolInput: { vmSize: string; nodeCount: number };
    };
    expect(defaultNodePoolInput).toMatchObject({ vmSize: "Standard_D8s_v5", nodeCount: 4 });
  });
  expect(said).toEqual([]);
});

const NETWORK_OF_MEMBER = { location: "eastus2", addressSpace: ["10.1.0.0/16"] };

test("members are checked by key, and so are later stages", () => {
  const said = appFindings((app) => {
    const { fleet } = new InfraStack(
      app,
      "infra",
      untyped({ ...FLEET, members: { east: { ...NETWORK_OF_MEMBER, zones: "123", vmSzie: "x" } } }),
    );
    new HubStack(app, "hub", untyped({ fleet, login: "azureCLI" }));
  });
  expect(said).toEqual([
    expect.stringMatching(/^infra: members\.east\.zones: "123" is not a list of/),
    expect.stringMatching(/^infra: members\.east\.vmSzie: .*"vmSize"/),
    expect.stringMatching(/\[hub\] login: "azureCLI" .*"azurecli"/),
  ]);
});

test("a member of the context that lacks something is refused by its path", () => {
  const app = new App({ context: { fleet: { members: { north: { location: "norwayeast" } } } } });
  const refused = refusal(() =>
    readSettings(app, { ...FLEET, members: { east: NETWORK_OF_MEMBER }, entry: "east", namespace: "shop" }),
  );
  expect(refused).toContain("fleet.members.north.addressSpace: is missing");
});

test.each([undefined, null, 5])("nothing stands in for what something depends on: %j", (one) => {
  const access = { server: "https://hub", certificateAuthority: "Y2E=", login: "azurecli" };
  const { value, findings } = inspectProps<{ dependsOn?: unknown[] }>("WaitProps", {
    access,
    dependsOn: [one] as unknown[],
  } as object);
  expect(findings).toEqual([expect.stringContaining("dependsOn[0]")]);
  expect(value?.dependsOn).toEqual([]);
});
