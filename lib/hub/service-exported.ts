import { isKnown, quoted } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import type { Namespace } from "./namespace";

/** Yields that nothing exports a Service which is to be imported. */
export function* checkExported({ name, exports }: Namespace, serviceName: string): Generator<Finding> {
  if (isKnown(serviceName) && !exports.some((other) => other.serviceName === serviceName)) {
    yield finding(
      "service-not-exported",
      `serviceName: nothing exports Service "${serviceName}" of namespace "${name}", whose exports are: ${quoted(exports.map((other) => other.serviceName))}; add one with exportService("${serviceName}").`,
    );
  }
}
