import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { checkDnsLabel, checkName } from "../../checks/names";
import { checkInteger } from "../../checks/values";
import { onHub } from "../../fleet/on-hub";
import { NETWORKING_V1BETA1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { liveStatus } from "../../kubernetes/live-status";
import { section } from "../../kubernetes/section";
import { checkedProps } from "../../props/check-props";
import type { Namespace } from "../namespace/namespace";
import { ClusterResourcePlacement } from "../placement/cluster-resource-placement";
import type { IPlacement } from "../placement/placement";
import { ResourcePlacement } from "../placement/resource-placement";
import type { TrafficManagerBackend } from "./traffic-manager-backend";

/** How Traffic Manager finds out whether a member's address answers. */
export interface TrafficManagerMonitorOptions {
  /** Seconds between two probes of an address: 10 (which Azure charges for) or 30. @default 30 */
  readonly monitorIntervalInSeconds?: 10 | 30;
  /** Path that is asked for, from `/`; not with the protocol TCP. @default "/" */
  readonly monitorPath?: string;
  /** Port that is probed, 1 to 65535. @default 80 */
  readonly monitorPort?: number;
  /** HTTP and HTTPS expect the status 200; TCP expects a connection. @default "HTTP" */
  readonly monitorProtocol?: "HTTP" | "HTTPS" | "TCP";
  /** Headers of the probes by name, e.g. `{ Host: "shop.example.com" }`; 8 at most. @default - none */
  readonly monitorCustomHeaders?: Readonly<Record<string, string>>;
  /** Seconds within which an address must answer: 5 to 10, or 5 to 9 where the interval is 10. @default - the longest */
  readonly monitorTimeoutInSeconds?: number;
  /** Probes that may fail, one after the other, before an address gets no more clients: 0 to 9. @default 3 */
  readonly monitorToleratedNumberOfFailures?: number;
}

export interface TrafficManagerProfileProps extends TrafficManagerMonitorOptions {
  /** The namespace that the profile is in, with its backends; the first part of the DNS name. */
  readonly namespace: Namespace;
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

  readonly namespace: Namespace;
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
        spec: section({
          resourceGroup: props.resourceGroupName,
          monitorConfig: section({
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
          `name: this and ${other.node.path} both have the DNS name "${relativeDnsName}.trafficmanager.net", and there is each name once in all of Azure; give one of them another name.`,
        );
      }
    }
  }
}

function* checkMonitor(props: TrafficManagerMonitorOptions): Generator<Finding> {
  const { monitorPath: path, monitorPort: port, monitorProtocol: protocol } = props;
  const { monitorIntervalInSeconds: interval = 30, monitorTimeoutInSeconds: timeout } = props;
  const longest = interval === 10 ? 9 : 10;
  if (isKnown(timeout) && !isWhole(timeout, 5, longest)) {
    yield finding(
      "traffic-manager-timeout",
      `monitorTimeoutInSeconds: is ${timeout}, and Traffic Manager takes a whole number from 5 to ${longest} where monitorIntervalInSeconds is ${interval}; correct it, or leave it out.`,
    );
  }
  yield* checkInteger("monitorToleratedNumberOfFailures", props.monitorToleratedNumberOfFailures, 0, 9);
  yield* checkInteger("monitorPort", port, 1, 65535);
  if (isKnown(path) && protocol === "TCP") {
    yield finding(
      "traffic-manager-path-of-tcp",
      `monitorPath: "${path}" can't be asked for with the protocol TCP, which only connects; leave it out, or probe with HTTP or HTTPS.`,
    );
  } else if (isKnown(path) && !path.startsWith("/")) {
    yield finding(
      "traffic-manager-path",
      `monitorPath: "${path}" does not start with "/"; write e.g. "/health".`,
    );
  }
  yield* checkHeaders(props.monitorCustomHeaders ?? {});
}

const MAX_HEADERS = 8;

function* checkHeaders(headers: Readonly<Record<string, string>>): Generator<Finding> {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) {
    yield finding(
      "traffic-manager-header-count",
      `monitorCustomHeaders: has ${entries.length} headers, and Traffic Manager sends ${MAX_HEADERS} at most; leave some out.`,
    );
  }
  for (const [name, value] of entries) {
    if (isKnown(name) && !/^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/.test(name)) {
      yield finding(
        "traffic-manager-header-name",
        `monitorCustomHeaders: "${name}" is not the name of a header; write letters, digits and hyphens, e.g. "Host".`,
      );
    }
    if (value === "") {
      yield finding(
        "traffic-manager-header-empty",
        `monitorCustomHeaders: "${name}" has an empty value, which the fleet refuses; give it one, or leave it out.`,
      );
    }
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function longestTimeout(interval = 30): number | undefined {
  return isKnown(interval) ? (interval === 10 ? 9 : 10) : undefined;
}
