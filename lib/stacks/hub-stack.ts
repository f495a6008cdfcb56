import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { Drain } from "../access/drain";
import { checkHubInsideNetwork, HubCredentials } from "../access/hub-credentials";
import { type KubernetesAccess, providerConfig } from "../access/kubernetes-access";
import type { Login } from "../access/login";
import { guardAgainstRedirection } from "../access/redirect-guard";
import { Wait } from "../access/wait";
import { AzapiProvider } from "../azapi/provider";
import { addCheck, knownId } from "../checks/check";
import { reportWholeApp } from "../checks/check-app";
import { checkSubscription } from "../checks/guid";
import { markAs, markOf } from "../checks/marked";
import { stackOf } from "../checks/stack-of";
import type { IFleet } from "../fleet/fleet";
import { reaches } from "../fleet/on-hub";
import { Namespace, type NamespaceProps } from "../hub/namespace/namespace";
import {
  type ClusterPlacementProps,
  ClusterResourcePlacement,
  type NamespacePlacementProps,
} from "../hub/placement/cluster-resource-placement";
import type { PlacementPolicy } from "../hub/placement/placement-policy";
import { type PlacementStrategyProps, rollsOut } from "../hub/placement/placement-strategy";
import { ResourcePlacement, type ResourcePlacementProps } from "../hub/placement/resource-placement";
import type { ClusterResourceSelector } from "../hub/placement/resource-selector";
import { DnsLoadBalancer, type DnsLoadBalancerProps } from "../hub/traffic/dns-load-balancer";
import type { MultiClusterServiceProps } from "../hub/traffic/multi-cluster-service-base";
import { PlacedMultiClusterService } from "../hub/traffic/placed-multi-cluster-service";
import { checkedProps, optionsOf } from "../props/check-props";
import { addFleetOutput } from "./fleet-output";

export interface HubStackProps {
  readonly fleet: IFleet;
  /** How Terraform and the waits get their tokens. @default "azurecli" */
  readonly login?: Login;
  /**
   * Says that this stage runs where a private API is reachable: on a build agent or a bastion inside of the network, or over a
   * VPN. A fleet whose hub is private asks for it. @default false
   */
  readonly insideNetwork?: boolean;
  /** @default - ARM_SUBSCRIPTION_ID */
  readonly subscriptionId?: string;
}

interface WaitOptions {
  /** How long the deployment waits for what is placed, e.g. `45m`. @default "30m" */
  readonly timeout?: string;
}

export interface PlacementOptions
  extends Omit<NamespacePlacementProps, "namespace" | "fleet" | "policy">,
    WaitOptions {}

export interface ClusterPlacementOptions
  extends Omit<ClusterPlacementProps, "namespace" | "fleet" | "policy" | "name" | "selectors">,
    WaitOptions {}

export interface ResourcePlacementOptions
  extends Omit<ResourcePlacementProps, "namespace" | "policy">,
    WaitOptions {}

const MARK = markOf("HubStack");

/**
 * The second stage: what is applied to the hub. It ends when every placement is available on every cluster that it
 * chooses; destroyed, it ends when the members are clean.
 */
export class HubStack extends TerraformStack {
  readonly fleet: IFleet;
  private readonly access: KubernetesAccess;

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id);
    props = checkedProps(this, "HubStackProps", props);
    markAs(this, MARK);
    const { fleet, login, subscriptionId } = props;
    this.fleet = fleet;
    reaches(this, { hub: fleet });
    // Terraform can plan what is on the hub only when there is one.
    this.follow(fleet);
    new AzapiProvider(this, "azapi", { subscriptionId });
    new NullProvider(this, "null");
    // The stack itself says what is wrong: the prop is its own.
    this.access = new HubCredentials(this, "Hub", { fleet, login, insideNetwork: true }).access;
    addCheck(this, () => checkSubscription(subscriptionId));
    addCheck(this, () => checkHubInsideNetwork(fleet, props.insideNetwork));
    new KubernetesProvider(this, "kubernetes", providerConfig(this.access));
    guardAgainstRedirection(this);
    addFleetOutput(this, { fleet, hub: this.access });
    reportWholeApp(this);
  }

  /** Members are in place before anything is placed, and leave after it is gone, also those of stacks of their own. */
  override prepareStack(): void {
    for (const member of this.fleet.members) {
      this.follow(member);
    }
    super.prepareStack();
  }

  /** What exists already may be in no stack, or in one that comes later. */
  private follow(construct: IConstruct): void {
    const stack = stackOf(construct);
    if (stack && stack !== this && !stack.dependsOn(this)) {
      this.addDependency(stack);
    }
  }

  /** Makes a namespace on the hub, to be filled and placed. */
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
   * Places a namespace on members, and waits until it is available there; not where it isn't by itself, with the
   * rolloutType `External` or the applyType `ReportDiff`.
   */
  addPlacement(
    namespace: Namespace,
    policy: PlacementPolicy,
    options: PlacementOptions = {},
  ): ClusterResourcePlacement {
    options = optionsOf(this, "addPlacement", options);
    const { timeout: _ofTheWait, ...props } = options;
    // What is no namespace the placement refuses.
    const name = props.name ?? namespace?.name;
    const placement = new ClusterResourcePlacement(this, knownId(this, `Placement-${name}`), {
      ...props,
      namespace,
      policy,
      name,
    });
    this.wait(`PlacementWait-${name}`, placement, options);
    return placement;
  }

  /**
   * Places objects that are in no namespace, or namespaces, and waits for them like addPlacement.
   * @param name of the placement
   */
  addClusterPlacement(
    name: string,
    selectors: readonly ClusterResourceSelector[],
    policy: PlacementPolicy,
    options: ClusterPlacementOptions = {},
  ): ClusterResourcePlacement {
    options = optionsOf(this, "addClusterPlacement", options);
    const { timeout: _ofTheWait, ...props } = options;
    const { fleet, access } = this;
    const drain = new Drain(this, knownId(this, `PlacementDrain-${name}`), { placement: name, access });
    const placement = new ClusterResourcePlacement(this, knownId(this, `Placement-${name}`), {
      ...props,
      fleet,
      policy,
      name,
      selectors,
    });
    placement.addDependency(drain.resource);
    this.wait(`PlacementWait-${name}`, placement, options);
    return placement;
  }

  /** Places some of what is in a namespace, where the namespace is already, and waits for it like addPlacement. */
  addResourcePlacement(
    namespace: Namespace,
    policy: PlacementPolicy,
    options: ResourcePlacementOptions,
  ): ResourcePlacement {
    options = optionsOf(this, "addResourcePlacement", options);
    const { timeout: _ofTheWait, ...props } = options;
    // Neither name holds a period.
    const id = `${namespace?.name}.${props.name}`;
    const placement = new ResourcePlacement(this, knownId(this, `ResourcePlacement-${id}`), {
      ...props,
      namespace,
      policy,
    });
    this.wait(`ResourcePlacementWait-${id}`, placement, options);
    return placement;
  }

  private wait(
    id: string,
    placement: ClusterResourcePlacement | ResourcePlacement,
    options: PlacementStrategyProps & WaitOptions,
  ): void {
    if (rollsOut(options)) {
      Wait.forPlacement(this, knownId(this, id), placement, {
        access: this.access,
        timeout: options.timeout,
      });
    }
  }

  /**
   * Gives a Service one DNS name for all regions, and waits until it leads to every member that the whole namespace is
   * placed on. The name is an output: `<namespace>-<name>-dns-name`.
   */
  addDnsLoadBalancer(options: DnsLoadBalancerProps & { readonly timeout?: string }): DnsLoadBalancer {
    const { timeout, ...props } = optionsOf(this, "addDnsLoadBalancer", options);
    const name = `${props.namespace?.name}-${props.name ?? props.serviceName}`;
    const dns = new DnsLoadBalancer(this, knownId(this, `Dns-${name}`), props);
    const wait = Wait.forTrafficManager(this, knownId(this, `DnsWait-${name}`), dns.profile, {
      access: this.access,
      timeout,
    });
    new TerraformOutput(this, knownId(this, `${name}-dns-name`), { value: dns.dnsName([wait.resource]) });
    return dns;
  }

  /**
   * Gives an exported Service one address, at a member, without talking to that member; a MemberStack does the same with
   * its kubeconfig, waits, and has the address as an output. Here the address shows at the member only:
   * `kubectl get multiclusterservices --namespace NAMESPACE`.
   */
  addMultiClusterService(props: MultiClusterServiceProps): PlacedMultiClusterService {
    props = optionsOf(this, "addMultiClusterService", props);
    const name = `${props.namespace?.name}-${props.name ?? props.serviceName}`;
    return new PlacedMultiClusterService(this, knownId(this, `MultiClusterService-${name}`), props);
  }
}
