import { ClusterResourceEnvelope, type KubernetesObject, Password } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, unknown } from "../fixtures";

const RBAC = "rbac.authorization.k8s.io/v1";
const role = (name: string): KubernetesObject => ({
  apiVersion: RBAC,
  kind: "ClusterRole",
  metadata: { name },
  rules: [],
});
const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));

test("the manifest, whose keys say what is in it, without a status and with what looks like Terraform's", () => {
  const stack = synthStack((scope) => {
    new ClusterResourceEnvelope(scope, "Envelope", {
      name: "roles",
      objects: [
        {
          ...role("reader"),
          metadata: { name: "reader", annotations: { description: "${HOME} %{x}" } },
          status: { ready: true },
        },
        { apiVersion: "example.com/v1", kind: "ClusterRole", metadata: { name: "reader" } },
      ],
      dependsOn: [new Password(scope, "Password").node.findChild("Resource") as never],
    });
  });
  expect(resources(stack, "kubernetes_manifest")["Envelope/Resource"]?.manifest).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1beta1",
    kind: "ClusterResourceEnvelope",
    metadata: { name: "roles" },
    data: {
      "ClusterRole-reader": {
        apiVersion: RBAC,
        kind: "ClusterRole",
        metadata: { name: "reader", annotations: { description: "$${HOME} %%{x}" } },
      },
      "ClusterRole.example.com-reader": {
        apiVersion: "example.com/v1",
        kind: "ClusterRole",
        metadata: { name: "reader" },
      },
    },
  });
  expect(dependenciesOf(stack, "Envelope/Resource")).toEqual(["Password/Resource"]);
});

function findingsOf(objects: readonly KubernetesObject[], name = "roles"): string[] {
  return findings((scope) => {
    new ClusterResourceEnvelope(scope, "Envelope", { name, objects });
  }).map((finding) => finding.replace("stack/Envelope: ", ""));
}

test("what is at the limit is taken, and what only Terraform knows", () => {
  expect(
    findingsOf(
      many(50, (i) => role(`${i}`)),
      "a".repeat(253),
    ),
  ).toEqual([]);
  expect(
    findings((scope) => {
      const name = unknown(scope, "name");
      new ClusterResourceEnvelope(scope, "Envelope", { name, objects: [role(name)] });
    }),
  ).toEqual([]);
});

test("the name", () => {
  expect(findingsOf([role("a")], "Roles")).toEqual([
    'name: Kubernetes refuses "Roles" as the name of a ClusterResourceEnvelope: it has 1 to 253 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit. Choose another name.',
  ]);
});

test("no object, and too many", () => {
  expect(findingsOf([])).toEqual(["objects: is empty, and an envelope holds 1 to 50; name at least one."]);
  expect(findingsOf(many(51, (i) => role(`${i}`)))).toEqual([
    "objects: has 51 objects, and an envelope holds 50 at most; put the others into another one.",
  ]);
});

test("an object that stands twice, an envelope, and objects of namespaces", () => {
  const of = (apiVersion: string, kind: string, metadata: KubernetesObject["metadata"] = { name: "a" }) => ({
    apiVersion,
    kind,
    metadata,
  });
  expect(
    findingsOf([
      role("a"),
      role("a"),
      of("placement.kubernetes-fleet.io/v1beta1", "ClusterResourceEnvelope"),
      of("v1", "ResourceQuota"),
      of("example.com/v1", "Widget", { name: "a", namespace: "store" }),
      of("example.com/v1", "Gadget"),
    ]),
  ).toEqual([
    'objects[1]: ClusterRole "a" stands twice; leave one of them out.',
    'objects[2]: ClusterResourceEnvelope "a" is an envelope, which does nothing on a member; name what it holds.',
    'objects[3]: ResourceQuota "a" is in a namespace, and a ClusterResourceEnvelope holds objects that are in none; put it into a ResourceEnvelope.',
    'objects[4]: Widget "a" is in a namespace, and a ClusterResourceEnvelope holds objects that are in none; put it into a ResourceEnvelope.',
  ]);
});
