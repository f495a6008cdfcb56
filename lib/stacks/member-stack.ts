import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type KubernetesAccess, providerConfig } from "../access/kubernetes-access";
import type { Login } from "../access/login";
import { checkMemberInsideNetwork, MemberCredentials } from "../access/member-credentials";
import { PlanRole } from "../access/plan-role";
import { guardAgainstRedirection } from "../access/redirect-guard";
import { Wait } from "../access/wait";
import { addCheck, knownId } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { type Finding, finding } from "../checks/finding";
import { checkSubscription } from "../checks/guid";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";
import { reaches } from "../fleet/on-hub";
import { isSameFleet } from "../fleet/same-fleet";
import { MultiClusterService } from "../hub/traffic/multi-cluster-service";
import {
  MultiClusterServiceBase,
  type MultiClusterServiceOptions,
} from "../hub/traffic/multi-cluster-service-base";
import type { Principal } from "../identity/principal";
import { GlobalDnsEndpoint } from "../network/global-dns-endpoint";
import type { GlobalDnsName } from "../network/global-dns-name";
import { checkedProps, optionsOf } from "../props/check-props";
import { addFleetOutput } from "./fleet-output";
import type { HubStack } from "./hub-stack";

export interface MemberStackProps {
  /** The stack that places the services' namespaces. */
  readonly hub: HubStack;
  readonly member: IFleetMember;
  /** How Terraform and the waits get their tokens. @default "azurecli" */
  readonly login?: Login;
  /**
   * States that this stage runs where a private API can be reached: on a build agent or a bastion inside the network, or over
   * a VPN. Required if the member's cluster is private. @default false
   */
  readonly insideNetwork?: boolean;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

export interface MemberServiceOptions extends MultiClusterServiceOptions {
  /** How long the deployment waits until there is an address and every member serves it, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
  /** A DNS name that includes this address while it is healthy; the address must be public. @default - none */
  readonly dnsName?: GlobalDnsName;
}

const MARK = markOf("MemberStack");

/**
 * The third stage, one for each member that has, or may get, an address: its MultiClusterServices. Its deployment completes
 * when each is valid and has an address, which is an output.
 *
 * A Service has its address at one member, its entry. With a stack for each possible entry, moving it takes one deployment:
 * stacks without a MultiClusterService are deployed first, so the old one is deleted before the new one is created. The
 * address changes. There is no such order between members that both keep other MultiClusterServices: move it in two
 * deployments then.
 */
export class MemberStack extends TerraformStack {
  /** Whether something is a MemberStack. */
  static isMemberStack(x: unknown): x is MemberStack {
    return isMarked(x, MARK);
  }

  readonly member: IFleetMember;
  private readonly fleet: IFleet;
  private readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: MemberStackProps) {
    super(scope, id);
    props = checkedProps(this, "MemberStackProps", props);
    const { member, login, subscriptionId } = props;
    markAs(this, MARK);
    this.member = member;
    reaches(this, { member });
    this.fleet = props.hub.fleet;
    // The namespace must be on the member before anything is applied in it.
    this.addDependency(props.hub);
    new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId });
    new NullProvider(this, "null");
    // The stack itself checks the prop, which is its own.
    this.access = new MemberCredentials(this, "Member", { member, login, insideNetwork: true }).access;
    addCheck(this, () => checkSubscription(subscriptionId));
    addCheck(this, () => checkInService(member));
    addCheck(this, () => checkMemberInsideNetwork(member, props.insideNetwork));
    new KubernetesProvider(this, "kubernetes", providerConfig(this.access));
    addFleetOutput(this, { fleet: props.hub.fleet, members: () => [{ member, access: this.access }] });
    reportWholeApp(this);
  }

  /** Two MultiClusterServices of one Service must never exist: deleting either removes the other's address. */
  override prepareStack(): void {
    if (this.isEntry) {
      for (const other of allMarked<MemberStack>(this, MARK)) {
        if (!other.isEntry && isSameFleet(other.fleet, this.fleet) !== false) {
          this.addDependency(other);
        }
      }
    }
    super.prepareStack();
  }

  /**
   * Grants a principal the read access on the member that a plan of this stack needs: a PlanRole. `AksCluster.grantPlan`
   * grants what it needs to reach the member.
   */
  grantPlan(given: Principal): PlanRole {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    return new PlanRole(this, knownId(this, `Plan-${principal.name}`), { principal });
  }

  private get isEntry(): boolean {
    return MultiClusterServiceBase._all(this).some((service) => stackOf(service) === this);
  }

  /**
   * Gives an exported Service one address, at this member, and waits for it. The address is an output:
   * `<namespace>-<name>-address`.
   * @param name of the object; also the Service's name, unless `serviceName` is set
   */
  addMultiClusterService(name: string, options: MemberServiceOptions): MultiClusterService {
    const { timeout, dnsName, ...props } = optionsOf(this, "addMultiClusterService", options);
    // The service refuses an invalid namespace.
    const id = `${props.namespace?.name}-${name}`;
    guardAgainstRedirection(this);
    const service = new MultiClusterService(this, knownId(this, id), {
      ...props,
      name,
      serviceName: props.serviceName ?? name,
      member: this.member,
    });
    const wait = Wait.forService(this, knownId(this, `ServiceWait-${id}`), service, {
      access: this.access,
      timeout,
    });
    const address = service.address([wait.resource]);
    new TerraformOutput(this, knownId(this, `${id}-address`), { value: address });
    if (dnsName !== undefined) {
      addCheck(this, () => checkReachable(name, props.internal));
      // Deleted before the address, so no client is sent to a dead address.
      new GlobalDnsEndpoint(this, knownId(this, `DnsEndpoint-${id}`), {
        dnsName,
        name: id,
        address,
        location: this.member.cluster.location,
      });
    }
    return service;
  }
}

function* checkInService({ key, outOfService }: IFleetMember): Generator<Finding> {
  if (outOfService) {
    yield finding(
      "member-stack-out-of-service",
      `member: "${key}" is out of service, but this stack needs to reach it; leave the stack out of the app meanwhile (as a MultiRegionFleet does): its state is kept.`,
    );
  }
}

function* checkReachable(name: string, internal: boolean | undefined): Generator<Finding> {
  if (internal) {
    yield finding(
      "dns-name-internal",
      `dnsName: "${name}" is internal, but Traffic Manager can't reach a private address; remove dnsName or internal.`,
    );
  }
}
