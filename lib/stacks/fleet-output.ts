import { Fn, TerraformOutput, type TerraformStack } from "cdktf";
import type { KubernetesAccess } from "../access/kubernetes-access";
import { ifTold } from "../checks/told";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";

export interface FleetOutput {
  readonly fleet: IFleet;
  readonly hub?: KubernetesAccess;
  readonly members?: readonly { readonly member: IFleetMember; readonly access: KubernetesAccess }[];
  /** `NAME`, or `NAMESPACE/NAME` of a namespaced one. */
  readonly placements?: unknown;
  /** `NAMESPACE/NAME` of the Services. */
  readonly exports?: unknown;
  readonly services?: unknown;
}

/** Tells `aks-fleet status`, `verify` and `kubeconfig` what a stack deployed, and how it is reached. Nothing of it is secret. */
export function addFleetOutput(stack: TerraformStack, output: FleetOutput): void {
  const { fleet, hub, members = [], placements = [], exports = [], services = [] } = output;
  new TerraformOutput(stack, "aks_fleet", {
    value: {
      fleet: { id: fleet.fleetId, name: ifTold(() => fleet.fleetName) ?? Fn.basename(fleet.fleetId) },
      hub: hub && accessOutput(hub),
      members: Object.fromEntries(
        members.map(({ member, access }) => [
          member.key,
          { name: member.memberName, cluster: member.cluster.clusterName, ...accessOutput(access) },
        ]),
      ),
      placements,
      exports,
      services,
    },
  });
}

function accessOutput({ server, certificateAuthority, login }: KubernetesAccess) {
  return { server, certificate_authority: certificateAuthority, login };
}
