import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck } from "../checks/check";
import { checkDnsLabel } from "../checks/names";
import type { IFleetMember } from "../fleet/fleet-member";
import { appliedManifest } from "../manifest/applied-manifest";
import type { Namespace } from "./namespace";
import type { PlacementPolicy } from "./placement-policy";

export interface ClusterResourcePlacementProps {
  /** The namespace that is placed, with everything in it. */
  readonly namespace: Namespace;
  readonly policy: PlacementPolicy;
  /** 1 to 63 lower-case letters, digits and hyphens. @default - the namespace's name */
  readonly name?: string;
}

const MARK = Symbol.for("cdktf-aks-fleet/ClusterResourcePlacement");

/** Copies a namespace of the hub, with everything in it, to members of the fleet, and keeps the copies as the hub's. */
export class ClusterResourcePlacement extends Construct {
  /** Every placement of an app. */
  static of(scope: IConstruct): ClusterResourcePlacement[] {
    return scope.node.root.node
      .findAll()
      .filter((construct): construct is ClusterResourcePlacement => MARK in construct);
  }

  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly policy: PlacementPolicy;
  private readonly dependencies: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: ClusterResourcePlacementProps) {
    super(scope, id);
    Object.defineProperty(this, MARK, { value: true });
    const { namespace, policy } = props;
    this.namespace = namespace;
    this.policy = policy;
    this.name = props.name ?? namespace.name;
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: "placement.kubernetes-fleet.io/v1",
        kind: "ClusterResourcePlacement",
        metadata: { name: this.name },
        spec: {
          resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: namespace.name }],
          policy: policy._spec(),
        },
      },
    });
    // After all that is in the namespace, also what is added later: placed once, not object by object.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () =>
        [...new Set([...namespace.dependables, ...namespace.contents, ...this.dependencies])].map(dependable),
    });
    addCheck(this, () => this.check());
  }

  /** The members that are chosen; undefined where that isn't known before Terraform runs. */
  get members(): readonly IFleetMember[] | undefined {
    return this.policy._choose(this.namespace.fleet);
  }

  /** Makes the placement wait for something that must exist before it is rolled out, e.g. an override. */
  addDependency(dependency: ITerraformDependable): void {
    this.dependencies.push(dependency);
  }

  private *check(): Generator<string> {
    yield* checkDnsLabel("placement", this.name);
    yield* this.policy._check(this.namespace.fleet);
    for (const other of ClusterResourcePlacement.of(this)) {
      if (other !== this && other.name === this.name && other.namespace.fleet === this.namespace.fleet) {
        yield `name: "${this.name}" is also the name of the placement at ${other.node.path}; give one of them another name.`;
      }
    }
  }
}
