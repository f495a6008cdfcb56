import { NETWORKING_GROUP, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { type Permission, requireAccess } from "../client/access";
import type { KubeClient } from "../client/kube-client";
import type { Poll } from "./follow";

const PERMISSIONS: Permission[] = [
  { verb: "create", group: NETWORKING_GROUP, resource: "multiclusterservices" },
];

/** Can a MultiClusterService be created on this cluster? */
export function lookAtMember(client: KubeClient): () => Promise<Poll> {
  return async () => {
    await requireAccess(client, "member", PERMISSIONS);
    const api = await client.get<{ resources?: { name: string }[] }>(`/apis/${NETWORKING_V1ALPHA1}`);
    if (api?.resources?.some(({ name }) => name === "multiclusterservices")) {
      return { state: "done", line: "ready: it serves MultiClusterServices" };
    }
    return {
      state: "waiting",
      line: `does not serve MultiClusterServices (${NETWORKING_V1ALPHA1}) yet: they are installed when it joins a fleet`,
      advice:
        "Is the cluster a member of a fleet with a hub (`az fleet member list`), and are its agents running (`kubectl get pods --namespace fleet-system`)?",
    };
  };
}
