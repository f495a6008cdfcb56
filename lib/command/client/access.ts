import { PassingProblem, type Target } from "../terminal/problems";
import type { KubeClient } from "./kube-client";

/** What to do if the permission never arrives. */
export function accessAdvice(target: Target): string {
  const { role, scope, app } = {
    hub: {
      role: "Azure Kubernetes Fleet Manager RBAC Cluster Admin",
      scope: "the fleet",
      app: "add its object id to the fleet's admins",
    },
    member: {
      role: "Azure Kubernetes Service RBAC Cluster Admin",
      scope: "the cluster",
      app: "add its object id to the cluster's admins",
    },
  }[target];
  return (
    `This identity needs the role "${role}" on ${scope}: ${app} in the app and deploy, or run ` +
    `az role assignment create --role "${role}" --scope <id of ${scope}> --assignee-object-id <its object id> ` +
    "--assignee-principal-type <User|Group|ServicePrincipal>. `az account show` shows the identity."
  );
}

/** What to do if the identity itself is refused: no role helps. */
export const LOGIN_ADVICE =
  "The API rejects the token, whatever roles its identity has: it is expired, or from a different tenant than the cluster. " +
  "Log in again (`az login --tenant <the cluster's tenant>`; in a pipeline, with its service principal or identity), check that `az account show` shows the right tenant " +
  "and that `kubelogin get-token` works; `--login` sets how kubelogin gets the token (default: as in the deployed app).";

export interface Permission {
  verb: string;
  group: string;
  resource: string;
}

/** Asks the API whether this identity has these permissions; if not, throws as for a 403. */
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
        `this identity may not ${permission.verb} ${permission.resource} yet; a role assignment can take minutes to take effect`,
        accessAdvice(target),
      );
    }
  }
}
