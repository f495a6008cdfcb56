import { DataKubernetesNamespaceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1";
import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { finding } from "../checks/finding";

const SYSTEM = "kube-system";

/**
 * Makes Terraform refuse every plan in an environment that redirects manifests to another cluster. In the kubernetes
 * provider 2.38, variables `KUBE_…` override the provider block for manifests, but not for anything else. Both must reach
 * the same cluster, proven by the uid of a namespace that every cluster has.
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
            "The environment sets a variable KUBE_… that in the Kubernetes provider 2.38 overrides the cluster of this stack: every manifest would go to another cluster. Unset it (env | grep ^KUBE_ shows it).",
          ),
        },
      ],
    },
  });
}
