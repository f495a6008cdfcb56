import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkInteger } from "../checks/values";

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

export function* checkMonitor(props: TrafficManagerMonitorOptions): Generator<Finding> {
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
        `monitorCustomHeaders: "${name}" has an empty value, which is refused; give it one, or leave it out.`,
      );
    }
  }
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The longest timeout of a probe that an interval allows. */
export function longestTimeout(interval = 30): number | undefined {
  return isKnown(interval) ? (interval === 10 ? 9 : 10) : undefined;
}
