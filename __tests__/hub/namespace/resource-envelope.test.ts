import {
  ClusterResourcePlacement,
  type KubernetesObject,
  Namespace,
  PlacementPolicy,
  ResourceEnvelope,
} from "../../../lib";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, unknown } from "../fixtures";

const quota = (metadata: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota", ...metadata },
});

/** What the local value of an envelope holds. */
function dataOf(stack: StackJson): unknown[] {
  return Object.values((stack as unknown as { locals: Record<string, unknown> }).locals);
}

test("the manifest, between its namespace and the placement", () => {
  const stack = synthStack((scope) => {
    const fleet = fleetWith(scope);
    const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
    new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
    const objects = [quota({ labels: { a: "b" } })];
    new ResourceEnvelope(scope, "Envelope", {
      namespace,
      name: "quotas",
      objects,
      dependsOn: [fleet.resourceGroup],
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Envelope/ResourceQuota-quota"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1beta1",
    kind: "ResourceEnvelope",
    metadata: { name: "quotas-resourcequota-quota", namespace: "store" },
    data: expect.stringMatching(/^\$\{tomap\(local\./),
  });
  expect(dataOf(stack)).toEqual([
    {
      "ResourceQuota-quota": {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "quota", namespace: "store", labels: { a: "b" } },
      },
    },
  ]);
  expect(dependenciesOf(stack, "Envelope/ResourceQuota-quota")).toEqual([
    "Namespace/Resource",
    "Fleet/ResourceGroup",
  ]);
  expect(dependenciesOf(stack, "Placement/Resource")).toEqual([
    "Namespace/Resource",
    "Envelope/ResourceQuota-quota",
  ]);
});

function findingsOf(objects: readonly KubernetesObject[], name = "quotas"): string[] {
  return findings((scope) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    new ResourceEnvelope(scope, "Envelope", { namespace, name, objects });
  });
}

test("objects of the same namespace, of none yet, and of one that only Terraform knows", () => {
  expect(findingsOf([quota({ namespace: "store" })])).toEqual([]);
  expect(
    findings((scope) => {
      const name = unknown(scope, "name");
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name });
      new ResourceEnvelope(scope, "Envelope", { namespace, name, objects: [quota({ namespace: "store" })] });
    }),
  ).toEqual([]);
});

test("the same limits as of a ClusterResourceEnvelope", () => {
  expect(findingsOf([], "Quotas")).toEqual([
    'stack/Envelope: name: Kubernetes refuses "Quotas" as the name of a ResourceEnvelope, which has 1 to 63 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
    "stack/Envelope: objects: is empty; add an object.",
  ]);
});

test("objects of another namespace, and of none", () => {
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "reader" },
  };
  expect(findingsOf([quota({ namespace: "shop" }), role])).toEqual([
    'stack/Envelope: objects[0]: ResourceQuota "quota" has the namespace "shop", but members get the contents of an envelope in its own namespace, "store"; remove metadata.namespace, or use an envelope in "shop".',
    'stack/Envelope: objects[1]: ClusterRole "reader" is cluster-scoped, but a ResourceEnvelope takes only objects of its own namespace; put it into a ClusterResourceEnvelope.',
  ]);
});

test("null is left out, as the provider does, so that the answer is what was sent", () => {
  const stack = synthStack((scope) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    const objects = [{ ...quota(), spec: { hard: null, scopes: ["BestEffort"] }, status: {} }];
    new ResourceEnvelope(scope, "Envelope", { namespace, name: "quotas", objects });
  });
  expect(dataOf(stack)).toEqual([
    { "ResourceQuota-quota": { ...quota({ namespace: "store" }), spec: { scopes: ["BestEffort"] } } },
  ]);
});
