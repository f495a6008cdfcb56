import type { KubernetesObject } from "../../lib/kubernetes/kubernetes-object";
import { normalizeManifest } from "../../lib/kubernetes/normalize";
import { parseManifests } from "../../lib/kubernetes/read-manifests";

/** What is sent of the objects of a YAML text, and the ids of what is said of them, with their paths. */
function read(yaml: string): { sent: Record<string, unknown>[]; said: string[] } {
  const { found, findings } = parseManifests(yaml, "f.yaml");
  const all = found.map(({ object }) => normalizeManifest(object as KubernetesObject));
  return {
    sent: all.map(({ manifest }) => manifest),
    said: [...findings, ...all.flatMap((one) => one.findings)].map((text) => {
      const [, path, id] = /^(.*?): .*\[([-\w]+)\]$/s.exec(text) ?? [];
      return `${path} ${id}`;
    }),
  };
}

function only(sent: Record<string, unknown>[]): Record<string, unknown> {
  expect(sent).toHaveLength(1);
  return sent[0] as Record<string, unknown>;
}

function pod(container: string, more = ""): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: c, image: nginx, ${container} }], ${more} } } }
`;
}

function definition(schema: string, more = ""): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec: { group: example.com, names: { kind: Thing, plural: things }, scope: Namespaced, ${more} versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: ${schema} } }] }
`;
}

const schemaOf = (yaml: string) => {
  const { sent, said } = read(yaml);
  expect(said).toEqual([]);
  type Spec = { versions: [{ schema: { openAPIV3Schema: unknown } }] };
  const { versions, ...spec } = only(sent).spec as Spec;
  return { schema: versions[0].schema.openAPIV3Schema, spec };
};

const podSpec = (yaml: string) => {
  const { sent, said } = read(yaml);
  expect(said).toEqual([]);
  return (only(sent).spec as { template: { spec: unknown } }).template.spec;
};

describe("zero", () => {
  test("is left out where the API tells it from nothing by no pointer, and stays where it does", () => {
    const spec = podSpec(
      pod(
        'volumeMounts: [{ name: v, mountPath: /d, subPath: "", readOnly: false }], securityContext: { runAsUser: 0, privileged: false }, livenessProbe: { initialDelaySeconds: 0 }, workingDir: ""',
        'hostNetwork: false, terminationGracePeriodSeconds: 0, priorityClassName: "", automountServiceAccountToken: false, volumes: [{ name: v, emptyDir: { medium: "" } }]',
      ),
    );
    expect(spec).toEqual({
      containers: [
        {
          name: "c",
          image: "nginx",
          volumeMounts: [{ name: "v", mountPath: "/d" }],
          securityContext: { runAsUser: 0, privileged: false },
          livenessProbe: {},
        },
      ],
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      volumes: [{ name: "v", emptyDir: {} }],
    });
  });

  test("is what null means in a map of texts, in a list of texts, and in resources", () => {
    expect(
      podSpec(pod("args: [null, x], resources: { limits: { cpu: null } }", "nodeSelector: { x: null }")),
    ).toEqual({
      containers: [{ name: "c", image: "nginx", args: ["", "x"], resources: { limits: { cpu: "0" } } }],
      nodeSelector: { x: "" },
    });
  });

  test("as a target port is the port", () => {
    const { sent } = read(
      "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { clusterIP: '', ports: [{ port: 80, targetPort: 0, nodePort: 0 }, { port: 81, targetPort: web }] }\n",
    );
    expect(sent[0]?.spec).toEqual({ ports: [{ port: 80 }, { port: 81, targetPort: "web" }] });
  });
});

describe("a definition's schema", () => {
  test("has no quantities, whatever its fields are called", () => {
    const fields = "{ requests: { type: integer, minimum: 0, maximum: 1000 }, limits: { default: 1000m } }";
    const schema = `{ type: object, properties: ${fields} }`;
    expect(schemaOf(definition(schema)).schema).toEqual({
      type: "object",
      properties: { requests: { type: "integer", minimum: 0, maximum: 1000 }, limits: { default: "1000m" } },
    });
  });

  test("loses what the API drops, and keeps the rest: an empty default, an empty schema", () => {
    const schema =
      '{ type: object, properties: { a: { type: object, properties: {}, x-kubernetes-preserve-unknown-fields: true }, b: { type: array, items: { type: string }, default: [] }, c: {}, d: { additionalProperties: {} }, e: { additionalProperties: false }, f: { default: "" }, g: { default: {} }, h: { default: false }, i: { nullable: false, minLength: 0, required: [] }, j: { items: [{ type: string }] } } }';
    expect(schemaOf(definition(schema, "preserveUnknownFields: false,"))).toEqual({
      schema: {
        type: "object",
        properties: {
          a: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          b: { type: "array", items: { type: "string" }, default: [] },
          c: {},
          d: { additionalProperties: {} },
          e: { additionalProperties: false },
          f: { default: "" },
          g: { default: {} },
          h: { default: false },
          i: { minLength: 0 },
          j: { items: [{ type: "string" }] },
        },
      },
      spec: { group: "example.com", names: { kind: "Thing", plural: "things" }, scope: "Namespaced" },
    });
  });
});

test("a custom resource is sent word for word, but for what every object has", () => {
  const yaml = `apiVersion: example.com/v1
kind: Thing
metadata: { name: a, uid: x, creationTimestamp: 2024-05-01T10:00:00Z, labels: {} }
spec: { limits: { cpu: 1000m }, empty: "", none: [], map: {}, flag: false, zero: 0, gone: null, big: 9007199254740993 }
status: { ready: true }
`;
  expect(read(yaml)).toEqual({
    sent: [
      {
        apiVersion: "example.com/v1",
        kind: "Thing",
        metadata: { name: "a" },
        spec: {
          limits: { cpu: "1000m" },
          empty: "",
          none: [],
          map: {},
          flag: false,
          zero: 0,
          big: 9007199254740993n,
        },
      },
    ],
    said: [],
  });
});

test("a Secret's base64 may be in lines", () => {
  const yaml =
    "apiVersion: v1\nkind: Secret\nmetadata: { name: tls }\ndata:\n  cert: |\n    aGVsbG8gd29ybGQgdGhpcyBpcyBsb25n\n    YWJj\n  none: ''\n";
  const { sent, said } = read(yaml);
  expect(said).toEqual([]);
  expect(sent[0]?.data).toEqual({ cert: "aGVsbG8gd29ybGQgdGhpcyBpcyBsb25nYWJj", none: "" });
});

test("what kubectl get prints is read without what only the API writes", () => {
  const yaml = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  uid: 0d1c2b3a-0000-4000-8000-000000000000
  resourceVersion: "12345"
  generation: 3
  creationTimestamp: "2024-05-01T10:00:00Z"
  selfLink: /a
  managedFields: [{ manager: kubectl, operation: Update }]
  annotations: { kubectl.kubernetes.io/last-applied-configuration: "{}", mine: a }
data: { a: b }
`;
  expect(read(yaml)).toEqual({
    sent: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", annotations: { mine: "a" } },
        data: { a: "b" },
      },
    ],
    said: [],
  });
});

describe("what the API would refuse", () => {
  test.each<[string, string, string[]]>([
    [
      "a field that is misspelt, also in a list",
      pod("resource: { limits: { cpu: 1 } }"),
      ["spec.template.spec.containers[0].resource manifest-field-unknown"],
    ],
    [
      "a field in the wrong case",
      "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80, targetport: 8080 }] }\n",
      ["spec.ports[0].targetport manifest-field-unknown"],
    ],
    [
      "numbers where texts must be",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { version: 1.10, commit: 72225e2 } }\ndata: { a: 1.10, b: true }\n",
      [
        "metadata.labels.version manifest-field-type",
        "metadata.labels.commit manifest-field-type",
        "data.a manifest-field-type",
        "data.b manifest-field-type",
      ],
    ],
    [
      "texts where numbers and booleans must be",
      pod('stdin: "true", livenessProbe: { periodSeconds: "5" }'),
      [
        "spec.template.spec.containers[0].stdin manifest-field-type",
        "spec.template.spec.containers[0].livenessProbe.periodSeconds manifest-field-type",
      ],
    ],
    [
      "a quantity that is none, base64 that is none",
      `${pod("resources: { limits: { memory: 1GB } }")}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { a: "?" }\n`,
      [
        "spec.template.spec.containers[0].resources.limits.memory manifest-field-type",
        "data.a manifest-field-type",
      ],
    ],
    [
      "an environment variable twice, a port twice by its default protocol",
      pod(
        "env: [{ name: A, value: x }, { name: B }, { name: A }], ports: [{ containerPort: 80 }, { containerPort: 80, protocol: UDP }, { containerPort: 80, protocol: TCP }]",
      ),
      [
        "spec.template.spec.containers[0].env[2] manifest-item-twice",
        "spec.template.spec.containers[0].ports[2] manifest-item-twice",
      ],
    ],
    [
      "a finalizer twice",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, finalizers: [a/b, a/b] }\n",
      ["metadata.finalizers[1] manifest-item-twice"],
    ],
    [
      "a version that is no longer served",
      "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: a }\nspec: {}\n",
      ["apiVersion manifest-kind-gone"],
    ],
    [
      "a kind that is misspelt",
      "apiVersion: apps/v1\nkind: Deploymnet\nmetadata: { name: a }\n",
      ["kind manifest-kind-unknown"],
    ],
    [
      "null in a list that has no type",
      "apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: a }\nspec: { list: [a, null] }\n",
      ["spec.list[1] manifest-field-type"],
    ],
    [
      "more data than a ConfigMap takes",
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: ${"x".repeat(2 ** 20 + 1)} }\n`,
      ["data manifest-too-large"],
    ],
    [
      "more than etcd takes of the hub's copies, which are JSON",
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "${"<".repeat(2 ** 19)}" }\n`,
      ["the object manifest-too-large"],
    ],
    [
      "more annotations than an object takes",
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { a: ${"x".repeat(2 ** 18)} } }\n`,
      ["metadata.annotations manifest-too-large"],
    ],
  ])("%s", (_case, yaml, said) => {
    expect(read(yaml).said).toEqual(said);
  });
});

test("the message names the field that was meant", () => {
  const { found } = parseManifests(pod("resource: {}"), "f.yaml");
  const { findings } = normalizeManifest(found[0]?.object as KubernetesObject);
  expect(findings[0]).toContain('use "resources"');
});
