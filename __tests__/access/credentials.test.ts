import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { type App, TerraformStack } from "cdktf";
import {
  AksCluster,
  clusterAccess,
  Fleet,
  HubCredentials,
  HubStack,
  type IFleetMember,
  InfraStack,
  type KubernetesAccess,
  type Login,
  MemberCredentials,
  MemberStack,
  providerConfig,
  Wait,
} from "../../lib";
import { CLUSTER_ID, FLEET_ID } from "../existing";
import { fleetWith } from "../hub/fixtures";
import { readStack, resources, type StackJson, synthApp, synthStack } from "../synth";
import { addressOf, expectedKubeconfig, localExec, readKubeconfig } from "./fixtures";

const exec = (login: string) => ({
  api_version: "client.authentication.k8s.io/v1beta1",
  command: "kubelogin",
  args: ["get-token", "--login", login, "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
});

/** A stack that reaches an API both ways: by a provider, and by a wait's kubeconfig. */
function reach(access: (stack: TerraformStack) => KubernetesAccess): StackJson {
  return synthStack((stack) => {
    const reached = access(stack);
    new KubernetesProvider(stack, "reached", { ...providerConfig(reached), alias: "reached" });
    Wait.forMember(stack, "Wait", "the-cluster", { access: reached });
  });
}

/** The provider that `reach` makes. */
function providerOf(stack: StackJson): unknown {
  return stack.provider.kubernetes?.find(({ alias }) => alias === "reached");
}

describe("a hub", () => {
  const stack = (login?: Login) =>
    reach((scope) => new HubCredentials(scope, "Hub", { fleet: fleetWith(scope), login }).access);
  const values = (json: StackJson) => {
    const kubeconfig = `yamldecode(base64decode(${addressOf(json, "Hub/Resource")}.output.kubeconfig))`;
    return {
      server: `\${${kubeconfig}.clusters.0.cluster.server}`,
      authority: `\${${kubeconfig}.clusters.0.cluster["certificate-authority-data"]}`,
      decoded: `\${base64decode(${kubeconfig}.clusters.0.cluster["certificate-authority-data"])}`,
    };
  };

  test("is asked of Azure, and only its kubeconfig is kept", () => {
    const json = stack();
    expect(resources(json, "azapi_resource_action", "data")).toEqual({
      "Hub/Resource": {
        type: "Microsoft.ContainerService/fleets@2025-03-01",
        resource_id: `\${${addressOf(json, "Fleet/Resource")}.id}`,
        action: "listCredentials",
        response_export_values: { kubeconfig: "kubeconfigs[0].value" },
      },
    });
  });

  test.each<[Login | undefined, string]>([
    [undefined, "azurecli"],
    ["workloadidentity", "workloadidentity"],
  ])("is reached by the provider and the waits alike, login %p", (login, expected) => {
    const json = stack(login);
    const { server, authority, decoded } = values(json);
    expect(providerOf(json)).toEqual({
      alias: "reached",
      host: server,
      cluster_ca_certificate: decoded,
      exec: [exec(expected)],
    });
    const kubeconfig = readKubeconfig(localExec(json, "Wait/Resource"), {
      [server]: "https://hub.example.com:443",
      [authority]: "Q0E=",
    });
    expect(kubeconfig).toEqual(expectedKubeconfig("https://hub.example.com:443", "Q0E=", expected));
  });
});

describe("a member", () => {
  test.each<[Login | undefined, string]>([
    [undefined, "azurecli"],
    ["msi", "msi"],
  ])("is read of Azure; login %p", (login, expected) => {
    const json = reach((scope) => {
      const [member] = fleetWith(scope).members;
      if (!member) {
        throw new Error("the fleet has members");
      }
      return new MemberCredentials(scope, "Member", { member, login }).access;
    });
    const data = addressOf(json, "Member/Resource");
    expect(resources(json, "azurerm_kubernetes_cluster", "data")).toEqual({
      "Member/Resource": {
        name: "aks-eastus2",
        resource_group_name: `\${${addressOf(json, "Fleet-east-Network/ResourceGroup")}.name}`,
      },
    });
    const host = `nonsensitive(${data}.kube_config[0].host)`;
    const authority = `nonsensitive(${data}.kube_config[0].cluster_ca_certificate)`;
    expect(providerOf(json)).toEqual({
      alias: "reached",
      host: `\${${host}}`,
      cluster_ca_certificate: `\${base64decode(${authority})}`,
      exec: [exec(expected)],
    });
    const kubeconfig = readKubeconfig(localExec(json, "Wait/Resource"), {
      [`\${${host}}`]: "https://east.example.com:443",
      [`\${${authority}}`]: "Q0E=",
    });
    expect(kubeconfig).toEqual(expectedKubeconfig("https://east.example.com:443", "Q0E=", expected));
  });

  test("is reached where its cluster is made, too", () => {
    const json = reach((scope) => {
      const cluster = fleetWith(scope).members[0]?.cluster;
      if (!(cluster instanceof AksCluster)) {
        throw new Error("the fleet has members");
      }
      return clusterAccess(cluster.resource);
    });
    const cluster = addressOf(json, "Fleet-east-Cluster/Resource");
    expect(providerOf(json)).toEqual({
      alias: "reached",
      host: `\${nonsensitive(${cluster}.kube_config[0].host)}`,
      cluster_ca_certificate: `\${base64decode(nonsensitive(${cluster}.kube_config[0].cluster_ca_certificate))}`,
      exec: [exec("azurecli")],
    });
  });
});

describe("no credential", () => {
  let stacks: Record<string, StackJson>;
  beforeAll(() => {
    stacks = synthApp(
      (app: App) => {
        const infra = new InfraStack(app, "infra", {
          fleetName: "gbb-fleet",
          fleetLocation: "westus",
          members: { east: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
        });
        const hub = new HubStack(app, "hub", { fleet: infra.fleet });
        hub.addNamespace("store");
        new MemberStack(app, "member", { hub, member: infra.member("east") });
      },
      (outdir) =>
        Object.fromEntries(["infra", "hub", "member"].map((name) => [name, readStack(outdir, name)])),
    );
  });

  test.each(["infra", "hub", "member"])("is taken of a kubeconfig, or is an output: %s", (name) => {
    const json = stacks[name];
    const text = JSON.stringify(json);
    for (const secret of [
      "client_certificate",
      "client-certificate",
      "client_key",
      "client-key",
      ".password",
      ".token",
      "kube_admin_config",
      "kube_config_raw",
      "users.0",
    ]) {
      expect(text).not.toContain(secret);
    }
    for (const { value } of Object.values(json?.output ?? {})) {
      expect(String(value)).not.toMatch(/kube_config|kubeconfig\)|base64decode/);
    }
  });
});

test("a stack with the provider needs nothing but what is here", () => {
  const json = synthApp(
    (app) => {
      const stack = new TerraformStack(app, "plain");
      new NullProvider(stack, "null");
      const access = { server: "https://a.example.com", certificateAuthority: "Q0E=", login: "spn" as const };
      new KubernetesProvider(stack, "kubernetes", providerConfig(access));
      Wait.forMember(stack, "Wait", "the-cluster", { access });
    },
    (outdir) => readStack(outdir, "plain"),
  );
  expect(json.provider.kubernetes).toEqual([
    {
      host: "https://a.example.com",
      cluster_ca_certificate: '${base64decode("Q0E=")}',
      exec: [exec("spn")],
    },
  ]);
  expect(readKubeconfig(localExec(json, "Wait/Resource"), {})).toEqual(
    expectedKubeconfig("https://a.example.com", "Q0E=", "spn"),
  );
});

test("a cluster of another subscription is looked up by its provider, where that is of the same stack", () => {
  const lookedUp = (ofSameStack: boolean) =>
    synthApp(
      (app) => {
        const [stack, other] = ["stack", "other"].map((id) => {
          const made = new TerraformStack(app, id);
          new AzurermProvider(made, "azurerm", { features: [{}] });
          return made;
        }) as [TerraformStack, TerraformStack];
        const home = ofSameStack ? stack : other;
        const provider = new AzurermProvider(home, "second", { features: [{}], alias: "second" });
        const cluster = AksCluster.fromClusterId(home, "Old", CLUSTER_ID, { provider });
        const fleet = Fleet.fromFleetId(app, "Fleet", FLEET_ID, { members: { old: { cluster } } });
        new MemberCredentials(stack, "Member", { member: fleet.members[0] as IFleetMember });
      },
      (outdir) =>
        resources(readStack(outdir, "stack"), "azurerm_kubernetes_cluster", "data")["Member/Resource"],
    );
  expect(lookedUp(true)?.provider).toBe("azurerm.second");
  expect(lookedUp(false)).not.toHaveProperty("provider");
});
