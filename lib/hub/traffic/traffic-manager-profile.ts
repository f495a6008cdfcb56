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
  /** The namespace of the profile and its backends, and the first part of the DNS name. */
  readonly namespace: INamespace;
  /**
   * The DNS name is `<namespace>-<name>.trafficmanager.net`: namespace and name together have at most 62 lower-case letters,
   * digits and hyphens. It must be unique across Azure: if another customer has it, the deployment fails.
   */
  readonly name: string;
  /**
   * The profile's resource group, on which the fleet's identity needs a role: `TrafficManagerAccess` creates both. A change
   * replaces the profile; meanwhile, the DNS name doesn't resolve.
   */
  readonly resourceGroupName: string;
  /** Created before the profile, and deleted after it, e.g. role assignments. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("TrafficManagerProfile");

/**
 * A DNS name that answers with the healthy addresses of Services on members, by weight: an Azure Traffic Manager profile,
 * created by the fleet. Its TrafficManagerBackends add the Services. It stays on the hub. DNS answers have a TTL of 60
 * seconds.
 */
export class TrafficManagerProfile extends Construct {
  /** Whether something is a TrafficManagerProfile. */
  static isTrafficManagerProfile(x: unknown): x is TrafficManagerProfile {
    return isMarked(x, MARK);
  }

  /** All profiles of an app. @internal */
  static _all(scope: IConstruct): readonly TrafficManagerProfile[] {
    return allMarked<TrafficManagerProfile>(scope, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;
  private readonly props: TrafficManagerProfileProps;
  /** Its backends in this app. @internal */
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
            // Otherwise, the fleet sets it and keeps it when the interval changes.
            timeoutInSeconds: props.monitorTimeoutInSeconds ?? longestTimeout(props.monitorIntervalInSeconds),
            toleratedNumberOfFailures: props.monitorToleratedNumberOfFailures,
          }),
        }),
      },
      immutable: { resourceGroup: props.resourceGroupName },
    });
    // Deleted before its Services: no clients are sent to a member that is being emptied.
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
   * The DNS name, from the object's status; null until it exists.
   * @param dependsOn read after these: waits until it exists
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
        `name: the DNS name's first label, "${relativeDnsName}", has ${relativeDnsName.length} characters, but a DNS label can have at most 63; shorten the name or the namespace by ${over}.`,
      );
    }
    yield* checkName("resource group", this.props.resourceGroupName, "resourceGroupName");
    for (const other of TrafficManagerProfile._all(this)) {
      if (other !== this && isKnown(relativeDnsName) && other.relativeDnsName === relativeDnsName) {
        yield finding(
          "traffic-manager-name-twice",
          `name: ${other.node.path} also has the DNS name "${relativeDnsName}.trafficmanager.net", which must be unique across Azure; rename one of them.`,
        );
      }
    }
  }
}
