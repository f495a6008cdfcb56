import { isPlainObject } from "./escape";
import { groupOf, isBuiltIn, type KubernetesObject } from "./kubernetes-object";

/** Kubernetes' own kinds that are in no namespace. */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ComponentStatus",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IngressClass",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** The definition of a custom resource, where this app has it. */
export function definitionOf(
  { apiVersion, kind }: KubernetesObject,
  appObjects: readonly KubernetesObject[],
): KubernetesObject | undefined {
  return appObjects.find((definition) => {
    const { spec } = definition;
    const names = isPlainObject(spec) && isPlainObject(spec.names) ? spec.names : {};
    return (
      definition.kind === "CustomResourceDefinition" &&
      isPlainObject(spec) &&
      spec.group === groupOf(apiVersion) &&
      names.kind === kind
    );
  });
}

/** Whether an object is in no namespace. A custom resource is asked of its definition, where this app has it. */
export function isClusterScoped(object: KubernetesObject, appObjects: readonly KubernetesObject[]): boolean {
  const group = groupOf(object.apiVersion);
  // Of the custom resources the one that nearly everybody has, whose definition is seldom in the same files.
  const isGatewayClass = group === "gateway.networking.k8s.io" && object.kind === "GatewayClass";
  const definition = definitionOf(object, appObjects);
  return definition
    ? isPlainObject(definition.spec) && definition.spec.scope === "Cluster"
    : (isBuiltIn(object.apiVersion) && CLUSTER_SCOPED.has(object.kind)) || isGatewayClass;
}
