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

/** Something that this identity can do, and what it is good for. */
export interface CleanUp {
  readonly text: string;
  readonly act: () => Promise<unknown>;
}

/** What of a lost member can be cleaned, and what can't. */
export interface Forgetting {
  readonly cleanUps: readonly CleanUp[];
  /** Placements that would take it again: they name it, or tolerate every taint. */
  readonly stubborn: readonly string[];
  /** Services that were entered at it, whose claim goes to no other member now: none is named, or it has no entry for them yet. */
  readonly claims: readonly string[];
  /** What the hub keeps of it, and lets nobody delete. */
  readonly exports: readonly string[];
  readonly kept: readonly string[];
}

/** @throws a FinalProblem where there is no such member, or it is there */
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
      `${member} was heard ${formatAge(now - Date.parse(heartbeatOf(lost) ?? ""))} ago: it is there. \`aks-fleet leave ${member}\` takes it out of the fleet, and \`aks-fleet drill\` rehearses its loss.`,
    );
  }
  if (to !== undefined && (to === member || silenceOf(theMember(all, to), now) !== undefined)) {
    throw new FinalProblem(`--to ${to}: name a member that is there.`);
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
              text: `put the taint ${LEAVING} on it, so that nothing is placed there any more`,
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
  throw new FinalProblem(`${name} is no member of the fleet: its members are ${names.join(", ") || "none"}.`);
}

function wouldTakeIt(placement: Placement, member: string): boolean {
  const { placementType, clusterNames = [] } = placement.spec.policy ?? {};
  return placementType === "PickFixed" ? clusterNames.includes(member) : tolerates(placement);
}

function takenOut(client: KubeClient, binding: Binding): CleanUp {
  return {
    text: `delete binding ${fullName(binding.metadata)}, so that its placement waits for it no longer`,
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
 * The Services that a member has a MultiClusterService of. Its agents import endpoints once, when it gets the claim: without
 * one they drop them, and the address that comes later leads nowhere.
 */
async function enteredAt(members: Clusters["members"], to: string): Promise<string[]> {
  const entry = members.find(({ name }) => name === to);
  if (entry === undefined) {
    throw new FinalProblem(
      `--to ${to}: no deployed stack tells how it is reached, and its MultiClusterService has to be there first: --kubeconfig ${to}=FILE.`,
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
 * Replaced, not removed: the hub would give it to the lost member again, whose import is still there. The object is the
 * namespace's own, which a cluster admin may change; the annotation is the fleet's, and no API.
 */
function handedOver(client: KubeClient, { metadata }: ListedObject, to: string): CleanUp {
  const { name, namespace } = metadata;
  const claim = JSON.stringify({ MemberClusters: { [memberNamespace(to)]: to } });
  return {
    text: `give ${to} its claim to Service ${fullName(metadata)}, so that a MultiClusterService there gets an address`,
    act: () =>
      client.patch(`${NETWORKING}/namespaces/${namespace}/serviceimports/${name}`, {
        metadata: { annotations: { [IN_USE_BY_ANNOTATION]: claim } },
      }),
  };
}

/** What the other members still lead connections to. */
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
            text: `take away what ${fullName(service.metadata)} at ${name} still has of it (${dead.length} EndpointSlice${dead.length === 1 ? "" : "s"})`,
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
