import { API_VERSION } from "../../fleet-api/azure-versions";
import type { DeployedFleet, Unseen } from "../app/deployed";
import { listInAzure } from "../client/azure";
import type { Environment } from "../terminal/environment";
import { FinalProblem } from "../terminal/problems";
import { whyNotAsked } from "./clusters";
import type { FleetStatus, Problem } from "./status";

/** What upgrades a fleet's members, according to Azure; the hub knows nothing of it. */
export interface Upgrades {
  profiles: UpgradeProfile[];
  /** Unfinished runs, and the last one if it failed. */
  runs: UpgradeRun[];
  /** Those waiting for approval. */
  gates: UpgradeGate[];
}

export interface UpgradeProfile {
  name: string;
  /** `Stable`, `Rapid`, `NodeImage` or `TargetKubernetesVersion`. */
  channel: string;
  targetKubernetesVersion: string | undefined;
  longTermSupport: boolean | undefined;
  disabled: boolean;
  /** Undefined: all members, one after another. */
  strategy: string | undefined;
  lastTriggeredAt: string | undefined;
  lastTriggerStatus: string | undefined;
}

export interface UpgradeRun {
  name: string;
  state: string;
  /** `Full`, `NodeImageOnly` or `ControlPlaneOnly`. */
  type: string | undefined;
  version: string | undefined;
  /** The current stage. */
  stage: string | undefined;
  members: { total: number; done: number; running: string[]; failed: string[] };
  /** The command that continues it, if one is needed. */
  command: string | undefined;
}

export interface UpgradeGate {
  /** The id to approve it by. */
  name: string;
  displayName: string | undefined;
  run: string | undefined;
  stage: string | undefined;
  group: string | undefined;
  /** Whether it is before or after that. */
  timing: string | undefined;
  /** `Approval`, which a person gives, or `ScheduledStart`, which opens automatically. */
  type: string;
  /** The command that approves it, or opens a scheduled one early. */
  command: string;
}

interface Resource<P> {
  name: string;
  properties?: P;
  systemData?: { createdAt?: string };
}

interface State {
  state?: string;
  startTime?: string;
  error?: { message?: string; code?: string };
}

type Member = Resource<{ group?: string; provisioningState?: string }>;
type Profile = Resource<{
  channel?: string;
  targetKubernetesVersion?: string;
  longTermSupport?: boolean;
  disabled?: boolean;
  updateStrategyId?: string;
  autoUpgradeProfileStatus?: {
    lastTriggeredAt?: string;
    lastTriggerStatus?: string;
    lastTriggerError?: { message?: string; code?: string };
  };
}>;
type Run = Resource<{
  managedClusterUpdate?: { upgrade?: { type?: string; kubernetesVersion?: string } };
  status?: {
    status?: State;
    stages?: {
      name?: string;
      status?: State;
      groups?: { members?: { name?: string; status?: State; message?: string }[] }[];
    }[];
  };
}>;
type Gate = Resource<{
  displayName?: string;
  gateType?: string;
  state?: string;
  target?: { updateRunProperties?: { name?: string; stage?: string; group?: string; timing?: string } };
}>;

/** Adds to the status what Azure knows about upgrades, and the members' groups. */
export async function withUpgrades(
  status: FleetStatus,
  fleet: DeployedFleet,
  environment: Environment,
): Promise<FleetStatus> {
  const { id } = fleet;
  const unseen: Unseen[] = [];
  const list = async <T>(what: string, folder: string): Promise<T[] | undefined> => {
    try {
      return await listInAzure<T>(`${id}/${folder}?api-version=${API_VERSION}`, environment);
    } catch (problem) {
      const { why, advice } = whyNotAsked(problem);
      const final = problem instanceof FinalProblem ? ({ final: true } as const) : {};
      unseen.push({ what: `upgrades: ${what}`, why, ...(advice && { advice }), ...final });
      return undefined;
    }
  };
  if (id === "") {
    unseen.push({ what: "upgrades", why: "no deployed stack has the fleet's id" });
    return withUnseen(status, unseen);
  }
  const [members, profiles, runs, gates] = await Promise.all([
    list<Member>("groups", "members"),
    list<Profile>("profiles", "autoUpgradeProfiles"),
    list<Run>("runs", "updateRuns"),
    list<Gate>("gates", "gates"),
  ]);
  const problems: Problem[] = [];
  const upgrades = {
    profiles: (profiles ?? []).map((one) => judgeProfile(one, problems)).sort(byName),
    runs: judgeRuns(id, runs ?? [], problems),
    gates: (gates ?? []).flatMap((one) => pendingGate(id, one)).sort(byName),
  };
  const groupOf = (name: string) => members?.find((one) => one.name === name)?.properties?.group;
  const known = {
    ...status,
    members: status.members.map((member) => ({ ...member, group: groupOf(member.name) })),
    upgrades,
    problems: [...status.problems, ...problems],
  };
  return withUnseen(known, unseen);
}

function withUnseen(status: FleetStatus, unseen: Unseen[]): FleetStatus {
  const problems = unseen.map(
    ({ what, why, advice }): Problem => ({
      kind: "unseen",
      name: what,
      text: why,
      ...(advice && { advice }),
    }),
  );
  return {
    ...status,
    problems: [...status.problems, ...problems],
    unseen: [...status.unseen, ...unseen],
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}

function judgeProfile({ name, properties = {} }: Profile, problems: Problem[]): UpgradeProfile {
  const { autoUpgradeProfileStatus: last, updateStrategyId } = properties;
  if (last?.lastTriggerStatus === "Failed") {
    const why = last.lastTriggerError?.message ?? last.lastTriggerError?.code ?? "no reason given";
    problems.push({
      kind: "upgrade",
      name,
      text: `the auto-upgrade profile could not start its last run: ${why}`,
    });
  }
  return {
    name,
    channel: properties.channel ?? "",
    targetKubernetesVersion: properties.targetKubernetesVersion,
    longTermSupport: properties.longTermSupport,
    disabled: properties.disabled ?? false,
    strategy: updateStrategyId?.split("/").pop(),
    lastTriggeredAt: last?.lastTriggeredAt,
    lastTriggerStatus: last?.lastTriggerStatus,
  };
}

/** Finished without errors. */
const ENDED = ["Completed", "Skipped"];

function judgeRuns(id: string, runs: Run[], problems: Problem[]): UpgradeRun[] {
  const since = ({ properties, systemData }: Run) =>
    properties?.status?.status?.startTime ?? systemData?.createdAt ?? "";
  const newest = [...runs].sort((a, b) => since(a).localeCompare(since(b))).at(-1);
  const isOpen = (run: Run) => {
    const state = run.properties?.status?.status?.state ?? "NotStarted";
    // A failure before a later run is history.
    return !ENDED.includes(state) && (state !== "Failed" || run === newest);
  };
  return runs
    .filter(isOpen)
    .map((run) => judgeRun(id, run, problems))
    .sort(byName);
}

function judgeRun(id: string, { name, properties = {} }: Run, problems: Problem[]): UpgradeRun {
  const { status, managedClusterUpdate } = properties;
  const state = status?.status?.state ?? "NotStarted";
  const stages = status?.stages ?? [];
  const members = stages.flatMap(({ groups }) => groups?.flatMap((group) => group.members ?? []) ?? []);
  const named = (wanted: string) =>
    members.flatMap((one) => (one.status?.state === wanted && one.name ? one.name : []));
  if (state === "Failed") {
    const reasons = members.flatMap(({ name: member, status: own, message }) =>
      own?.state === "Failed" ? `${member}: ${own.error?.message ?? message ?? "no reason given"}` : [],
    );
    const why = [status?.status?.error?.message ?? "", ...reasons].filter(Boolean).join("; ");
    problems.push({ kind: "upgrade", name, text: `the update run failed: ${why || "no reason given"}` });
  }
  return {
    name,
    state,
    type: managedClusterUpdate?.upgrade?.type,
    version: managedClusterUpdate?.upgrade?.kubernetesVersion,
    stage: stages.find((stage) => ![...ENDED, undefined, "NotStarted"].includes(stage.status?.state))?.name,
    members: {
      total: members.length,
      done: members.filter((one) => ENDED.includes(one.status?.state ?? "")).length,
      running: named("Running"),
      failed: named("Failed"),
    },
    command: ["NotStarted", "Stopped"].includes(state)
      ? `az fleet updaterun start ${ofFleet(id)} --name ${name}`
      : undefined,
  };
}

const APPROVAL = "Approval";

function pendingGate(id: string, { name, properties = {} }: Gate): UpgradeGate[] {
  if (properties.state !== "Pending") return [];
  const { name: run, stage, group, timing } = properties.target?.updateRunProperties ?? {};
  return [
    {
      name,
      displayName: properties.displayName || undefined,
      run,
      stage: stage || undefined,
      group: group || undefined,
      timing,
      type: properties.gateType ?? APPROVAL,
      command:
        (properties.gateType ?? APPROVAL) === APPROVAL
          ? `az fleet gate approve ${ofFleet(id)} --gate-name ${name}`
          : `az fleet gate update ${ofFleet(id)} --gate-name ${name} --state Completed`,
    },
  ];
}

/** The az options that identify the fleet with this id. */
function ofFleet(id: string): string {
  const [, subscription, group, name] =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/.*\/fleets\/([^/]+)$/i.exec(id) ?? [];
  return `--subscription ${subscription} --resource-group ${group} --fleet-name ${name}`;
}
