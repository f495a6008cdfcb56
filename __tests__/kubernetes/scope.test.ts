import { parseManifests } from "../../lib/kubernetes/read-manifests";
import { definedScopes, isClusterScoped } from "../../lib/kubernetes/scope";

function definition(group: string, kind: string, scope: string): string {
  return `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: x.${group} }\nspec: { group: ${group}, scope: ${scope}, names: { kind: ${kind} } }\n---\n`;
}

/** Whether the last object of a file is in no namespace. */
function lastIsClusterScoped(apiVersion: string, kind: string, before = ""): boolean {
  const { found } = parseManifests(
    `${before}apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`,
    "f.yaml",
  );
  const objects = found.map(({ object }) => object);
  const last = objects.at(-1);
  if (!last) {
    throw new Error("nothing was read");
  }
  return isClusterScoped(last, definedScopes(objects));
}

test.each<[string, string, boolean]>([
  ["v1", "Namespace", true],
  ["v1", "PersistentVolume", true],
  ["rbac.authorization.k8s.io/v1", "ClusterRole", true],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", true],
  ["storage.k8s.io/v1", "StorageClass", true],
  ["storage.k8s.io/v1", "CSIDriver", true],
  ["scheduling.k8s.io/v1", "PriorityClass", true],
  ["networking.k8s.io/v1", "IngressClass", true],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition", true],
  ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", true],
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", true],
  ["gateway.networking.k8s.io/v1", "GatewayClass", true],
  ["v1", "Service", false],
  ["v1", "ConfigMap", false],
  ["v1", "ServiceAccount", false],
  ["v1", "PersistentVolumeClaim", false],
  ["apps/v1", "Deployment", false],
  ["rbac.authorization.k8s.io/v1", "Role", false],
  ["networking.k8s.io/v1", "Ingress", false],
  ["policy/v1", "PodDisruptionBudget", false],
  ["gateway.networking.k8s.io/v1", "Gateway", false],
])("%s %s: in no namespace is %p", (apiVersion, kind, expected) => {
  expect(lastIsClusterScoped(apiVersion, kind)).toBe(expected);
});

describe("a custom resource", () => {
  test.each<[string, string, boolean]>([
    ["without a definition is in the namespace", "", false],
    ["by its definition in no namespace", definition("example.com", "Widget", "Cluster"), true],
    ["by its definition in the namespace", definition("example.com", "Widget", "Namespaced"), false],
    ["a definition of another group is not its", definition("other.com", "Widget", "Cluster"), false],
    ["a definition of another kind is not its", definition("example.com", "Gadget", "Cluster"), false],
  ])("%s", (_case, before, expected) => {
    expect(lastIsClusterScoped("example.com/v1", "Widget", before)).toBe(expected);
  });

  test("its definition says more than a kind of Kubernetes that is called the same", () => {
    const before = definition("example.com", "Node", "Namespaced");
    expect(lastIsClusterScoped("example.com/v1", "Node", before)).toBe(false);
  });

  test.each([
    ["ipam.cluster.x-k8s.io/v1beta1", "IPAddress"],
    ["longhorn.io/v1beta2", "Node"],
  ])("%s %s is not Kubernetes' own", (apiVersion, kind) => {
    expect(lastIsClusterScoped(apiVersion, kind)).toBe(false);
  });
});
