import { Resource } from "@cdktf/provider-null/lib/resource";
import { dependable, Fn, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { checkTimeout } from "../checks/timeout";
import type { IFleet } from "../fleet/fleet";
import { marked, type WaitFor, waitCommand } from "../fleet-api/wait-command";
import { ClusterResourcePlacement } from "../hub/placement/cluster-resource-placement";
import type { ResourcePlacement } from "../hub/placement/resource-placement";
import type { MultiClusterService } from "../hub/traffic/multi-cluster-service";
import type { TrafficManagerProfile } from "../hub/traffic/traffic-manager-profile";
import { runFleetCommand } from "./fleet-command";
import type { KubernetesAccess } from "./kubernetes-access";

export interface WaitProps {
  /** How the cluster that is asked is reached. */
  readonly access: KubernetesAccess;
  /** How long to wait, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
  /** What must exist before the wait begins. @default - nothing but what is waited for */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Holds Terraform back until something of the fleet is ready. It runs when it is made and when what it waits for
 * changes; if it fails, the next deployment waits again, and nothing else is touched.
 */
export class Wait extends Construct {
  /**
   * Until the hub answers, this identity may act on it, and every member has joined that exists when this stack is
   * deployed: members that are made in stacks after it can't be waited for.
   */
  static forHub(scope: Construct, id: string, fleet: IFleet, props: WaitProps): Wait {
    const stack = TerraformStack.of(scope);
    const membersBefore = () =>
      fleet.members.filter((member) => {
        const other = stackOf(member);
        return other === undefined || other === stack || stack.dependsOn(other);
      });
    const wait = new Wait(scope, id, {
      ...props,
      wait: () => ({ kind: "hub", members: membersBefore().map(({ memberName }) => memberName) }),
      triggers: () => ({
        fleet: fleet.fleetId,
        members: membersBefore()
          .map(({ memberName }) => memberName)
          .join(","),
      }),
    });
    // Lazy: members may still join. Before the roles and the members are there, it would hold one of Terraform's ten slots.
    wait.resource.dependsOn = Lazy.listValue({
      produce: () =>
        dependablesFor(scope, [
          ...fleet.dependables,
          ...membersBefore().flatMap(({ dependables }) => dependables),
          ...(props.dependsOn ?? []),
        ]).map(dependable),
    });
    return wait;
  }

  /** Until a member's cluster answers, this identity may act on it, and it knows the fleet's objects. */
  static forMember(scope: Construct, id: string, clusterId: string, props: WaitProps): Wait {
    return new Wait(scope, id, {
      ...props,
      wait: () => ({ kind: "member" }),
      triggers: () => ({ cluster: clusterId }),
    });
  }

  /** Until a placement, and all that it placed, is available on every cluster that it chooses. */
  static forPlacement(
    scope: Construct,
    id: string,
    placement: ClusterResourcePlacement | ResourcePlacement,
    props: WaitProps,
  ): Wait {
    return new Wait(scope, id, {
      ...props,
      wait: () => ({
        kind: "placement",
        placement: placement._reference,
        clusters: (placement.members ?? []).map(({ memberName }) => memberName),
      }),
      triggers: () => {
        const { manifests, secrets } = placement._watched;
        return {
          manifests: hashOf([placement.manifest, ...manifests].map(({ manifest }) => manifest)),
          secrets: hashOf(secrets.map(({ data }) => data)),
        };
      },
      dependsOn: [placement.manifest, ...(props.dependsOn ?? [])],
    });
  }

  /** Until a MultiClusterService is valid and has an address. */
  static forService(scope: Construct, id: string, service: MultiClusterService, props: WaitProps): Wait {
    return new Wait(scope, id, {
      ...props,
      wait: () => ({ kind: "service", service: `${service.namespace.name}/${service.name}` }),
      triggers: () => ({ manifests: hashOf([service.manifest.manifest]) }),
      dependsOn: [service.manifest, ...(props.dependsOn ?? [])],
    });
  }

  /**
   * Until a Traffic Manager profile has its DNS name, and every backend is accepted: with an address of each member that
   * the whole namespace is placed on, as far as this app knows them.
   */
  static forTrafficManager(
    scope: Construct,
    id: string,
    profile: TrafficManagerProfile,
    props: WaitProps,
  ): Wait {
    const { namespace } = profile;
    const members = () =>
      ClusterResourcePlacement.of(scope)
        .filter((placement) => placement._brings(namespace) === "everything" && placement._rollsOut)
        .flatMap((placement) => placement.members ?? []);
    const clusters = () => [...new Set(members().map(({ memberName }) => memberName))];
    const manifests = () => [profile.manifest, ...profile.backends.map(({ manifest }) => manifest)];
    const wait = new Wait(scope, id, {
      ...props,
      wait: () => ({
        kind: "traffic-manager",
        profile: `${namespace.name}/${profile.name}`,
        clusters: clusters(),
      }),
      triggers: () => ({
        manifests: hashOf(manifests().map(({ manifest }) => manifest)),
        clusters: clusters().join(","),
      }),
    });
    // Lazy: backends may still be added.
    wait.resource.dependsOn = Lazy.listValue({
      produce: () => [...manifests(), ...(props.dependsOn ?? [])].map(dependable),
    });
    return wait;
  }

  readonly resource: Resource;

  private constructor(
    scope: Construct,
    id: string,
    props: WaitProps & {
      readonly wait: () => WaitFor;
      readonly triggers: () => Record<string, string>;
    },
  ) {
    super(scope, id);
    const { access, timeout = "30m" } = props;
    addCheck(this, () => checkTimeout(timeout));
    // Lazy: members and workloads may still be added.
    const command = Lazy.stringValue({ produce: () => waitCommand(props.wait(), timeout) });
    this.resource = new Resource(this, "Resource", {
      triggers: Lazy.anyValue({
        produce: () => ({ ...marked("wait"), ...props.triggers() }),
      }) as unknown as Record<string, string>,
      provisioners: [runFleetCommand(this, command, access)],
      dependsOn: props.dependsOn && [...props.dependsOn],
    });
  }
}

/** Evaluated by Terraform: a change of a value that only Terraform knows counts, too. */
function hashOf(values: unknown[]): string {
  return Fn.sha256(Fn.jsonencode(values));
}
