import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { finding } from "../checks/finding";
import type { ClusterResourcePlacement } from "./cluster-resource-placement";
import type { Namespace } from "./namespace";
import { type OverriddenResource, type OverrideOptions, overrideManifest } from "./override";
import type { ResourcePlacement } from "./resource-placement";

export interface ResourceOverrideProps extends OverrideOptions {
  readonly namespace: Namespace;
  /**
   * The ClusterResourcePlacement whose copies are overridden, or the name of one that is not of this app. A change of
   * the override is then rolled out at once; what is written for no placement in particular waits for the next rollout
   * of each. Can't be changed later: give the override another name. @default - every placement
   */
  readonly placement?: ClusterResourcePlacement | string;
  /** The same for a ResourcePlacement of the namespace, or the name of one that is not of this app. @default - every placement */
  readonly resourcePlacement?: ResourcePlacement | string;
  /** Objects of the namespace; 1 to 20. */
  readonly resourceSelectors: readonly OverriddenResource[];
}

/**
 * Changes objects of a namespace on their way to members, or keeps them away from some. An object has one override at
 * most. Placements of this app that take the namespace are rolled out after it, so that no member ever gets what is
 * overridden.
 */
export class ResourceOverride extends Construct {
  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ResourceOverrideProps) {
    super(scope, id);
    const { namespace, placement, resourcePlacement, resourceSelectors: selectors, ...options } = props;
    this.namespace = namespace;
    this.name = props.name;
    this.manifest = overrideManifest(this, {
      ...options,
      kind: "ResourceOverride",
      namespace: namespace.name,
      selectors,
      placement: reference(placement, resourcePlacement),
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    });
    // Placements come after all that is in their namespace.
    namespace._contents.others.push(this.manifest);
    addCheck(this, function* () {
      if (placement !== undefined && resourcePlacement !== undefined) {
        yield finding(
          "override-two-placements",
          `resourcePlacement: "${nameOf(resourcePlacement)}" can't stand beside placement; an override belongs to one placement. Leave one of them out.`,
        );
      }
      if (typeof resourcePlacement === "object" && resourcePlacement.namespace !== namespace) {
        yield finding(
          "override-placement-namespace",
          `resourcePlacement: "${resourcePlacement.name}" is in the namespace "${resourcePlacement.namespace.name}", and an override is for placements of its own, "${namespace.name}"; make one there.`,
        );
      }
    });
  }
}

type Placement = ClusterResourcePlacement | ResourcePlacement | string;

function nameOf(placement: Placement): string {
  return typeof placement === "object" ? placement.name : placement;
}

function reference(
  placement?: ClusterResourcePlacement | string,
  resourcePlacement?: ResourcePlacement | string,
) {
  if (placement !== undefined) {
    return { name: nameOf(placement) };
  }
  return resourcePlacement === undefined
    ? undefined
    : { name: nameOf(resourcePlacement), scope: "Namespaced" as const };
}
