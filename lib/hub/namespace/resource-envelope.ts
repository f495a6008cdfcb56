import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { ResourceSelector } from "../placement/resource-selector";
import { type EnvelopeOptions, envelopeManifests, envelopeSelectors } from "./envelope";
import type { INamespace } from "./namespace-base";

export interface ResourceEnvelopeProps extends EnvelopeOptions {
  /** The namespace of the envelope and its objects. */
  readonly namespace: INamespace;
}

const MARK = markOf("ResourceEnvelope");

/**
 * Objects of a namespace that must not take effect on the hub, e.g. ResourceQuotas, NetworkPolicies and
 * PodDisruptionBudgets. The hub keeps them as data, one envelope each: `<name>-<kind>-<name of the object>`. A placement of
 * the namespace unpacks them on members; one that selects objects in it needs their `selectors`. Only in the fleet's v1beta1
 * API.
 */
export class ResourceEnvelope extends Construct {
  /** Whether something is a ResourceEnvelope. */
  static isResourceEnvelope(x: unknown): x is ResourceEnvelope {
    return isMarked(x, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  /** One per object, in the same order. */
  readonly manifests: readonly Manifest[];
  /** Select all of the envelopes in a placement. */
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
