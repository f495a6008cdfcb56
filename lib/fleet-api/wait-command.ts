// The command line of waits and drains: run by Terraform's provisioners, and parsed by `aks-fleet` and its reports.

/** What to wait for. Members are identified by their names in the fleet. */
export type WaitFor =
  | { readonly kind: "hub"; readonly members: readonly string[] }
  | { readonly kind: "member" }
  /** `placement`: a ClusterResourcePlacement's name, or `NAMESPACE/NAME` of a ResourcePlacement. */
  | { readonly kind: "placement"; readonly placement: string; readonly clusters: readonly string[] }
  /** `service`: a MultiClusterService. `clusters`: those that serve it. `lost`: those out of service, whose endpoints are removed. */
  | {
      readonly kind: "service";
      readonly service: string;
      readonly clusters: readonly string[];
      readonly lost: readonly string[];
    }
  | { readonly kind: "traffic-manager"; readonly profile: string; readonly clusters: readonly string[] };

export type WaitKind = WaitFor["kind"];

export function waitCommand(wait: WaitFor, timeout: string): string {
  return ["wait", wait.kind, ...operandsOf(wait), "--timeout", timeout].join(" ");
}

function operandsOf(wait: WaitFor): string[] {
  switch (wait.kind) {
    case "hub":
      return repeated("--member", wait.members);
    case "member":
      return [];
    case "placement":
      return [wait.placement, ...repeated("--cluster", wait.clusters)];
    case "service":
      return [wait.service, ...repeated("--cluster", wait.clusters), ...repeated("--lost", wait.lost)];
    case "traffic-manager":
      return [wait.profile, ...repeated("--cluster", wait.clusters)];
  }
}

function repeated(option: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [option, value]);
}

export function drainCommand(of: "namespace" | "placement", name: string, timeout: string): string {
  return `drain --${of} ${name} --timeout ${timeout}`;
}

/** @param member the leaving member's name in the fleet */
export function leaveCommand(member: string, timeout: string): string {
  return `leave ${member} --timeout ${timeout}`;
}

/** What a command line of `aks-fleet` does for Terraform. */
export type Activity =
  | { readonly verb: "wait"; readonly kind: WaitKind; readonly name: string | undefined }
  | { readonly verb: "drain" | "leave" };

/** At the start, after `node -e … --`, or after the command's own name. */
const COMMAND =
  /(?:^|(?:^|\s)(?:--|\S*aks-fleet(?:\.js)?)\s+)(?:wait (?:(hub|member)|(placement|service|traffic-manager) (?!-)(\S+))|(drain|leave))(?:\s|$)/;

/** @returns undefined if it is not a wait, drain or leave */
export function activityIn(commandLine: string): Activity | undefined {
  const found = COMMAND.exec(commandLine);
  if (found === null) return undefined;
  const [, unnamed, named, name, other] = found;
  const kind = (unnamed ?? named) as WaitKind | undefined;
  return kind === undefined ? { verb: other as "drain" | "leave" } : { verb: "wait", kind, name };
}

/** The purpose of a `null_resource` of this library. */
export type Purpose = "wait" | "drain" | "leave" | "password";

const PURPOSES: readonly Purpose[] = ["wait", "drain", "leave", "password"];

/** The trigger with the purpose; in the state, so also known for deleted resources. */
const MARK = "aks_fleet";

export function marked(purpose: Purpose): Readonly<Record<string, Purpose>> {
  return { [MARK]: purpose };
}

export function purposeOf(triggers: Readonly<Record<string, unknown>>): Purpose | undefined {
  const mark = triggers[MARK];
  return PURPOSES.find((purpose) => purpose === mark);
}

/** The trigger's path in Terraform. */
export const MARK_PATH = `triggers["${MARK}"]`;
