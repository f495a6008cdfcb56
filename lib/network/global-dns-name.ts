import { TrafficManagerProfile } from "@cdktf/provider-azurerm/lib/traffic-manager-profile";
import { Construct, type IConstruct } from "constructs";
import { makes } from "../azapi/made";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkLocation } from "../checks/locations";
import { allMarked, isMarked, markAs, markOf } from "../checks/marked";
import { checkDnsLabel } from "../checks/names";
import { checkTags } from "../checks/tags";
import { checkInteger } from "../checks/values";
import { checkedProps } from "../props/check-props";
import { ResourceGroupOf } from "./resource-group";
import { checkMonitor, longestTimeout, type TrafficManagerMonitorOptions } from "./traffic-manager-monitor";

export interface GlobalDnsNameOptions extends TrafficManagerMonitorOptions {
  /**
   * How an answer is chosen among the healthy addresses: the nearest (`Performance`), or at random by weight (`Weighted`).
   * @default "Performance"
   */
  readonly routingMethod?: "Performance" | "Weighted";
  /** DNS TTL in seconds, 0 to 2147483647: how long clients may continue to use a lost address. @default 60 */
  readonly ttlInSeconds?: number;
  /** Name of the new resource group. @default - `rg-<name>` */
  readonly resourceGroupName?: string;
  /** Name of an existing resource group to use. @default - a new one */
  readonly existingResourceGroupName?: string;
  /** @default - none */
  readonly tags?: Record<string, string>;
}

export interface GlobalDnsNameProps extends GlobalDnsNameOptions {
  /**
   * The DNS name is `<name>.trafficmanager.net`: 1 to 63 lower-case letters, digits and hyphens, unique across Azure. The
   * deployment fails if another customer has it.
   */
  readonly name: string;
  /** Short name of the new resource group's location; Traffic Manager itself is global. */
  readonly location: string;
}

const MARK = markOf("GlobalDnsName");

/**
 * One DNS name for addresses in several regions: an Azure Traffic Manager profile, which probes its GlobalDnsEndpoints and
 * answers with healthy ones.
 */
export class GlobalDnsName extends Construct {
  /** Whether something is a GlobalDnsName. */
  static isGlobalDnsName(x: unknown): x is GlobalDnsName {
    return isMarked(x, MARK);
  }

  /** All GlobalDnsNames of an app. @internal */
  static _all(scope: IConstruct): readonly GlobalDnsName[] {
    return allMarked<GlobalDnsName>(scope, MARK);
  }

  readonly name: string;
  readonly resource: TrafficManagerProfile;

  constructor(scope: Construct, id: string, props: GlobalDnsNameProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "GlobalDnsNameProps", props);
    const { name, location, monitorProtocol = "HTTP" } = props;
    this.name = name;
    const group = new ResourceGroupOf(this, props, () => ({ name: `rg-${name}`, location }));
    const headers = Object.entries(props.monitorCustomHeaders ?? {});
    makes(this, { what: "Traffic Manager profile", prop: "name", name, group: group.name });
    this.resource = new TrafficManagerProfile(this, "Resource", {
      name,
      resourceGroupName: group.name,
      trafficRoutingMethod: props.routingMethod ?? "Performance",
      dnsConfig: { relativeName: name, ttl: props.ttlInSeconds ?? 60 },
      monitorConfig: {
        protocol: monitorProtocol,
        port: props.monitorPort ?? 80,
        path: monitorProtocol === "TCP" ? undefined : (props.monitorPath ?? "/"),
        intervalInSeconds: props.monitorIntervalInSeconds ?? 30,
        timeoutInSeconds: props.monitorTimeoutInSeconds ?? longestTimeout(props.monitorIntervalInSeconds),
        toleratedNumberOfFailures: props.monitorToleratedNumberOfFailures ?? 3,
        customHeader: headers.map(([header, value]) => ({ name: header, value })),
      },
      tags: props.tags,
    });
    addCheck(this, () => [
      ...group.check(),
      ...checkDnsLabel("GlobalDnsName", name),
      ...this.checkOnce(),
      ...checkLocation(group.made?.locationInput),
      ...checkInteger("ttlInSeconds", props.ttlInSeconds, 0, 2147483647),
      ...checkMonitor(props),
      ...checkTags(props.tags),
    ]);
  }

  /** The DNS name, a target for a CNAME record of your own domain. */
  get fqdn(): string {
    return this.resource.fqdn;
  }

  private *checkOnce(): Generator<Finding> {
    for (const other of GlobalDnsName._all(this)) {
      if (other !== this && isKnown(this.name) && other.name === this.name) {
        yield finding(
          "global-dns-name-twice",
          `name: ${other.node.path} also has the DNS name "${this.name}.trafficmanager.net", which must be unique across Azure; give one of them another name.`,
        );
      }
    }
  }
}
