import { NETWORKING_GROUP, NETWORKING_V1ALPHA1 } from "../../fleet-api/groups";
import { type Deed, requireAccess } from "../client/access";
import type { KubeClient } from "../client/kube-client";
import type { Look } from "./follow";

const DEEDS: Deed[] = [{ verb: "create", group: NETWORKING_GROUP, resource: "multiclusterservices" }];

/** Can a MultiClusterService be created on this cluster? */
export function lookAtMember(client: KubeClient): () => Promise<Look> {
  return async () => {
    await requireAccess(client, "member", DEEDS);
    const api = await client.get<{ resources?: { name: string }[] }>(`/apis/${NETWORKING_V1ALPHA1}`);
    if (api?.resources?.some(({ name }) => name === "multiclusterservices")) {
      return { state: "done", line: "ready: it serves MultiClusterServices" };
    }
    return {
      state: "waiting",
      line: `does not serve MultiClusterServices (${NETWORKING_V1ALPHA1}) yet: they are installed when it joins a fleet`,
      advice:
        "Is the cluster a member of a fleet with a hub (`az fleet member list`), and do its agents run (`kubectl get pods --namespace fleet-system`)?",
    };
  };
}
