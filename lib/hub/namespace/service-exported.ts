import { isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { checkServiceName } from "../../checks/names";
import { NETWORKING_GROUP } from "../../fleet-api/groups";
import { groupOf } from "../../kubernetes/kubernetes-object";
import type { INamespace } from "./namespace-base";

/** Checks that a Service to import is exported. */
export function* checkExported(namespace: INamespace, serviceName: string): Generator<Finding> {
  const misnamed = [...checkServiceName(serviceName)];
  yield* misnamed;
  const exported = [
    ...namespace.exports.map((one) => one.serviceName),
    ...namespace.workloads
      .flatMap(({ objects }) => objects)
      .filter(({ apiVersion, kind }) => kind === "ServiceExport" && groupOf(apiVersion) === NETWORKING_GROUP)
      .map(({ metadata }) => metadata.name),
  ];
  const isDecidable = misnamed.length === 0 && isKnown(serviceName) && !namespace.workloadsElsewhere;
  if (isDecidable && !exported.includes(serviceName)) {
    yield finding(
      "service-not-exported",
      `serviceName: Service "${serviceName}" of namespace "${namespace.name}" is not exported; the namespace exports: ${quoted(exported)}. Add it with exportService("${serviceName}").`,
    );
  }
}
