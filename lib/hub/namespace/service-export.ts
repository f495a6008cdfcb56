import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { addCheck, isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked, markAs, markOf } from "../../checks/marked";
import { checkServiceName } from "../../checks/names";
import { onHub } from "../../fleet/on-hub";
import { isSameFleet } from "../../fleet/same-fleet";
import { NETWORKING_V1BETA1 } from "../../fleet-api/groups";
import { WEIGHT_ANNOTATION } from "../../fleet-api/services";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { isPlainObject } from "../../kubernetes/escape";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "./namespace-base";

export interface ServiceExportOptions {
  /**
   * Weight of the Service's addresses in a Traffic Manager profile: a whole number from 0 to 1000. A MultiClusterService
   * ignores it, except 0, which withdraws the export: the Service's pods get no more connections from either.
   * @default - the fleet's: 1
   */
  readonly weight?: number;
}

export interface ServiceExportProps extends ServiceExportOptions {
  /** The Service's namespace. */
  readonly namespace: INamespace;
  /** Name of a Service of the namespace, neither headless nor of type ExternalName. */
  readonly serviceName: string;
}

const MARK = markOf("ServiceExport");

/**
 * Exports a Service from all clusters that its namespace is placed on, for a MultiClusterService to import. Only its status
 * on the members shows whether the export is valid.
 */
export class ServiceExport extends Construct {
  /** Whether something is a ServiceExport. */
  static isServiceExport(x: unknown): x is ServiceExport {
    return isMarked(x, MARK);
  }

  /** All exports of an app. @internal */
  static _all(scope: IConstruct): readonly ServiceExport[] {
    return allMarked<ServiceExport>(scope, MARK);
  }

  readonly namespace: INamespace;
  readonly serviceName: string;
  readonly weight: number | undefined;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: ServiceExportProps) {
    super(scope, id);
    props = checkedProps(this, "ServiceExportProps", props);
    markAs(this, MARK);
    const { namespace, serviceName, weight } = props;
    this.namespace = namespace;
    this.serviceName = serviceName;
    this.weight = weight;
    onHub(this, namespace.fleet, { namespace });
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: NETWORKING_V1BETA1,
        kind: "ServiceExport",
        metadata: {
          name: serviceName,
          namespace: namespace.name,
          annotations:
            weight === undefined
              ? undefined
              : {
                  [WEIGHT_ANNOTATION]: isKnown(weight) ? `${weight}` : Token.asString(weight),
                },
        },
      },
    });
    this.manifest.dependsOn = namespace._dependsOn();
    namespace._contents.exports.push(this);
    addCheck(this, () => this.checkOnce());
    addCheck(this, function* () {
      yield* checkService(namespace, serviceName);
      if (isKnown(weight) && !(Number.isInteger(weight) && weight >= 0 && weight <= 1000)) {
        yield finding(
          "export-weight",
          `weight: ${weight} is not a whole number from 0 to 1000; correct it, or leave it out for 1.`,
        );
      }
    });
  }

  /** The name that a member's agents give the exported Service on the hub. */
  private get exportedName(): string {
    return `${this.namespace.name}-${this.serviceName}`;
  }

  private *checkOnce(): Generator<Finding> {
    for (const other of ServiceExport._all(this)) {
      if (
        other.namespace.name !== this.namespace.name &&
        isKnown(this.exportedName) &&
        other.exportedName === this.exportedName &&
        isSameFleet(other.namespace.fleet, this.namespace.fleet)
      ) {
        yield finding(
          "service-export-collides",
          `serviceName: the fleet keeps both this export and ${other.node.path}, of namespace "${other.namespace.name}", on the hub as "${this.exportedName}", so one would overwrite the other; rename one of the Services or of the namespaces.`,
        );
      }
    }
    for (const other of this.namespace.exports) {
      if (other !== this && isKnown(this.serviceName) && other.serviceName === this.serviceName) {
        yield finding(
          "service-export-twice",
          `serviceName: Service "${this.serviceName}" of namespace "${this.namespace.name}" is already exported at ${other.node.path}; remove one of the two, or add this export first: a DnsLoadBalancer only exports a Service that isn't exported yet.`,
        );
      }
    }
  }
}

function* checkService(namespace: INamespace, serviceName: string): Generator<Finding> {
  if (!isKnown(serviceName)) {
    return;
  }
  const misnamed = [...checkServiceName(serviceName)];
  yield* misnamed;
  if (misnamed.length > 0) {
    return;
  }
  const services = namespace.workloads.flatMap((workloads) => workloads.services);
  const service = services.find(({ metadata }) => metadata.name === serviceName);
  const spec = isPlainObject(service?.spec) ? service.spec : {};
  if (!service && !namespace.workloadsElsewhere) {
    yield finding(
      "export-service-missing",
      `serviceName: the workloads of namespace "${namespace.name}" have no Service "${serviceName}"; their Services are: ${quoted(services.map(({ metadata }) => metadata.name))}. Export one of them, or set workloadsElsewhere on the namespace if the Service is applied outside this app.`,
    );
  } else if (spec.type === "ExternalName") {
    yield finding(
      "export-external-name",
      `serviceName: Service "${serviceName}" is of type ExternalName, without endpoints, which the fleet doesn't export; export a Service of type ClusterIP.`,
    );
  } else if (spec.clusterIP === "None") {
    yield finding(
      "export-headless",
      `serviceName: Service "${serviceName}" is headless (clusterIP: None), which the fleet doesn't export; export a Service with a cluster IP.`,
    );
  }
}
