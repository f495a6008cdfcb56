import { Namespace } from "../../lib";
import { findings, resources, type StackJson, synthStack } from "../synth";
import { fleetWith, namespaceWith, service, yamlFile } from "./fixtures";

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

function findingsOf(...files: string[]): string[] {
  return findings((stack) => {
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
    namespace.addWorkloads("Workloads", { files: files.map(yamlFile) });
  });
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
      depends_on: [`kubernetes_manifest.${namespaceId}`],
    });
    expect(all["Namespace/Workloads/Service-web"]?.manifest).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "store" },
      spec: { ports: [{ port: 80 }] },
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

  test("that are in no namespace get none; custom resources as their definition in the file says", () => {
    const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r }\n";
    const definition = (kind: string, scope: string) =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${kind} }\nspec: { group: example.com, scope: ${scope}, names: { kind: ${kind} } }\n`;
    const custom = (kind: string) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: c }\n`;
    const all = manifests(
      // The definitions are in another file.
      synth(
        [role, custom("Wide"), custom("Narrow"), custom("Other")].join("---\n"),
        [definition("Wide", "Cluster"), definition("Narrow", "Namespaced")].join("---\n"),
      ),
    ) as Record<string, { metadata: unknown }>;
    expect(Object.fromEntries(Object.entries(all).map(([id, { metadata }]) => [id, metadata]))).toEqual({
      "ClusterRole-r": { name: "r" },
      "Wide.example.com-c": { name: "c" },
      "Narrow.example.com-c": { name: "c", namespace: "store" },
      "Other.example.com-c": { name: "c", namespace: "store" },
      "CustomResourceDefinition-Wide": { name: "Wide" },
      "CustomResourceDefinition-Narrow": { name: "Narrow" },
    });
  });

  test("that are in no namespace and name the namespace nevertheless lose it", () => {
    const yaml =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r, namespace: store }\n";
    expect(manifests(synth(yaml))["ClusterRole-r"]).toHaveProperty("metadata", { name: "r" });
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
      'ConfigMap "a" names the namespace "other", and is applied in "store"; leave its namespace out, or add it to that namespace.',
    ],
    [
      "the namespace itself",
      named("v1", "Namespace", "store"),
      'Namespace "store" is made by the Namespace construct; leave it out of the file.',
    ],
    [
      "a Pod",
      named("v1", "Pod", "p"),
      'Pod "p": the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.',
    ],
    [
      "a ReplicaSet",
      named("apps/v1", "ReplicaSet", "r"),
      'ReplicaSet "r": the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.',
    ],
    [
      "an object twice",
      `${configMap("a")}---\n${configMap("a")}`,
      'ConfigMap "a" stands twice in the files; leave one of them out.',
    ],
  ])("%s", (_case, yaml, finding) => {
    expect(findingsOf(yaml)).toEqual([`${PATH}: ${finding}`]);
  });

  test("an empty namespace is none", () => {
    expect(findingsOf(configMap("a").replace("name: a", 'name: a, namespace: ""'))).toEqual([]);
  });

  test("an object twice, in two files", () => {
    expect(findingsOf(configMap("a"), configMap("a"))).toEqual([
      `${PATH}: ConfigMap "a" stands twice in the files; leave one of them out.`,
    ]);
  });

  test("another namespace object, a Deployment and a Service of the same name are no mistake", () => {
    const yaml = [named("v1", "Namespace", "other"), named("apps/v1", "Deployment", "a"), service("a")];
    expect(findingsOf(yaml.join("---\n"))).toEqual([]);
  });

  test("a file that can't be read or parsed, with all that is wrong at once", () => {
    const broken = yamlFile(`${configMap("a")}---\na: 1\na: 2\n---\nhello\n`);
    const missing = `${broken}.missing`;
    expect(
      findings((stack) => {
        const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
        namespace.addWorkloads("Workloads", {
          files: [broken, missing, yamlFile(named("v1", "Pod", "p"))],
        });
      }),
    ).toEqual([
      expect.stringMatching(
        new RegExp(`^${PATH}: ${broken}, document 2: Map keys must be unique at line 7, column 1`),
      ),
      `${PATH}: ${broken}, document 3: is not an object of Kubernetes; it has an apiVersion, a kind and a metadata.name.`,
      `${PATH}: file: ${missing} can't be read (ENOENT); relative paths start at the folder that the app runs in.`,
      `${PATH}: Pod "p": the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.`,
    ]);
  });

  test("a file of no object", () => {
    expect(findingsOf("# nothing here\n")).toEqual([
      expect.stringMatching(
        new RegExp(`^${PATH}: /.* holds no object: \`kubectl apply\` refuses such a file`),
      ),
    ]);
  });

  test("no file at all", () => {
    expect(findingsOf()).toEqual([`${PATH}: files: is empty; name at least one YAML file.`]);
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
