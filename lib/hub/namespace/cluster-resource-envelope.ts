import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { type EnvelopeOptions, envelopeManifest } from "./envelope";

export interface ClusterResourceEnvelopeProps extends EnvelopeOptions {}

/**
 * Objects that are in no namespace and must not take effect on the hub, e.g. webhooks and ClusterRoles. The hub keeps
 * them as mere data; a placement that selects the envelope by its name takes them out on members. v1beta1: the fleet has
 * no later version.
 */
export class ClusterResourceEnvelope extends Construct {
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ClusterResourceEnvelopeProps) {
    super(scope, id);
    this.name = props.name;
    this.manifest = envelopeManifest(this, { ...props, kind: "ClusterResourceEnvelope" });
  }
}
