import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { type EnvelopeOptions, envelopeManifest } from "./envelope";
import type { Namespace } from "./namespace";

export interface ResourceEnvelopeProps extends EnvelopeOptions {
  /** The namespace that the envelope is in, and all that it holds. */
  readonly namespace: Namespace;
}

/**
 * Objects of a namespace that must not take effect on the hub, e.g. ResourceQuotas, NetworkPolicies and
 * PodDisruptionBudgets. The hub keeps them as mere data; a placement of the namespace takes them out on members. v1beta1:
 * the fleet has no later version.
 */
export class ResourceEnvelope extends Construct {
  readonly namespace: Namespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ResourceEnvelopeProps) {
    super(scope, id);
    const { namespace, ...options } = props;
    this.namespace = namespace;
    this.name = props.name;
    this.manifest = envelopeManifest(this, {
      ...options,
      kind: "ResourceEnvelope",
      namespace: namespace.name,
      dependsOn: [...namespace.dependables, ...(props.dependsOn ?? [])],
    });
    namespace._contents.others.push(this.manifest);
  }
}
