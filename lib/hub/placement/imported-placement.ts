import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { markAs, markOf } from "../../checks/marked";
import { checkObjectName } from "../../checks/names";
import type { IFleet } from "../../fleet/fleet";
import { Unknown } from "../../fleet-model/unknown";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import type { IClusterResourcePlacement, IResourcePlacement } from "./placement";
import type { Brought, Watched } from "./resource-selector";

const UNKNOWN = new Unknown("only the hub knows what an imported placement selects");

/** An existing placement of the hub, which alone knows what it selects, and on which members. */
abstract class ImportedPlacement extends Construct {
  readonly members = undefined;
  readonly _chooses = () => UNKNOWN;
  readonly dependables: readonly ITerraformDependable[] = [];
  readonly _watched: Watched = { manifests: [], secrets: [] };
  readonly _rollsOut = true;
  readonly _reports = false;
  readonly _isExternal = undefined;
  readonly _placementType = undefined;

  _brings(): Brought {
    return "unknown";
  }
}

export class ImportedClusterResourcePlacement extends ImportedPlacement implements IClusterResourcePlacement {
  readonly name: string;
  readonly fleet: IFleet | undefined = undefined;
  readonly namespace: INamespace | undefined = undefined;

  constructor(scope: Construct, id: string, placementName: string) {
    super(scope, id);
    markAs(this, markOf("IClusterResourcePlacement"));
    this.name = checkedProps(this, "ImportedName", { name: placementName }).name;
    addCheck(this, () => checkObjectName("a placement", this.name, "name", 255));
  }

  get _reference(): string {
    return this.name;
  }

  _mayChoose(): boolean {
    return true;
  }
}

export class ImportedResourcePlacement extends ImportedPlacement implements IResourcePlacement {
  readonly name: string;
  readonly namespace: INamespace;

  constructor(scope: Construct, id: string, namespace: INamespace, placementName: string) {
    super(scope, id);
    markAs(this, markOf("IResourcePlacement"));
    const given = checkedProps(this, "ImportedPlacement", { namespace, name: placementName });
    this.name = given.name;
    this.namespace = given.namespace;
    addCheck(this, () => checkObjectName("a placement", this.name, "name", 255));
  }

  get fleet(): IFleet {
    return this.namespace.fleet;
  }

  get _reference(): string {
    return `${this.namespace.name}/${this.name}`;
  }
}
