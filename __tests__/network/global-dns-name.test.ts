import type { TerraformStack } from "cdktf";
import { GlobalDnsEndpoint, GlobalDnsName, type GlobalDnsNameProps } from "../../lib";
import { findings, resources, synthStack } from "../synth";
import { at, reference } from "./references";

const PROPS: GlobalDnsNameProps = { name: "shop", location: "westeurope" };

function nameWith(scope: TerraformStack, props: Partial<GlobalDnsNameProps> = {}): GlobalDnsName {
  return new GlobalDnsName(scope, "Name", { ...PROPS, ...props });
}

test("a profile that probes by HTTP, and answers with the nearest", () => {
  const stack = synthStack((scope) => nameWith(scope));
  expect(at(stack, "Name/ResourceGroup")).toEqual({ name: "rg-shop", location: "westeurope" });
  expect(at(stack, "Name/Resource")).toEqual({
    name: "shop",
    resource_group_name: reference(stack, "Name/ResourceGroup", "name"),
    traffic_routing_method: "Performance",
    dns_config: { relative_name: "shop", ttl: 60 },
    monitor_config: {
      protocol: "HTTP",
      port: 80,
      path: "/",
      interval_in_seconds: 30,
      timeout_in_seconds: 10,
      tolerated_number_of_failures: 3,
      custom_header: [],
    },
  });
});

test("what is given goes before", () => {
  const stack = synthStack((scope) => {
    nameWith(scope, {
      routingMethod: "Weighted",
      ttlInSeconds: 10,
      existingResourceGroupName: "rg-dns",
      monitorProtocol: "HTTPS",
      monitorPort: 443,
      monitorPath: "/health",
      monitorIntervalInSeconds: 10,
      monitorToleratedNumberOfFailures: 1,
      monitorCustomHeaders: { Host: "shop.example.com" },
      tags: { team: "shop" },
    });
  });
  expect(resources(stack, "azurerm_resource_group")).toEqual({});
  expect(at(stack, "Name/Resource")).toMatchObject({
    resource_group_name: "rg-dns",
    traffic_routing_method: "Weighted",
    dns_config: { relative_name: "shop", ttl: 10 },
    monitor_config: {
      protocol: "HTTPS",
      port: 443,
      path: "/health",
      interval_in_seconds: 10,
      // The longest that the interval allows.
      timeout_in_seconds: 9,
      tolerated_number_of_failures: 1,
      custom_header: [{ name: "Host", value: "shop.example.com" }],
    },
    tags: { team: "shop" },
  });
});

test("TCP asks for no path", () => {
  const stack = synthStack((scope) => nameWith(scope, { monitorProtocol: "TCP", monitorPort: 5432 }));
  const { monitor_config } = at(stack, "Name/Resource") as { monitor_config: Record<string, unknown> };
  expect(monitor_config).toMatchObject({ protocol: "TCP", port: 5432 });
  expect(monitor_config).not.toHaveProperty("path");
});

test("leads to addresses", () => {
  const stack = synthStack((scope) => {
    const dnsName = nameWith(scope);
    const endpoint = { dnsName, name: "east", address: "20.1.2.3", location: "eastus2" };
    new GlobalDnsEndpoint(scope, "East", endpoint);
    new GlobalDnsEndpoint(scope, "West", { ...endpoint, name: "west", location: "westus2", weight: 3 });
  });
  expect(at(stack, "East/Resource")).toEqual({
    profile_id: reference(stack, "Name/Resource"),
    name: "east",
    target: "20.1.2.3",
    endpoint_location: "eastus2",
    weight: 1,
  });
  expect(at(stack, "West/Resource")).toMatchObject({ weight: 3 });
});

test("is told from others", () => {
  synthStack((scope) => {
    const name = nameWith(scope);
    expect(GlobalDnsName.isGlobalDnsName(name)).toBe(true);
    expect(GlobalDnsName.isGlobalDnsName(scope)).toBe(false);
    const props = { dnsName: name, name: "east", address: "20.1.2.3", location: "eastus2" };
    const endpoint = new GlobalDnsEndpoint(scope, "East", props);
    expect(GlobalDnsEndpoint.isGlobalDnsEndpoint(endpoint)).toBe(true);
    expect(GlobalDnsEndpoint.isGlobalDnsEndpoint(name)).toBe(false);
  });
});

test.each<[string, Partial<GlobalDnsNameProps>, string]>([
  ["a name that is no DNS label", { name: "Shop.front" }, 'GlobalDnsName "Shop.front" is not a DNS label'],
  ["a location that is none", { location: "West Europe" }, '"West Europe"'],
  ["a life of less than nothing", { ttlInSeconds: -1 }, "ttlInSeconds: "],
  ["a path of TCP", { monitorProtocol: "TCP", monitorPath: "/" }, "monitorPath: "],
  ["tags that Azure refuses", { tags: { "a<b": "c" } }, "tags"],
])("%s is refused", (_, props, text) => {
  expect(findings((stack) => nameWith(stack, props)).join("\n")).toContain(text);
});

test("a weight is from 1 to 1000", () => {
  const found = findings((stack) => {
    const dnsName = nameWith(stack);
    const props = { dnsName, name: "east", address: "20.1.2.3", location: "eastus2", weight: 0 };
    new GlobalDnsEndpoint(stack, "East", props);
  });
  expect(found).toEqual(["stack/East: weight: 0 is out of bounds; write a whole number from 1 to 1000."]);
});

test("two of one name", () => {
  const found = findings((stack) => {
    nameWith(stack);
    new GlobalDnsName(stack, "Other", { ...PROPS, resourceGroupName: "rg-other" });
  });
  expect(found).toEqual([
    'stack/Name: name: stack/Other also has the DNS name "shop.trafficmanager.net", which must be unique across Azure; give one of them another name.',
    'stack/Other: name: stack/Name also has the DNS name "shop.trafficmanager.net", which must be unique across Azure; give one of them another name.',
  ]);
});
