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
  /** The Service's namespace. */
  readonly namespace: INamespace;
  /** Name of a Service of the namespace, exported unless it already is. @default - the name of this construct */
  readonly serviceName?: string;
  /**
   * The resource group and permissions for the fleet's Traffic Manager profile, from InfraStack.addTrafficManagerAccess.
   * Another resource group replaces the profile; meanwhile, the DNS name doesn't resolve.
   */
  readonly trafficManager: ITrafficManagerAccess;
  /**
   * Prefix of the DNS label of each member's public address, followed by `-` and the member's name. The label has 3 to 63
   * lower-case letters, digits and hyphens, and is unique in its region across all Azure customers.
   * @default - `<namespace>-<name>`
   */
  readonly dnsLabel?: string;
  /** Weight of the Service in its profile, see TrafficManagerBackend. @default 1 */
  readonly weight?: number;
  /**
   * Other changes to the Service on members, e.g. its annotations, as the fleet takes only one override per object. These
   * rules are applied after those that give the Service its address. @default - none
   */
  readonly overrideRules?: readonly OverrideRule[];
  /** Created before the profile, and deleted after it. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

export interface DnsLoadBalancerProps extends DnsLoadBalancerOptions {
  /** Name of a Service of the namespace, exported unless it already is. */
  readonly serviceName: string;
  /**
   * The DNS name is `<namespace>-<name>.trafficmanager.net`: namespace and name together have at most 62 lower-case letters,
   * digits and hyphens. It must be unique across Azure: if another customer has it, the deployment fails.
   * @default - the Service's name
   */
  readonly name?: string;
}

const MARK = markOf("DnsLoadBalancer");
const DNS_LABEL = "service.beta.kubernetes.io/azure-dns-label-name";
/** With these, a Service has no public address of its own, or one that the fleet's agents don't find. */
const UNSUPPORTED = [
  "service.beta.kubernetes.io/azure-load-balancer-internal",
  "service.beta.kubernetes.io/azure-pip-prefix-id",
];

/**
 * One DNS name for a Service in all regions: each member's Service gets its own public address, and an Azure Traffic Manager
 * profile answers with the healthy ones. It survives the loss of a region, and needs no peering. The Service on the hub
 * doesn't change; an override makes it type LoadBalancer on members. If this app doesn't apply the Service, its annotations
 * on the hub don't reach the members: add them with `overrideRules`.
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
          `trafficManager: "${trafficManager.node.path}" belongs to a different fleet than the namespace "${namespace.name}", whose hub has no access to it; use one of the same fleet.`,
        );
      }
    });
  }

  /** The DNS name; null until it exists. @param dependsOn read after these: waits until it exists */
  dnsName(dependsOn: ITerraformDependable[]): string {
    return this.profile.dnsName(dependsOn);
  }

  /**
   * A patch can add an annotation only to existing ones, and adding the whole map replaces them. Lazy: the Service may still
   * be added to the namespace.
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

  /** The Service's annotations on the hub, if this app applies it. */
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
        `serviceName: Service "${this.serviceName}" has the annotation ${annotation}, but Traffic Manager requires a public address of its own for each Service; remove the annotation, or export another Service.`,
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
          `dnsLabel: the DNS label of a member's address would be "${label}", with ${label.length} characters, but Azure allows 3 to 63 lower-case letters, digits and hyphens, starting with a letter and ending with a letter or a digit; set another dnsLabel.`,
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
          `dnsLabel: ${other.node.path} also uses the DNS label "${same.label}" in ${same.location}, but a label must be unique in its region; set another dnsLabel on one of them.`,
        );
      }
    }
  }

  /** The labels of the members' addresses, as far as known. */
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
