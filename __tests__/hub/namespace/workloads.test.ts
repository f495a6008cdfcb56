import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { ApiObject, App as Cdk8sApp, Chart } from "cdk8s";
import { Fn, Lazy, TerraformStack, Token } from "cdktf";
import {
  ClusterResourcePlacement,
  Fleet,
  type KubernetesObject,
  Namespace,
  PlacementPolicy,
  type WorkloadsOptions,
} from "../../../lib";
import { FLEET_ID } from "../../existing";
import { findings, readStack, resources, type StackJson, synthApp, synthStack } from "../../synth";
import { dependenciesOf, fleetWith, namespaceWith, service, unknown, yamlFile } from "../fixtures";

const PATH = "stack/Namespace/Workloads";

function configMap(name: string, rest = "data: { a: b }"): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${rest}\n`;
}

function synth(...files: string[]): StackJson {
  return synthStack((stack) => {
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
    namespace.addWorkloads("Workloads", { files: files.map(yamlFile) });
  });
}

/** The manifests of the workloads, by their ids. */
function manifests(stack: StackJson): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(resources(stack, "kubernetes_manifest"))
      .filter(([path]) => path.startsWith("Namespace/Workloads/"))
      .map(([path, { manifest }]) => [path.replace("Namespace/Workloads/", ""), manifest]),
  );
}

/** What is said of files, which are called a.yaml, b.yaml. */
function findingsOf(...files: string[]): string[] {
  const paths = files.map(yamlFile);
  const found = findings((stack) => {
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
    namespace.addWorkloads("Workloads", { files: paths });
  });
  return found.map((text) =>
    paths.reduce((left, path, index) => left.replaceAll(path, `${"abc"[index]}.yaml`), text),
  );
}

describe("the objects of a file", () => {
  test("are one resource each, in the namespace, after it", () => {
    const stack = synth(`${configMap("a")}---\n${service("web")}`);
    const all = resources(stack, "kubernetes_manifest");
    expect(Object.keys(all).sort()).toEqual([
      "Namespace/Resource",
      "Namespace/Workloads/ConfigMap-a",
      "Namespace/Workloads/Service-web",
    ]);
    const [namespaceId] = Object.keys(stack.resource.kubernetes_manifest ?? {});
    expect(all["Namespace/Workloads/ConfigMap-a"]).toEqual({
      manifest: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", namespace: "store" },
        data: { a: "b" },
      },
      timeouts: { delete: "30m" },
      // A change by hand on the hub must not stop every later apply.
      field_manager: { force_conflicts: true },
      depends_on: [`kubernetes_manifest.${namespaceId}`],
    });
    expect(all["Namespace/Workloads/Service-web"]?.manifest).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "store" },
      spec: { ports: [{ port: 80, targetPort: 80 }], internalTrafficPolicy: "Cluster" },
    });
  });

  test("have ids that don't depend on their order, nor on the file that they are in", () => {
    const ids = (stack: StackJson) => Object.keys(stack.resource.kubernetes_manifest ?? {}).sort();
    const expected = ids(synth(`${configMap("a")}---\n${configMap("b")}---\n${service("a")}`));
    expect(expected).toHaveLength(4);
    expect(ids(synth(`${service("a")}---\n${configMap("b")}---\n${configMap("a")}`))).toEqual(expected);
    expect(ids(synth(configMap("b"), `---\n# moved\n---\n${service("a")}---\n${configMap("a")}`))).toEqual(
      expected,
    );
    const more = ids(
      synth(`${configMap("aa")}---\n${configMap("a")}---\n${configMap("b")}---\n${service("a")}`),
    );
    expect(more).toEqual(expect.arrayContaining(expected));
    expect(more).toHaveLength(5);
  });

  test("are sent in the API's form, with templates escaped", () => {
    const deployment =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d, creationTimestamp: null }\nspec: { template: { spec: { containers: [{ name: c, args: ['${HOME}'], command: [], resources: { limits: { cpu: 1000m } } }] } } }\nstatus: {}\n";
    expect(manifests(synth(deployment))).toEqual({
      "Deployment-d": {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "d", namespace: "store" },
        spec: {
          strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
          template: {
            spec: { containers: [{ name: "c", args: ["$${HOME}"], resources: { limits: { cpu: "1" } } }] },
          },
        },
      },
    });
  });

  test("that name the namespace already stay in it", () => {
    const yaml = configMap("a").replace("name: a", "name: a, namespace: store");
    expect(findingsOf(yaml)).toEqual([]);
    expect(manifests(synth(yaml))["ConfigMap-a"]).toHaveProperty("metadata", {
      name: "a",
      namespace: "store",
    });
  });

  test("that are in no namespace get none, even where they name the namespace", () => {
    const volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: v, namespace: store }\n";
    expect(manifests(synth(volume))["PersistentVolume-v"]).toHaveProperty("metadata", { name: "v" });
  });

  test("of custom kinds are where their definition says, which is of a stack before", () => {
    const definition = (kind: string, scope: string) =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${kind} }\nspec: { group: example.com, scope: ${scope}, names: { kind: ${kind} } }\n`;
    const custom = (kind: string) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: c }\n`;
    const stack = synthApp(
      (app) => {
        const first = new TerraformStack(app, "first");
        new KubernetesProvider(first, "kubernetes");
        const second = new TerraformStack(app, "second");
        new KubernetesProvider(second, "kubernetes");
        second.addDependency(first);
        const fleet = Fleet.fromFleetId(app, "Fleet", FLEET_ID);
        new Namespace(first, "Namespace", { fleet, name: "definitions" }).addWorkloads("Workloads", {
          files: [
            yamlFile([definition("Wide", "Cluster"), definition("Narrow", "Namespaced")].join("---\n")),
          ],
        });
        new Namespace(second, "Namespace", { fleet, name: "store" }).addWorkloads("Workloads", {
          files: [yamlFile(["Wide", "Narrow", "Other"].map(custom).join("---\n"))],
        });
      },
      (outdir) => readStack(outdir, "second"),
    );
    const all = manifests(stack) as Record<string, { metadata: unknown }>;
    expect(Object.fromEntries(Object.entries(all).map(([id, { metadata }]) => [id, metadata]))).toEqual({
      "Wide.example.com-c": { name: "c" },
      "Narrow.example.com-c": { name: "c", namespace: "store" },
      "Other.example.com-c": { name: "c", namespace: "store" },
    });
  });

  test("that define or hold others come before the rest, and go after it", () => {
    const definition =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, scope: Cluster, names: { kind: Thing } }\n";
    const other = "apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n";
    const stack = synth([configMap("a"), definition, other].join("---\n"));
    expect(dependenciesOf(stack, "Namespace/Workloads/ConfigMap-a")).toEqual([
      "Namespace/Resource",
      "Namespace/Workloads/CustomResourceDefinition-things.example.com",
      "Namespace/Workloads/Namespace-other",
    ]);
    for (const id of ["CustomResourceDefinition-things.example.com", "Namespace-other"]) {
      expect(dependenciesOf(stack, `Namespace/Workloads/${id}`)).toEqual(["Namespace/Resource"]);
    }
  });

  test("of one kind and name in different groups are two", () => {
    const knative = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: web }\nspec: {}\n";
    expect(findingsOf(`${service("web")}---\n${knative}`)).toEqual([]);
  });
});

describe("what can't be applied", () => {
  const named = (apiVersion: string, kind: string, name: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n`;

  test.each([
    [
      "another namespace",
      configMap("a").replace("name: a", "name: a, namespace: other"),
      'a.yaml, document 1: ConfigMap "a" has the namespace "other", but is added to "store"; remove metadata.namespace, or add the object to "other".',
    ],
    [
      "a hook of Helm",
      named("batch/v1", "Job", "cleanup, annotations: { helm.sh/hook: pre-delete }"),
      'a.yaml, document 1: Job "cleanup" is a hook that Helm runs at "pre-delete", but here it would run immediately, on every member; leave it out, e.g. leaveOut: ["Job/cleanup"], or remove the annotation "helm.sh/hook".',
    ],
    [
      "a Pod",
      named("v1", "Pod", "p"),
      'a.yaml, document 1: Pod "p": the hub refuses Pods and ReplicaSets; use a Deployment, whose Pods are created on the members.',
    ],
    [
      "a ReplicaSet",
      named("apps/v1", "ReplicaSet", "r"),
      'a.yaml, document 1: ReplicaSet "r": the hub refuses Pods and ReplicaSets; use a Deployment, whose Pods are created on the members.',
    ],
    [
      "an object twice",
      `${configMap("a")}---\n${configMap("a")}`,
      'a.yaml, document 2: ConfigMap "a" is also in a.yaml, document 1; remove one of them.',
    ],
  ])("%s", (_case, yaml, finding) => {
    expect(findingsOf(yaml)).toEqual([`${PATH}: ${finding}`]);
  });

  test("an empty namespace counts as unset", () => {
    expect(findingsOf(configMap("a").replace("name: a", 'name: a, namespace: ""'))).toEqual([]);
  });

  test("an object twice, in two files", () => {
    expect(findingsOf(configMap("a"), configMap("a"))).toEqual([
      `${PATH}: b.yaml, document 1: ConfigMap "a" is also in a.yaml, document 1; remove one of them.`,
    ]);
  });

  test("another namespace object, a Deployment and a Service of the same name are no mistake", () => {
    const yaml = [named("v1", "Namespace", "other"), named("apps/v1", "Deployment", "a"), service("a")];
    expect(findingsOf(yaml.join("---\n"))).toEqual([]);
  });

  test("files that can't be read or parsed, with all findings together", () => {
    const broken = yamlFile(`${configMap("a")}---\na: 1\na: 2\n---\nhello\n`);
    const missing = `${broken}.missing`;
    const pod = yamlFile(named("v1", "Pod", "p"));
    expect(
      findings((stack) => {
        const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
        namespace.addWorkloads("Workloads", {
          files: [broken, missing, pod],
        });
      }),
    ).toEqual([
      expect.stringMatching(
        new RegExp(`^${PATH}: ${broken}, document 2: Map keys must be unique at line 7, column 1`),
      ),
      `${PATH}: ${broken}, document 3: is not a Kubernetes object; set its apiVersion, kind and metadata.name.`,
      `${PATH}: file: ${missing} can't be read (ENOENT); use an existing file, relative to the app's working directory.`,
      `${PATH}: ${pod}, document 1: Pod "p": the hub refuses Pods and ReplicaSets; use a Deployment, whose Pods are created on the members.`,
    ]);
  });

  test("a file in place of a list of files, once, and a path that isn't known", () => {
    const said = (files: unknown) =>
      findings((stack) => {
        const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
        namespace.addWorkloads("Workloads", { files: files as string[] });
      });
    expect(said("shop.yaml")).toEqual([
      expect.stringContaining('files: "shop.yaml" is not a list of strings'),
    ]);
    expect(said([5])).toEqual([expect.stringContaining("files[0]: 5 is not a string")]);
    expect(said([Fn.join("", ["a", Fn.uuid()])])).toEqual([
      expect.stringMatching(/file: .*known only after apply/),
    ]);
  });

  test("a custom resource in the stack of its definition, even from other workloads", () => {
    const definition =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: things.example.com }\nspec: { group: example.com, scope: Cluster, names: { kind: Thing } }\n";
    const thing = named("example.com/v1", "Thing", "t");
    const finding =
      'Thing "t" is of a kind that CustomResourceDefinition "things.example.com" defines in the same stack, but Terraform can\'t plan it until the hub knows the kind; apply the definition from an earlier stack, or put both into envelopes, whose kinds the hub doesn\'t have to know.';
    expect(findingsOf(thing, definition)).toEqual([`${PATH}: a.yaml, document 1: ${finding}`]);
    expect(
      findings((stack) => {
        const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
        namespace.addWorkloads("Workloads", { yaml: [thing] });
        namespace.addWorkloads("Later", { yaml: [definition] });
      }),
    ).toEqual([`${PATH}: yaml[0], document 1: ${finding}`]);
    // Neither a definition of another kind, nor one of the same kind in another group, is its own.
    const others = [
      definition.replace("kind: Thing", "kind: Other"),
      definition.replace(/example/g, "sample"),
    ];
    expect(
      findingsOf(thing, ...others.map((text, i) => text.replace("name: things", `name: ${i}things`))),
    ).toEqual([]);
  });

  test("a custom resource that the provider can't plan, unless there is an envelope for it", () => {
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Thing }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            rules: { type: array, items: { type: object, properties: { steps: { type: array, items: { type: object } } } } }
`;
    const thing = `${named("example.com/v1", "Thing", "t").trimEnd()}\nrules: [{ steps: [{ a: 1 }, { b: 2 }] }]\n`;
    const apply = (envelope?: string) => (stack: TerraformStack) => {
      const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
      namespace.addWorkloads("Definitions", { yaml: [definition] });
      namespace.addWorkloads("Workloads", { yaml: [thing], envelope });
    };
    expect(findings(apply())).toContainEqual(
      expect.stringMatching(
        /^stack\/Namespace\/Workloads: yaml\[0\], document 1: Thing "t": rules\[0\]\.steps has 2 items .* envelope: "custom"\.$/,
      ),
    );
    expect(Object.keys(resources(synthStack(apply("custom")), "kubernetes_manifest"))).toContain(
      "Namespace/Workloads/ResourceEnvelope/Thing.example.com-t",
    );
  });

  test("a file of no object", () => {
    expect(findingsOf("# nothing here\n")).toEqual([
      `${PATH}: a.yaml contains no objects, which \`kubectl apply\` refuses, too; add one, or remove the file.`,
    ]);
  });

  test("no sources", () => {
    expect(findingsOf()).toEqual([
      `${PATH}: files: no workloads are given; set at least one of files, yaml, objects and charts.`,
    ]);
  });
});

test("a Secret of a file goes as data, so that nothing differs from the API's answer", () => {
  const yaml = "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { a: '${b}' }\n";
  const stack = synthStack((scope) => void namespaceWith(scope, yaml));
  expect(manifests(stack)["Secret-s"]).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "store" },
    data: { a: "JHtifQ==" },
  });
});

describe("objects from code", () => {
  const given = (build: (stack: TerraformStack) => WorkloadsOptions) =>
    synthStack((stack) => {
      const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
      namespace.addWorkloads("Workloads", build(stack));
    });
  const said = (build: (stack: TerraformStack) => WorkloadsOptions) =>
    findings((stack) => {
      const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
      namespace.addWorkloads("Workloads", build(stack));
    });
  const config = (name: string, data: Record<string, unknown> = { a: "b" }): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data,
  });
  const chart = (...objects: KubernetesObject[]) => {
    const shop = new Chart(new Cdk8sApp(), "shop", { namespace: "store", labels: { team: "a" } });
    for (const object of objects) {
      new ApiObject(shop, object.metadata.name, object);
    }
    return shop;
  };

  test("from texts, objects and charts are what they would be from a file", () => {
    const expected = manifests(synth(`${configMap("a")}---\n${service("web")}`));
    const web = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { ports: [{ port: 80 }] },
    };
    expect(manifests(given(() => ({ yaml: [configMap("a"), service("web")] })))).toEqual(expected);
    expect(manifests(given(() => ({ objects: [config("a"), web] })))).toEqual(expected);
    expect(manifests(given(() => ({ objects: [config("a")], yaml: [service("web")] })))).toEqual(expected);
    const list = { apiVersion: "v1", kind: "List", metadata: { name: "" }, items: [config("a"), web] };
    expect(manifests(given(() => ({ objects: [list] })))).toEqual(expected);
  });

  test("a chart of cdk8s, and what its app writes as YAML, are the same", () => {
    const expected = {
      "ConfigMap-a": {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", namespace: "store", labels: { team: "a" } },
        data: { script: "echo $${HOME} 100%%{x}" },
      },
    };
    const shop = chart(config("a", { script: "echo ${HOME} 100%{x}" }));
    expect(manifests(given(() => ({ charts: [shop] })))).toEqual(expected);
    const app = shop.node.root as Cdk8sApp;
    expect(manifests(given(() => ({ yaml: [app.synthYaml()] })))).toEqual(expected);
  });

  test("values that only Terraform knows are references; what merely looks like one is escaped", () => {
    const stack = given((scope) => {
      const host = unknown(scope, "host");
      const objects = [
        config("a", {
          host,
          url: `https://${host}/\${path}`,
          lazy: Lazy.stringValue({ produce: () => "later" }),
          list: Lazy.listValue({ produce: () => ["one"] }),
        }),
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "d", namespace: unknown(scope, "namespace") },
          spec: {
            replicas: Token.asNumber({ resolve: () => "${var.replicas}" }),
            template: { spec: { containers: [{ resources: { limits: { cpu: host, memory: "1024Mi" } } }] } },
          },
        },
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "s" },
          stringData: { a: host, b: `"\${x}"-${host}%{y}\n` },
        },
      ];
      return { objects, charts: [chart(config("of-chart", { host }))] };
    });
    const all = manifests(stack) as Record<string, Record<string, unknown>>;
    expect(all["ConfigMap-a"]?.data).toEqual({
      host: "${var.host}",
      url: "https://${var.host}/$${path}",
      lazy: "later",
      list: ["one"],
    });
    expect(all["ConfigMap-of-chart"]?.data).toEqual({ host: "${var.host}" });
    expect(all["Deployment-d"]).toMatchObject({
      metadata: { name: "d", namespace: "store" },
      spec: {
        replicas: "${var.replicas}",
        template: {
          spec: { containers: [{ resources: { limits: { cpu: "${var.host}", memory: "1Gi" } } }] },
        },
      },
    });
    expect(all["Secret-s"]?.data).toEqual({
      a: "${base64encode(var.host)}",
      // "${x}"- and %{y}, in base64.
      b: '${base64encode(join("", [base64decode("IiR7eH0iLQ=="), var.host, base64decode("JXt5fQo=")]))}',
    });
  });

  test("are reported with their source", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } };
    const refused =
      'Pod "p": the hub refuses Pods and ReplicaSets; use a Deployment, whose Pods are created on the members.';
    const text = "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n";
    expect(said(() => ({ yaml: [configMap("a"), text] }))).toEqual([
      `${PATH}: yaml[1], document 1: ${refused}`,
    ]);
    expect(said(() => ({ objects: [config("a"), pod] }))).toEqual([`${PATH}: objects[1]: ${refused}`]);
    expect(said(() => ({ charts: [chart(config("a"), pod)] }))).toEqual([
      `${PATH}: chart "shop", object 2: ${refused}`,
    ]);
    expect(said(() => ({ charts: [{ toJson: () => [pod] }] }))).toEqual([
      `${PATH}: charts[0], object 1: ${refused}`,
    ]);
  });

  test("with missing or invalid fields", () => {
    const noObject = "is not a Kubernetes object; set its apiVersion, kind and metadata.name.";
    expect(said(() => ({ objects: [{ kind: "ConfigMap" } as never] }))).toEqual([
      `${PATH}: objects[0]: ${noObject}`,
    ]);
    const failing = {
      toJson: () => {
        throw new Error("no image given");
      },
    };
    expect(said(() => ({ charts: [chart(), failing, { toJson: () => ["hello"] }] }))).toEqual([
      `${PATH}: chart "shop" contains no objects; add one, or remove the chart.`,
      `${PATH}: charts[1]: can't be synthesized: no image given`,
      `${PATH}: charts[2], object 1: ${noObject}`,
    ]);
    const nothing = "files: no workloads are given; set at least one of files, yaml, objects and charts.";
    expect(said(() => ({}))).toEqual([`${PATH}: ${nothing}`]);
    expect(said(() => ({ objects: [], charts: [], yaml: [], files: [] }))).toEqual([`${PATH}: ${nothing}`]);
  });

  test("whose names are known only to Terraform", () => {
    expect(said((scope) => ({ objects: [config("a"), config(unknown(scope, "name"))] }))).toEqual([
      `${PATH}: objects[1]: apiVersion, kind or metadata.name is known only after apply, but they are part of its address in the state; use literal values.`,
    ]);
  });

  test("twice, from two sources", () => {
    expect(said(() => ({ objects: [config("a")], charts: [chart(config("a"))] }))).toEqual([
      `${PATH}: chart "shop", object 1: ConfigMap "a" is also in objects[0]; remove one of them.`,
    ]);
  });

  describe("and would take effect on the hub", () => {
    const HEEDED: [string, string][] = [
      ["v1", "ResourceQuota"],
      ["v1", "LimitRange"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
      ["policy/v1", "PodDisruptionBudget"],
      ["rbac.authorization.k8s.io/v1", "Role"],
      ["rbac.authorization.k8s.io/v1", "RoleBinding"],
      ["rbac.authorization.k8s.io/v1", "ClusterRole"],
      ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
      ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
      ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
      ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
      ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"],
      ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy"],
      ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding"],
      ["flowcontrol.apiserver.k8s.io/v1", "FlowSchema"],
      ["flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"],
      ["apiregistration.k8s.io/v1", "APIService"],
    ];
    const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: "x" } });

    test.each(HEEDED)("%s %s is refused without an envelope", (apiVersion, kind) => {
      expect(said(() => ({ objects: [object(apiVersion, kind)] }))).toEqual([
        `${PATH}: objects[0]: ${kind} "x" would also take effect on the hub itself; set an envelope for it, e.g. envelope: "policies".`,
      ]);
    });

    test.each([
      ["v1", "ServiceAccount"],
      ["scheduling.k8s.io/v1", "PriorityClass"],
      ["apps/v1", "Deployment"],
      ["example.com/v1", "Role"],
    ])("%s %s is not", (apiVersion, kind) => {
      expect(said(() => ({ objects: [object(apiVersion, kind)] }))).toEqual([]);
    });

    test("go into envelopes of the name that is given, one for each: of the namespace, or of none", () => {
      const objects = HEEDED.map(([apiVersion, kind]) => object(apiVersion, kind));
      const stack = given(() => ({ objects: [config("a"), ...objects], envelope: "policies" }));
      const all = manifests(stack) as Record<string, unknown>;
      expect(Object.keys(all).sort()).toEqual(
        [
          ...HEEDED.slice(6).map(([, kind]) => `ClusterResourceEnvelope/${kind}-x`),
          "ConfigMap-a",
          ...HEEDED.slice(0, 6).map(([, kind]) => `ResourceEnvelope/${kind}-x`),
        ].sort(),
      );
      expect(all["ResourceEnvelope/ResourceQuota-x"]).toMatchObject({
        kind: "ResourceEnvelope",
        metadata: { name: "policies-resourcequota-x", namespace: "store" },
      });
      expect(all["ClusterResourceEnvelope/ClusterRole-x"]).toMatchObject({
        kind: "ClusterResourceEnvelope",
        metadata: { name: "policies-clusterrole-x" },
      });
      for (const path of ["ResourceEnvelope/ResourceQuota-x", "ClusterResourceEnvelope/ClusterRole-x"]) {
        expect(dependenciesOf(stack, `Namespace/Workloads/${path}`)).toEqual(["Namespace/Resource"]);
      }
    });

    test("an envelope that nothing is for is not made", () => {
      expect(Object.keys(manifests(given(() => ({ objects: [config("a")], envelope: "policies" }))))).toEqual(
        ["ConfigMap-a"],
      );
    });

    test("what is in an envelope is checked like the rest, once", () => {
      const quota = { ...object("v1", "ResourceQuota"), metadata: { name: "q", namespace: "other" } };
      expect(said(() => ({ objects: [quota, quota], envelope: "policies" }))).toEqual([
        `${PATH}: objects[0]: ResourceQuota "q" has the namespace "other", but is added to "store"; remove metadata.namespace, or add the object to "other".`,
        `${PATH}: objects[1]: ResourceQuota "q" has the namespace "other", but is added to "store"; remove metadata.namespace, or add the object to "other".`,
        `${PATH}: objects[1]: ResourceQuota "q" is also in objects[0]; remove one of them.`,
      ]);
    });

    test("two sets that name the same envelope", () => {
      expect(
        findings((stack) => {
          const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
          const quota = object("v1", "ResourceQuota");
          namespace.addWorkloads("One", { objects: [quota], envelope: "policies" });
          namespace.addWorkloads("Two", { objects: [object("v1", "LimitRange")], envelope: "policies" });
        }),
      ).toEqual([
        'stack/Namespace/One/ResourceEnvelope: name: "policies" is also the name of the ResourceEnvelope at stack/Namespace/Two/ResourceEnvelope; give one of them another name.',
        'stack/Namespace/Two/ResourceEnvelope: name: "policies" is also the name of the ResourceEnvelope at stack/Namespace/One/ResourceEnvelope; give one of them another name.',
      ]);
    });
  });
});

test("what is the fleet's own, or Azure's", () => {
  const definition = (group: string) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: { group, scope: "Namespaced", names: { kind: "Widget" } },
  });
  expect(
    findings((stack) => {
      new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" }).addWorkloads(
        "Workloads",
        {
          objects: [
            definition("networking.fleet.azure.com"),
            definition("placement.kubernetes-fleet.io"),
            definition("example.com"),
            {
              apiVersion: "cluster.kubernetes-fleet.io/v1",
              kind: "MemberCluster",
              metadata: { name: "east" },
            },
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "fleet-x" } },
            {
              apiVersion: "v1",
              kind: "ConfigMap",
              metadata: { name: "a", labels: { "fleet.azure.com/managed-by": "arm" } },
            },
          ],
        },
      );
    }).map((finding) => finding.replace("stack/Namespace/Workloads: ", "")),
  ).toEqual([
    'objects[0]: CustomResourceDefinition "widgets.networking.fleet.azure.com" defines a kind of the fleet\'s own API, which only the fleet may install; leave it out.',
    expect.stringMatching(
      /^objects\[1\]: CustomResourceDefinition "widgets.placement.kubernetes-fleet.io" defines/,
    ),
    'objects[3]: MemberCluster "east" can only be created by Azure, when a cluster joins; leave it out, and add the member to the fleet.',
    expect.stringMatching(/^objects\[4\]: namespace "fleet-x" is never placed/),
    expect.stringMatching(
      /^objects\[5\]: metadata.labels: "fleet.azure.com\/managed-by" is "arm", which marks/,
    ),
  ]);
});

describe("cluster-scoped objects", () => {
  const priority =
    "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: high }\nvalue: 1000\n";
  const selectorsOf = (stack: StackJson, path: string) => {
    const { manifest } = resources(stack, "kubernetes_manifest")[path] ?? {};
    return (manifest as { spec: { resourceSelectors: unknown } }).spec.resourceSelectors;
  };
  const own = { group: "", version: "v1", kind: "Namespace", name: "store" };
  const selector = { group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass", name: "high" };

  test("comes along with every placement of the namespace, also what is added later", () => {
    const stack = synthStack((scope) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
      new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      namespace.addWorkloads("Workloads", { yaml: [priority] });
    });
    expect(selectorsOf(stack, "Placement/Resource")).toEqual([own, selector]);
    expect(dependenciesOf(stack, "Placement/Resource")).toContain("Namespace/Workloads/PriorityClass-high");
  });

  test("is left to another placement that chooses it", () => {
    const stack = synthStack((scope) => {
      const namespace = namespaceWith(scope, priority);
      const { fleet } = namespace;
      new ClusterResourcePlacement(scope, "Placement", { namespace, policy: PlacementPolicy.all() });
      new ClusterResourcePlacement(scope, "Other", {
        fleet,
        name: "classes",
        policy: PlacementPolicy.all(),
        selectors: [{ group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass" }],
      });
    });
    expect(selectorsOf(stack, "Placement/Resource")).toEqual([own]);
  });

  test("never stays on the hub in silence where the namespace is placed", () => {
    const found = findings((scope) => {
      const namespace = namespaceWith(scope, priority);
      new ClusterResourcePlacement(scope, "Placement", {
        fleet: namespace.fleet,
        name: "store",
        policy: PlacementPolicy.all(),
        selectors: [{ version: "v1", kind: "Namespace", name: "store" }],
      });
    });
    expect(found).toEqual([
      'stack/Placement: namespace: the workloads of "store" contain PriorityClass "high", which is cluster-scoped, but which no placement selects; place it with addClusterPlacement, or the namespace with addPlacement.',
    ]);
  });

  test("and is a namespace can't be placed where the placement is of one", () => {
    const found = findings((scope) => {
      const namespace = namespaceWith(scope, "apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n");
      new ClusterResourcePlacement(scope, "Placement", {
        namespace,
        policy: PlacementPolicy.all(),
        statusReportingScope: "NamespaceAccessible",
      });
    });
    expect(found).toEqual([
      'stack/Placement: statusReportingScope: "NamespaceAccessible" allows only one namespace, but the workloads of "store" contain others: "other"; add them with addNamespace, each with its own placement.',
    ]);
  });

  test("can be told of a custom kind", () => {
    const custom = (kind: string, group: string) =>
      `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: { name: a }\n`;
    const stack = synthStack((scope) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
      namespace.addWorkloads("Workloads", {
        yaml: [
          custom("Wide", "example.com"),
          custom("Narrow", "example.com"),
          custom("ClusterIssuer", "cert-manager.io"),
        ],
        clusterScopedKinds: ["Wide.example.com"],
      });
    });
    const all = manifests(stack) as Record<string, { metadata: unknown }>;
    expect(Object.fromEntries(Object.entries(all).map(([id, { metadata }]) => [id, metadata]))).toEqual({
      "Wide.example.com-a": { name: "a" },
      "Narrow.example.com-a": { name: "a", namespace: "store" },
      "ClusterIssuer.cert-manager.io-a": { name: "a" },
    });
  });
});

describe("the namespace itself, among the objects", () => {
  const itself = (labels: string) =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: store, labels: { ${labels} }, annotations: { owner: "\${me}" } }\n`;

  test("describes the Namespace", () => {
    const stack = synthStack((scope) => {
      const namespace = new Namespace(scope, "Namespace", {
        fleet: fleetWith(scope),
        name: "store",
        labels: { team: "a" },
      });
      namespace.addWorkloads("Workloads", { yaml: [itself("tier: gold")] });
    });
    expect(manifests(stack)).toEqual({});
    expect(resources(stack, "kubernetes_manifest")["Namespace/Resource"]?.manifest).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "store", labels: { tier: "gold", team: "a" }, annotations: { owner: "$${me}" } },
    });
  });

  test("can't say something else than the app", () => {
    const found = findings((scope) => {
      const namespace = new Namespace(scope, "Namespace", {
        fleet: fleetWith(scope),
        name: "store",
        labels: { team: "a" },
      });
      namespace.addWorkloads("Workloads", { yaml: [itself("team: b")] });
    });
    expect(found).toEqual([
      'stack/Namespace: labels["team"]: is "a", but "b" in yaml[0], document 1; use the same value in both.',
    ]);
  });
});

describe("what is left out by name", () => {
  const hook = `${configMap("a")}---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: cleanup, annotations: { helm.sh/hook: pre-delete } }\n`;
  const build =
    (leaveOut: string[], clusterScopedKinds: string[] = []) =>
    (scope: TerraformStack) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
      namespace.addWorkloads("Workloads", { yaml: [hook], leaveOut, clusterScopedKinds });
    };

  test("is not applied", () => {
    expect(Object.keys(manifests(synthStack(build(["Job/cleanup"]))))).toEqual(["ConfigMap-a"]);
  });

  test("must exist, and a custom kind has a group", () => {
    expect(findings(build(["Job.batch/cleanup", "Job/cleanup2"], ["ClusterIssuer"]))).toEqual([
      `${PATH}: leaveOut[1]: "Job/cleanup2" matches none of the objects, which are "ConfigMap/a" and "Job/cleanup"; correct or remove it.`,
      `${PATH}: clusterScopedKinds[0]: "ClusterIssuer" is not a custom kind; write it with its group, e.g. "ClusterSecretStore.external-secrets.io".`,
    ]);
  });
});

test("a Job's labels of its Pods are the API's, too; whole numbers beyond 2^53 stay exact", () => {
  const yaml =
    "apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec: { template: { metadata: { labels: { a: b } } } }\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: { name: a }\nspec: { big: 9007199254740993 }\n";
  const stack = synthStack((scope) => void namespaceWith(scope, yaml));
  const all = resources(stack, "kubernetes_manifest");
  expect(all["Namespace/Workloads/Job-a"]?.computed_fields).toEqual([
    "metadata.annotations",
    "metadata.labels",
    "spec.template.metadata.labels",
  ]);
  expect(all["Namespace/Workloads/Thing.example.com-a"]?.manifest).toHaveProperty("spec", {
    big: "${9007199254740993}",
  });
});
