import { dependable, type ITerraformDependable } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AzapiProxyResource } from "../azapi/proxy-resource";
import { checkResourceId, readResourceId } from "../azapi/resource-id";
import { addCheck } from "../checks/check";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkName } from "../checks/names";
import { dependablesFor, stackOf } from "../checks/stack-of";
import { checkedProps } from "../props/check-props";
import { checkPreviewOnly, type FleetApiVersion, judgeApiVersion, typeOf } from "./api-version";
import type { IFleet } from "./fleet";
import type { IFleetMember } from "./fleet-member";
import { checkUniqueInFleet } from "./unique-in-fleet";
import { checkStages, type FleetUpdateStage, isUpgradedBy, previewsOf, stageSpec } from "./update-stage";

export interface FleetUpdateStrategyOptions {
  /** At least one, in the order of the upgrade. */
  readonly stages: readonly FleetUpdateStage[];
  /**
   * API version of the request, e.g. a preview for what is in preview of stages and groups. Azure takes a preview version
   * for about a year.
   * @default "2026-06-01"
   */
  readonly apiVersion?: FleetApiVersion;
  /** @default - nothing but the fleet */
  readonly dependsOn?: ITerraformDependable[];
}

/** A strategy of this app, or one that exists. */
export interface IFleetUpdateStrategy extends IConstruct {
  readonly strategyId: string;
  /** Undefined where nothing says whose it is. */
  readonly fleet: IFleet | undefined;
}

export interface FleetUpdateStrategyProps extends FleetUpdateStrategyOptions {
  readonly fleet: IFleet;
  /** 1 to 50 lower-case letters, digits and hyphens. */
  readonly name: string;
}

const MARK = markOf("FleetUpdateStrategy");

/**
 * The order in which Azure upgrades the Kubernetes version and the node images of a fleet's members: update runs and
 * FleetAutoUpgradeProfiles follow it. A run copies the strategy when it is made; a later change is for later runs.
 *
 * It is not a StagedUpdateStrategy or ClusterStagedUpdateStrategy: those are objects on the hub, and say in which order
 * a placement brings workloads to members.
 */
export class FleetUpdateStrategy extends Construct implements IFleetUpdateStrategy {
  /** Whether something is a FleetUpdateStrategy. */
  static isFleetUpdateStrategy(x: unknown): x is FleetUpdateStrategy {
    return isMarked(x, MARK);
  }

  /** A strategy that exists, by its id: `az fleet updatestrategy show --query id` prints it. */
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
    judgeApiVersion(this, apiVersion);
    addCheck(this, () => checkUniqueInFleet(this, MARK, "update strategy"));
    addCheck(this, function* () {
      yield* checkName("update strategy", name, "name");
      yield* checkStages(stages, fleet);
      yield* checkPreviewOnly(apiVersion, previewsOf(stages));
    });
  }

  /** Azure takes no group that no member is in yet: a member that is there already is in its group before. */
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
    // In the case that Azure answers it.
    this.strategyId = readResourceId(given.strategyId, STRATEGY)?.id ?? given.strategyId;
    addCheck(this, () => checkResourceId("strategyId", given.strategyId, STRATEGY));
  }
}
