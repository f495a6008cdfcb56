import { Resource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkTimeout } from "../checks/timeout";
import { drainCommand, MARK_PATH, marked } from "../fleet-api/wait-command";
import type { INamespace } from "../hub/namespace/namespace-base";
import { accepted, checkedProps } from "../props/check-props";
import { runFleetCommand } from "./fleet-command";
import type { KubernetesAccess } from "./kubernetes-access";

interface DrainBase {
  /** How to reach the hub. */
  readonly access: KubernetesAccess;
  /** How long to wait, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

export interface NamespaceDrainProps extends DrainBase {
  /** The namespace whose placements and exports are deleted. */
  readonly namespace: INamespace;
  readonly placement?: never;
}

export interface PlacementDrainProps extends DrainBase {
  readonly namespace?: never;
  /** Name of the ClusterResourcePlacement that is deleted. It must depend on the drain. */
  readonly placement: string;
}

/** Either a namespace or a placement. */
export type DrainProps = NamespaceDrainProps | PlacementDrainProps;

const MARK = markOf("Drain");

/**
 * On destroy, blocks Terraform after the placements and exports of a namespace, or one placement, are deleted, until
 * they are gone from the members. The hub keeps a member that still exports a Service, and reports a placement as
 * deleted before its members are clean.
 */
export class Drain extends Construct {
  /** Whether something is a Drain. */
  static isDrain(x: unknown): x is Drain {
    return isMarked(x, MARK);
  }

  readonly resource: Resource;

  constructor(scope: Construct, id: string, props: DrainProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "DrainProps", props);
    if (!props.namespace && props.placement === undefined) {
      const missing = finding(
        "prop-missing",
        "namespace: is missing; give a namespace or the name of a placement.",
      );
      accepted(this, { value: props, findings: [missing] });
    }
    const { namespace, access, timeout = "30m" } = props;
    addCheck(this, () => checkTimeout(timeout));
    const what = namespace ? "namespace" : "placement";
    this.resource = new Resource(this, "Resource", {
      triggers: {
        ...marked("drain"),
        [what]: props.namespace ? props.namespace.name : props.placement,
        server: access.server,
        certificate_authority: access.certificateAuthority,
        login: access.login,
      },
      // A destroy-time provisioner can only read its own resource.
      provisioners: [
        runFleetCommand(
          this,
          drainCommand(what, `\${self.triggers.${what}}`, timeout),
          {
            server: "${self.triggers.server}",
            certificateAuthority: "${self.triggers.certificate_authority}",
            login: "${self.triggers.login}",
          },
          "destroy",
        ),
      ],
      dependsOn: namespace && [...(namespace.dependables as ITerraformDependable[])],
      // A change of the hub's address or of the mark must not start a drain.
      lifecycle: {
        ignoreChanges: [
          ...["server", "certificate_authority", "login"].map((key) => `triggers["${key}"]`),
          MARK_PATH,
        ],
      },
    });
    namespace?.addDependency(this.resource);
  }
}
