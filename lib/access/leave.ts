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
  /** Its members are those that this stack makes. */
  readonly fleet: IFleet;
  /** How the hub is reached. */
  readonly access: KubernetesAccess;
  /** How long to wait for a member to be clean, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

const MARK = markOf("Leave");

/**
 * When a member is taken away, or is to be made anew: before anything of it is deleted, takes off it what the fleet has
 * placed there, and holds Terraform back until the hub lets it go. The hub refuses a member that still exports a Service,
 * and what is placed elsewhere is changed in a later stage.
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
        // Another membership, even of the same name, is one that the old one must leave first.
        membership: "${each.value}",
        server: access.server,
        certificate_authority: access.certificateAuthority,
        login: access.login,
      },
      // A destroy-time provisioner sees its own triggers only.
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
      // A hub that changes its address must not make a member leave.
      lifecycle: {
        ignoreChanges: [
          ...["server", "certificate_authority", "login"].map((key) => `triggers["${key}"]`),
          MARK_PATH,
        ],
      },
    });
    // What Terraform makes last it deletes first: where the hub refuses, nothing of the stack has been touched.
    this.resource.dependsOn = Lazy.listValue({
      produce: () =>
        stack.node
          .findAll()
          .filter((other): other is TerraformResource => TerraformResource.isTerraformResource(other))
          .filter((other) => other !== this.resource)
          .map(addressOf),
    });
    // One resource for all members, which stays while they come and go: Terraform runs nothing of a resource that is no
    // longer in the app.
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
