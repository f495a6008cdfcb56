import { App } from "cdktf";
import { Construct } from "constructs";
import { addCheck, freeId, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { isMarked, markAs, markOf } from "../checks/marked";
import type { FleetMember, IFleetMember } from "../fleet/fleet-member";
import type { MultiClusterService } from "../hub/traffic/multi-cluster-service";
import type { Principal } from "../identity/principal";
import { checkedProps, refuse } from "../props/check-props";
import { HubStack } from "./hub-stack";
import type { InfraMemberProps } from "./infra-member";
import { InfraStack, type InfraStackProps } from "./infra-stack";
import { type MemberServiceOptions, MemberStack } from "./member-stack";
import { keepState } from "./state";

export interface MultiRegionFleetProps extends InfraStackProps {
  /**
   * Storage account for the state of every stack; the deploying identity needs "Storage Blob Data Contributor" on it.
   * @default - files in the app's folder
   */
  readonly stateStorageAccountName?: string;
  /** Container in the storage account. @default "tfstate" */
  readonly stateContainerName?: string;
}

export interface EntriesOptions extends Omit<MemberServiceOptions, "serviceName"> {
  /** Keys of the members that get an address, e.g. `["east", "west"]`. */
  readonly entries: readonly string[];
}

const MARK = markOf("MultiRegionFleet");

/**
 * A fleet over clusters in several regions, in three stages that are deployed in order: the stacks `infra` (an InfraStack),
 * `hub` (a HubStack) and `member-<key>` for each member (MemberStacks). Login, network, subscription and state are set once,
 * for all of them.
 */
export class MultiRegionFleet extends Construct {
  /** Whether something is a MultiRegionFleet. */
  static isMultiRegionFleet(x: unknown): x is MultiRegionFleet {
    return isMarked(x, MARK);
  }

  /** Networks, clusters, the fleet and its members. */
  readonly infra: InfraStack;
  /** The objects on the hub: namespaces and placements. */
  readonly hub: HubStack;
  private readonly props: MultiRegionFleetProps;
  private readonly entries = new Map<string, MemberStack>();
  private readonly planners: Principal[] = [];

  /** @throws if the app already has a stack `infra`: an app can have one MultiRegionFleet */
  constructor(scope: Construct, id: string, props: MultiRegionFleetProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "MultiRegionFleetProps", props);
    this.props = props;
    // Directly under the app: CDKTF looks up dependencies of stacks by path, but stacks by id.
    const app = App.of(this);
    if (app.node.tryFindChild("infra")) {
      refuse(this, [
        finding(
          "multi-region-fleet-twice",
          `the app already has a stack "infra", but a MultiRegionFleet creates the stacks "infra", "hub" and "member-<key>"; create another fleet in its own app, or from an InfraStack, a HubStack and MemberStacks with other ids.`,
        ),
      ]);
    }
    const { login, insideNetwork, subscriptionId } = props;
    const {
      planners = [],
      stateStorageAccountName: _account,
      stateContainerName: _container,
      ...infra
    } = props;
    this.infra = new InfraStack(app, "infra", infra);
    this.hub = new HubStack(app, "hub", { fleet: this.infra.fleet, login, insideNetwork, subscriptionId });
    this.keepState(this.infra);
    this.keepState(this.hub);
    for (const member of this.infra.fleet.members) {
      this.addEntry(member);
    }
    for (const principal of planners) {
      this.grantPlan(principal);
    }
  }

  /** Lets a principal plan every stack, without write access: `grantPlan` of each, including those of members added later. */
  grantPlan(given: Principal): void {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    this.planners.push(principal);
    for (const stack of [this.infra, this.hub, ...this.entries.values()]) {
      stack.grantPlan(principal);
    }
  }

  /**
   * The stack of a member, to which a Service is added to give it an address there. Each member has one, with or without
   * Services, so an entry can move. While a member is out of service, its stack is neither synthesized nor deployed, and its
   * state is kept.
   * @throws if the fleet has no such member
   */
  entry(key: string): MemberStack {
    return this.entries.get(key) ?? this.addEntry(this.infra.member(key));
  }

  /**
   * Gives a Service an address in each of several regions, to survive the loss of one. Each entry gets its own Service,
   * `<serviceName>-<key>`, with a MultiClusterService at that member, which balances connections across all members that the
   * namespace is placed on.
   * @param serviceName name of a Service that the namespace already has
   * @returns the MultiClusterServices by member key
   */
  addEntries(serviceName: string, options: EntriesOptions): Readonly<Record<string, MultiClusterService>> {
    const { namespace, entries, ...service } = checkedProps(this, "EntriesOptions", options, "addEntries");
    const known = isKnown(entries) ? [...new Set(entries.filter(isKnown))] : [];
    addCheck(this, () => checkEntries(serviceName, entries));
    return Object.fromEntries(
      known.map((key) => {
        const { serviceName: name } = namespace.addEntryService(serviceName, { entry: key });
        return [key, this.entry(key).addMultiClusterService(name, { ...service, namespace })];
      }),
    );
  }

  /** Adds a member, as `members` does. @throws if the key is empty or another member has it */
  addMember(key: string, props: InfraMemberProps): FleetMember {
    const member = this.infra.addMember(key, props);
    this.addEntry(member);
    return member;
  }

  private addEntry(member: IFleetMember): MemberStack {
    const { hub } = this;
    const { key } = member;
    const { login, insideNetwork, subscriptionId } = this.props;
    // Nothing can be applied to a lost member, and its state must be kept: its stack is not in the app meanwhile.
    const own = App.of(this);
    const app = member.outOfService ? new App({ outdir: own.outdir }) : own;
    // No stack may have a blank in its id. No valid key has one either: its check reports that.
    const stack = new MemberStack(app, freeId(app, `member-${key.replace(/\s+/g, "-")}`), {
      hub,
      member,
      login,
      insideNetwork,
      subscriptionId,
    });
    this.keepState(stack);
    this.entries.set(key, stack);
    for (const principal of this.planners) {
      stack.grantPlan(principal);
    }
    return stack;
  }

  private keepState(stack: InfraStack | HubStack | MemberStack): void {
    keepState(stack, {
      storageAccountName: this.props.stateStorageAccountName,
      containerName: this.props.stateContainerName,
    });
  }
}

function* checkEntries(serviceName: string, entries: readonly string[]): Generator<Finding> {
  if (entries.length === 0) {
    yield finding(
      "entries-none",
      `addEntries: Service "${serviceName}" has no entries, so it gets no address; list keys of members, as in entries: ["east", "west"].`,
    );
  }
  if (!isKnown(entries) || !entries.every(isKnown)) {
    yield finding(
      "id-unknown",
      `addEntries: some entries of Service "${serviceName}" are known only to Terraform, but construct ids contain them; write them out.`,
    );
    return;
  }
  for (const key of new Set(entries.filter((one, index) => entries.indexOf(one) !== index))) {
    yield finding(
      "entries-twice",
      `addEntries: member "${key}" is listed twice among the entries of Service "${serviceName}"; remove one.`,
    );
  }
}
