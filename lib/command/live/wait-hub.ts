import {
  CLUSTER_V1,
  MEMBERS_PATH,
  NETWORKING_V1BETA1,
  PLACEMENT_GROUP,
  PLACEMENT_V1,
} from "../../fleet-api/groups";
import { type Permission, requireAccess } from "../client/access";
import type { KubeClient } from "../client/kube-client";
import type { MemberCluster } from "../client/objects";
import type { Clock } from "../terminal/clock";
import { FinalProblem } from "../terminal/problems";
import type { Poll } from "./follow";
import { whyNotJoined } from "./member-health";

const PERMISSIONS: Permission[] = [
  { verb: "create", group: PLACEMENT_GROUP, resource: "clusterresourceplacements" },
  { verb: "create", group: "", resource: "namespaces" },
];
const APIS = [PLACEMENT_V1, NETWORKING_V1BETA1];
/** Azure creates the MemberCluster shortly after it reports that the member exists. */
const UNKNOWN_GRACE_MS = 15_000;

/** Is the hub ready for use, and has every named member joined? */
export function lookAtHub(client: KubeClient, names: string[], clock: Clock): () => Promise<Poll> {
  let firstList: number | undefined;

  return async () => {
    await requireAccess(client, "hub", PERMISSIONS);
    for (const api of APIS) {
      if ((await client.get(`/apis/${api}`)) === undefined) return unserved(api);
    }
    const members = await client.list<MemberCluster>(MEMBERS_PATH);
    if (members === undefined) return unserved(CLUSTER_V1);

    firstList ??= clock.now();
    const look = judgeMembers(members, names);
    if (look.unknown.length > 0 && clock.now() - firstList >= UNKNOWN_GRACE_MS) {
      throw new FinalProblem(
        `${look.line}.\nIs this the right fleet's hub, and is this the name of the member, not of its cluster? \`az fleet member list\` shows both.`,
      );
    }
    return look;
  };
}

function unserved(api: string): Poll {
  return {
    state: "waiting",
    line: `answers, but does not serve ${api} yet`,
    advice:
      "A new hub needs a few minutes to install it. If this persists, this isn't a fleet's hub: check the server in the kubeconfig.",
  };
}

/** What the list of members says about the named ones. */
export function judgeMembers(members: MemberCluster[], names: string[]): Poll & { unknown: string[] } {
  const existing = members.map((member) => member.metadata.name).sort();
  const unknown = names.filter((name) => !existing.includes(name));
  const pending = names.flatMap((name) => {
    const member = members.find((one) => one.metadata.name === name);
    const why = member && whyNotJoined(member);
    return why ? [`${name} ${why}`] : [];
  });
  if (unknown.length === 0 && pending.length === 0) {
    const joined = names.length > 0 ? `, ${names.join(", ")} joined` : "";
    return { state: "done", line: `ready${joined}`, unknown };
  }
  const strangers = unknown.map(
    (name) =>
      `the hub does not know ${name} (${existing.length > 0 ? `it has ${existing.join(", ")}` : "it has no members"})`,
  );
  return {
    state: "waiting",
    line: [...strangers, ...pending].join("; "),
    advice:
      "A member joins once its cluster is running and its agents reach the hub: see `az fleet member show`, and on the member `kubectl get pods --namespace fleet-system`.",
    unknown,
  };
}
