import { AZURE_MEMBER_NAME_LABEL, MEMBER_NAME_LABEL } from "../../fleet-api/labels";
import { fullName } from "../app/deployed";
import type { MemberCluster, Override, Placement } from "../client/objects";
import { FinalProblem } from "../terminal/problems";
import type { Target } from "./target";

/** A way in to the Service, as it is before the drill. */
export interface Way {
  readonly target: Target;
  readonly address: string;
  /** The members that serve it. */
  readonly expected: readonly string[];
}

/** What the hub has that a drill depends on. */
export interface OnHub {
  readonly members: readonly MemberCluster[];
  readonly placements: readonly Placement[];
  /** The ResourceOverrides of the Service's namespace. */
  readonly overrides: readonly Override[];
}

export interface DrillPlan {
  readonly member: string;
  /** The label that tells the member from the others by its name. */
  readonly label: string;
  readonly placement: { readonly name: string; readonly namespace?: string };
  /** The Services that it exports. */
  readonly exports: readonly string[];
  /** What is to be asked before. */
  readonly risks: readonly string[];
}

/** What a drill is to do. @throws a FinalProblem if it can't, or could not be undone */
export function planDrill(member: string, ways: readonly Way[], hub: OnHub): DrillPlan {
  const served = ways.filter(({ expected }) => expected.includes(member));
  if (served.length === 0) {
    const others = [...new Set(ways.flatMap(({ expected }) => expected))].sort();
    throw new FinalProblem(`${member} does not serve it, but ${others.join(", ") || "no cluster"}.`);
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
    `no label of the member tells its name, which the drill tells it from the others by: kubectl label memberclusters ${member} ${MEMBER_NAME_LABEL}=${member}`,
  );
}

/** The placement that brings the exports to the member. */
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
      `no placement brings the ServiceExport ${alone.join(", ")} to ${member}, so that the hub can't take it away there: it was made on the member itself, or in an envelope.`,
    );
  }
  if (all.length > 1) {
    throw new FinalProblem(
      `the placements ${all.map(({ metadata }) => fullName(metadata)).join(", ")} bring its exports to ${member}, and a drill is for what one placement brings: name one of ${exports.map((name) => `${namespace}/${name}`).join(", ")}.`,
    );
  }
  const name = fullName(first.metadata);
  if (first.spec.strategy?.type === "External") {
    throw new FinalProblem(
      `placement ${name} is rolled out by update runs only, so that neither the drill nor its end would reach ${member}.`,
    );
  }
  const taken = overrides.find(({ spec }) =>
    spec?.resourceSelectors?.some((one) => one.kind === "ServiceExport" && exports.includes(one.name)),
  );
  if (taken !== undefined) {
    throw new FinalProblem(
      `ResourceOverride ${fullName(taken.metadata)} overrides the export, and the hub takes one override of an object only.`,
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
        `${member} is the last that serves ${fullName(target)}: nothing answers there during the drill.`,
    ),
    ...(elsewhere
      ? []
      : [
          `${member} holds its only entry: the drill leaves the address there, and the loss of ${member} would take it.`,
        ]),
  ];
}
