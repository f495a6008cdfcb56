import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { IFleet } from "../../fleet/fleet";
import type { IFleetMember } from "../../fleet/fleet-member";
import type { Truth } from "../../fleet-model/truth";
import type { INamespace } from "../namespace/namespace-base";
import type { OverriddenResource } from "../namespace/override";
import type { Brought, Watched } from "./resource-selector";

/** A placement of either kind, of this app or imported. */
export interface IPlacement extends IConstruct {
  readonly name: string;
  /** Undefined if unknown. */
  readonly fleet: IFleet | undefined;
  /** The namespace that it places or is in; undefined if there are only selectors, or if unknown. */
  readonly namespace: INamespace | undefined;
  /** The selected members; undefined if not known at synth. */
  readonly members: readonly IFleetMember[] | undefined;
  /** Whether a member is selected. @internal */
  _chooses(member: IFleetMember): Truth;
  /** What dependents must wait for; empty for imported placements. */
  readonly dependables: readonly ITerraformDependable[];
  /** What `aks-fleet` calls it. @internal */
  readonly _reference: string;
  /** Changes of these are waited for: the placement, what it places, and overrides. @internal */
  readonly _watched: Watched;
  /** Whether a deployment can wait for it. @internal */
  readonly _rollsOut: boolean;
  /** Whether it only reports differences. @internal */
  readonly _reports: boolean;
  /** Whether staged update runs roll out its changes; undefined if known only after apply or to the hub. @internal */
  readonly _isExternal: boolean | undefined;
  /** The policy's type; undefined if known only after apply or to the hub. @internal */
  readonly _placementType: string | undefined;
  /** What it places of a namespace; undefined if it doesn't select the namespace. @internal */
  _brings(namespace: INamespace): Brought | undefined;
}

/**
 * A cluster-scoped placement.
 * @marked
 */
export interface IClusterResourcePlacement extends IPlacement {
  /** Whether it places a cluster-scoped object, or may, by labels or by values known only after apply. @internal */
  _mayChoose(object: OverriddenResource): boolean;
}

/**
 * A placement in a namespace.
 * @marked
 */
export interface IResourcePlacement extends IPlacement {
  readonly namespace: INamespace;
}
