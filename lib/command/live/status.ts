import { apiPath, MEMBERS_PATH, NETWORKING_GROUP, PLACEMENT_V1 } from "../../fleet-api/groups";
import { NODE_COUNT_PROPERTY } from "../../fleet-api/labels";
import { memberOf } from "../../fleet-api/members";
import { WEIGHT_ANNOTATION } from "../../fleet-api/services";
import { type DeployedFleet, fullName, type Unseen } from "../app/deployed";
import type { ListedObject } from "../client/kube-client";
import {
  type ClusterStatus,
  type Condition,
  currentCondition,
  type DiffedPlacement,
  type DriftedPlacement,
  type InternalServiceExport,
  type MemberCluster,
  type MultiClusterService,
  type Node,
  type Placement,
  type ServiceExport,
  type TrafficManagerBackend,
  type TrafficManagerProfile,
} from "../client/objects";
import type { Clock } from "../terminal/clock";
import { formatAge } from "../terminal/duration";
import { FinalProblem, oneLine } from "../terminal/problems";
import { type Cluster, type Clusters, mayStillAnswer, whyNotAsked } from "./clusters";
import { heartbeatOf, keepAdvice, LEAVING, leavingOf, silenceOf, whyNotJoined } from "./member-health";
import { differences, trouble } from "./placement-causes";
import { unselected } from "./placement-status";
import type { Upgrades } from "./upgrades";
import { addressOf } from "./wait-service";
import { judgeProfile, whyNotAccepted } from "./wait-traffic-manager";

/** A condition's status; undefined if it could not be read, or does not apply. */
export type Truth = Condition["status"] | undefined;

export interface MemberStatus {
  name: string;
  joined: Truth;
  /** The agent's last heartbeat, as the hub records it. */
  heartbeat: string | undefined;
  /** The Kubernetes version of the control plane, e.g. `1.34.2`. */
  version: string | undefined;
  nodes: number | undefined;
  /** The Kubernetes versions of the nodes: AKS upgrades them separately. */
  nodeVersions: string[] | undefined;
  allocatable: { cpu: string; memory: string } | undefined;
  /** Its update group; undefined also if Azure was not queried. */
  group?: string | undefined;
}

export interface PlacedObject {
  state: "failed" | "drifted" | "diffed";
  kind: string;
  /** With its namespace. */
  name: string;
  reason: string;
}

export interface PlacementOnCluster {
  cluster: string;
  scheduled: Truth;
  applied: Truth;
  available: Truth;
  objects: PlacedObject[];
}

export interface PlacementStatus {
  name: string;
  scheduled: Truth;
  clusters: PlacementOnCluster[];
}

export interface ExportOnCluster {
  cluster: string;
  /** Also false if there is no export. */
  valid: Truth;
  conflict: Truth;
  /** By a weight of 0. */
  withdrawn: boolean;
}

export interface ExportStatus {
  name: string;
  clusters: ExportOnCluster[];
}

export interface ServiceStatus {
  name: string;
  /** The member where connections enter. */
  member: string;
  /** The Service it imports. */
  service: string;
  address: string;
  valid: Truth;
}

/** A TrafficManagerProfile, according to the hub's objects. */
export interface TrafficManagerStatus {
  name: string;
  /** Empty: none yet. */
  dnsName: string;
  programmed: Truth;
  backends: TrafficManagerBackendStatus[];
}

export interface TrafficManagerBackendStatus {
  name: string;
  /** The Service it routes to, with its namespace. */
  service: string;
  /** The total of all its endpoints. */
  weight: number;
  accepted: Truth;
  endpoints: { cluster: string | undefined; target: string | undefined; weight: number | undefined }[];
}

export interface Problem {
  /** "unseen": it could not be checked, so it may or may not be healthy. */
  kind: "member" | "placement" | "export" | "service" | "traffic-manager" | "upgrade" | "unseen";
  name: string;
  /** The member it is on, if any. */
  cluster?: string;
  /** In full, whatever its source. */
  text: string;
  /** What to do about it, if known. */
  advice?: string;
}

/** A problem in one line. */
export function problemLine({ kind, name, cluster, text }: Problem): string {
  if (kind === "unseen") return `not seen: ${name}: ${text}`;
  const where = cluster ? ` ${kind === "service" ? "at" : "on"} ${cluster}` : "";
  return `${kind} ${name}${where}: ${text}`;
}

export interface FleetStatus {
  /** Undefined if no stack that holds it could be read. */
  name: string | undefined;
  members: MemberStatus[];
  placements: PlacementStatus[];
  exports: ExportStatus[];
  services: ServiceStatus[];
  trafficManagers: TrafficManagerStatus[];
  /** Undefined: not requested. */
  upgrades?: Upgrades;
  problems: Problem[];
  unseen: Unseen[];
}

const PLACEMENT = apiPath(PLACEMENT_V1);
const NETWORKING = apiPath(NETWORKING_GROUP);
/** Third-party messages are truncated only when displayed. */
const WHOLE = Number.POSITIVE_INFINITY;

interface HubSeen {
  members: MemberCluster[] | undefined;
  clusterPlacements: Placement[] | undefined;
  placements: Placement[] | undefined;
  exports: InternalServiceExport[] | undefined;
  profiles: TrafficManagerProfile[] | undefined;
  backends: TrafficManagerBackend[] | undefined;
}

interface MemberSeen {
  name: string;
  exports: ServiceExport[] | undefined;
  services: MultiClusterService[] | undefined;
  nodes: Node[] | undefined;
}

/** The current state of a fleet's hub and members: all of it, or only what a MultiClusterService needs. */
export async function lookAtFleet(
  fleet: DeployedFleet,
  clusters: Clusters,
  clock: Clock,
  extent: "all" | "services" = "all",
): Promise<FleetStatus> {
  const unseen: Unseen[] = [];
  const [hub, ...members] = await Promise.all([
    lookAtHub(clusters.hub, extent, unseen),
    ...clusters.members.map((member) => lookAtMember(member, unseen)),
  ]);
  const seen = new Set(members.map(({ name }) => name));
  for (const { metadata } of hub.members ?? []) {
    if (!seen.has(metadata.name)) {
      unseen.push({
        what: metadata.name,
        why: `the deployed app does not say how to reach it: give --kubeconfig NAME=FILE`,
      });
    }
  }
  unseen.sort((a, b) => a.what.localeCompare(b.what));
  return judgeFleet(fleet, hub, members, unseen, clock.now());
}

async function lookAtHub(
  hub: Cluster | undefined,
  extent: "all" | "services",
  unseen: Unseen[],
): Promise<HubSeen> {
  const trafficManager: Question[] = [
    ["traffic manager profiles", `${NETWORKING}/v1beta1/trafficmanagerprofiles`, "optional"],
    ["traffic manager backends", `${NETWORKING}/v1beta1/trafficmanagerbackends`, "optional"],
  ];
  const nothing = {
    members: undefined,
    clusterPlacements: undefined,
    placements: undefined,
    exports: undefined,
    profiles: undefined,
    backends: undefined,
  };
  if (hub === undefined) {
    unseen.push({ what: "hub", why: "no deployed stack says how to reach it: give --kubeconfig FILE" });
    return nothing;
  }
  const [members, clusterPlacements, placements, exports, profiles, backends] = await listAll(
    hub,
    "hub",
    [
      ["members", MEMBERS_PATH],
      ["placements", `${PLACEMENT}/clusterresourceplacements`],
      ["namespaced placements", `${PLACEMENT}/resourceplacements`],
      ["exports", `${NETWORKING}/v1alpha1/internalserviceexports`],
      ...(extent === "all" ? trafficManager : []),
    ],
    unseen,
  );
  return {
    members: members as MemberCluster[] | undefined,
    clusterPlacements: clusterPlacements as Placement[] | undefined,
    placements: placements as Placement[] | undefined,
    exports: exports as InternalServiceExport[] | undefined,
    profiles: profiles as TrafficManagerProfile[] | undefined,
    backends: backends as TrafficManagerBackend[] | undefined,
  };
}

async function lookAtMember(member: Cluster, unseen: Unseen[]): Promise<MemberSeen> {
  const [exports, services, nodes] = await listAll(
    member,
    member.name,
    [
      ["exports", `${NETWORKING}/v1beta1/serviceexports`],
      ["services", `${NETWORKING}/v1alpha1/multiclusterservices`],
      ["nodes", "/api/v1/nodes"],
    ],
    unseen,
  );
  return {
    name: member.name,
    exports: exports as ServiceExport[] | undefined,
    services: services as MultiClusterService[] | undefined,
    nodes: nodes as Node[] | undefined,
  };
}

/** What is optional counts as empty if it is not served. */
type Question = [what: string, path: string, need?: "optional"];

/** Sequentially: a cluster that does not answer is not queried again, and kubelogin runs once. */
async function listAll(
  { client }: Cluster,
  name: string,
  questions: Question[],
  unseen: Unseen[],
): Promise<(ListedObject[] | undefined)[]> {
  const failed = new Map<string, { whats: string[]; advice: string }>();
  const answers: (ListedObject[] | undefined)[] = [];
  let silent: { why: string; advice: string } | undefined;
  let final = false;
  for (const [what, path, need] of questions) {
    let not = silent;
    let answer: ListedObject[] | undefined;
    if (not === undefined) {
      try {
        answer = (await client.list<ListedObject>(path)) ?? (need === "optional" ? [] : undefined);
        if (answer === undefined) {
          const why = `does not serve ${path.split("/").slice(2).join("/")}`;
          not = { why, advice: "Only a cluster that has joined a fleet with a hub serves it." };
        }
      } catch (problem) {
        not = whyNotAsked(problem);
        if (!mayStillAnswer(problem)) silent = not;
        final ||= problem instanceof FinalProblem;
      }
    }
    if (not) {
      const { why, advice } = not;
      failed.set(why, { whats: [...(failed.get(why)?.whats ?? []), what], advice });
    }
    answers.push(answer);
  }
  const required = questions.flatMap(([what, , need]) => (need === "optional" ? [] : what));
  for (const [why, { whats, advice }] of failed) {
    const all = required.every((what) => whats.includes(what));
    unseen.push({
      what: all ? name : `${name}: ${whats.join(", ")}`,
      why,
      ...(advice && { advice }),
      ...(final && { final }),
    });
  }
  return answers;
}

export function judgeFleet(
  fleet: DeployedFleet,
  hub: HubSeen,
  members: MemberSeen[],
  unseen: Unseen[],
  now: number,
): FleetStatus {
  const problems: Problem[] = [];
  const placements = [...(hub.clusterPlacements ?? []), ...(hub.placements ?? [])];
  // A ResourcePlacement's name includes its namespace.
  const isSeen = (name: string) =>
    (name.includes("/") ? hub.placements : hub.clusterPlacements) !== undefined;
  const allSeen = hub.clusterPlacements !== undefined && hub.placements !== undefined;
  const status = {
    name: fleet.name,
    members: judgeMembers(fleet, hub.members, members, now, problems),
    placements: judgePlacements(fleet, placements, isSeen, problems),
    exports: judgeExports(fleet, placements, allSeen, hub.exports, members, problems),
    services: judgeServices(fleet, members, problems),
    trafficManagers: judgeTrafficManagers(hub.profiles ?? [], hub.backends, problems),
  };
  return { ...status, problems: [...problems, ...unseen.map(notSeen)], unseen };
}

/** What was not checked is not known to be healthy. */
function notSeen({ what, why, advice }: Unseen): Problem {
  return { kind: "unseen", name: what, text: why, ...(advice && { advice }) };
}

/**
 * Adds what could not be read of the app, which may belong to any of its fleets. If nothing else is known, there is a fleet
 * without a name: finding no problem must not look like everything being healthy.
 */
export function withUnread(fleets: FleetStatus[], unread: readonly Unseen[]): FleetStatus[] {
  const nothing = {
    members: [],
    placements: [],
    exports: [],
    services: [],
    trafficManagers: [],
    problems: [],
    unseen: [],
  };
  const all = fleets.length > 0 ? fleets : [{ name: undefined, ...nothing }];
  return all.map((fleet) => ({ ...fleet, problems: [...fleet.problems, ...unread.map(notSeen)] }));
}

function judgeMembers(
  fleet: DeployedFleet,
  seen: MemberCluster[] | undefined,
  asked: MemberSeen[],
  now: number,
  problems: Problem[],
): MemberStatus[] {
  const names = distinct([
    ...fleet.members.map(({ name }) => name),
    ...(seen ?? []).map(({ metadata }) => metadata.name),
  ]);
  return names.map((name) => {
    const member = seen?.find(({ metadata }) => metadata.name === name);
    const { status } = member ?? {};
    const heartbeat = member && heartbeatOf(member);
    const { cpu, memory } = status?.resourceUsage?.allocatable ?? {};
    const nodes = Number(status?.properties?.[NODE_COUNT_PROPERTY]?.value ?? Number.NaN);
    const of = { kind: "member", name } as const;
    if (seen && !member) problems.push({ ...of, text: "not known to the hub" });
    const why = member && whyNotJoined(member, WHOLE);
    const silence = member && silenceOf(member, now);
    if (why) problems.push({ ...of, text: why });
    else if (member && Number.isNaN(Date.parse(heartbeat ?? ""))) {
      problems.push({ ...of, text: "its agent has never sent a heartbeat" });
    } else if (silence !== undefined) {
      problems.push({ ...of, text: `no heartbeat from its agent for ${formatAge(silence)}` });
    }
    const version = withoutV(status?.properties?.["k8s.io/k8s-version"]?.value);
    const own = asked.find((one) => one.name === name)?.nodes;
    const nodeVersions =
      own && distinct(own.flatMap((node) => withoutV(node.status?.nodeInfo?.kubeletVersion) ?? []));
    const behind = (nodeVersions ?? []).filter((one) => version && minorOf(one) !== minorOf(version));
    if (behind.length > 0) {
      const text = `its control plane runs Kubernetes ${version}, its nodes run ${behind.join(" and ")}: upgrade the nodes (az aks nodepool upgrade)`;
      problems.push({ ...of, text });
    }
    if (member && leavingOf([member]).length > 0) {
      problems.push({
        ...of,
        text: `it has the taint ${LEAVING}, and nothing is placed on it: ${keepAdvice(name)}`,
      });
    }
    return {
      name,
      version,
      nodeVersions,
      joined: seen && (status?.conditions?.find(({ type }) => type === "Joined")?.status ?? missing(member)),
      heartbeat,
      nodes: Number.isNaN(nodes) ? undefined : nodes,
      allocatable:
        cpu === undefined || memory === undefined ? undefined : { cpu: String(cpu), memory: String(memory) },
    };
  });
}

function withoutV(version: string | undefined): string | undefined {
  // A node that has just joined reports "".
  return version?.replace(/^v/, "") || undefined;
}

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** A missing object counts as False; an existing one without the condition as Unknown. */
function missing(object: unknown): Truth {
  return object === undefined ? "False" : "Unknown";
}

function judgePlacements(
  fleet: DeployedFleet,
  seen: Placement[],
  isSeen: (name: string) => boolean,
  problems: Problem[],
): PlacementStatus[] {
  const names = distinct([...fleet.placements, ...seen.map(({ metadata }) => fullName(metadata))]);
  return names.map((name) => {
    const placement = seen.find(({ metadata }) => fullName(metadata) === name);
    if (placement === undefined) {
      if (isSeen(name)) problems.push({ kind: "placement", name, text: "not on the hub" });
      return { name, scheduled: isSeen(name) ? "False" : undefined, clusters: [] };
    }
    return judgePlacement(name, placement, problems);
  });
}

function judgePlacement(name: string, placement: Placement, problems: Problem[]): PlacementStatus {
  const { metadata, spec, status } = placement;
  const { generation } = metadata;
  const prefix = metadata.namespace ? "ResourcePlacement" : "ClusterResourcePlacement";
  const scheduled = currentCondition(status?.conditions, `${prefix}Scheduled`, generation);
  const of = { kind: "placement", name } as const;
  const comparesOnly = spec.strategy?.applyStrategy?.type === "ReportDiff";

  if (metadata.deletionTimestamp) problems.push({ ...of, text: "being deleted" });
  if (scheduled?.status === "False") {
    const refused = (status?.placementStatuses ?? []).filter(({ clusterName }) => !clusterName);
    const reasons = refused.flatMap(
      ({ conditions }) => conditions?.find(({ type }) => type === "Scheduled")?.message ?? [],
    );
    const why = [scheduled.message || scheduled.reason || "no reason given", ...reasons];
    problems.push({ ...of, text: `not scheduled: ${why.map((text) => oneLine(text)).join("; ")}` });
  } else if (scheduled?.status !== "True") {
    problems.push({ ...of, text: `the hub has not scheduled generation ${generation} yet` });
  }
  const clusters = (status?.placementStatuses ?? [])
    .filter((one): one is ClusterStatus & { clusterName: string } => Boolean(one.clusterName))
    .sort((a, b) => a.clusterName.localeCompare(b.clusterName))
    .map((one) => {
      const truth = (type: string) => currentCondition(one.conditions, type, generation)?.status;
      const objects = placedObjects(one);
      const here = { ...of, cluster: one.clusterName };
      for (const { state, kind, name, reason } of objects) {
        problems.push({
          ...here,
          text: `${kind} ${name} ${state === "failed" ? "" : `${state}: `}${reason}`,
        });
      }
      const available = truth("Available");
      const done = truth(comparesOnly ? "DiffReported" : "Available") === "True";
      if (!done && !objects.some(({ state }) => state === "failed")) {
        const text = comparesOnly
          ? "the difference is not reported yet"
          : trouble({ ...one, failedPlacements: [] }, generation, WHOLE);
        problems.push({ ...here, text });
      }
      return {
        cluster: one.clusterName,
        scheduled: truth("Scheduled") ?? "Unknown",
        applied: truth("Applied") ?? (comparesOnly ? undefined : ("Unknown" as const)),
        available: available ?? (comparesOnly ? undefined : ("Unknown" as const)),
        objects,
      };
    });
  const nothing = scheduled?.status === "True" ? unselected(placement) : undefined;
  if (nothing) problems.push({ ...of, text: nothing.line });
  if (scheduled?.status === "True" && clusters.length === 0) {
    problems.push({ ...of, text: `no cluster is chosen: ${oneLine(scheduled.message || "none matches")}` });
  }
  return { name, scheduled: scheduled?.status ?? "Unknown", clusters };
}

function placedObjects(one: ClusterStatus): PlacedObject[] {
  const failed = (one.failedPlacements ?? []).map(({ condition, kind, ...object }): PlacedObject => {
    const what = condition.type === "Applied" ? "not applied" : "not available";
    const why = oneLine(condition.message || condition.reason || "");
    return { state: "failed", kind, name: fullName(object), reason: why ? `${what}: ${why}` : what };
  });
  const drifted = (one.driftedPlacements ?? []).map(
    ({ observedDrifts, kind, ...object }: DriftedPlacement): PlacedObject => ({
      state: "drifted",
      kind,
      name: fullName(object),
      reason: differences(observedDrifts, true),
    }),
  );
  const diffed = (one.diffedPlacements ?? []).map(
    ({ observedDiffs, kind, ...object }: DiffedPlacement): PlacedObject => ({
      state: "diffed",
      kind,
      name: fullName(object),
      reason: differences(observedDiffs, true),
    }),
  );
  return [...failed, ...drifted, ...diffed].sort((a, b) =>
    `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`),
  );
}

/** Exports as the members report them; for an unreachable member, as they arrived on the hub. */
function judgeExports(
  fleet: DeployedFleet,
  placements: Placement[],
  allPlacements: boolean,
  arrived: InternalServiceExport[] | undefined,
  members: MemberSeen[],
  problems: Problem[],
): ExportStatus[] {
  const onHub = (arrived ?? []).flatMap(({ metadata, spec, status }) => {
    const { namespace, name = "" } = spec?.serviceReference ?? {};
    const cluster = memberOf(metadata.namespace);
    return cluster === undefined ? [] : [{ name: fullName({ namespace, name }), cluster, status }];
  });
  const onMembers = members.flatMap(({ name: cluster, exports = [] }) =>
    exports.map(({ metadata, status }) => ({ name: fullName(metadata), cluster, metadata, status })),
  );
  const asked = new Set(members.filter(({ exports }) => exports).map(({ name }) => name));
  const placed = (name: string) =>
    placements
      .filter(({ status }) =>
        status?.selectedResources?.some((one) => one.kind === "ServiceExport" && fullName(one) === name),
      )
      .flatMap(
        ({ status }) => status?.placementStatuses?.flatMap(({ clusterName }) => clusterName ?? []) ?? [],
      );

  const names = distinct([
    ...fleet.exports,
    ...onHub.map(({ name }) => name),
    ...onMembers.map(({ name }) => name),
  ]);
  return names.map((name) => {
    const clusters = distinct([
      ...placed(name),
      ...onHub.filter((one) => one.name === name).map(({ cluster }) => cluster),
      ...onMembers.filter((one) => one.name === name).map(({ cluster }) => cluster),
    ]);
    if (clusters.length === 0 && allPlacements) {
      problems.push({ kind: "export", name, text: "no placement places it on a member" });
    }
    return {
      name,
      clusters: clusters.map((cluster) => {
        const own = onMembers.find((one) => one.name === name && one.cluster === cluster);
        const at = onHub.find((one) => one.name === name && one.cluster === cluster);
        const of = { kind: "export", name, cluster } as const;
        const conditions = own?.status?.conditions ?? at?.status?.conditions;
        // Generations don't help here: the fleet writes the Service's generation into the export's conditions.
        const find = (type: string) => conditions?.find((one) => one.type === type);
        const withdrawn = own?.metadata.annotations?.[WEIGHT_ANNOTATION] === "0";
        const valid = find("Valid");
        const conflict = find("Conflict");
        const why = (condition: Condition | undefined) =>
          oneLine(condition?.message || condition?.reason || "no reason given");

        let isValid: Truth = valid?.status ?? "Unknown";
        if (asked.has(cluster) && !own) {
          isValid = "False";
          problems.push({ ...of, text: "missing, though a placement places it there" });
        } else if (!own) {
          // Only valid exports arrive on the hub.
          isValid = at ? "True" : undefined;
          if (arrived && !at) problems.push({ ...of, text: "not on the hub yet" });
        } else if (!withdrawn && isValid !== "True") {
          problems.push({
            ...of,
            text: valid ? `not valid: ${why(valid)}` : "not processed by the member's agent yet",
          });
        }
        const inConflict: Truth = conflict?.status ?? (own || at ? "Unknown" : undefined);
        if (inConflict === "True") {
          problems.push({
            ...of,
            text: `in conflict: ${why(conflict)}: its ports must be the same on every member`,
          });
        } else if (isValid === "True" && inConflict !== "False" && !withdrawn) {
          problems.push({ ...of, text: "the hub has not checked it for conflicts yet" });
        }
        return { cluster, valid: isValid, conflict: inConflict, withdrawn };
      }),
    };
  });
}

function judgeServices(fleet: DeployedFleet, members: MemberSeen[], problems: Problem[]): ServiceStatus[] {
  const seen = members.flatMap(({ name: member, services = [] }) =>
    services.map((service) => ({ name: fullName(service.metadata), member, service })),
  );
  const unfound = fleet.services.filter(
    (one) => !seen.some(({ name, member }) => fullName(one) === name && one.member === member),
  );
  const judged = seen.map(({ name, member, service }): ServiceStatus => {
    const { metadata, spec, status } = service;
    const valid = currentCondition(status?.conditions, "Valid", metadata.generation);
    const address = addressOf(service);
    const of = { kind: "service", name, cluster: member } as const;
    if (metadata.deletionTimestamp) problems.push({ ...of, text: "being deleted" });
    if (valid === undefined) problems.push({ ...of, text: "not processed by the member's agent yet" });
    else if (valid.status !== "True") {
      problems.push({
        ...of,
        text: `not valid: ${oneLine(valid.message || valid.reason || "no reason given")}`,
      });
    } else if (!address) problems.push({ ...of, text: "valid, but no address yet" });
    return {
      name,
      member,
      service: fullName({ ...metadata, name: spec?.serviceImport?.name ?? metadata.name }),
      address,
      valid: valid?.status ?? "Unknown",
    };
  });
  const absent = unfound.map((one): ServiceStatus => {
    const { namespace, service, member } = one;
    const name = fullName(one);
    const asked = members.some((one) => one.name === member && one.services);
    if (asked) problems.push({ kind: "service", name, cluster: member, text: "missing" });
    return {
      name,
      member,
      service: fullName({ namespace, name: service }),
      address: "",
      valid: asked ? "False" : undefined,
    };
  });
  return [...judged, ...absent].sort((a, b) =>
    `${a.name} ${a.member}`.localeCompare(`${b.name} ${b.member}`),
  );
}

function judgeTrafficManagers(
  profiles: TrafficManagerProfile[],
  seen: TrafficManagerBackend[] | undefined,
  problems: Problem[],
): TrafficManagerStatus[] {
  const isOf = (profile: TrafficManagerProfile) => (backend: TrafficManagerBackend) =>
    backend.metadata.namespace === profile.metadata.namespace &&
    backend.spec?.profile?.name === profile.metadata.name;
  const judged = profiles.map((profile): TrafficManagerStatus => {
    const { metadata, status } = profile;
    const name = fullName(metadata);
    const of = { kind: "traffic-manager", name } as const;
    const look = judgeProfile(profile);
    if (look.state !== "done") problems.push({ ...of, text: look.line });
    const backends = seen?.filter(isOf(profile));
    if (backends?.length === 0) {
      problems.push({ ...of, text: "no backend: its DNS name does not resolve" });
    }
    for (const backend of backends ?? []) {
      const why = whyNotAccepted(backend);
      if (why) problems.push({ ...of, text: `backend ${backend.metadata.name}: ${why}` });
    }
    return {
      name,
      dnsName: status?.dnsName ?? "",
      programmed:
        currentCondition(status?.conditions, "Programmed", metadata.generation)?.status ?? "Unknown",
      backends: (backends ?? []).map(backendStatus).sort((a, b) => a.name.localeCompare(b.name)),
    };
  });
  return judged.sort((a, b) => a.name.localeCompare(b.name));
}

function backendStatus({ metadata, spec, status }: TrafficManagerBackend): TrafficManagerBackendStatus {
  const { namespace, name } = metadata;
  return {
    name,
    service: fullName({ namespace, name: spec?.backend?.name ?? "" }),
    weight: spec?.weight ?? 1,
    accepted: currentCondition(status?.conditions, "Accepted", metadata.generation)?.status ?? "Unknown",
    endpoints: (status?.endpoints ?? [])
      .map(({ from, target, weight }) => ({ cluster: from?.cluster, target, weight }))
      .sort((a, b) => `${a.cluster}`.localeCompare(`${b.cluster}`)),
  };
}

function distinct(names: string[]): string[] {
  return [...new Set(names)].sort();
}
