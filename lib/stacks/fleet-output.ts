import { Fn, Lazy, TerraformOutput, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { KubernetesAccess } from "../access/kubernetes-access";
import { allMarked, markOf } from "../checks/marked";
import { optional } from "../checks/required";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";
import type { ServiceExport } from "../hub/namespace/service-export";
import type { ClusterResourcePlacement } from "../hub/placement/cluster-resource-placement";
import type { ResourcePlacement } from "../hub/placement/resource-placement";
import type { MultiClusterServiceBase } from "../hub/traffic/multi-cluster-service-base";

export interface FleetOutput {
  readonly fleet: IFleet;
  readonly hub?: KubernetesAccess;
  /** Evaluated at synthesis, as members may still be added. @default - none */
  readonly members?: () => readonly { readonly member: IFleetMember; readonly access: KubernetesAccess }[];
}

/** Adds the output from which `aks-fleet status`, `verify` and `kubeconfig` read what a stack deploys, and how to reach it. It contains no secrets. */
export function addFleetOutput(stack: TerraformStack, { fleet, hub, members = () => [] }: FleetOutput): void {
  // By mark: the classes would load everything about the hub, also for a stack without any of it.
  const all = <T extends IConstruct>(className: string) =>
    allMarked<T>(stack, markOf(className)).filter((one) => stackOf(one) === stack);
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
        [
          ...all<ClusterResourcePlacement>("ClusterResourcePlacement"),
          ...all<ResourcePlacement>("ResourcePlacement"),
        ].map(({ _reference }) => _reference),
      ),
      exports: list(() =>
        all<ServiceExport>("ServiceExport").map(
          ({ namespace, serviceName }) => `${namespace.name}/${serviceName}`,
        ),
      ),
      services: list(() =>
        all<MultiClusterServiceBase>("MultiClusterServiceBase").map(
          ({ namespace, name, serviceName, member }) => ({
            namespace: namespace.name,
            name,
            service: serviceName,
            member: member.memberName,
          }),
        ),
      ),
    },
  });
}

function accessOutput({ server, certificateAuthority, login }: KubernetesAccess) {
  return { server, certificate_authority: certificateAuthority, login };
}
