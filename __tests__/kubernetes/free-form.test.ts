import { unplannable } from "../../lib/kubernetes/free-form";
import type { KubernetesObject } from "../../lib/kubernetes/kubernetes-object";

const FREE = { "x-kubernetes-preserve-unknown-fields": true };
const list = (items: object) => ({ type: "array", items });
const struct = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const name = { type: "string" };
const steps = list(struct({ name, value: FREE }));

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "things.example.com" },
  spec: {
    group: "example.com",
    names: { kind: "Thing" },
    versions: [
      {
        name: "v1",
        schema: {
          openAPIV3Schema: struct({
            spec: struct({
              rules: list(struct({ steps })),
              named: list(struct({ steps: list(name), value: FREE })),
              nullable: list(struct({ steps: list(struct({ name: { ...name, nullable: true } })) })),
              ports: list(struct({ steps: list({ "x-kubernetes-int-or-string": true }) })),
              open: list(struct({ value: { type: "object" } })),
              mixed: list(struct({ steps: list(struct({ name })) }, FREE)),
              deep: list(struct({ rules: list(struct({ steps })) })),
              bag: { type: "object", additionalProperties: struct({ steps }) },
              steps,
            }),
          }),
        },
      },
    ],
  },
} as KubernetesObject;

const thing = (spec: object, apiVersion = "example.com/v1"): KubernetesObject => ({
  apiVersion,
  kind: "Thing",
  metadata: { name: "a" },
  spec,
});
const step = { name: "a", value: { b: 1 } };

// Each was planned with the provider: these it crashed over.
test.each<[object, string, number]>([
  [{ rules: [{ steps: [step, step] }] }, "spec.rules[0].steps", 2],
  [{ rules: [{ steps: [] }] }, "spec.rules[0].steps", 0],
  [{ deep: [{ rules: [{ steps: [step] }, { steps: [step] }] }] }, "spec.deep[0].rules", 2],
  [{ deep: [{ rules: [{ steps: [step, step] }] }] }, "spec.deep[0].rules[0].steps", 2],
  [{ bag: { a: { steps: [step, step] } } }, "spec.bag.a.steps", 2],
])("%j can't be planned", (spec, path, items) => {
  expect(unplannable(thing(spec), definition)).toEqual({ path, items });
});

test.each<[object]>([
  [{ rules: [{ steps: [step] }] }],
  [{ rules: [{ steps: [step, step] }, { steps: [] }] }],
  [{ deep: [{ rules: [{ steps: [step, step] }] }, { rules: [] }] }],
  [{ steps: [step, step] }],
  [{ named: [{ steps: ["a", "b"], value: [1, 2] }] }],
  [{ nullable: [{ steps: [{ name: "a" }, { name: "b" }] }] }],
  [{ ports: [{ steps: [1, "b"] }] }],
  [{ open: [{ value: { list: [1, 2] } }] }],
  [{ mixed: [{ steps: [{ name: "a" }, { name: "b" }] }] }],
  [{ bag: { a: { steps: [step] } } }],
  [{ unknown: [{ steps: [step, step] }] }],
])("%j can be planned", (spec) => {
  expect(unplannable(thing(spec), definition)).toBeUndefined();
});

test("of a version without a schema nothing is known", () => {
  const spec = { rules: [{ steps: [step, step] }] };
  expect(unplannable(thing(spec, "example.com/v2"), definition)).toBeUndefined();
  expect(unplannable(thing(spec), { ...definition, spec: {} })).toBeUndefined();
});
