import { listOf, textOf, type Values } from "../plan/values";

/** A rule of a network security group. */
export interface SecurityRule {
  readonly name: string;
  readonly isAllow: boolean;
  readonly direction: string;
  /** undefined if unknown. */
  readonly priority: number | undefined;
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly ports: readonly string[];
  readonly sourcePorts: readonly string[];
}

/** Connections that a rule applies to. */
export interface Flow {
  readonly direction: string;
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly port: string;
  readonly sourcePort: string;
}

const ANY = "*";

/** Reads an azurerm rule: a resource of its own, or a block in its group. Unset means any. */
export function securityRule(values: Values): SecurityRule {
  const all = (one: string, more: string) => {
    const found = [textOf(values[one]), ...listOf(values[more]).map(String)].filter(
      (text) => text !== undefined,
    );
    return found.length > 0 ? found : [ANY];
  };
  return {
    name: String(values.name ?? ""),
    isAllow: String(values.access).toLowerCase() !== "deny",
    direction: textOf(values.direction) ?? "Inbound",
    priority: typeof values.priority === "number" ? values.priority : undefined,
    protocol: (textOf(values.protocol) ?? ANY).toLowerCase(),
    sources: all("source_address_prefix", "source_address_prefixes"),
    destinations: all("destination_address_prefix", "destination_address_prefixes"),
    ports: all("destination_port_range", "destination_port_ranges"),
    sourcePorts: all("source_port_range", "source_port_ranges"),
  };
}

export function flowsOf(rule: SecurityRule): Flow[] {
  const { direction, protocol, sources, destinations, ports, sourcePorts } = rule;
  return sources.flatMap((source) =>
    destinations.flatMap((destination) =>
      ports.flatMap((port) =>
        sourcePorts.map((sourcePort) => ({ direction, protocol, source, destination, port, sourcePort })),
      ),
    ),
  );
}

/** What Azure's default rules let pass: within the network, its load balancers' probes, and out to the internet. */
export const BY_DEFAULT: readonly Flow[] = (
  [
    ["Inbound", "VirtualNetwork", ANY],
    ["Inbound", "AzureLoadBalancer", ANY],
    ["Outbound", ANY, "VirtualNetwork"],
    ["Outbound", ANY, "Internet"],
  ] as const
).map(([direction, source, destination]) => ({
  direction,
  protocol: ANY,
  source,
  destination,
  port: ANY,
  sourcePort: ANY,
}));

/** The connections that belong to both; undefined if none do, as far as is known. */
export function overlapOf(one: Flow, other: Flow): Flow | undefined {
  const narrower = (key: keyof Flow, isIn: (outer: string, inner: string) => boolean) =>
    isIn(one[key], other[key]) ? other[key] : isIn(other[key], one[key]) ? one[key] : undefined;
  const same = (outer: string, inner: string) => outer === ANY || outer === inner;
  const direction = one.direction === other.direction ? one.direction : undefined;
  const protocol = narrower("protocol", same);
  const [source, destination] = [narrower("source", holds), narrower("destination", holds)];
  const [port, sourcePort] = [narrower("port", spans), narrower("sourcePort", spans)];
  return direction && protocol && source && destination && port && sourcePort
    ? { direction, protocol, source, destination, port, sourcePort }
    : undefined;
}

/** Whether a group allows connections, and by which rule; none if Azure's default rules decide. */
export function decided(
  flow: Flow,
  rules: readonly SecurityRule[],
): { readonly passes: boolean; readonly by?: SecurityRule } {
  const inOrder = [...rules].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  const by = inOrder.find((rule) => covers(rule, flow));
  if (by) {
    return { passes: by.isAllow, by };
  }
  const isInside = (prefix: string) => /^(VirtualNetwork|AzureLoadBalancer)$/i.test(prefix);
  return { passes: flow.direction === "Outbound" || isInside(flow.source) };
}

function covers(rule: SecurityRule, flow: Flow): boolean {
  return (
    rule.direction === flow.direction &&
    (rule.protocol === ANY || rule.protocol === flow.protocol) &&
    rule.sources.some((prefix) => holds(prefix, flow.source)) &&
    rule.destinations.some((prefix) => holds(prefix, flow.destination)) &&
    rule.ports.some((range) => spans(range, flow.port)) &&
    rule.sourcePorts.some((range) => spans(range, flow.sourcePort))
  );
}

const EVERYWHERE = new Set([ANY, "any", "0.0.0.0/0", "::/0"]);

function holds(prefix: string, other: string): boolean {
  const [outer, inner] = [prefix.toLowerCase(), other.toLowerCase()];
  if (outer === inner || EVERYWHERE.has(outer)) {
    return true;
  }
  // The Internet tag covers everything outside of the network.
  if (outer === "internet" && (EVERYWHERE.has(inner) || !isPrivate(inner))) {
    return /^[\d.]+(\/\d+)?$/.test(inner) || EVERYWHERE.has(inner);
  }
  const [a, b] = [range(outer), range(inner)];
  return a !== undefined && b !== undefined && a[0] <= b[0] && b[1] <= a[1];
}

function isPrivate(prefix: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(prefix);
}

function range(prefix: string): readonly [number, number] | undefined {
  const [, address, bits = "32"] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(prefix) ?? [];
  if (address === undefined) {
    return undefined;
  }
  const size = 2 ** (32 - Number(bits));
  const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const start = Math.floor(number / size) * size;
  return [start, start + size - 1];
}

function spans(outer: string, inner: string): boolean {
  if (outer === ANY || outer === inner) {
    return true;
  }
  const ends = (text: string) => {
    const [from, to = from] = text.split("-").map(Number);
    return [from ?? Number.NaN, to ?? Number.NaN] as const;
  };
  const [a, b] = [ends(outer), ends(inner)];
  return inner !== ANY && a[0] <= b[0] && b[1] <= a[1];
}

/** `from Internet to port 443`. */
export function flowText({ source, port, direction, destination }: Flow): string {
  const from = EVERYWHERE.has(source) ? "anywhere" : source;
  const to = EVERYWHERE.has(destination) ? "" : ` to ${destination}`;
  const ports = port === ANY ? "to any port" : `to port ${port}`;
  return direction === "Outbound"
    ? `${to === "" ? "to anywhere" : to.trim()}, ${ports.replace("to ", "")}`
    : `from ${from} ${ports}`;
}
