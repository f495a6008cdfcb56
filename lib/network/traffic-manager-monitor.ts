import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkInteger } from "../checks/values";

/** How Traffic Manager probes a member's address. */
export interface TrafficManagerMonitorOptions {
  /** Seconds between probes of an address: 10 (at extra cost) or 30. @default 30 */
  readonly monitorIntervalInSeconds?: 10 | 30;
  /** Path of the probes, starting with `/`; not with protocol TCP. @default "/" */
  readonly monitorPath?: string;
  /** Port that is probed, 1 to 65535. @default 80 */
  readonly monitorPort?: number;
  /** HTTP and HTTPS expect the status 200; TCP expects a connection. @default "HTTP" */
  readonly monitorProtocol?: "HTTP" | "HTTPS" | "TCP";
  /** Headers of the probes by name, e.g. `{ Host: "shop.example.com" }`; at most 8. @default - none */
  readonly monitorCustomHeaders?: Readonly<Record<string, string>>;
  /** Probe timeout in seconds: 5 to 10, or 5 to 9 if the interval is 10. @default - the longest */
  readonly monitorTimeoutInSeconds?: number;
  /** Consecutive probe failures that are tolerated before an address is degraded: 0 to 9. @default 3 */
  readonly monitorToleratedNumberOfFailures?: number;
}

export function* checkMonitor(props: TrafficManagerMonitorOptions): Generator<Finding> {
  const { monitorPath: path, monitorPort: port, monitorProtocol: protocol } = props;
  const { monitorIntervalInSeconds: interval = 30, monitorTimeoutInSeconds: timeout } = props;
  const longest = interval === 10 ? 9 : 10;
  if (isKnown(timeout) && !isWhole(timeout, 5, longest)) {
    yield finding(
      "traffic-manager-timeout",
      `monitorTimeoutInSeconds: is ${timeout}, but with a monitorIntervalInSeconds of ${interval} Traffic Manager takes a whole number from 5 to ${longest}; correct it, or leave it out.`,
    );
  }
  yield* checkInteger("monitorToleratedNumberOfFailures", props.monitorToleratedNumberOfFailures, 0, 9);
  yield* checkInteger("monitorPort", port, 1, 65535);
  if (isKnown(path) && protocol === "TCP") {
    yield finding(
      "traffic-manager-path-of-tcp",
      `monitorPath: "${path}" can't be probed with protocol TCP, which only connects; leave it out, or probe with HTTP or HTTPS.`,
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
      `monitorCustomHeaders: has ${entries.length} headers, and Traffic Manager sends at most ${MAX_HEADERS}; remove some.`,
    );
  }
  for (const [name, value] of entries) {
    if (isKnown(name) && !/^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/.test(name)) {
      yield finding(
        "traffic-manager-header-name",
        `monitorCustomHeaders: "${name}" is not a header name; write letters, digits and hyphens, e.g. "Host".`,
      );
    }
    if (value === "") {
      yield finding(
        "traffic-manager-header-empty",
        `monitorCustomHeaders: "${name}" has an empty value, which Traffic Manager refuses; set one, or remove the header.`,
      );
    }
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The longest probe timeout that an interval allows. */
export function longestTimeout(interval = 30): number | undefined {
  return isKnown(interval) ? (interval === 10 ? 9 : 10) : undefined;
}
