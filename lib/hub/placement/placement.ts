import type { ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { IFleet } from "../../fleet/fleet";
import type { IFleetMember } from "../../fleet/fleet-member";
import type { Truth } from "../../fleet-model/truth";
import type { INamespace } from "../namespace/namespace-base";
import type { OverriddenResource } from "../namespace/override";
import type { Brought, Watched } from "./resource-selector";

/** A placement, of whichever kind: one of this app, or one that exists on the hub. */
export interface IPlacement extends IConstruct {
  readonly name: string;
  /** Undefined where nothing says whose it is. */
  readonly fleet: IFleet | undefined;
  /** The namespace that it places, or that it is in; undefined where only selectors choose, or nothing says. */
  readonly namespace: INamespace | undefined;
  /** The members that are chosen; undefined where that isn't known before Terraform runs. */
  readonly members: readonly IFleetMember[] | undefined;
  /** Whether a member is chosen. @internal */
  _chooses(member: IFleetMember): Truth;
  /** What must exist before whatever refers to it: nothing where it exists already. */
  readonly dependables: readonly ITerraformDependable[];
  /** What `aks-fleet` calls it. @internal */
  readonly _reference: string;
  /** What it is waited for again after a change of: itself, what it places, and what overrides that on the way. @internal */
  readonly _watched: Watched;
  /** Whether it can be waited for. @internal */
  readonly _rollsOut: boolean;
  /** Whether it only reports differences. @internal */
  readonly _reports: boolean;
  /** Whether staged update runs bring its changes to members; undefined where only Terraform or the hub knows. @internal */
  readonly _isExternal: boolean | undefined;
  /** How it chooses members; undefined where only Terraform or the hub knows. @internal */
  readonly _placementType: string | undefined;
  /** What it brings of a namespace to its members; undefined where it doesn't choose it. @internal */
  _brings(namespace: INamespace): Brought | undefined;
}

/**
 * A placement that is in no namespace.
 * @marked
 */
export interface IClusterResourcePlacement extends IPlacement {
  /** Whether it places an object that is in no namespace; labels, and what only Terraform knows, may choose it. @internal */
  _mayChoose(object: OverriddenResource): boolean;
}

/**
 * A placement that is in a namespace.
 * @marked
 */
export interface IResourcePlacement extends IPlacement {
  readonly namespace: INamespace;
}
