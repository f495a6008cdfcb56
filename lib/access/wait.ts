import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { Fn, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { isMarked, markAs, markOf } from "../checks/marked";
import { addressOf, dependablesFor, stackOf } from "../checks/stack-of";
import { checkTimeout } from "../checks/timeout";
import type { IFleet } from "../fleet/fleet";
import { marked, type WaitFor, waitCommand } from "../fleet-api/wait-command";
import type { IPlacement } from "../hub/placement/placement";
import type { MultiClusterService } from "../hub/traffic/multi-cluster-service";
import { rolledOutTo, servedFrom } from "../hub/traffic/served-from";
import type { TrafficManagerProfile } from "../hub/traffic/traffic-manager-profile";
import { checkedProps } from "../props/check-props";
import { runFleetCommand } from "./fleet-command";
import type { KubernetesAccess } from "./kubernetes-access";

export interface WaitProps {
  /** How to reach the cluster that is polled. */
  readonly access: KubernetesAccess;
  /** How long to wait, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
  /** What must exist before the wait begins. @default - only what it waits for */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("Wait");

/**
 * Blocks Terraform until something in the fleet is ready. It runs when it is created and when what it waits for
 * changes. If it fails, the next deployment waits again, and nothing else is touched.
 */
export class Wait extends Construct {
  /** Whether something is a Wait. */
  static isWait(x: unknown): x is Wait {
    return isMarked(x, MARK);
  }

  /**
   * Waits until the hub answers, this identity has access to it, and every member created in this stack or an earlier one
   * has joined.
   */
  static forHub(scope: Construct, id: string, fleet: IFleet, props: WaitProps): Wait {
    return new Wait(scope, id, props, (wait) => {
      checkedProps(wait, "WaitForHub", { fleet });
      const stack = TerraformStack.of(wait);
      const membersBefore = () =>
        fleet.members.filter((member) => {
          if (member.outOfService) {
            return false;
          }
          const other = stackOf(member);
          return other === undefined || other === stack || stack.dependsOn(other);
        });
      const names = () => membersBefore().map(({ memberName }) => memberName);
      return {
        wait: () => ({ kind: "hub", members: names() }),
        triggers: () => ({ fleet: fleet.fleetId, members: names().join(",") }),
        // If it started before the roles and members exist, it would block one of Terraform's ten workers.
        dependables: () =>
          dependablesFor(wait, [
            ...fleet.dependables,
            ...membersBefore().flatMap(({ dependables }) => dependables),
          ]),
      };
    });
  }

  /** Waits until a member's cluster answers, this identity has access to it, and it has the fleet's CRDs. */
  static forMember(scope: Construct, id: string, clusterId: string, props: WaitProps): Wait {
    return new Wait(scope, id, props, (wait) => {
      const { clusterId: cluster } = checkedProps(wait, "WaitForMember", { clusterId });
      return {
        wait: () => ({ kind: "member" }),
        triggers: () => ({ cluster }),
        dependables: () => [],
      };
    });
  }

  /** Waits until a placement, and everything it placed, is available on every cluster that it selects. */
  static forPlacement(scope: Construct, id: string, placement: IPlacement, props: WaitProps): Wait {
    return new Wait(scope, id, props, (wait) => {
      checkedProps(wait, "WaitForPlacement", { placement });
      return {
        wait: () => ({
          kind: "placement",
          placement: placement._reference,
          clusters: (placement.members ?? []).map(({ memberName }) => memberName),
        }),
        triggers: () => {
          const { manifests, secrets } = placement._watched;
          return {
            manifests: hashOf(manifests.map(({ manifest }) => manifest)),
            stored: areStored(manifests),
            secrets: hashOf(secrets.map(({ data }) => data)),
          };
        },
        dependables: () => placement.dependables,
      };
    });
  }

  /**
   * Waits until a MultiClusterService is valid, has an address, and is served from each member that its namespace is placed
   * on, as far as this app knows them: a rollout goes member by member, and the address answers after the first. It also
   * removes the endpoints of members that are out of service, as their own agents can't.
   */
  static forService(scope: Construct, id: string, service: MultiClusterService, props: WaitProps): Wait {
    return new Wait(scope, id, props, (wait) => {
      checkedProps(wait, "WaitForService", { service });
      const { namespace, serviceName } = service;
      const clusters = () => servedFrom(namespace, serviceName).map(({ memberName }) => memberName);
      const lost = () =>
        namespace.fleet.members.flatMap((member) => (member.outOfService ? [member.memberName] : []));
      return {
        wait: () => ({
          kind: "service",
          service: `${namespace.name}/${service.name}`,
          clusters: clusters(),
          lost: lost(),
        }),
        triggers: () => ({
          manifests: hashOf([service.manifest.manifest]),
          stored: areStored([service.manifest]),
          clusters: clusters().join(","),
          ...(lost().length > 0 && { lost: lost().join(",") }),
        }),
        dependables: () => [service.manifest],
      };
    });
  }

  /**
   * Waits until a Traffic Manager profile has its DNS name and every backend is accepted, with an address of each member
   * that the whole namespace is placed on, as far as this app knows them.
   */
  static forTrafficManager(
    scope: Construct,
    id: string,
    profile: TrafficManagerProfile,
    props: WaitProps,
  ): Wait {
    return new Wait(scope, id, props, (wait) => {
      checkedProps(wait, "WaitForTrafficManager", { profile });
      const { namespace } = profile;
      const clusters = () => rolledOutTo(namespace).map(({ memberName }) => memberName);
      const manifests = () => [profile.manifest, ...profile.backends.map(({ manifest }) => manifest)];
      return {
        wait: () => ({
          kind: "traffic-manager",
          profile: `${namespace.name}/${profile.name}`,
          clusters: clusters(),
        }),
        triggers: () => ({
          manifests: hashOf(manifests().map(({ manifest }) => manifest)),
          stored: areStored(manifests()),
          clusters: clusters().join(","),
        }),
        dependables: manifests,
      };
    });
  }

  readonly resource: Resource;

  private constructor(scope: Construct, id: string, props: WaitProps, waitedFor: (wait: Wait) => WaitedFor) {
    super(scope, id);
    markAs(this, MARK);
    const { access, timeout = "30m", dependsOn = [] } = checkedProps(this, "WaitProps", props);
    const { wait, triggers, dependables } = waitedFor(this);
    addCheck(this, () => checkTimeout(timeout));
    // Lazy: members, backends and workloads may still be added.
    const command = Lazy.stringValue({ produce: () => waitCommand(wait(), timeout) });
    this.resource = new Resource(this, "Resource", {
      triggers: Lazy.anyValue({
        produce: () => ({ ...marked("wait"), ...triggers() }),
      }) as unknown as Record<string, string>,
      provisioners: [runFleetCommand(this, command, access)],
    });
    this.resource.dependsOn = Lazy.listValue(
      { produce: () => [...dependables(), ...dependablesFor(this, dependsOn)].map(addressOf) },
      { omitEmpty: true },
    );
  }
}

/** What a wait is for. Evaluated at synthesis. */
interface WaitedFor {
  readonly wait: () => WaitFor;
  /** It waits again when one of these changes. */
  readonly triggers: () => Record<string, string>;
  readonly dependables: () => readonly ITerraformDependable[];
}

/** Evaluated by Terraform, so changes of tokens count too. */
function hashOf(values: unknown[]): string {
  return Fn.sha256(Fn.jsonencode(values));
}

/**
 * True, but unknown in a plan that creates one of the objects, for example because somebody deleted it or its cluster was
 * replaced. The provider never stores fields that the server adds.
 */
function areStored(manifests: readonly Manifest[]): string {
  const objects = manifests.map(({ fqn }) => `${fqn}.object`).join(", ");
  return `\${alltrue([for object in [${objects}] : try(object.metadata.uid, null) == null])}`;
}
