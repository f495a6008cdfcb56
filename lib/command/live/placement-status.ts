import {
  type ClusterStatus,
  currentCondition,
  type MemberCluster,
  type Placement,
  type ResourceSelector,
} from "../client/objects";
import { shorten } from "../terminal/problems";
import type { Poll } from "./follow";
import { keepAdvice, LEAVING, leavingOf, whyNotJoined } from "./member-health";
import { adviceFor, memberTrouble, trouble } from "./placement-causes";

/** The two kinds of placements, and how messages about them differ. */
const KINDS = {
  cluster: {
    kind: "ClusterResourcePlacement",
    plural: "clusterresourceplacements",
    run: "ClusterStagedUpdateRun",
  },
  namespaced: { kind: "ResourcePlacement", plural: "resourceplacements", run: "StagedUpdateRun" },
};

export function kindOf(namespace: string | undefined) {
  return namespace === undefined ? KINDS.cluster : KINDS.namespaced;
}

/** `members`: whether it is waiting for members that are missing or joining, or all known members have joined. */
export type PlacementLook = Poll & { members?: "absent" | "joining" | "joined" };

/** What the status of a placement and of its members says. */
export function judgePlacement(
  placement: Placement,
  wanted: readonly string[],
  members?: readonly MemberCluster[],
  now = Date.now(),
): PlacementLook {
  const { metadata, spec, status } = placement;
  const { generation } = metadata;
  const { kind, run } = kindOf(metadata.namespace);
  const condition = (type: string) => currentCondition(status?.conditions, `${kind}${type}`, generation);

  if (metadata.deletionTimestamp) {
    return { state: "hopeless", line: "being deleted", advice: "Deploy it again once it is gone." };
  }
  if (spec.strategy?.applyStrategy?.type === "ReportDiff") {
    return {
      state: "hopeless",
      line: "its applyStrategy is ReportDiff, which only compares: it never becomes available",
      advice: `Don't wait for this placement; check its ${kind}DiffReported condition.`,
    };
  }
  const strangers = members
    ? wanted.filter((name) => !members.some((member) => member.metadata.name === name))
    : [];
  if (strangers.length > 0) {
    const existing = (members ?? []).map((member) => member.metadata.name).sort();
    return {
      state: "hopeless",
      line: `${strangers.join(", ")} ${strangers.length > 1 ? "aren't members" : "isn't a member"} of this fleet: its members are ${existing.join(", ") || "none"}`,
      advice:
        "Let the cluster join, or stop expecting the placement on it. `az fleet member list` shows the members' names.",
      members: "absent",
    };
  }

  const scheduled = condition("Scheduled");
  if (scheduled === undefined || scheduled.status === "Unknown") {
    return {
      state: "waiting",
      line: `the hub has not scheduled generation ${generation} yet`,
      advice:
        "If this persists, the hub's agents have a problem: open an Azure support request for the fleet.",
    };
  }
  if (scheduled.status === "False") {
    const refused = unschedulable(placement, scheduled.reason, scheduled.message, leavingOf(members ?? []));
    return scheduled.reason === "InvalidResourceSelectors" ? refused : joiningFirst(refused, members);
  }

  const chosen = (status?.placementStatuses ?? []).filter((one) => one.clusterName);
  if (chosen.length === 0) {
    const none: PlacementLook = {
      state: "hopeless",
      line: `no cluster is chosen: ${shorten(scheduled.message || scheduled.reason || "none matches")}`,
      advice:
        "Compare the placement's policy with the members' labels and taints: `kubectl get memberclusters --show-labels` (fleet.azure.com/location is the short name, such as eastus2).",
    };
    return joiningFirst(none, members);
  }
  const names = chosen.map((one) => one.clusterName as string).sort();
  const left = wanted.filter((name) => !names.includes(name));
  const available = (one: ClusterStatus) =>
    currentCondition(one.conditions, "Available", generation)?.status === "True";
  const count = `available on ${chosen.filter(available).length} of ${chosen.length} cluster${chosen.length > 1 ? "s" : ""}`;
  const ill = (name: string) => memberTrouble(name, members ?? [], now);

  if (condition("Available")?.status === "True" && left.length === 0) {
    // A silent member's last report may be old.
    const silent = names.flatMap((name) => (ill(name) ? [`${name}: ${ill(name)}`] : []));
    return { state: "done", line: [`${count} (${names.join(", ")})`, ...silent].join("; ") };
  }
  const leaving = left.filter((name) => leavingOf(members ?? []).includes(name));
  if (leaving.length > 0) {
    return {
      state: "hopeless",
      line: `${count}; ${leaving.join(", ")} not chosen: ${leaving.length > 1 ? "they have" : "it has"} the taint ${LEAVING}`,
      advice: leaving.map(keepAdvice).join(" "),
    };
  }
  const notChosen = left.length > 0 ? [`${left.join(", ")} not chosen, only ${names.join(", ")}`] : [];
  const unavailable = chosen
    .filter((one) => !available(one))
    .sort((a, b) => (a.clusterName as string).localeCompare(b.clusterName as string));
  const troubles = [
    ...left.flatMap((name) => (ill(name) ? [`${name}: ${ill(name)}`] : [])),
    ...unavailable.map((one) => {
      const name = one.clusterName as string;
      return `${name}: ${[ill(name), trouble(one, generation)].filter(Boolean).join("; ")}`;
    }),
  ];
  const external = spec.strategy?.type === "External";
  const rollout = condition("RolloutStarted");
  const started =
    external && rollout?.status !== "True" ? [`strategy External: it needs a ${run} to roll out`] : [];
  return {
    state: "waiting",
    line: [count, ...started, ...notChosen, ...troubles].join("; "),
    advice:
      started.length > 0 || left.length > 0
        ? policyAdvice(placement, left)
        : adviceFor(placement, unavailable, members ?? [], now),
  };
}

/** Clusters that can't be chosen while members are joining may be chosen later. */
function joiningFirst(look: PlacementLook, members: readonly MemberCluster[] | undefined): PlacementLook {
  if (members === undefined) return look;
  if (members.length === 0) return { ...look, members: "absent" };
  const joining = members.flatMap((member) => {
    const why = whyNotJoined(member);
    return why ? [`${member.metadata.name} ${why}`] : [];
  });
  if (joining.length === 0 || look.state !== "hopeless") return { ...look, members: "joined" };
  return {
    state: "waiting",
    members: "joining",
    line: [look.line, ...joining].join("; "),
    advice: `A member can be chosen once it has joined: see \`az fleet member show\`, and on the member \`kubectl get pods --namespace fleet-system\`. ${look.advice}`,
  };
}

function policyAdvice({ metadata }: Placement, left: readonly string[]): string {
  if (left.length > 0) {
    return `The placement's policy must also match ${left.join(", ")}: see its labels and taints with \`kubectl get membercluster ${left[0]} --output yaml\`.`;
  }
  return `With the strategy External, nothing rolls out automatically: create a ${kindOf(metadata.namespace).run} for this placement, or don't wait for it here.`;
}

function unschedulable(
  placement: Placement,
  reason = "",
  message = "",
  leaving: readonly string[] = [],
): PlacementLook {
  const per = (placement.status?.placementStatuses ?? [])
    .filter((one) => !one.clusterName)
    .flatMap((one) => one.conditions?.find(({ type }) => type === "Scheduled")?.message ?? []);
  const selectors = reason === "InvalidResourceSelectors";
  const why = [message || reason || "no reason given", ...per].map((text) => shorten(text)).join("; ");
  return {
    state: "hopeless",
    line: selectors ? `its resource selectors are invalid: ${why}` : `it can't be scheduled: ${why}`,
    advice: selectors
      ? "Correct the placement's resourceSelectors and deploy again."
      : [
          ...leaving.map(keepAdvice),
          "Make more of the fleet's clusters match, or have the placement require fewer: `kubectl get memberclusters --show-labels` shows the members, their labels, and whether they have joined.",
        ].join("\n"),
  };
}

/** What a placement names but does not select because it is not on the hub; or that it selects nothing. */
export function unselected({ spec, status }: Placement): PlacementLook | undefined {
  const selectors = spec.resourceSelectors ?? [];
  const selected = status?.selectedResources ?? [];
  if (selectors.length === 0) return undefined;
  const missing = selectors.filter(
    ({ group, kind, name }) =>
      name && !selected.some((one) => one.kind === kind && one.name === name && (one.group ?? "") === group),
  );
  if (missing.length === 0 && selected.length > 0) return undefined;
  const what = missing.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  const nothing = `it selects nothing: ${what ? `there is no ${what} on the hub` : `nothing on the hub is ${selectors.map(describe).join(" or ")}`}`;
  return {
    state: "hopeless",
    line: selected.length === 0 ? nothing : `it selects ${what}, which is not on the hub`,
    advice:
      "Apply it on the hub before the placement, in the same app or an earlier stage, or correct the placement's resourceSelectors.",
  };
}

function describe({ kind, labelSelector }: ResourceSelector): string {
  return labelSelector ? `a ${kind} with the labels it selects` : `a ${kind}`;
}
