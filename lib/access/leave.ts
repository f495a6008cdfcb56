import { Resource } from "@cdktf/provider-null/lib/resource";
import { Lazy, TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { isMarked, markAs, markOf } from "../checks/marked";
import { addressOf, stackOf } from "../checks/stack-of";
import { checkTimeout } from "../checks/timeout";
import type { IFleet } from "../fleet/fleet";
import type { FleetMember } from "../fleet/fleet-member";
import { leaveCommand, MARK_PATH, marked } from "../fleet-api/wait-command";
import { checkedProps } from "../props/check-props";
import { runFleetCommand } from "./fleet-command";
import type { KubernetesAccess } from "./kubernetes-access";

export interface LeaveProps {
  /** The fleet; only members that this stack creates leave it. */
  readonly fleet: IFleet;
  /** How to reach the hub. */
  readonly access: KubernetesAccess;
  /** How long to wait for a member to leave, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

const MARK = markOf("Leave");

/**
 * When a member is removed or replaced, removes what the fleet has placed on it before anything of it is deleted, and
 * blocks Terraform until the hub lets it leave. The hub refuses to remove a member that still exports a Service, and
 * the placements themselves are changed in a later stage.
 */
export class Leave extends Construct {
  /** Whether something is a Leave. */
  static isLeave(x: unknown): x is Leave {
    return isMarked(x, MARK);
  }

  readonly resource: Resource;

  constructor(scope: Construct, id: string, props: LeaveProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "LeaveProps", props);
    const { fleet, access, timeout = "30m" } = props;
    addCheck(this, () => checkTimeout(timeout));
    const stack = TerraformStack.of(this);
    this.resource = new Resource(this, "Resource", {
      triggers: {
        ...marked("leave"),
        // A new membership, even of the same name, must wait until the old one has left.
        membership: "${each.value}",
        server: access.server,
        certificate_authority: access.certificateAuthority,
        login: access.login,
      },
      // A destroy-time provisioner can only read its own resource.
      provisioners: [
        runFleetCommand(
          this,
          leaveCommand("${basename(self.triggers.membership)}", timeout),
          {
            server: "${self.triggers.server}",
            certificateAuthority: "${self.triggers.certificate_authority}",
            login: "${self.triggers.login}",
          },
          "destroy",
        ),
      ],
      // A change of the hub's address must not make a member leave.
      lifecycle: {
        ignoreChanges: [
          ...["server", "certificate_authority", "login"].map((key) => `triggers["${key}"]`),
          MARK_PATH,
        ],
      },
    });
    // Terraform deletes in reverse order: if the hub refuses, nothing in the stack has been touched yet.
    this.resource.dependsOn = Lazy.listValue({
      produce: () =>
        stack.node
          .findAll()
          .filter((other): other is TerraformResource => TerraformResource.isTerraformResource(other))
          .filter((other) => other !== this.resource)
          .map(addressOf),
    });
    // One resource for all members, which stays while they come and go: Terraform doesn't run the provisioners of a
    // resource that has left the configuration.
    this.resource.addOverride(
      "for_each",
      Lazy.anyValue({
        produce: () =>
          Object.fromEntries(
            fleet.members
              .filter((member): member is FleetMember => "resource" in member && stackOf(member) === stack)
              .map(({ key, resource }) => [key, resource.id]),
          ),
      }),
    );
  }
}
