import { AZURE_MEMBER_NAME_LABEL, MEMBER_NAME_LABEL } from "../../fleet-api/labels";
import { fullName } from "../app/deployed";
import type { MemberCluster, Override, Placement } from "../client/objects";
import { FinalProblem } from "../terminal/problems";
import type { Target } from "./target";

/** An address of the Service, as it is before the drill. */
export interface Way {
  readonly target: Target;
  readonly address: string;
  /** The members that serve it. */
  readonly expected: readonly string[];
}

/** The hub's objects that a drill depends on. */
export interface OnHub {
  readonly members: readonly MemberCluster[];
  readonly placements: readonly Placement[];
  /** The ResourceOverrides in the Service's namespace. */
  readonly overrides: readonly Override[];
}

export interface DrillPlan {
  readonly member: string;
  /** The label that holds the member's name, which only it has. */
  readonly label: string;
  readonly placement: { readonly name: string; readonly namespace?: string };
  /** The Services it exports. */
  readonly exports: readonly string[];
  /** To be confirmed first. */
  readonly risks: readonly string[];
}

/** Plans a drill. @throws a FinalProblem if it is impossible, or could not be undone */
export function planDrill(member: string, ways: readonly Way[], hub: OnHub): DrillPlan {
  const served = ways.filter(({ expected }) => expected.includes(member));
  if (served.length === 0) {
    const others = [...new Set(ways.flatMap(({ expected }) => expected))].sort();
    throw new FinalProblem(`${member} does not serve it; ${others.join(", ") || "no cluster"} does.`);
  }
  const namespace = ways[0]?.target.namespace ?? "";
  const exports = [...new Set(served.map(({ target }) => target.service))].sort();
  return {
    member,
    label: labelOf(member, hub.members),
    placement: placementOf(namespace, exports, member, hub),
    exports,
    risks: risksOf(member, ways),
  };
}

function labelOf(member: string, members: readonly MemberCluster[]): string {
  const labels = members.find(({ metadata }) => metadata.name === member)?.metadata.labels ?? {};
  const label = [MEMBER_NAME_LABEL, AZURE_MEMBER_NAME_LABEL].find((key) => labels[key] === member);
  if (label !== undefined) return label;
  throw new FinalProblem(
    `the member has no label that holds its name, which the drill selects it by: kubectl label memberclusters ${member} ${MEMBER_NAME_LABEL}=${member}`,
  );
}

/** The placement that places the exports on the member. */
function placementOf(
  namespace: string,
  exports: readonly string[],
  member: string,
  { placements, overrides }: OnHub,
): DrillPlan["placement"] {
  const brought = exports.map((name) =>
    placements.filter(
      ({ status }) =>
        status?.selectedResources?.some(
          (one) => one.kind === "ServiceExport" && one.namespace === namespace && one.name === name,
        ) && status.placementStatuses?.some(({ clusterName }) => clusterName === member),
    ),
  );
  const all = [...new Set(brought.flat())];
  const [first] = all;
  if (first === undefined || brought.some(({ length }) => length === 0)) {
    const alone = exports.filter((_, index) => brought[index]?.length === 0);
    throw new FinalProblem(
      `no placement places the ServiceExport ${alone.join(", ")} on ${member}, so the hub can't withdraw it: it was created on the member itself, or is in an envelope.`,
    );
  }
  if (all.length > 1) {
    throw new FinalProblem(
      `the placements ${all.map(({ metadata }) => fullName(metadata)).join(", ")} place its exports on ${member}, and a drill covers one placement: choose one of ${exports.map((name) => `${namespace}/${name}`).join(", ")}.`,
    );
  }
  const name = fullName(first.metadata);
  if (first.spec.strategy?.type === "External") {
    throw new FinalProblem(
      `placement ${name} rolls out only by update runs, so neither the drill nor its undo would reach ${member}.`,
    );
  }
  const taken = overrides.find(({ spec }) =>
    spec?.resourceSelectors?.some((one) => one.kind === "ServiceExport" && exports.includes(one.name)),
  );
  if (taken !== undefined) {
    throw new FinalProblem(
      `ResourceOverride ${fullName(taken.metadata)} already overrides the export, and the hub accepts only one override per object.`,
    );
  }
  return first.metadata;
}

function risksOf(member: string, ways: readonly Way[]): string[] {
  const last = ways.filter(({ expected }) => expected.every((one) => one === member));
  const elsewhere = ways.some(({ target }) => target.member !== member);
  return [
    ...last.map(
      ({ target }) =>
        `${member} is the last member serving ${fullName(target)}: it will be unavailable during the drill.`,
    ),
    ...(elsewhere
      ? []
      : [
          `${member} holds its only entry: the drill keeps that address, which a real loss of ${member} would take down.`,
        ]),
  ];
}
