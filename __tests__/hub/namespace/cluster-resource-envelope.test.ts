import { ClusterResourceEnvelope, type KubernetesObject, Password } from "../../../lib";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import { dependenciesOf, unknown } from "../fixtures";

const RBAC = "rbac.authorization.k8s.io/v1";
const role = (name: string): KubernetesObject => ({
  apiVersion: RBAC,
  kind: "ClusterRole",
  metadata: { name },
  rules: [],
});

/** What is in the envelope of a manifest: it is a map, as the API has it, of what a local value holds. */
function dataOf(stack: StackJson, path: string): unknown {
  const { manifest } = resources(stack, "kubernetes_manifest")[path] as { manifest: { data: string } };
  const [, local = ""] = /^\$\{tomap\(local\.(.*)\)\}$/.exec(manifest.data) ?? [];
  return (stack as unknown as { locals: Record<string, unknown> }).locals[local];
}

function manifestOf(stack: StackJson, path: string) {
  return resources(stack, "kubernetes_manifest")[path]?.manifest as { metadata: { name: string } };
}

test("an envelope for each object, without a status and with what looks like Terraform's", () => {
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
  expect(manifestOf(stack, "Envelope/ClusterRole-reader")).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1beta1",
    kind: "ClusterResourceEnvelope",
    metadata: { name: "roles-clusterrole-reader" },
    data: expect.any(String),
  });
  expect(dataOf(stack, "Envelope/ClusterRole-reader")).toEqual({
    "ClusterRole-reader": {
      apiVersion: RBAC,
      kind: "ClusterRole",
      metadata: { name: "reader", annotations: { description: "$${HOME} %%{x}" } },
    },
  });
  expect(manifestOf(stack, "Envelope/ClusterRole.example.com-reader").metadata).toEqual({
    name: "roles-clusterrole.example.com-reader",
  });
  expect(dataOf(stack, "Envelope/ClusterRole.example.com-reader")).toEqual({
    "ClusterRole.example.com-reader": {
      apiVersion: "example.com/v1",
      kind: "ClusterRole",
      metadata: { name: "reader" },
    },
  });
  expect(dependenciesOf(stack, "Envelope/ClusterRole-reader")).toEqual(["Password/Resource"]);
});

describe("the envelope of an object whose name can't be part of its own", () => {
  const nameFor = (object: KubernetesObject, name = "roles") => {
    const stack = synthStack((scope) => {
      const { selectors } = new ClusterResourceEnvelope(scope, "Envelope", { name, objects: [object] });
      expect(selectors).toEqual([
        {
          group: "placement.kubernetes-fleet.io",
          version: "v1beta1",
          kind: "ClusterResourceEnvelope",
          name: expect.any(String),
        },
      ]);
    });
    const [manifest] = Object.values(resources(stack, "kubernetes_manifest"));
    return (manifest as { manifest: { metadata: { name: string } } }).manifest.metadata.name;
  };

  test.each([
    ["colons", "system:node:reader"],
    ["capitals", "Reader"],
    ["periods where none can be", "a..b"],
    ["many characters", "a".repeat(200)],
  ])("has a hash: %s", (_what, objectName) => {
    const name = nameFor(role(objectName));
    expect(name).toMatch(/^roles-clusterrole-[a-z0-9]([-a-z0-9]*[a-z0-9])?-[0-9a-f]{8}$/);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(nameFor(role(objectName))).toBe(name);
    // What differs in what is left out is another.
    expect(nameFor(role(`${objectName}x`))).not.toBe(name);
    expect(nameFor(role(objectName), "rules")).not.toBe(name);
  });

  test("has none where that is as long as a name can be", () => {
    expect(nameFor(role("a".repeat(45)))).toBe(`roles-clusterrole-${"a".repeat(45)}`);
  });
});

function findingsOf(objects: readonly KubernetesObject[], name = "roles"): string[] {
  return findings((scope) => {
    new ClusterResourceEnvelope(scope, "Envelope", { name, objects });
  }).map((finding) => finding.replace("stack/Envelope: ", ""));
}

test("as many as there are, and a name that only Terraform knows", () => {
  expect(
    findingsOf(
      Array.from({ length: 60 }, (_, i) => role(`${i}`)),
      "a".repeat(63),
    ),
  ).toEqual([]);
  expect(
    findings((scope) => {
      const name = unknown(scope, "name");
      new ClusterResourceEnvelope(scope, "Envelope", { name, objects: [role("a")] });
    }),
  ).toEqual([]);
});

test("objects whose names only Terraform knows", () => {
  expect(
    findings((scope) => {
      const objects = [role(unknown(scope, "one")), role(unknown(scope, "two"))];
      new ClusterResourceEnvelope(scope, "Envelope", { name: "roles", objects });
    }),
  ).toEqual([
    expect.stringMatching(/^stack\/Envelope: objects\[0\]: .* known only after apply/),
    expect.stringMatching(/^stack\/Envelope: objects\[1\]: .* known only after apply/),
  ]);
});

test("the name, which the fleet keeps in a label", () => {
  expect(findingsOf([role("a")], "Roles")).toEqual([
    'name: Kubernetes refuses "Roles" as the name of a ClusterResourceEnvelope, which has 1 to 63 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.',
  ]);
  expect(findingsOf([role("a")], "a".repeat(64))).toHaveLength(1);
});

test("no object", () => {
  expect(findingsOf([])).toEqual(["objects: is empty; add an object."]);
});

test("envelopes of two sets that would be one", () => {
  expect(
    findings((scope) => {
      new ClusterResourceEnvelope(scope, "One", { name: "a", objects: [role("x-clusterrole-y")] });
      new ClusterResourceEnvelope(scope, "Two", { name: "a-clusterrole-x", objects: [role("y")] });
    }),
  ).toEqual([
    expect.stringMatching(
      /^stack\/One: name: ClusterResourceEnvelope "a-clusterrole-x-clusterrole-y" is also/,
    ),
    expect.stringMatching(
      /^stack\/Two: name: ClusterResourceEnvelope "a-clusterrole-x-clusterrole-y" is also/,
    ),
  ]);
});

test("what would not reach the hub as it is", () => {
  const rules = [{ verbs: ["get", null, undefined], n: [2 ** 53, -1e300, Number.NaN, 2 ** 53 - 1, 0.5] }];
  const more = { when: new Date(0), big: 2n ** 70n, ok: [true, "", {}, [[]]], none: null };
  expect(findingsOf([{ ...role("a"), apiVersion: "example.com/v1", rules, more }])).toEqual(
    expect.arrayContaining([
      'objects[0]: ClusterRole "a", rules[0].verbs[1]: is null, which Terraform drops from lists; remove it, or set a value.',
      'objects[0]: ClusterRole "a", rules[0].verbs[2]: is undefined, which Terraform drops from lists; remove it, or set a value.',
      'objects[0]: ClusterRole "a", rules[0].n[0]: 9007199254740992 is an integer beyond 2^53, which JSON can\'t represent exactly; use a string, or a smaller number.',
      'objects[0]: ClusterRole "a", rules[0].n[1]: -1e+300 is an integer beyond 2^53, which JSON can\'t represent exactly; use a string, or a smaller number.',
      'objects[0]: ClusterRole "a", rules[0].n[2]: is NaN, which JSON can\'t represent; use a string, a finite number, true, false, a list or an object.',
      expect.stringMatching(/^objects\[0\]: ClusterRole "a", more\.when: is Thu Jan 01 1970.*, which JSON /),
      expect.stringMatching(/^objects\[0\]: ClusterRole "a", more\.big: is 1180591620717411303424, /),
    ]),
  );
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
    'objects[1]: ClusterRole "a" is listed twice; remove one of them.',
    'objects[2]: ClusterResourceEnvelope "a" is an envelope, which has no effect on a member; list its objects instead.',
    'objects[3]: ResourceQuota "a" is namespaced, but a ClusterResourceEnvelope takes only cluster-scoped objects; put it into a ResourceEnvelope.',
    'objects[4]: Widget "a" is namespaced, but a ClusterResourceEnvelope takes only cluster-scoped objects; put it into a ResourceEnvelope.',
  ]);
});
