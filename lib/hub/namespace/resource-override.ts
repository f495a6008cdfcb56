import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { IClusterResourcePlacement, IResourcePlacement } from "../placement/placement";
import { checkNamed } from "./named-objects";
import type { INamespace } from "./namespace-base";
import { type OverriddenResource, type OverrideOptions, overrideManifest } from "./override";

export interface ResourceOverrideProps extends OverrideOptions {
  /** The namespace of the override and its objects. */
  readonly namespace: INamespace;
  /**
   * The ClusterResourcePlacement to override. A change of the override then rolls out immediately; without a placement, it
   * waits for the next rollout of each. Another placement replaces the override; meanwhile, members may get the objects
   * without it. @default - all placements
   */
  readonly placement?: IClusterResourcePlacement;
  /** The same for a ResourcePlacement of the namespace. @default - all placements */
  readonly resourcePlacement?: IResourcePlacement;
  /** Objects of the namespace; 1 to 20. */
  readonly resourceSelectors: readonly OverriddenResource[];
}

const MARK = markOf("ResourceOverride");

/**
 * Changes objects of a namespace on their way to members, or keeps them off some. An object can have only one override. The
 * app's placements of the namespace roll out after it, so no member gets the objects without it.
 */
export class ResourceOverride extends Construct {
  /** Whether something is a ResourceOverride. */
  static isResourceOverride(x: unknown): x is ResourceOverride {
    return isMarked(x, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ResourceOverrideProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ResourceOverrideProps", props);
    const { namespace, placement, resourcePlacement, resourceSelectors: selectors, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace, placement, resourcePlacement });
    this.name = props.name;
    this.manifest = overrideManifest(this, {
      ...options,
      kind: "ResourceOverride",
      namespace: namespace.name,
      selectors,
      placement: reference(placement, resourcePlacement),
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    });
    // Placements wait for everything in their namespace.
    namespace._contents.others.push(this.manifest);
    addCheck(this, function* () {
      if (placement !== undefined && resourcePlacement !== undefined) {
        yield finding(
          "override-two-placements",
          `resourcePlacement: "${resourcePlacement.name}" can't be combined with placement, as an override has only one; remove one of them.`,
        );
      }
      if (resourcePlacement && resourcePlacement.namespace !== namespace) {
        yield finding(
          "override-placement-namespace",
          `resourcePlacement: "${resourcePlacement.name}" is in the namespace "${resourcePlacement.namespace.name}", but the override in "${namespace.name}" can only name placements of its own namespace; add the override there.`,
        );
      }
      const brought = placement?._brings(namespace);
      if (placement && (brought === undefined || brought === "nothing")) {
        yield finding(
          "override-not-placed",
          `placement: "${placement.name}" places nothing in the namespace "${namespace.name}"; set a placement that does, or leave placement out for all.`,
        );
      }
      yield* checkNamed(selectors, namespace, "resourceSelectors");
      yield* checkPorts(namespace, props);
    });
  }
}

function reference(placement?: IClusterResourcePlacement, resourcePlacement?: IResourcePlacement) {
  if (placement !== undefined) {
    return { name: placement.name };
  }
  return resourcePlacement === undefined
    ? undefined
    : { name: resourcePlacement.name, scope: "Namespaced" as const };
}

/** The first member to export a Service determines its ports; members with other ports, or another order, are in conflict. */
function* checkPorts(
  namespace: INamespace,
  { resourceSelectors, overrideRules }: ResourceOverrideProps,
): Generator<Finding> {
  const exported = resourceSelectors.find(
    ({ group = "", kind, name }) =>
      group === "" && kind === "Service" && namespace.exports.some(({ serviceName }) => serviceName === name),
  );
  for (const [index, { clusterSelectorTerms, jsonPatchOverrides = [] }] of overrideRules.entries()) {
    const place = jsonPatchOverrides.findIndex(
      ({ path }) =>
        isKnown(path) &&
        /^\/spec\/ports(\/[^/]+(\/(name|protocol|appProtocol|port|targetPort))?)?$/.test(path),
    );
    if (exported && clusterSelectorTerms && clusterSelectorTerms.length > 0 && place >= 0) {
      yield finding(
        "override-exported-ports",
        `overrideRules[${index}].jsonPatchOverrides[${place}].path: changes the ports of the exported Service "${exported.name}" on some members only, but its load balancer excludes members whose ports differ, even if only in order; change the ports on all members, or on the hub.`,
      );
    }
  }
}
