import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { checkDnsLabel, checkName } from "../../checks/names";
import { onHub } from "../../fleet/on-hub";
import { NETWORKING_V1BETA1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { liveStatus } from "../../kubernetes/live-status";
import { omitUndefined } from "../../kubernetes/omit-undefined";
import {
  checkMonitor,
  longestTimeout,
  type TrafficManagerMonitorOptions,
} from "../../network/traffic-manager-monitor";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import { ClusterResourcePlacement } from "../placement/cluster-resource-placement";
import type { IPlacement } from "../placement/placement";
import { ResourcePlacement } from "../placement/resource-placement";
import type { TrafficManagerBackend } from "./traffic-manager-backend";

export interface TrafficManagerProfileProps extends TrafficManagerMonitorOptions {
  /** The namespace that the profile is in, with its backends; the first part of the DNS name. */
  readonly namespace: INamespace;
  /**
   * The DNS name is `<namespace>-<name>.trafficmanager.net`, so that both together have 62 lower-case letters, digits and
   * hyphens at most. It is unique in all of Azure: another customer may have it already, and the deployment then says so.
   */
  readonly name: string;
  /**
   * The resource group that the fleet keeps the profile in, on which its identity needs a role: `TrafficManagerAccess`
   * makes both. Another one makes the profile anew: until the new one is there, the DNS name leads nowhere.
   */
  readonly resourceGroupName: string;
  /** What must exist before the profile, and outlives it, e.g. the roles. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("TrafficManagerProfile");

/**
 * A DNS name that answers with the addresses of Services on members, in turn and by weight, as long as they are healthy:
 * an Azure Traffic Manager profile, which the fleet makes. Which Services those are say its TrafficManagerBackends. It
 * stays on the hub; DNS answers are kept for 60 seconds.
 */
export class TrafficManagerProfile extends Construct {
  /** Whether something is a TrafficManagerProfile. */
  static isTrafficManagerProfile(x: unknown): x is TrafficManagerProfile {
    return isMarked(x, MARK);
  }

  /** Every profile of an app. @internal */
  static _all(scope: IConstruct): readonly TrafficManagerProfile[] {
    return allMarked<TrafficManagerProfile>(scope, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly props: TrafficManagerProfileProps;
  /** The backends of this app that are attached to it. @internal */
  readonly _backends: TrafficManagerBackend[] = [];

  constructor(scope: Construct, id: string, props: TrafficManagerProfileProps) {
    super(scope, id);
    props = checkedProps(this, "TrafficManagerProfileProps", props);
    markAs(this, MARK);
    this.props = props;
    const { namespace, name, monitorCustomHeaders: customHeaders = {} } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace });
    this.name = name;
    const headers = Object.entries(customHeaders).map(([header, value]) => ({ name: header, value }));
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: NETWORKING_V1BETA1,
        kind: "TrafficManagerProfile",
        metadata: { name, namespace: namespace.name },
        spec: omitUndefined({
          resourceGroup: props.resourceGroupName,
          monitorConfig: omitUndefined({
            intervalInSeconds: props.monitorIntervalInSeconds,
            path: props.monitorPath,
            port: props.monitorPort,
            protocol: props.monitorProtocol,
            customHeaders: headers.length > 0 ? headers : undefined,
            // Else the fleet writes it down, and it would stay when the interval changes.
            timeoutInSeconds: props.monitorTimeoutInSeconds ?? longestTimeout(props.monitorIntervalInSeconds),
            toleratedNumberOfFailures: props.monitorToleratedNumberOfFailures,
          }),
        }),
      },
      immutable: { resourceGroup: props.resourceGroupName },
    });
    // Gone before what it leads to: nobody is sent to a member that is being emptied.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () =>
        [
          ...new Set([
            ...namespace.dependables,
            ...namespace.exports.map((serviceExport) => serviceExport.manifest),
            ...this.placements().flatMap((placement) => placement.dependables),
            ...(props.dependsOn ?? []),
          ]),
        ].map(dependable),
    });
    addCheck(this, () => this.check());
  }

  get backends(): readonly TrafficManagerBackend[] {
    return this._backends;
  }

  /** The first part of the DNS name. */
  get relativeDnsName(): string {
    return `${this.namespace.name}-${this.name}`;
  }

  /**
   * The DNS name, from the status of this: null where there is none (yet).
   * @param dependsOn what waits until there is one
   */
  dnsName(dependsOn: ITerraformDependable[]): string {
    return liveStatus(this, this.manifest, "dnsName", dependsOn);
  }

  private placements(): IPlacement[] {
    return [...ClusterResourcePlacement._all(this), ...ResourcePlacement._all(this)].filter(
      (placement) =>
        placement._brings(this.namespace) !== undefined &&
        TerraformStack.of(placement) === TerraformStack.of(this),
    );
  }

  private *check(): Generator<Finding> {
    yield* this.checkNames();
    yield* checkMonitor(this.props);
  }

  private *checkNames(): Generator<Finding> {
    const { name, relativeDnsName } = this;
    yield* checkDnsLabel("TrafficManagerProfile", name);
    if (isKnown(relativeDnsName) && relativeDnsName.length > 63) {
      const over = relativeDnsName.length - 63;
      yield finding(
        "traffic-manager-dns-name",
        `name: the DNS name begins with "${relativeDnsName}", which has ${relativeDnsName.length} characters, and a label of a DNS name has 63 at most; shorten the name or the namespace by ${over}.`,
      );
    }
    yield* checkName("resource group", this.props.resourceGroupName, "resourceGroupName");
    for (const other of TrafficManagerProfile._all(this)) {
      if (other !== this && isKnown(relativeDnsName) && other.relativeDnsName === relativeDnsName) {
        yield finding(
          "traffic-manager-name-twice",
          `name: ${other.node.path} also has the DNS name "${relativeDnsName}.trafficmanager.net", which must be unique across Azure; give one of them another name.`,
        );
      }
    }
  }
}
