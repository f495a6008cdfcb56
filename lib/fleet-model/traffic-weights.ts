/** A Service that a member exports, as a potential Traffic Manager endpoint. */
export interface Exported {
  readonly cluster: string;
  /** @default 1 */
  readonly weight?: number;
  readonly type: string;
  /** Whether its address is internal. */
  readonly isInternal: boolean;
  readonly hasPublicIp: boolean;
  readonly hasDnsLabel: boolean;
}

/** The endpoints of a TrafficManagerBackend, and the Services that can't be one. */
export interface Endpoints {
  readonly endpoints: readonly Endpoint[];
  readonly invalid: readonly { readonly cluster: string; readonly reason: string }[];
}

export interface Endpoint {
  readonly cluster: string;
  readonly weight: number;
  readonly exportWeight: number;
}

/** A number as parsed by Go's Atoi; undefined if it isn't an integer. */
export function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The weight of a ServiceExport by its annotation: 0 withdraws it. */
export function exportWeight(
  annotation: string | undefined,
): { readonly weight: number } | { readonly error: string } {
  if (annotation === undefined) {
    return { weight: 1 };
  }
  const weight = wholeNumber(annotation);
  if (weight === undefined) {
    return { error: `the weight annotation is not a valid integer: ${annotation}` };
  }
  return weight < 0 || weight > 1000
    ? { error: `the weight annotation is not in the range [0, 1000]: ${annotation}` }
    : { weight };
}

/**
 * The endpoints of a backend, and their weights: each has its share of the backend's, rounded up, so the sum may exceed it. A
 * backend with weight 0 has none. Undefined if it must wait: for the first export, or for one that the import names but that
 * doesn't exist.
 */
export function endpointsOf(
  backendWeight: number,
  exports: readonly Exported[],
  imported: readonly string[],
): Endpoints | undefined {
  if (backendWeight === 0) {
    return { endpoints: [], invalid: [] };
  }
  const behind = imported.map((cluster) => exports.find((one) => one.cluster === cluster));
  if (behind.length === 0 || behind.includes(undefined)) {
    return undefined;
  }
  const judged = (behind as Exported[]).map((one) => ({ ...one, reason: reasonAgainst(one) }));
  const valid = judged.filter(({ reason }) => reason === undefined);
  const sum = valid.reduce((total, { weight = 1 }) => total + weight, 0);
  return {
    endpoints: valid.map(({ cluster, weight = 1 }) => ({
      cluster,
      // A member doesn't export a Service with weight 0; with only these, Go would compute the smallest number.
      weight: sum === 0 ? -(2 ** 63) : Math.ceil((backendWeight * weight) / sum),
      exportWeight: weight,
    })),
    invalid: judged.flatMap(({ cluster, reason }) => (reason === undefined ? [] : [{ cluster, reason }])),
  };
}

/** Why a Service can't be a Traffic Manager endpoint, in the fleet's words. */
function reasonAgainst({ type, isInternal, hasPublicIp, hasDnsLabel }: Exported): string | undefined {
  if (type !== "LoadBalancer") {
    return `unsupported service type "${type}"`;
  }
  if (isInternal) {
    return "internal load balancer is not supported";
  }
  if (!hasPublicIp) {
    return "in the processing of configuring public IP";
  }
  return hasDnsLabel ? undefined : "DNS label is not configured to the public IP";
}
