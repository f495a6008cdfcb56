import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** The modules of providers that importing the library loads. */
function providerModules(): string[] {
  const script =
    'require("./lib/index.ts"); console.log(JSON.stringify(Object.keys(require.cache).map((file) => file.replaceAll("\\\\", "/"))))';
  const output = execFileSync(process.execPath, ["-r", "tsx/cjs", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return (JSON.parse(output) as string[])
    .flatMap((file) => /node_modules\/(@cdktf\/provider-\w+\/lib\/[^/]+)\//.exec(file)?.[1] ?? [])
    .filter((module, index, all) => all.indexOf(module) === index)
    .sort();
}

test("importing the library loads the modules of the resources that it makes, and no others", () => {
  expect(providerModules()).toEqual([
    "@cdktf/provider-azurerm/lib/data-azurerm-client-config",
    "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster",
    "@cdktf/provider-azurerm/lib/data-azurerm-virtual-network",
    "@cdktf/provider-azurerm/lib/kubernetes-cluster",
    "@cdktf/provider-azurerm/lib/nat-gateway",
    "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association",
    "@cdktf/provider-azurerm/lib/network-security-group",
    "@cdktf/provider-azurerm/lib/network-security-rule",
    "@cdktf/provider-azurerm/lib/provider",
    "@cdktf/provider-azurerm/lib/public-ip",
    "@cdktf/provider-azurerm/lib/resource-group",
    "@cdktf/provider-azurerm/lib/role-assignment",
    "@cdktf/provider-azurerm/lib/subnet",
    "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association",
    "@cdktf/provider-azurerm/lib/subnet-network-security-group-association",
    "@cdktf/provider-azurerm/lib/subnet-route-table-association",
    "@cdktf/provider-azurerm/lib/traffic-manager-external-endpoint",
    "@cdktf/provider-azurerm/lib/traffic-manager-profile",
    "@cdktf/provider-azurerm/lib/user-assigned-identity",
    "@cdktf/provider-azurerm/lib/virtual-network",
    "@cdktf/provider-azurerm/lib/virtual-network-peering",
    "@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1",
    "@cdktf/provider-kubernetes/lib/data-kubernetes-resources",
    "@cdktf/provider-kubernetes/lib/manifest",
    "@cdktf/provider-kubernetes/lib/provider",
    "@cdktf/provider-kubernetes/lib/secret-v1",
    "@cdktf/provider-null/lib/provider",
    "@cdktf/provider-null/lib/resource",
  ]);
});

test("no compiled file stands beside a source, where it would be loaded in its place", () => {
  const sources = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" });
  expect(sources.filter((file) => /\.(js|d\.ts)$/.test(file))).toEqual([]);
  expect(existsSync(join(ROOT, "main.js"))).toBe(false);
});
