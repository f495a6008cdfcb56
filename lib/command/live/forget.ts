import {
  apiPath,
  MEMBERS_PATH,
  NETWORKING_V1ALPHA1,
  PLACEMENT_V1,
  PLACEMENT_V1BETA1,
} from "../../fleet-api/groups";
import { memberNamespace } from "../../fleet-api/members";
import { IN_USE_BY_ANNOTATION } from "../../fleet-api/services";
import { fullName } from "../app/deployed";
import type { KubeClient, ListedObject } from "../client/kube-client";
import type {
  Binding,
  InternalServiceExport,
  MemberCluster,
  MultiClusterService,
  Placement,
} from "../client/objects";
import { formatAge } from "../terminal/duration";
import { FinalProblem } from "../terminal/problems";
import type { Clusters } from "./clusters";
import { bindingsOf, isOf, listBoth, pathOf, taint, tolerates } from "./leave";
import { heartbeatOf, LEAVING, leavingOf, silenceOf } from "./member-health";
import { endpointsOf } from "./wait-service";

const NETWORKING = apiPath(NETWORKING_V1ALPHA1);
const PLACEMENT = apiPath(PLACEMENT_V1);

/** A change this identity can make, and its purpose. */
export interface CleanUp {
  readonly text: string;
  readonly act: () => Promise<unknown>;
}

/** What can be cleaned up after a lost member, and what can't. */
export interface Forgetting {
  readonly cleanUps: readonly CleanUp[];
  /** Placements that would choose it again: they name it, or tolerate every taint. */
  readonly stubborn: readonly string[];
  /** Services whose entry it was, and whose claim is not transferred: no member is given, or it has no entry for them yet. */
  readonly claims: readonly string[];
  /** What the hub holds of it and protects from deletion. */
  readonly exports: readonly string[];
  readonly kept: readonly string[];
}

/** @throws a FinalProblem if there is no such member, or it is still alive */
export async function lookAtForgotten(
  { hub, members }: Clusters & { hub: { client: KubeClient } },
  member: string,
  to: string | undefined,
  now: number,
): Promise<Forgetting> {
  const { client } = hub;
  const all = (await client.list<MemberCluster>(MEMBERS_PATH)) ?? [];
  const lost = theMember(all, member);
  if (!lost.metadata.deletionTimestamp && silenceOf(lost, now) === undefined && heartbeatOf(lost)) {
    throw new FinalProblem(
      `${member} sent a heartbeat ${formatAge(now - Date.parse(heartbeatOf(lost) ?? ""))} ago: it isn't lost. \`aks-fleet leave ${member}\` removes it from the fleet; \`aks-fleet drill\` rehearses its loss.`,
    );
  }
  if (to !== undefined && (to === member || silenceOf(theMember(all, to), now) !== undefined)) {
    throw new FinalProblem(`--to ${to}: give a member that isn't lost.`);
  }
  const bindings = await bindingsOf(client, member);
  const placements = await listBoth<Placement>(client, PLACEMENT, "resourceplacements");
  const stubborn = placements.filter(
    (one) => wouldTakeIt(one, member) && bindings.some((binding) => isOf(binding, one)),
  );
  const imports = (await client.list<ListedObject>(`${NETWORKING}/serviceimports`)) ?? [];
  const claimed = imports.filter((one) => claimOf(one) === member);
  const entered = to === undefined ? [] : await enteredAt(members, to);
  const isMoved = ({ metadata }: ListedObject) => entered.includes(fullName(metadata));
  const namespace = `${NETWORKING}/namespaces/${memberNamespace(member)}`;
  const exports = (await client.list<InternalServiceExport>(`${namespace}/internalserviceexports`)) ?? [];
  const inNamespace = async (kind: string, path: string) =>
    ((await client.list<ListedObject>(path, { metadataOnly: true })) ?? []).map(
      ({ metadata }) => `${kind} ${metadata.name}`,
    );
  return {
    cleanUps: [
      ...(leavingOf([lost]).length > 0
        ? []
        : [
            {
              text: `add the taint ${LEAVING}, so nothing more is placed on it`,
              act: () => taint(client, lost),
            },
          ]),
      ...bindings
        .filter(
          (one) => !one.metadata.deletionTimestamp && !stubborn.some((placement) => isOf(one, placement)),
        )
        .map((one) => takenOut(client, one)),
      ...(to === undefined ? [] : claimed.filter(isMoved).map((one) => handedOver(client, one, to))),
      ...(await deadEndpoints(members, member)),
    ],
    stubborn: stubborn.map(({ metadata }) => fullName(metadata)),
    claims: claimed.filter((one) => !isMoved(one)).map(({ metadata }) => fullName(metadata)),
    exports: exports.map(({ spec, metadata }) =>
      spec?.serviceReference?.name
        ? `${spec.serviceReference.namespace}/${spec.serviceReference.name}`
        : metadata.name,
    ),
    kept: [
      ...exports.map(({ metadata }) => `internalserviceexport ${metadata.name}`),
      ...(await inNamespace("internalserviceimport", `${namespace}/internalserviceimports`)),
      ...(await inNamespace("work", `${PLACEMENT}/namespaces/${memberNamespace(member)}/works`)),
    ],
  };
}

function theMember(all: readonly MemberCluster[], name: string): MemberCluster {
  const found = all.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return found;
  const names = all.map(({ metadata }) => metadata.name).sort();
  throw new FinalProblem(
    `${name} isn't a member of the fleet: its members are ${names.join(", ") || "none"}.`,
  );
}

function wouldTakeIt(placement: Placement, member: string): boolean {
  const { placementType, clusterNames = [] } = placement.spec.policy ?? {};
  return placementType === "PickFixed" ? clusterNames.includes(member) : tolerates(placement);
}

function takenOut(client: KubeClient, binding: Binding): CleanUp {
  return {
    text: `delete binding ${fullName(binding.metadata)}, so its placement no longer waits for it`,
    act: () => client.delete(pathOf(apiPath(PLACEMENT_V1BETA1), "resourcebindings", binding)),
  };
}

function claimOf({ metadata }: ListedObject): string | undefined {
  const text = (metadata as { annotations?: Record<string, string> }).annotations?.[IN_USE_BY_ANNOTATION];
  try {
    const { MemberClusters = {} } = JSON.parse(text ?? "{}") as { MemberClusters?: Record<string, string> };
    return Object.values(MemberClusters)[0];
  } catch {
    return undefined;
  }
}

/**
 * The Services that a member has a MultiClusterService for. Its agents import endpoints once, when it gets the claim: without
 * a MultiClusterService they drop them, and an address created later has no endpoints.
 */
async function enteredAt(members: Clusters["members"], to: string): Promise<string[]> {
  const entry = members.find(({ name }) => name === to);
  if (entry === undefined) {
    throw new FinalProblem(
      `--to ${to}: no deployed stack says how to reach it, to check that its MultiClusterService exists: give --kubeconfig ${to}=FILE.`,
    );
  }
  const services = await entry.client.list<MultiClusterService & ListedObject>(
    `${NETWORKING}/multiclusterservices`,
  );
  return (services ?? []).map(({ metadata, spec }) =>
    fullName({ namespace: metadata.namespace, name: spec?.serviceImport?.name ?? metadata.name }),
  );
}

/**
 * Replaced, not removed: the hub would give it back to the lost member, whose import still exists. The object belongs to the
 * namespace, so a cluster admin may change it; the annotation is internal to the fleet, not an API.
 */
function handedOver(client: KubeClient, { metadata }: ListedObject, to: string): CleanUp {
  const { name, namespace } = metadata;
  const claim = JSON.stringify({ MemberClusters: { [memberNamespace(to)]: to } });
  return {
    text: `transfer its claim to Service ${fullName(metadata)} to ${to}, so the MultiClusterService there gets an address`,
    act: () =>
      client.patch(`${NETWORKING}/namespaces/${namespace}/serviceimports/${name}`, {
        metadata: { annotations: { [IN_USE_BY_ANNOTATION]: claim } },
      }),
  };
}

/** Endpoints that other members still send connections to. */
async function deadEndpoints(members: Clusters["members"], lost: string): Promise<CleanUp[]> {
  const found = await Promise.all(
    members
      .filter(({ name }) => name !== lost)
      .map(async ({ name, client }) => {
        const services = await client
          .list<MultiClusterService & ListedObject>(`${NETWORKING}/multiclusterservices`)
          .catch(() => undefined);
        const cleanUps: CleanUp[] = [];
        for (const service of services ?? []) {
          const dead = await endpointsOf(client, service, [lost]);
          if (dead.length === 0) continue;
          cleanUps.push({
            text: `delete its endpoints from ${fullName(service.metadata)} on ${name} (${dead.length} EndpointSlice${dead.length === 1 ? "" : "s"})`,
            act: async () => {
              for (const path of dead) await client.delete(path);
            },
          });
        }
        return cleanUps;
      }),
  );
  return found.flat();
}
