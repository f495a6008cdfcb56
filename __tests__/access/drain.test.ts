import { ClusterResourcePlacement, Drain, HubCredentials, Namespace, PlacementPolicy } from "../../lib";
import { fleetWith, service, yamlFile } from "../hub/fixtures";
import { resources, type StackJson, synthStack } from "../synth";
import { addressOf, expectedKubeconfig, localExec, readKubeconfig } from "./fixtures";

function synth(timeout?: string): StackJson {
  return synthStack((stack) => {
    const fleet = fleetWith(stack);
    const { access } = new HubCredentials(stack, "Hub", { fleet, login: "msi" });
    const namespace = new Namespace(stack, "Namespace", { fleet, name: "store" });
    new Drain(stack, "Drain", { namespace, access, timeout });
    namespace.addWorkloads("Workloads", { files: [yamlFile(service("web"))] });
    namespace.addSecret("queue", { data: {} });
    namespace.exportService("web");
    new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all() });
  });
}

const DRAIN = "Drain/Resource";

test("runs when it is destroyed, and only then", () => {
  const { when, command } = localExec(synth(), DRAIN);
  expect(when).toBe("destroy");
  expect(command).toBe("drain --namespace ${self.triggers.namespace} --timeout 30m");
  expect(localExec(synth("1h"), DRAIN).command).toBe(
    "drain --namespace ${self.triggers.namespace} --timeout 1h",
  );
});

test("refers to nothing but itself: Terraform refuses more in a destroy-time provisioner", () => {
  const provisioner = JSON.stringify(localExec(synth(), DRAIN));
  const expressions = [...provisioner.matchAll(/[$%]\{([^}]*)\}/g)].map(([, expression]) => expression);
  expect([...new Set(expressions)].sort()).toEqual([
    "self.triggers.certificate_authority",
    "self.triggers.login",
    "self.triggers.namespace",
    "self.triggers.server",
  ]);
});

test("what it refers to is in its triggers: how the hub was reached when it was made", () => {
  const stack = synth();
  const kubeconfig = `yamldecode(base64decode(${addressOf(stack, "Hub/Resource")}.output.kubeconfig))`;
  expect(resources(stack, "null_resource")[DRAIN]?.triggers).toEqual({
    aks_fleet: "drain",
    namespace: "store",
    server: `\${${kubeconfig}.clusters.0.cluster.server}`,
    certificate_authority: `\${${kubeconfig}.clusters.0.cluster["certificate-authority-data"]}`,
    login: "msi",
  });
  const read = readKubeconfig(localExec(stack, DRAIN), {
    "${self.triggers.server}": "https://hub.example.com",
    "${self.triggers.certificate_authority}": "Q0E=",
    "${self.triggers.login}": "msi",
  });
  expect(read).toEqual(expectedKubeconfig("https://hub.example.com", "Q0E=", "msi"));
});

test("another address, authority, login or mark is no reason to drain; another namespace is", () => {
  expect(resources(synth(), "null_resource")[DRAIN]?.lifecycle).toEqual({
    ignore_changes: [
      'triggers["server"]',
      'triggers["certificate_authority"]',
      'triggers["login"]',
      'triggers["aks_fleet"]',
    ],
  });
});

describe("the order", () => {
  test("it outlives the contents of the namespace, and the namespace outlives it", () => {
    const stack = synth();
    const namespace = addressOf(stack, "Namespace/Resource");
    const drain = addressOf(stack, DRAIN);
    expect(resources(stack, "null_resource")[DRAIN]?.depends_on).toEqual([namespace]);
    const manifests = resources(stack, "kubernetes_manifest");
    expect(manifests["Namespace/Resource"]).not.toHaveProperty("depends_on");
    for (const path of ["Namespace/Workloads/Service-web", "Namespace/Export-web/Resource"]) {
      expect(manifests[path]?.depends_on).toEqual([namespace, drain]);
    }
    expect(resources(stack, "kubernetes_secret_v1")["Namespace/Secret-queue/Resource"]?.depends_on).toEqual([
      namespace,
      drain,
    ]);
    expect(manifests["Placement/Resource"]?.depends_on).toEqual(expect.arrayContaining([namespace, drain]));
  });

  test("a placement that is made before it depends on it, too", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
      new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      new Drain(scope, "Drain", { namespace, access: new HubCredentials(scope, "Hub", { fleet }).access });
    });
    expect(resources(stack, "kubernetes_manifest")["Placement/Resource"]?.depends_on).toContain(
      addressOf(stack, DRAIN),
    );
  });

  test("an export that is made before it depends on it, too", () => {
    const stack = synthStack((scope) => {
      const fleet = fleetWith(scope);
      const namespace = new Namespace(scope, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
      namespace.exportService("web");
      new Drain(scope, "Drain", { namespace, access: new HubCredentials(scope, "Hub", { fleet }).access });
    });
    expect(resources(stack, "kubernetes_manifest")["Namespace/Export-web/Resource"]?.depends_on).toContain(
      addressOf(stack, DRAIN),
    );
  });
});

test("of one placement: it runs when the placement is gone", () => {
  const stack = synthStack((scope) => {
    const fleet = fleetWith(scope);
    const { access } = new HubCredentials(scope, "Hub", { fleet });
    const { resource } = new Drain(scope, "Drain", { placement: "volumes", access });
    const placement = new ClusterResourcePlacement(scope, "Placement", {
      fleet,
      policy: PlacementPolicy.all(),
      name: "volumes",
      selectors: [{ version: "v1", kind: "PersistentVolume" }],
    });
    placement.addDependency(resource);
  });
  expect(localExec(stack, DRAIN).command).toBe("drain --placement ${self.triggers.placement} --timeout 30m");
  const { triggers, depends_on } = resources(stack, "null_resource")[DRAIN] ?? {};
  expect(triggers).toHaveProperty("placement", "volumes");
  expect(triggers).not.toHaveProperty("namespace");
  expect(depends_on).toBeUndefined();
  expect(resources(stack, "kubernetes_manifest")["Placement/Resource"]?.depends_on).toEqual([
    addressOf(stack, DRAIN),
  ]);
});
