import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";

/**
 * Kinds that a Kubernetes API heeds wherever they are: on the hub they would restrict, admit or permit what is done
 * there. Not among them is what acts through Pods only, which the hub has none of: PriorityClasses, ServiceAccounts.
 */
const HEEDED = new Set([
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

/** Whether an object would take effect on the hub itself, which the fleet's documentation wants in an envelope. */
export function takesEffectOnHub({ apiVersion, kind }: KubernetesObject): boolean {
  return HEEDED.has(`${groupOf(apiVersion)}/${kind}`);
}
