import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { optional } from "../../checks/required";
import { dependablesFor } from "../../checks/stack-of";
import { onHub } from "../../fleet/on-hub";
import { isSameFleet } from "../../fleet/same-fleet";
import type { ITrafficManagerAccess } from "../../fleet/traffic-manager-access";
import { escapeTemplates, isPlainObject } from "../../kubernetes/escape";
import type { TrafficManagerMonitorOptions } from "../../network/traffic-manager-monitor";
import { checkedProps } from "../../props/check-props";
import { MEMBER_CLUSTER_NAME } from "../namespace/json-patch";
import type { INamespace } from "../namespace/namespace-base";
import type { OverrideRule } from "../namespace/override";
import { ResourceOverride } from "../namespace/resource-override";
import { ServiceExport } from "../namespace/service-export";
import { TrafficManagerBackend } from "./traffic-manager-backend";
import { TrafficManagerProfile } from "./traffic-manager-profile";

export interface DnsLoadBalancerOptions extends TrafficManagerMonitorOptions {
  /** The namespace that the Service is in. */
  readonly namespace: INamespace;
  /** Name of a Service of the namespace. It is exported, unless it is already. @default - the name of this */
  readonly serviceName?: string;
  /**
   * Where the fleet makes the Traffic Manager profile, and may: what InfraStack.addTrafficManagerAccess makes. One of
   * another resource group makes the profile anew: until it is there, the DNS name leads nowhere.
   */
  readonly trafficManager: ITrafficManagerAccess;
  /**
   * How the DNS label of each member's public address begins; `-` and the member's name follow. The whole is 3 to 63
   * lower-case letters, digits and hyphens, and unique in its region, also among other customers'.
   * @default - `<namespace>-<name>`
   */
  readonly dnsLabel?: string;
  /** Weight of the Service in its profile, as TrafficManagerBackend has it. @default 1 */
  readonly weight?: number;
  /**
   * What else is different of the Service on members, e.g. its annotations: the fleet takes one override for an object, and
   * this makes it. The rules are applied after those that give the Service its address. @default - nothing
   */
  readonly overrideRules?: readonly OverrideRule[];
  /** What must exist before the profile, and outlives it. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

export interface DnsLoadBalancerProps extends DnsLoadBalancerOptions {
  /** Name of a Service of the namespace. It is exported, unless it is already. */
  readonly serviceName: string;
  /**
   * The DNS name is `<namespace>-<name>.trafficmanager.net`, so that both together have 62 lower-case letters, digits and
   * hyphens at most. It is unique in all of Azure: another customer may have it already, and the deployment then says so.
   * @default - the Service's name
   */
  readonly name?: string;
}

const MARK = markOf("DnsLoadBalancer");
const DNS_LABEL = "service.beta.kubernetes.io/azure-dns-label-name";
/** With these a Service has no public address of its own, or one that the fleet's agents don't find. */
const UNSUPPORTED = [
  "service.beta.kubernetes.io/azure-load-balancer-internal",
  "service.beta.kubernetes.io/azure-pip-prefix-id",
];

/**
 * One DNS name for a Service in all regions: each member's Service gets a public address of its own, and an Azure Traffic
 * Manager profile answers with those that are healthy. It outlives the loss of a region, and needs no peering. The Service
 * on the hub stays as it is; on its way to members it becomes one of type LoadBalancer. Where this app does not apply the
 * Service itself, the annotations that it has on the hub don't reach the members: add them by `overrideRules`.
 */
export class DnsLoadBalancer extends Construct {
  /** Whether something is a DnsLoadBalancer. */
  static isDnsLoadBalancer(x: unknown): x is DnsLoadBalancer {
    return isMarked(x, MARK);
  }

  readonly namespace: INamespace;
  readonly serviceName: string;
  readonly name: string;
  readonly dnsLabel: string;
  readonly export: ServiceExport;
  readonly override: ResourceOverride;
  readonly profile: TrafficManagerProfile;
  readonly backend: TrafficManagerBackend;

  constructor(scope: Construct, id: string, props: DnsLoadBalancerProps) {
    super(scope, id);
    props = checkedProps(this, "DnsLoadBalancerProps", props);
    markAs(this, MARK);
    const {
      namespace,
      serviceName,
      trafficManager,
      dnsLabel,
      weight,
      overrideRules = [],
      ...profile
    } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    this.serviceName = serviceName;
    this.name = props.name ?? serviceName;
    this.dnsLabel = dnsLabel ?? `${namespace.name}-${this.name}`;
    this.export =
      namespace.exports.find((other) => other.serviceName === serviceName) ??
      new ServiceExport(this, "Export", { namespace, serviceName });
    this.override = new ResourceOverride(this, "Override", {
      namespace,
      name: `${this.name}-dns`,
      resourceSelectors: [{ kind: "Service", name: serviceName }],
      overrideRules: [
        {
          jsonPatchOverrides: [
            { op: "add", path: "/spec/type", value: "LoadBalancer" },
            { op: "add", ...this.labelPatch() },
          ],
        },
        ...overrideRules,
      ],
    });
    this.profile = new TrafficManagerProfile(this, "Profile", {
      ...profile,
      namespace,
      name: this.name,
      resourceGroupName: trafficManager.resourceGroupName,
      dependsOn: dependablesFor(this, [...trafficManager.dependables, ...(props.dependsOn ?? [])]),
    });
    this.backend = new TrafficManagerBackend(this, "Backend", {
      profile: this.profile,
      serviceName,
      name: this.name,
      weight,
    });
    addCheck(this, () => this.check());
    addCheck(this, function* () {
      const { fleet } = trafficManager;
      if (fleet && isSameFleet(fleet, namespace.fleet) === false) {
        yield finding(
          "dns-load-balancer-other-fleet",
          `trafficManager: "${trafficManager.node.path}" is of another fleet than the namespace "${namespace.name}", whose hub may not make a profile there; give one of its own fleet.`,
        );
      }
    });
  }

  /** The DNS name: null where there is none (yet). @param dependsOn what waits until there is one */
  dnsName(dependsOn: ITerraformDependable[]): string {
    return this.profile.dnsName(dependsOn);
  }

  /**
   * A patch can add an annotation only where there are some; and one that adds all of them replaces what is there. Lazy:
   * the Service may still be added to the namespace.
   */
  private labelPatch(): { path: string; value: unknown } {
    const label = escapeTemplates(`${this.dnsLabel}-${MEMBER_CLUSTER_NAME}`);
    const annotated = () => Object.keys(this.annotations()).length > 0;
    const key = DNS_LABEL.replace("/", "~1");
    return {
      path: Lazy.stringValue({
        produce: () => `/metadata/annotations${annotated() ? `/${key}` : ""}`,
      }),
      value: Lazy.anyValue({ produce: () => (annotated() ? label : { [DNS_LABEL]: label }) }),
    };
  }

  /** What the Service has on the hub, as far as this app applies it. */
  private annotations(): Record<string, unknown> {
    const service = this.namespace.workloads
      .flatMap(({ services }) => services)
      .find(({ metadata }) => metadata.name === this.serviceName);
    const annotations = service?.metadata.annotations;
    return isPlainObject(annotations) ? annotations : {};
  }

  private *check(): Generator<Finding> {
    for (const annotation of Object.keys(this.annotations()).filter((key) => UNSUPPORTED.includes(key))) {
      yield finding(
        "dns-load-balancer-address",
        `serviceName: Service "${this.serviceName}" has the annotation ${annotation}, and Traffic Manager leads to public addresses of their own only; leave the annotation out, or export another Service.`,
      );
    }
    yield* this.checkLabels();
  }

  private *checkLabels(): Generator<Finding> {
    const labels = this.labels();
    for (const { label } of labels) {
      if (!/^[a-z][-a-z0-9]{1,61}[a-z0-9]$/.test(label)) {
        yield finding(
          "dns-load-balancer-label",
          `dnsLabel: the DNS label of a member's address would be "${label}", which has ${label.length} characters, and Azure takes 3 to 63 lower-case letters, digits and hyphens, from a letter to a letter or a digit; give another dnsLabel.`,
        );
      }
    }
    for (const other of allMarked<DnsLoadBalancer>(this, MARK).filter((candidate) => candidate !== this)) {
      const theirs = other.labels();
      const same = labels.find((one) =>
        theirs.some(({ label, location }) => label === one.label && location === one.location),
      );
      if (same) {
        yield finding(
          "dns-load-balancer-label-twice",
          `dnsLabel: this and ${other.node.path} both use the DNS label "${same.label}" in ${same.location}, and a label is there once in a region; give one of them another dnsLabel.`,
        );
      }
    }
  }

  /** The labels of the members' addresses, as far as they are known. */
  private labels(): { label: string; location: string }[] {
    return this.namespace.fleet.members.flatMap((member) => {
      const [memberName, location = ""] = [
        optional(() => member.memberName),
        optional(() => member.cluster.location),
      ];
      const label = `${this.dnsLabel}-${memberName}`;
      return isKnown(memberName) && isKnown(label) ? [{ label, location }] : [];
    });
  }
}
