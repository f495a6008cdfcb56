import { isKnown } from "../../checks/check";
import { allMarked, markOf } from "../../checks/marked";
import type { IFleetMember } from "../../fleet/fleet-member";
import type { INamespace } from "../namespace/namespace-base";
import type { ClusterResourcePlacement } from "../placement/cluster-resource-placement";

/** The members that a whole namespace automatically rolls out to, as far as known. */
export function rolledOutTo(namespace: INamespace): readonly IFleetMember[] {
  // By mark: waits need the class of no placement, and the infra stack has waits only.
  const placements = allMarked<ClusterResourcePlacement>(namespace, markOf("ClusterResourcePlacement"));
  const members = placements
    .filter((placement) => placement._brings(namespace) === "everything" && placement._rollsOut)
    .flatMap((placement) => placement.members ?? []);
  return [...new Set(members)];
}

/** Those of them that serve an exported Service; none if unknown. */
export function servedFrom(namespace: INamespace, serviceName: string): readonly IFleetMember[] {
  const exported = namespace.exports.find((one) => one.serviceName === serviceName);
  const isWithdrawn = exported?.weight === 0 || (exported?.weight !== undefined && !isKnown(exported.weight));
  return isWithdrawn || isKeptAway(namespace, serviceName) ? [] : rolledOutTo(namespace);
}

/** Whether an override keeps a Service, or its export, off some members. */
function isKeptAway({ _contents }: INamespace, serviceName: string): boolean {
  return _contents.others.some(({ manifestInput }) => {
    const { spec } = manifestInput as { spec?: OverrideSpec };
    return (
      (spec?.policy?.overrideRules ?? []).some(({ overrideType }) => overrideType === "Delete") &&
      (spec?.resourceSelectors ?? []).some(
        ({ kind = "", name }) => EXPORTING.has(kind) && name === serviceName,
      )
    );
  });
}

const EXPORTING: ReadonlySet<string> = new Set(["Service", "ServiceExport"]);

interface OverrideSpec {
  readonly resourceSelectors?: readonly { readonly kind?: string; readonly name?: string }[];
  readonly policy?: { readonly overrideRules?: readonly { readonly overrideType?: string }[] };
}
