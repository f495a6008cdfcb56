import { Construct } from "constructs";
import { addCheck, isKnown, quoted } from "../../checks/check";
import { finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { isPlainObject } from "../../kubernetes/escape";
import type { KubernetesObject } from "../../kubernetes/kubernetes-object";
import { checkedProps, refuse } from "../../props/check-props";
import type { INamespace } from "./namespace-base";
import { ServiceExport } from "./service-export";
import { Workloads } from "./workloads";

export interface EntryServiceOptions {
  /** Key of the member with the address, e.g. `east`: the Service's name is `<serviceName>-<entry>`. */
  readonly entry: string;
}

export interface EntryServiceProps extends EntryServiceOptions {
  /** The Service's namespace. */
  readonly namespace: INamespace;
  /** Name of a Service of the namespace, to copy the selector and ports from. */
  readonly serviceName: string;
}

const MARK = markOf("EntryService");

/**
 * A Service for one more address. A fleet can import a Service only once, so each address needs a Service of its own. This
 * one is exported, and has the selector and ports of another Service of the namespace, so it has the same Pods. Overrides of
 * the other Service don't apply to it.
 */
export class EntryService extends Construct {
  /** Whether something is an EntryService. */
  static isEntryService(x: unknown): x is EntryService {
    return isMarked(x, MARK);
  }

  /** Name of the new Service. */
  readonly serviceName: string;
  readonly workloads: Workloads;
  readonly serviceExport: ServiceExport;

  /** @throws if the namespace doesn't have the Service yet, as its selector is copied */
  constructor(scope: Construct, id: string, props: EntryServiceProps) {
    super(scope, id);
    markAs(this, MARK);
    const { namespace, serviceName: of, entry } = checkedProps(this, "EntryServiceProps", props);
    this.serviceName = `${of}-${entry}`;
    if (!isKnown(of)) {
      refuse(this, [
        finding(
          "id-unknown",
          "serviceName: is known only after apply, but the Service is copied at synth; use a literal name.",
        ),
      ]);
    }
    const services = namespace.workloads.flatMap((workloads) => workloads.services);
    const service = services.find(({ metadata }) => metadata.name === of);
    if (!service) {
      refuse(this, [
        finding(
          "entry-service-missing",
          `serviceName: the workloads of namespace "${namespace.name}" have no Service "${of}"; their Services are: ${quoted(services.map(({ metadata }) => metadata.name))}. Use one of them, and add its workloads first.`,
        ),
      ]);
    }
    const { selector } = isPlainObject(service.spec) ? service.spec : {};
    if (selector === undefined) {
      addCheck(this, () => [
        finding(
          "entry-service-selector",
          `serviceName: Service "${of}" has no selector to copy; use a Service that has one.`,
        ),
      ]);
    }
    this.workloads = new Workloads(this, "Service", {
      namespace,
      objects: [copyOf(service, this.serviceName)],
    });
    this.serviceExport = new ServiceExport(this, "Export", { namespace, serviceName: this.serviceName });
  }
}

/** A Service with the same Pods and ports, but without the settings for node ports and load balancers. */
function copyOf({ metadata, spec }: KubernetesObject, name: string): KubernetesObject {
  const { selector, ports } = (isPlainObject(spec) ? spec : {}) as { selector?: unknown; ports?: unknown };
  const { labels } = metadata;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: {
      selector,
      ports: Array.isArray(ports) ? ports.map(({ nodePort: _, ...port }) => port) : ports,
    },
  };
}
