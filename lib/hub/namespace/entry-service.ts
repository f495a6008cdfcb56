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
  /** Key of the member that connections come in at, e.g. `east`: the Service is called `<serviceName>-<entry>`. */
  readonly entry: string;
}

export interface EntryServiceProps extends EntryServiceOptions {
  /** The namespace that the Service is in. */
  readonly namespace: INamespace;
  /** Name of a Service of the namespace, whose selector and ports the entry's has. */
  readonly serviceName: string;
}

const MARK = markOf("EntryService");

/**
 * A Service for one more address. A fleet imports a Service once, so that an address in each of several regions takes as
 * many Services: this one leads to the same pods as another of the namespace, by the same selector and ports, and is
 * exported. Overrides that name the other Service don't change it.
 */
export class EntryService extends Construct {
  /** Whether something is an EntryService. */
  static isEntryService(x: unknown): x is EntryService {
    return isMarked(x, MARK);
  }

  /** Name of the Service that this makes. */
  readonly serviceName: string;
  readonly workloads: Workloads;
  readonly serviceExport: ServiceExport;

  /** @throws if the namespace has no such Service yet: its selector is taken from there */
  constructor(scope: Construct, id: string, props: EntryServiceProps) {
    super(scope, id);
    markAs(this, MARK);
    const { namespace, serviceName: of, entry } = checkedProps(this, "EntryServiceProps", props);
    this.serviceName = `${of}-${entry}`;
    if (!isKnown(of)) {
      refuse(this, [
        finding(
          "id-unknown",
          "serviceName: only Terraform knows it, and the entry's Service is made like the one that it names; write it out.",
        ),
      ]);
    }
    const services = namespace.workloads.flatMap((workloads) => workloads.services);
    const service = services.find(({ metadata }) => metadata.name === of);
    if (!service) {
      refuse(this, [
        finding(
          "entry-service-missing",
          `serviceName: there is no Service "${of}" in the workloads of namespace "${namespace.name}", whose Services are: ${quoted(services.map(({ metadata }) => metadata.name))}. Name one of them, and add its workloads before.`,
        ),
      ]);
    }
    const { selector } = isPlainObject(service.spec) ? service.spec : {};
    if (selector === undefined) {
      addCheck(this, () => [
        finding(
          "entry-service-selector",
          `serviceName: Service "${of}" has no selector, and an entry leads to the same pods by it; name a Service that has one.`,
        ),
      ]);
    }
    this.workloads = new Workloads(this, "Service", {
      namespace,
      objects: [likeness(service, this.serviceName)],
    });
    this.serviceExport = new ServiceExport(this, "Export", { namespace, serviceName: this.serviceName });
  }
}

/** A Service with the same pods and ports; not with the same way in: what nodes and load balancers have is the other's. */
function likeness({ metadata, spec }: KubernetesObject, name: string): KubernetesObject {
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
