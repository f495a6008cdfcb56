import { Fn, Lazy, TerraformOutput, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { KubernetesAccess } from "../access/kubernetes-access";
import { optional } from "../checks/required";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";
import { ServiceExport } from "../hub/namespace/service-export";
import { ClusterResourcePlacement } from "../hub/placement/cluster-resource-placement";
import { ResourcePlacement } from "../hub/placement/resource-placement";
import { MultiClusterServiceBase } from "../hub/traffic/multi-cluster-service-base";

export interface FleetOutput {
  readonly fleet: IFleet;
  readonly hub?: KubernetesAccess;
  /** Evaluated at synthesis, as members may still be added. @default - none */
  readonly members?: () => readonly { readonly member: IFleetMember; readonly access: KubernetesAccess }[];
}

/** Adds the output from which `aks-fleet status`, `verify` and `kubeconfig` read what a stack deploys, and how to reach it. It contains no secrets. */
export function addFleetOutput(stack: TerraformStack, { fleet, hub, members = () => [] }: FleetOutput): void {
  const here = (construct: IConstruct) => stackOf(construct) === stack;
  // Lazy: any construct may still add something to the stack.
  const list = (produce: () => unknown[]) => Lazy.anyValue({ produce });
  new TerraformOutput(stack, "aks_fleet", {
    // Not secret, but `cdktf deploy` would print pages of certificates. `terraform output -json` has it.
    sensitive: true,
    value: {
      fleet: { id: fleet.fleetId, name: optional(() => fleet.fleetName) ?? Fn.basename(fleet.fleetId) },
      hub: hub && accessOutput(hub),
      members: Lazy.anyValue({
        produce: () =>
          Object.fromEntries(
            members().map(({ member, access }) => [
              member.key,
              { name: member.memberName, cluster: member.cluster.clusterName, ...accessOutput(access) },
            ]),
          ),
      }),
      placements: list(() =>
        [...ClusterResourcePlacement._all(stack), ...ResourcePlacement._all(stack)]
          .filter(here)
          .map(({ _reference }) => _reference),
      ),
      exports: list(() =>
        ServiceExport._all(stack)
          .filter(here)
          .map(({ namespace, serviceName }) => `${namespace.name}/${serviceName}`),
      ),
      services: list(() =>
        MultiClusterServiceBase._all(stack)
          .filter(here)
          .map(({ namespace, name, serviceName, member }) => ({
            namespace: namespace.name,
            name,
            service: serviceName,
            member: member.memberName,
          })),
      ),
    },
  });
}

function accessOutput({ server, certificateAuthority, login }: KubernetesAccess) {
  return { server, certificate_authority: certificateAuthority, login };
}
