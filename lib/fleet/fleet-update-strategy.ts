import { dependable, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck } from "../checks/check";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { checkedProps } from "../props/check-props";
import { addApiVersionChecks, checkPreviewOnly, type FleetApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkUniqueInFleet } from "./unique-in-fleet";
import { checkStages, type FleetUpdateStage, isUpgradedBy, previewsOf, stageSpec } from "./update-stage";

export interface FleetUpdateStrategyOptions {
  /** At least one, in the order of the upgrade. */
  readonly stages: readonly FleetUpdateStage[];
  /**
   * API version of the request, e.g. a preview version for preview features of stages and groups. Azure supports a preview
   * version for about a year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /** @default - only the fleet */
  readonly dependsOn?: ITerraformDependable[];
}

/** A new or existing update strategy. */
export interface IFleetUpdateStrategy extends IConstruct {
  readonly strategyId: string;
  /** Undefined for an existing one, whose fleet is not known. */
  readonly fleet: IFleet | undefined;
}

export interface FleetUpdateStrategyProps extends FleetUpdateStrategyOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

const MARK = markOf("FleetUpdateStrategy");

/**
 * The order in which Azure upgrades the Kubernetes version and the node images of a fleet's members, used by update runs and
 * FleetAutoUpgradeProfiles. A run copies the strategy when it is created; changes only affect later runs.
 *
 * Don't confuse it with StagedUpdateStrategy and ClusterStagedUpdateStrategy: those are objects on the hub, for the order in
 * which a placement rolls out workloads to members.
 */
export class FleetUpdateStrategy extends Construct implements IFleetUpdateStrategy {
  /** Whether something is a FleetUpdateStrategy. */
  static isFleetUpdateStrategy(x: unknown): x is FleetUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** An existing strategy, by its id: `az fleet updatestrategy show --query id` prints it. */
  static fromStrategyId(scope: Construct, id: string, strategyId: string): IFleetUpdateStrategy {
    return new ImportedFleetUpdateStrategy(scope, id, strategyId);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly resource: AzapiProxyResource;
  private readonly stages: readonly FleetUpdateStage[];

  constructor(scope: Construct, id: string, props: FleetUpdateStrategyProps) {
    super(scope, id);
    props = checkedProps(this, "FleetUpdateStrategyProps", props);
    markAs(this, MARK);
    const { fleet, name, stages, apiVersion } = props;
    this.fleet = fleet;
    this.name = name;
    this.stages = stages;
    this.resource = new AzapiProxyResource(this, "Resource", {
      ...typeOf("updateStrategies", apiVersion),
      name,
      parentId: fleet.fleetId,
      body: { properties: { strategy: { stages: stages.map(stageSpec) } } },
      dependsOn: props.dependsOn,
    });
    fleet._onJoin((member) => this.after(member));
    addApiVersionChecks(this, apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "update strategy"));
    addCheck(this, function* () {
      yield* checkName("update strategy", name, "name");
      yield* checkStages(stages, fleet);
      yield* checkPreviewOnly(apiVersion, previewsOf(stages));
    });
  }

  /** Azure refuses a group without members, so members must have joined their groups first. */
  private after(member: IFleetMember): void {
    const stack = stackOf(this);
    // A stack that adds a member to the fleet of another comes after that one.
    if (!isUpgradedBy(this.stages, member) || (stackOf(member) !== stack && stackOf(this.fleet) === stack)) {
      return;
    }
    const more = dependablesFor(this, member.dependables).map(dependable);
    if (more.length > 0) {
      this.resource.dependsOn = [...(this.resource.dependsOn ?? []), ...more];
    }
  }

  get strategyId(): string {
    return this.resource.id;
  }
}

const STRATEGY = ["an update strategy", "Microsoft.ContainerService/fleets/updateStrategies"] as const;

class ImportedFleetUpdateStrategy extends Construct implements IFleetUpdateStrategy {
  readonly strategyId: string;
  readonly fleet = undefined;

  constructor(scope: Construct, id: string, strategyId: string) {
    super(scope, id);
    const given = checkedProps(this, "ImportedUpdateStrategy", { strategyId });
    // In the letter case that Azure returns.
    this.strategyId = readResourceId(given.strategyId, STRATEGY)?.id ?? given.strategyId;
    addCheck(this, () => checkResourceId("strategyId", given.strategyId, STRATEGY));
  }
}
