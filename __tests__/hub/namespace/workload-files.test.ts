import { ClusterResourcePlacement, Namespace, PlacementPolicy, type WorkloadsOptions } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { fleetWith } from "../fixtures";

// Files as people have them, from YAML to what Terraform is given.

type Json = Record<string, unknown>;

function apply(yaml: string, options: WorkloadsOptions = {}) {
  return (stack: Parameters<Parameters<typeof synthStack>[0]>[0]) => {
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "shop" });
    namespace.addWorkloads("Files", { yaml: [yaml], ...options });
    new ClusterResourcePlacement(stack, "Placement", { namespace, policy: PlacementPolicy.all() });
  };
}

/** What is sent, by what it is called in its construct. */
function sent(yaml: string, options?: WorkloadsOptions): Record<string, Json> {
  const all = resources(synthStack(apply(yaml, options)), "kubernetes_manifest");
  return Object.fromEntries(
    Object.entries(all).map(([path, { manifest }]) => [
      path.replace("Namespace/Files/", ""),
      manifest as Json,
    ]),
  );
}

const said = (yaml: string) => findings(apply(yaml));

const deployment = (container: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: "example.com/api:2", ${container} }] }
`;
const container = (yaml: string) => {
  const { spec } = sent(deployment(yaml))["Deployment-api"] as {
    spec: { template: { spec: { containers: Json[] } } };
  };
  const { name: _, image: __, imagePullPolicy: ___, ...rest } = spec.template.spec.containers[0] ?? {};
  return rest;
};
const definition = (spec: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: quotas.example.com }\nspec: { group: example.com, names: { kind: Quota, plural: quotas }, scope: Namespaced, ${spec} }\n`;
const schema = (properties: string) =>
  `versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { ${properties} } } } } } }]`;
const schemaSent = (properties: string) => {
  const { spec } = sent(definition(schema(properties)))["CustomResourceDefinition-quotas.example.com"] as {
    spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: { properties: Json } } } } }[] };
  };
  return spec.versions[0]?.schema.openAPIV3Schema.properties.spec.properties;
};
const configMap = (data: string, metadata = "") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings${metadata} }\ndata: ${data}\n`;

describe("are sent as kubectl would send them", () => {
  test("objects of two kinds that take effect on the hub, each in an envelope of its own", () => {
    const names = Object.keys(
      sent(
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: viewer }\nrules: [{ apiGroups: [""], resources: [pods], verbs: [list] }]\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: open }\nspec: { podSelector: {}, ingress: [{}] }\n`,
        { envelope: "policies" },
      ),
    );
    expect(names).toContain("ResourceEnvelope/Role-viewer");
    expect(names).toContain("ResourceEnvelope/NetworkPolicy-open");
  });

  test("what is in no namespace is placed with what needs it", () => {
    const all = sent(
      `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: urgent }\nvalue: 7\n---\n${deployment("")}`,
    );
    expect(all["Placement/Resource"]).toMatchObject({
      spec: {
        resourceSelectors: expect.arrayContaining([
          expect.objectContaining({ kind: "PriorityClass", name: "urgent" }),
        ]),
      },
    });
  });

  test("a custom resource that is in no namespace, where that is said", () => {
    const all = sent(
      "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: { name: own }\nspec: { selfSigned: {} }\n---\napiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: { name: vault }\nspec: { provider: {} }\n",
      { clusterScopedKinds: ["ClusterSecretStore.external-secrets.io"] },
    );
    expect(all["ClusterIssuer.cert-manager.io-own"]?.metadata).toEqual({ name: "own" });
    expect(all["ClusterSecretStore.external-secrets.io-vault"]?.metadata).toEqual({ name: "vault" });
  });

  test("a definition, with whatever its fields are called", () => {
    const properties =
      "requests: { type: integer, minimum: 0, maximum: 1000 }, limits: { type: object, properties: {} }, hosts: { type: array, items: { type: string }, default: [] }";
    expect(schemaSent(properties)).toEqual({
      requests: { type: "integer", minimum: 0, maximum: 1000 },
      limits: { type: "object" },
      hosts: { type: "array", items: { type: "string" }, default: [] },
    });
    const { spec } = sent(definition(`preserveUnknownFields: false, ${schema("a: { type: string }")}`))[
      "CustomResourceDefinition-quotas.example.com"
    ] as { spec: Json };
    expect(spec).not.toHaveProperty("preserveUnknownFields");
  });

  test("what the API leaves out", () => {
    expect(container('volumeMounts: [{ name: a, mountPath: /a, subPath: "" }]')).toEqual({
      volumeMounts: [{ name: "a", mountPath: "/a" }],
    });
    expect(
      sent(
        configMap(
          "{ a: b }",
          ', uid: 7e0b5d5c-0000-4000-8000-000000000000, resourceVersion: "77", generation: 2, creationTimestamp: "2025-02-03T04:05:06Z"',
        ),
      )["ConfigMap-settings"],
    ).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "shop" },
      data: { a: "b" },
    });
  });

  test("quantities in the API's form", () => {
    expect(
      container(
        'resources: { limits: { memory: 1.7Gi, cpu: "2.5" }, requests: { memory: 2048Ki, cpu: ".2" } }',
      ).resources,
    ).toEqual({
      limits: { memory: "1825361100800m", cpu: "2500m" },
      requests: { memory: "2Mi", cpu: "200m" },
    });
  });

  test("base64 in lines", () => {
    const secret =
      "apiVersion: v1\nkind: Secret\nmetadata: { name: key }\ndata:\n  key: |\n    YSBrZXkgdGhhdCBpcyBsb25n\n    ZXIgdGhhbiBhIGxpbmU=\n";
    expect(sent(secret)["Secret-key"]?.data).toEqual({
      key: Buffer.from("a key that is longer than a line").toString("base64"),
    });
  });

  test("lists of every kind, in one another", () => {
    const list =
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMapList\n  items: [{ metadata: { name: one } }, { metadata: { name: two } }]\n";
    expect(Object.keys(sent(list))).toEqual(expect.arrayContaining(["ConfigMap-one", "ConfigMap-two"]));
  });

  test("texts that look like numbers, and numbers as kubectl reads them", () => {
    expect(sent(configMap("{ commit: 77225e99999 }"))["ConfigMap-settings"]?.data).toEqual({
      commit: "77225e99999",
    });
    const { spec } = sent(
      deployment("").replace(
        "spec: { containers",
        "spec: { volumes: [{ name: s, secret: { secretName: s, defaultMode: 0o400 } }], containers",
      ),
    )["Deployment-api"] as { spec: { template: { spec: Json } } };
    expect(spec.template.spec.volumes).toEqual([
      { name: "s", secret: { secretName: "s", defaultMode: 256 } },
    ]);
  });

  test("templates of shells, charts and others, also in one another", () => {
    const script = "x=${2:-${FALLBACK}} ${A_${x}} $${PATH} %{url} {{ .Values.y }}";
    expect(sent(configMap(`{ run: '${script}' }`))["ConfigMap-settings"]?.data).toEqual({
      run: "x=$${2:-$${FALLBACK}} $${A_$${x}} $$${PATH} %%{url} {{ .Values.y }}",
    });
  });
});

describe("are refused as the API would refuse them", () => {
  test.each<[string, string, RegExp]>([
    [
      "numbers in maps of texts",
      configMap("{ ratio: 2.50 }"),
      /data\.ratio: is the number 2\.5, but must be a string/,
    ],
    [
      "numbers in labels",
      configMap("{ a: b }", ", labels: { release: 2.10 }"),
      /metadata\.labels\.release: is the number 2\.1, but must be a string/,
    ],
    [
      "a misspelt field in a list",
      deployment("imagePullPolice: Always"),
      /spec\.template\.spec\.containers\[0\]\.imagePullPolice: .* use "imagePullPolicy"/,
    ],
    [
      "a misspelt field of a port",
      "apiVersion: v1\nkind: Service\nmetadata: { name: api }\nspec: { ports: [{ port: 80, TargetPort: 81 }] }\n",
      /spec\.ports\[0\]\.TargetPort: .* use "targetPort"/,
    ],
    [
      "a variable that stands twice",
      deployment('env: [{ name: B, value: "1" }, { name: B, value: "2" }]'),
      /containers\[0\]\.env\[1\]: name "B" is also/,
    ],
    [
      "a port that stands twice",
      deployment("ports: [{ containerPort: 80 }, { containerPort: 80 }]"),
      /containers\[0\]\.ports\[1\]: containerPort 80, protocol "TCP" is also/,
    ],
    [
      "a hook",
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, annotations: { helm.sh/hook: "pre-upgrade" } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: "a:1" }] } } }\n',
      /Job "migrate".*leaveOut/,
    ],
  ])("%s", (_case, yaml, text) => {
    expect(said(yaml)).toEqual([expect.stringMatching(text)]);
  });
});
