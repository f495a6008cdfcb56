import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { appliedManifest } from "../manifest/applied-manifest";
import { inNamespace, type KubernetesObject, keyOf } from "./kubernetes-object";
import type { Namespace } from "./namespace";
import { normalizeManifest } from "./normalize";
import { readManifests } from "./read-manifests";
import { isClusterScoped } from "./scope";

export interface WorkloadsOptions {
  /** YAML files of one or more documents. Relative paths start at the folder that the app runs in. */
  readonly files: readonly string[];
}

export interface WorkloadsProps extends WorkloadsOptions {
  readonly namespace: Namespace;
}

/**
 * The objects of YAML files on the hub, one resource each, as `kubectl apply -n NAMESPACE -f FILE` would apply them.
 * Nothing of them runs on the hub. What the API would write in another form (`cpu: 1000m`, a Secret's `stringData`) is
 * sent in the API's form, with the same meaning.
 */
export class Workloads extends Construct {
  readonly namespace: Namespace;
  readonly objects: readonly KubernetesObject[];
  readonly manifests: readonly Manifest[];

  constructor(scope: Construct, id: string, props: WorkloadsProps) {
    super(scope, id);
    const { namespace } = props;
    this.namespace = namespace;
    const read = props.files.map((file) => readManifests(file));
    const found = read.flatMap(({ objects }) => objects);
    const findings = read.flatMap((file) => file.findings);
    const byId = new Map<string, KubernetesObject>();
    for (const object of found) {
      findings.push(...checkObject(object, found, namespace.name));
      const objectId = keyOf(object);
      if (byId.has(objectId)) {
        findings.push(
          finding(
            "workloads-object-twice",
            `${describe(object)} stands twice in the files; leave one of them out.`,
          ),
        );
      }
      byId.set(objectId, object);
    }
    this.objects = [...byId.values()];
    this.manifests = [...byId].map(([objectId, object]) =>
      appliedManifest(this, objectId, {
        manifest: inNamespace(
          normalizeManifest(object),
          isClusterScoped(object, found) ? undefined : namespace.name,
        ),
      }),
    );
    for (const manifest of this.manifests) {
      manifest.dependsOn = namespace._dependsOn();
    }
    namespace._contents.workloads.push(this);
    if (props.files.length === 0) {
      findings.push(finding("workloads-files-empty", "files: is empty; name at least one YAML file."));
    }
    addCheck(this, () => findings);
  }

  get services(): readonly KubernetesObject[] {
    return this.objects.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Service");
  }
}

function describe({ kind, metadata }: KubernetesObject): string {
  return `${kind} "${metadata.name}"`;
}

function* checkObject(
  object: KubernetesObject,
  among: readonly KubernetesObject[],
  namespace: string,
): Generator<Finding> {
  const { kind, metadata } = object;
  if (kind === "Namespace" && metadata.name === namespace) {
    yield finding(
      "workloads-own-namespace",
      `${describe(object)} is made by the Namespace construct; leave it out of the file.`,
    );
  }
  if (metadata.namespace && !isClusterScoped(object, among) && metadata.namespace !== namespace) {
    yield finding(
      "workloads-other-namespace",
      `${describe(object)} names the namespace "${metadata.namespace}", and is applied in "${namespace}"; leave its namespace out, or add it to that namespace.`,
    );
  }
  if (kind === "Pod" || kind === "ReplicaSet") {
    yield finding(
      "workloads-pod",
      `${describe(object)}: the hub refuses Pods and ReplicaSets; write a Deployment, whose Pods the members make.`,
    );
  }
}
