import { PassingProblem, type Target } from "../terminal/problems";
import type { KubeClient } from "./kube-client";

/** What to do when the permission never arrives. */
export function accessAdvice(target: Target): string {
  const { role, scope, app } = {
    hub: {
      role: "Azure Kubernetes Fleet Manager RBAC Cluster Admin",
      scope: "the fleet",
      app: "name its object id among the fleet's admins",
    },
    member: {
      role: "Azure Kubernetes Service RBAC Cluster Admin",
      scope: "the cluster",
      app: "name its object id among the cluster's admins",
    },
  }[target];
  return (
    `This identity needs the role "${role}" on ${scope}: ${app} in the app and deploy, or run ` +
    `az role assignment create --role "${role}" --scope <id of ${scope}> --assignee-object-id <its object id> ` +
    "--assignee-principal-type <User|Group|ServicePrincipal>. `az account show` tells which identity it is."
  );
}

/** What to do when the identity itself is refused: no role helps. */
export const LOGIN_ADVICE =
  "The API does not take the token, whatever roles its identity has: it is expired, or of another tenant than the cluster. " +
  "Log in anew (`az login --tenant <the tenant of the cluster>`, a pipeline: with its service principal or identity), see that `az account show` names the right tenant " +
  "and that `kubelogin get-token` works; `--login` says how kubelogin gets the token, if not as the app was deployed.";

export interface Permission {
  verb: string;
  group: string;
  resource: string;
}

/** Asks the API whether this identity may do these things; throws like a 403 if it may not. */
export async function requireAccess(
  client: KubeClient,
  target: Target,
  permissions: Permission[],
): Promise<void> {
  for (const permission of permissions) {
    const review = await client.create<{ status?: { allowed?: boolean; reason?: string } }>(
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: permission },
      },
    );
    if (review?.status?.allowed !== true) {
      throw new PassingProblem(
        `this identity may not ${permission.verb} ${permission.resource} yet; a role assignment can take minutes to arrive`,
        accessAdvice(target),
      );
    }
  }
}
