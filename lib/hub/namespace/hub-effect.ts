import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";

/**
 * Kinds that take effect in the API server that stores them: on the hub, they would restrict, admit or permit requests
 * there. Not PriorityClasses, ServiceAccounts and the like: they act only through Pods, and the hub runs none.
 */
const EFFECTIVE = new Set([
  "/LimitRange",
  "/ResourceQuota",
  "admissionregistration.k8s.io/MutatingAdmissionPolicy",
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "apiregistration.k8s.io/APIService",
  "flowcontrol.apiserver.k8s.io/FlowSchema",
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
  "networking.k8s.io/NetworkPolicy",
  "policy/PodDisruptionBudget",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
]);

/** Whether an object would take effect on the hub itself; the fleet's documentation puts such objects into envelopes. */
export function takesEffectOnHub({ apiVersion, kind }: KubernetesObject): boolean {
  return EFFECTIVE.has(`${groupOf(apiVersion)}/${kind}`);
}
