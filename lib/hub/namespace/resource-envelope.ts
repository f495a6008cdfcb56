import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { ResourceSelector } from "../placement/resource-selector";
import { type EnvelopeOptions, envelopeManifests, envelopeSelectors } from "./envelope";
import type { INamespace } from "./namespace-base";

export interface ResourceEnvelopeProps extends EnvelopeOptions {
  /** The namespace that the envelope is in, and all that it holds. */
  readonly namespace: INamespace;
}

const MARK = markOf("ResourceEnvelope");

/**
 * Objects of a namespace that must not take effect on the hub, e.g. ResourceQuotas, NetworkPolicies and
 * PodDisruptionBudgets. The hub keeps them as mere data, in an envelope for each: `<name>-<kind>-<name of the object>`. A
 * placement of the namespace takes them out on members; one that chooses what it takes has to have their `selectors`.
 * v1beta1: the fleet has no later version.
 */
export class ResourceEnvelope extends Construct {
  /** Whether something is a ResourceEnvelope. */
  static isResourceEnvelope(x: unknown): x is ResourceEnvelope {
    return isMarked(x, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  /** One for each object, in their order. */
  readonly manifests: readonly Manifest[];
  /** What chooses all of it in a placement. */
  readonly selectors: readonly ResourceSelector[];

  constructor(scope: Construct, id: string, props: ResourceEnvelopeProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ResourceEnvelopeProps", props);
    const { namespace, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    this.name = props.name;
    const envelope = {
      ...options,
      kind: "ResourceEnvelope",
      namespace: namespace.name,
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    } as const;
    this.manifests = envelopeManifests(this, envelope);
    this.selectors = envelopeSelectors(envelope);
    namespace._contents.others.push(...this.manifests);
  }
}
