import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { ResourceSelector } from "../placement/resource-selector";
import { type EnvelopeOptions, envelopeManifests, envelopeSelectors } from "./envelope";

export interface ClusterResourceEnvelopeProps extends EnvelopeOptions {}

const MARK = markOf("ClusterResourceEnvelope");

/**
 * Cluster-scoped objects that must not take effect on the hub, e.g. webhooks and ClusterRoles. The hub keeps them as data,
 * one envelope each: `<name>-<kind>-<name of the object>`. A placement with their `selectors` unpacks them on members. Only
 * in the fleet's v1beta1 API.
 */
export class ClusterResourceEnvelope extends Construct {
  /** Whether something is a ClusterResourceEnvelope. */
  static isClusterResourceEnvelope(x: unknown): x is ClusterResourceEnvelope {
    return isMarked(x, MARK);
  }

  readonly name: string;
  /** One per object, in the same order. */
  readonly manifests: readonly Manifest[];
  /** Select all of the envelopes in a placement. */
  readonly selectors: readonly ResourceSelector[];

  constructor(scope: Construct, id: string, props: ClusterResourceEnvelopeProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "ClusterResourceEnvelopeProps", props);
    this.name = props.name;
    onHub(this, undefined);
    const envelope = { ...props, kind: "ClusterResourceEnvelope" } as const;
    this.manifests = envelopeManifests(this, envelope);
    this.selectors = envelopeSelectors(envelope);
  }
}
