import { Resource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Namespace } from "../hub/namespace";
import { runFleetCommand } from "./fleet-command";
import type { KubernetesAccess } from "./kubernetes-access";

export interface DrainProps {
  readonly namespace: Namespace;
  /** How the hub is reached. */
  readonly access: KubernetesAccess;
  /** How long to wait, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

/**
 * When all is destroyed: holds Terraform back, after placements and exports of a namespace are deleted, until the members
 * are clean of them. The hub lets no member go that still exports a Service, and answers that a placement is deleted
 * before its members are clean.
 */
export class Drain extends Construct {
  readonly resource: Resource;

  constructor(scope: Construct, id: string, props: DrainProps) {
    super(scope, id);
    const { namespace, access, timeout = "30m" } = props;
    this.resource = new Resource(this, "Resource", {
      triggers: {
        namespace: namespace.name,
        server: access.server,
        certificate_authority: access.certificateAuthority,
        login: access.login,
      },
      // A destroy-time provisioner sees its own triggers only.
      provisioners: [
        runFleetCommand(
          `drain --namespace \${self.triggers.namespace} --timeout ${timeout}`,
          {
            server: "${self.triggers.server}",
            certificateAuthority: "${self.triggers.certificate_authority}",
            login: "${self.triggers.login}",
          },
          "destroy",
        ),
      ],
      dependsOn: [...(namespace.dependables as ITerraformDependable[])],
      // A hub that changes its address must not start a drain in the middle of normal life.
      lifecycle: {
        ignoreChanges: ["server", "certificate_authority", "login"].map((key) => `triggers["${key}"]`),
      },
    });
    namespace.addDependency(this.resource);
  }
}
