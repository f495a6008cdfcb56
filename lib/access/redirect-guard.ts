import { DataKubernetesNamespaceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1";
import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { finding } from "../checks/finding";

const SYSTEM = "kube-system";

/**
 * Makes Terraform refuse every plan in an environment that leads manifests to another cluster, however it is started. For
 * manifests the kubernetes provider 2.38 prefers variables `KUBE_…` to its block, for all else the block: the two ways must
 * lead to one cluster, which the id of a namespace tells that every cluster has.
 */
export function guardAgainstRedirection(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  if (stack.node.tryFindChild("ReachedCluster")) {
    return;
  }
  const named = new DataKubernetesNamespaceV1(stack, "NamedCluster", { metadata: { name: SYSTEM } });
  new DataKubernetesResources(stack, "ReachedCluster", {
    apiVersion: "v1",
    kind: "Namespace",
    fieldSelector: `metadata.name=${SYSTEM}`,
    lifecycle: {
      postcondition: [
        {
          condition: `\${self.objects[0].metadata.uid == ${named.fqn}.metadata[0].uid}`,
          errorMessage: finding(
            "kube-environment",
            "The environment sets a variable KUBE_… that the Kubernetes provider 2.38 prefers to the cluster that this stack names: every manifest would go to another cluster. Unset it (env | grep ^KUBE_ names it).",
          ),
        },
      ],
    },
  });
}
