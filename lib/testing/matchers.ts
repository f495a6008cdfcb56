import { isUnknown } from "../fleet-model/unknown";
import { fieldOf, isFields, type Value } from "../fleet-model/value";
import { ClusterSimulation } from "./cluster-simulation";
import { PlacementSimulation } from "./placement-simulation";
import { ServiceSimulation } from "./service-simulation";
import { shown } from "./shown";

/** The matchers that `expect.extend(fleetMatchers)` adds for simulated fleets. */
export interface FleetMatchers<R = unknown> {
  /**
   * A cluster has an object, with these values.
   * @param kind e.g. `Deployment`, or `Deployment.apps` with its group
   * @param name `namespace/name`, or just the name if cluster-scoped
   * @param fields by path: `{ "spec.replicas": 4, 'metadata.annotations["example.com/a"]': "b" }`; what is in a value
   * may be asymmetric, such as `expect.stringContaining("nginx")`
   */
  toRun(kind: string, name: string, fields?: Readonly<Record<string, unknown>>): R;
  /** A placement is on these clusters, and on no others. With `not`: on none of these. */
  toPlaceOn(...clusters: string[]): R;
  /** A Service is not reachable from outside of its cluster. */
  toBeUnreachable(): R;
  /** A Service is reachable from outside of its cluster. */
  toBeReachable(): R;
  /** A Service is reachable and served by exactly these clusters. With `not`: by none of these. */
  toBeServedFrom(...clusters: string[]): R;
}

/** What a matcher needs from `expect`, in Jest or Vitest. */
interface Expecting {
  readonly isNot?: boolean;
  readonly equals: (one: unknown, other: unknown) => boolean;
}

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend`, of Jest or Vitest. */
export const fleetMatchers = {
  toRun(
    this: Expecting,
    received: unknown,
    kind: string,
    name: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): Matched {
    const cluster = taken("toRun", received, ClusterSimulation, 'fleet.cluster("NAME")');
    const title = `${kind} ${name}`;
    const content = cluster.find(kind, name);
    if (content === undefined || content.isThere === false) {
      return reported(false, `${cluster.name} doesn't run ${title}: ${cluster.whyNot(kind, name)}.`);
    }
    if (isUnknown(content.isThere)) {
      return open(this, `Whether ${cluster.name} runs ${title} isn't known: ${content.isThere.why}.`);
    }
    const wrong: string[] = [];
    for (const [path, wanted] of Object.entries(fields)) {
      const found = at(content.object, path);
      const unknown = unknownIn(found);
      if (unknown !== undefined) {
        return open(this, `${path} of ${title} on ${cluster.name} isn't known: ${unknown}.`);
      }
      if (!this.equals(found, wanted)) {
        wrong.push(`  ${path}: ${shown(found)}, not ${shown(wanted)}`);
      }
    }
    return wrong.length > 0
      ? reported(false, `${cluster.name} runs ${title} with other values:\n${wrong.join("\n")}`)
      : reported(
          true,
          `${cluster.name} runs ${title}${Object.keys(fields).length > 0 ? ", with these values" : ""}.`,
        );
  },

  toPlaceOn(this: Expecting, received: unknown, ...clusters: string[]): Matched {
    const { name, choices } = taken("toPlaceOn", received, PlacementSimulation, 'fleet.placement("NAME")');
    const wanted = named("toPlaceOn", clusters);
    const title = `Placement ${name}`;
    const lines = choices.map(({ cluster, isChosen, why }) => {
      const mark = isChosen === undefined ? "?" : isChosen ? "yes" : "no";
      return `  ${cluster}: ${mark}, ${why}`;
    });
    const missing = wanted.filter((one) => !choices.some(({ cluster }) => cluster === one));
    const text = [...lines, ...missing.map((one) => `  ${one}: no, the fleet has no such cluster`)].join(
      "\n",
    );
    return compared(this, wanted, choices, (verb) => `${title} ${verb}:\n${text}`, {
      otherwise: `is not on exactly ${wanted.join(", ")}`,
      open: `isn't known to be on exactly ${wanted.join(", ")}`,
      perhaps: `may be on ${wanted.join(", ")}`,
      same: `is on ${wanted.join(", ")}`,
    });
  },

  toBeUnreachable(this: Expecting, received: unknown): Matched {
    return reached(this, "toBeUnreachable", received, false);
  },

  toBeReachable(this: Expecting, received: unknown): Matched {
    return reached(this, "toBeReachable", received, true);
  },

  toBeServedFrom(this: Expecting, received: unknown, ...clusters: string[]): Matched {
    const service = taken("toBeServedFrom", received, ServiceSimulation, 'fleet.service("NAMESPACE/NAME")');
    const wanted = named("toBeServedFrom", clusters);
    const { servedFrom, mayBeServedFrom, reasons } = service;
    const choices = [
      ...servedFrom.map((cluster) => ({ cluster, isChosen: true })),
      ...mayBeServedFrom.map((cluster) => ({ cluster, isChosen: undefined })),
    ];
    const found = [
      servedFrom.length > 0 ? `It is served from ${servedFrom.join(", ")}.` : "No cluster serves it.",
      ...(mayBeServedFrom.length > 0 ? [`It may be served from ${mayBeServedFrom.join(", ")}.`] : []),
      ...reasons.map((reason) => `  ${reason}`),
    ].join("\n");
    return compared(this, wanted, choices, (verb) => `Service ${service.name} ${verb}. ${found}`, {
      otherwise: `is not served from exactly ${wanted.join(", ")}`,
      open: `isn't known to be served from exactly ${wanted.join(", ")}`,
      perhaps: `may be served from ${wanted.join(", ")}`,
      same: `is served from ${wanted.join(", ")}`,
    });
  },
};

function reached(expecting: Expecting, matcher: string, received: unknown, wanted: boolean): Matched {
  const { name, isReachable, reasons } = taken(
    matcher,
    received,
    ServiceSimulation,
    'fleet.service("NAMESPACE/NAME")',
  );
  const text = reasons.map((reason) => `  ${reason}`).join("\n");
  if (isReachable === undefined) {
    return open(expecting, `Whether Service ${name} is reachable isn't known:\n${text}`);
  }
  return reported(
    isReachable === wanted,
    `Service ${name} is ${isReachable ? "reachable" : "unreachable"}:\n${text}`,
  );
}

/** Whether exactly these are chosen; with `not`, whether any of them is. */
function compared(
  expecting: Expecting,
  wanted: readonly string[],
  choices: readonly { readonly cluster: string; readonly isChosen: boolean | undefined }[],
  message: (verb: string) => string,
  verbs: Readonly<Record<"otherwise" | "open" | "perhaps" | "same", string>>,
): Matched {
  const isWanted = ({ cluster }: { readonly cluster: string }) => wanted.includes(cluster);
  const chosen = choices.filter(({ isChosen }) => isChosen === true);
  const unsure = choices.filter(({ isChosen }) => isChosen === undefined);
  if (expecting.isNot) {
    const any = chosen.some(isWanted);
    return !any && unsure.some(isWanted)
      ? open(expecting, message(verbs.perhaps))
      : reported(any, message(verbs.same));
  }
  const isOther = chosen.some((one) => !isWanted(one));
  const isMissing = wanted.some(
    (one) => !choices.some(({ cluster, isChosen }) => cluster === one && isChosen !== false),
  );
  if (!isOther && !isMissing && unsure.length > 0) {
    return open(expecting, message(verbs.open));
  }
  return reported(!isOther && !isMissing, message(isOther || isMissing ? verbs.otherwise : verbs.same));
}

function reported(pass: boolean, message: string): Matched {
  return { pass, message: () => message };
}

/** What is unknown fails, even with `not`. */
function open({ isNot = false }: Expecting, message: string): Matched {
  return reported(isNot, message);
}

function taken<T>(
  matcher: string,
  received: unknown,
  type: abstract new (...args: never) => T,
  source: string,
): T {
  if (received instanceof type) {
    return received;
  }
  throw new Error(`${matcher} takes what ${source} returns, not ${shown(received)}.`);
}

function named(matcher: string, clusters: readonly string[]): readonly string[] {
  if (clusters.length === 0) {
    throw new Error(`${matcher} needs at least one cluster: for none, give one or more with \`not\`.`);
  }
  return clusters;
}

/** A value by its path: `spec.ports[0].port`, `metadata.labels["example.com/a"]`. */
function at(value: Value, path: string): Value | undefined {
  const keys = [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]|([^.[\]]+)/g)];
  return keys.reduce<Value | undefined>((here, [, index, double, single, plain]) => {
    if (isUnknown(here)) {
      return here;
    }
    const key = (index ?? double ?? single ?? plain) as string;
    if (Array.isArray(here)) {
      return here[Number(key)];
    }
    return isFields(here) ? fieldOf(here, key) : undefined;
  }, value);
}

function unknownIn(value: Value | undefined): string | undefined {
  if (isUnknown(value)) {
    return value.why;
  }
  return typeof value === "object" && value !== null
    ? Object.values(value)
        .map((one) => unknownIn(one as Value))
        .find((one) => one !== undefined)
    : undefined;
}
