import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { Drain } from "../access/drain";
import { checkHubInsideNetwork, HubCredentials } from "../access/hub-credentials";
import { type KubernetesAccess, providerConfig } from "../access/kubernetes-access";
import type { Login } from "../access/login";
import { PlanRole } from "../access/plan-role";
import { guardAgainstRedirection } from "../access/redirect-guard";
import { Wait } from "../access/wait";
import { AzapiProvider } from "../azapi/provider";
import { addCheck, knownId } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { checkSubscription } from "../checks/guid";
import { isMarked, markAs, markOf } from "../checks/marked";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "../fleet/fleet";
import type { IFleetMember } from "../fleet/fleet-member";
import { reaches } from "../fleet/on-hub";
import { Namespace, type NamespaceProps } from "../hub/namespace/namespace";
import {
  type ClusterPlacementProps,
  ClusterResourcePlacement,
  type NamespacePlacementProps,
} from "../hub/placement/cluster-resource-placement";
import { hasNowhereToGo } from "../hub/placement/out-of-service";
import type { IPlacement } from "../hub/placement/placement";
import { ResourcePlacement, type ResourcePlacementProps } from "../hub/placement/resource-placement";
import { DnsLoadBalancer, type DnsLoadBalancerOptions } from "../hub/traffic/dns-load-balancer";
import type { MultiClusterServiceOptions } from "../hub/traffic/multi-cluster-service-base";
import { PlacedMultiClusterService } from "../hub/traffic/placed-multi-cluster-service";
import type { Principal } from "../identity/principal";
import { checkedProps, optionsOf } from "../props/check-props";
import { addFleetOutput } from "./fleet-output";

export interface HubStackProps {
  readonly fleet: IFleet;
  /** How Terraform and the waits get their tokens. @default "azurecli" */
  readonly login?: Login;
  /**
   * States that this stage runs where a private API can be reached: on a build agent or a bastion inside the network, or over
   * a VPN. Required if the fleet's hub is private. @default false
   */
  readonly insideNetwork?: boolean;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

/** Options for the hub stack's waits. */
export interface WaitOptions {
  /** How long the deployment waits for the placement, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

export interface PlacementOptions extends Omit<NamespacePlacementProps, "fleet" | "name">, WaitOptions {}

export interface ClusterPlacementOptions
  extends Omit<ClusterPlacementProps, "namespace" | "fleet" | "name">,
    WaitOptions {}

export interface ResourcePlacementOptions extends Omit<ResourcePlacementProps, "name">, WaitOptions {}

/** Options of a MultiClusterService that is placed by the hub. */
export interface PlacedServiceOptions extends MultiClusterServiceOptions {
  /** The member with the address. */
  readonly member: IFleetMember;
}

const MARK = markOf("HubStack");

/**
 * The second stage: the objects on the hub. Its deployment completes when every placement is available on every cluster
 * that it selects; its destruction, when everything placed is gone from the members.
 */
export class HubStack extends TerraformStack {
  /** Whether something is a HubStack. */
  static isHubStack(x: unknown): x is HubStack {
    return isMarked(x, MARK);
  }

  readonly fleet: IFleet;
  private readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id);
    props = checkedProps(this, "HubStackProps", props);
    markAs(this, MARK);
    const { fleet, login, subscriptionId } = props;
    this.fleet = fleet;
    reaches(this, { hub: fleet });
    // Terraform can plan objects on the hub only once it exists.
    this.follow(fleet);
    new AzapiProvider(this, "azapi", { subscriptionId });
    new NullProvider(this, "null");
    // The stack itself checks the prop, which is its own.
    this.access = new HubCredentials(this, "Hub", { fleet, login, insideNetwork: true }).access;
    addCheck(this, () => checkSubscription(subscriptionId));
    addCheck(this, () => checkHubInsideNetwork(fleet, props.insideNetwork));
    new KubernetesProvider(this, "kubernetes", providerConfig(this.access));
    guardAgainstRedirection(this);
    addFleetOutput(this, { fleet, hub: this.access });
    reportWholeApp(this);
  }

  /** Members, including those in other stacks, must join before anything is placed, and leave after it is removed. */
  override prepareStack(): void {
    for (const member of this.fleet.members) {
      this.follow(member);
    }
    super.prepareStack();
  }

  /**
   * Grants a principal the read access on the hub that a plan of this stack needs: a PlanRole. `Fleet.grantPlan` grants what
   * it needs to reach the hub.
   */
  grantPlan(given: Principal): PlanRole {
    const principal = checkedProps(this, "Principal", given, "grantPlan");
    return new PlanRole(this, knownId(this, `Plan-${principal.name}`), { principal });
  }

  /** Imported constructs may be in no stack, or in a later one. */
  private follow(construct: IConstruct): void {
    const stack = stackOf(construct);
    if (stack && stack !== this && !stack.dependsOn(this)) {
      this.addDependency(stack);
    }
  }

  /** Creates a namespace on the hub, to add objects to and to place. */
  addNamespace(name: string, options: Omit<NamespaceProps, "fleet" | "name"> = {}): Namespace {
    const namespace = new Namespace(this, knownId(this, name), {
      ...optionsOf(this, "addNamespace", options),
      fleet: this.fleet,
      name,
    });
    new Drain(this, knownId(this, `Drain-${name}`), { namespace, access: this.access });
    return namespace;
  }

  /**
   * Places a namespace on members, and waits until it is available there. It doesn't wait with the rolloutType `External` or
   * the applyType `ReportDiff`.
   * @param name of the placement, e.g. the namespace's
   */
  addPlacement(name: string, options: PlacementOptions): ClusterResourcePlacement {
    const { timeout, ...props } = optionsOf(this, "addPlacement", options);
    const placement = new ClusterResourcePlacement(this, knownId(this, `Placement-${name}`), {
      ...props,
      name,
    });
    this.wait(`PlacementWait-${name}`, placement, timeout);
    return placement;
  }

  /**
   * Places cluster-scoped objects or namespaces, and waits for them like addPlacement.
   * @param name of the placement
   */
  addClusterPlacement(name: string, options: ClusterPlacementOptions): ClusterResourcePlacement {
    const { timeout, ...props } = optionsOf(this, "addClusterPlacement", options);
    const { fleet, access } = this;
    const drain = new Drain(this, knownId(this, `PlacementDrain-${name}`), { placement: name, access });
    const placement = new ClusterResourcePlacement(this, knownId(this, `Placement-${name}`), {
      ...props,
      fleet,
      name,
    });
    placement.addDependency(drain.resource);
    this.wait(`PlacementWait-${name}`, placement, timeout);
    return placement;
  }

  /**
   * Places selected objects of a namespace on members that already have the namespace, and waits for them like addPlacement.
   * @param name of the placement
   */
  addResourcePlacement(name: string, options: ResourcePlacementOptions): ResourcePlacement {
    const { timeout, ...props } = optionsOf(this, "addResourcePlacement", options);
    // Neither name contains a period. The placement refuses an invalid namespace.
    const id = `${props.namespace?.name}.${name}`;
    const placement = new ResourcePlacement(this, knownId(this, `ResourcePlacement-${id}`), {
      ...props,
      name,
    });
    this.wait(`ResourcePlacementWait-${id}`, placement, timeout);
    return placement;
  }

  private wait(id: string, placement: IPlacement, timeout: string | undefined): void {
    if (placement._rollsOut && !hasNowhereToGo(placement)) {
      Wait.forPlacement(this, knownId(this, id), placement, { access: this.access, timeout });
    }
  }

  /**
   * Gives a Service one DNS name for all regions, and waits until it includes every member that the whole namespace is placed
   * on. The DNS name is an output: `<namespace>-<name>-dns-name`.
   * @param name the second part of the DNS name; also the Service's name, unless `serviceName` is set
   */
  addDnsLoadBalancer(name: string, options: DnsLoadBalancerOptions & WaitOptions): DnsLoadBalancer {
    const { timeout, ...props } = optionsOf(this, "addDnsLoadBalancer", options);
    const id = `${props.namespace?.name}-${name}`;
    const dns = new DnsLoadBalancer(this, knownId(this, `Dns-${id}`), {
      ...props,
      name,
      serviceName: props.serviceName ?? name,
    });
    const wait = Wait.forTrafficManager(this, knownId(this, `DnsWait-${id}`), dns.profile, {
      access: this.access,
      timeout,
    });
    new TerraformOutput(this, knownId(this, `${id}-dns-name`), { value: dns.dnsName([wait.resource]) });
    return dns;
  }

  /**
   * Gives an exported Service one address, at a member, without access to that member. (A MemberStack accesses the member,
   * waits, and outputs the address.) The address is only visible on the member:
   * `kubectl get multiclusterservices --namespace NAMESPACE`.
   * @param name of the object; also the Service's name, unless `serviceName` is set
   */
  addMultiClusterService(name: string, options: PlacedServiceOptions): PlacedMultiClusterService {
    const props = optionsOf(this, "addMultiClusterService", options);
    return new PlacedMultiClusterService(
      this,
      knownId(this, `MultiClusterService-${props.namespace?.name}-${name}`),
      { ...props, name, serviceName: props.serviceName ?? name },
    );
  }
}
