import { parseArgs } from "node:util";
import type { DiffOptions } from "./diff";
import { parseDuration } from "./duration";
import { HELPS, type Topic } from "./help";
import { UsageProblem } from "./problems";
import { parseGate } from "./report/gate";
import { FORMATS, type Format, type Rendering, type ReportOptions } from "./report/report";

export interface ClusterOptions {
  kubeconfig: string | undefined;
  timeoutMs: number;
}

/** How the deployed app is found and its clusters are reached. */
export interface AppOptions {
  /** The folder that the app was synthesized to. */
  out: string;
  login: string | undefined;
  /** FILE for the hub, NAME=FILE for a member. */
  kubeconfigs: string[];
}

export interface VerifyOptions {
  service: { namespace: string; name: string } | undefined;
  clusters: string[];
  header: string | undefined;
  body: RegExp | undefined;
  port: number | undefined;
  path: string;
  connections: number;
  timeoutMs: number;
}

export type Command =
  | { kind: "help"; topic?: Topic }
  | { kind: "version" }
  | { kind: "show"; folder: string }
  | { kind: "diagram"; folder: string }
  | (ReportOptions & { kind: "report"; output: string | undefined })
  | (DiffOptions & { kind: "diff"; output: string | undefined })
  | (AppOptions & { kind: "status"; watch: boolean; json: boolean })
  | (AppOptions & VerifyOptions & { kind: "verify" })
  | (AppOptions & { kind: "kubeconfig"; names: string[]; overwrite: boolean })
  | (ClusterOptions & { kind: "hub"; members: string[] })
  | (ClusterOptions & { kind: "member" })
  | (ClusterOptions & { kind: "placement"; namespace?: string; name: string; clusters: string[] })
  | (ClusterOptions & { kind: "service"; namespace: string; name: string })
  | (ClusterOptions & { kind: "traffic-manager"; namespace: string; name: string; clusters: string[] })
  | (ClusterOptions & { kind: "drain"; placements: string[]; namespaces: string[] })
  | (ClusterOptions & { kind: "leave"; member: string });

export const USAGE = `Usage: aks-fleet wait hub [--member NAME]...
       aks-fleet wait member
       aks-fleet wait placement [NAMESPACE/]NAME [--cluster NAME]...
       aks-fleet wait service NAMESPACE/NAME
       aks-fleet wait traffic-manager NAMESPACE/NAME [--cluster NAME]...
       aks-fleet drain [--placement NAME]... [--namespace NAMESPACE]...
       aks-fleet leave NAME
       aks-fleet show [FOLDER]
       aks-fleet diagram [FOLDER]
       aks-fleet report [FILE|STACK|STACK=FILE|-]... [--format markdown|text|json] [--diagram]
                        [--fail-on ACTION,...[:SEVERITY]]... [--allow PATTERN]... [--out FOLDER]
                        [--output FILE]
       aks-fleet report --synth BASE HEAD [...]
       aks-fleet diff [STACK]... [--base FOLDER] [...]
       aks-fleet status [--watch | --json]
       aks-fleet verify [NAMESPACE/NAME]
       aks-fleet kubeconfig [NAME...]`;

export const HELP = `${USAGE}

  wait hub        the fleet's hub answers, this identity may act on it, it serves the fleet's
                  APIs, and every --member has joined
  wait member     (member's kubeconfig) this identity may create MultiClusterServices there,
                  and the cluster serves them
  wait placement  the ClusterResourcePlacement (with a NAMESPACE, the ResourcePlacement there) is
                  available, at its current generation and with its overrides as they are now, on
                  every chosen cluster, and every --cluster is chosen
  wait service    (member's kubeconfig) the MultiClusterService is valid and has an address;
                  the address is the last line
  wait traffic-manager
                  (hub) the TrafficManagerProfile is programmed, and its backends are accepted,
                  at their current generations, with an endpoint of every --cluster; the DNS
                  name is the last line
  drain           (hub) nothing is left in the fleet-member-* namespaces of what these placements
                  or namespaces brought to the members, and of what is exported from these
                  namespaces; without options: nothing at all
  leave           (hub) takes off the member NAME what the fleet has placed there, and waits until
                  nothing is left, so that the hub lets it go. Nothing is placed on it again;
                  placements stay as they are, but for those that name it
  show            what a synthesized app would build; FOLDER is cdktf.out
  diagram         the fleet of a synthesized app as a mermaid flowchart
  report          what plans (terraform show -json) do to the fleet, worst first; without operands
                  the plan.STACK.json of all stacks that lie here. --out is the synthesized app
                  (cdktf.out). --synth compares two synthesized apps, where there is no plan
  diff            plans the stacks of the synthesized app (--out) that can be planned, in order, and
                  reports them; one that needs an earlier one deployed first is compared with the
                  app of the folder --base
    --diagram     draws the fleet before and after
    --fail-on     refuses create, update, delete, replace or forget, from a severity on: outage,
                  risk, change (default) or harmless; or whatever is told, by a severity alone;
                  --allow exempts addresses, * is any text
    --output      a file for the report, instead of standard output
  status          members, placements, exports and services of the deployed app's fleet
  verify          every cluster answers at the address of a MultiClusterService
  kubeconfig      writes kubeconfig files for the hub and the members
                  (these three need no options in the app's folder: see their --help)

Options: --kubeconfig FILE   instead of AKS_FLEET_KUBECONFIG, KUBECONFIG or ~/.kube/config
         --timeout DURATION  such as 90s, 30m, 1h (default: 30m)
         --help, --version

Environment: AKS_FLEET_KUBECONFIG   the content of a kubeconfig, YAML or JSON
             AKS_FLEET_SKIP_WAITS=1, AKS_FLEET_SKIP_DRAIN=1   a cluster is gone for good

Exit status: 0 done, 1 not done (the reason is on stderr), 2 the command line is wrong.
         report and diff: 0 no change, 2 changes, 3 refused by --fail-on, 1 anything wrong.`;

export function helpOf(topic: Topic | undefined): string {
  return topic ? HELPS[topic] : HELP;
}

const COMMANDS = "wait, drain, leave, show, diagram, report, diff, status, verify and kubeconfig";
const DEFAULT_TIMEOUT = "30m";
const VERIFY_TIMEOUT = "5m";

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  kubeconfig: { type: "string", multiple: true },
  timeout: { type: "string" },
  member: { type: "string", multiple: true },
  cluster: { type: "string", multiple: true },
  placement: { type: "string", multiple: true },
  namespace: { type: "string", multiple: true },
  out: { type: "string" },
  output: { type: "string" },
  base: { type: "string" },
  login: { type: "string" },
  watch: { type: "boolean" },
  json: { type: "boolean" },
  header: { type: "string" },
  body: { type: "string" },
  port: { type: "string" },
  path: { type: "string" },
  connections: { type: "string" },
  "overwrite-existing": { type: "boolean" },
  format: { type: "string" },
  diagram: { type: "boolean" },
  synth: { type: "boolean" },
  "fail-on": { type: "string", multiple: true },
  allow: { type: "string", multiple: true },
} as const;

const LOGINS = ["azurecli", "workloadidentity", "spn", "msi", "azd"];

/** Turns the command line into what is to be done. Throws a UsageProblem that names the wrong part. */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = split(args);
  const [verb, ...rest] = positionals;
  if (verb === "help")
    return { kind: "help", topic: Object.keys(HELPS).find((one) => one === rest[0]) as Topic };
  if (values.help) return { kind: "help", topic: Object.keys(HELPS).find((one) => one === verb) as Topic };
  if (values.version) return { kind: "version" };

  const allow = (command: string, operands: string[], options: string[]) => {
    if (operands.length > 0) throw new UsageProblem(`${command} takes no "${operands[0]}".`);
    const alien = Object.keys(values).find((name) => !options.includes(name));
    if (alien) throw new UsageProblem(`${command} has no option --${alien}.`);
  };
  const cluster = (): ClusterOptions => ({
    kubeconfig: values.kubeconfig?.at(-1),
    timeoutMs: parseDuration(values.timeout ?? DEFAULT_TIMEOUT),
  });
  const common = ["kubeconfig", "timeout"];
  const app = (): AppOptions => ({
    out: values.out ?? "cdktf.out",
    login: oneOf("--login", values.login, LOGINS),
    kubeconfigs: values.kubeconfig ?? [],
  });
  const ofApp = ["out", "login"];
  const ofReport = ["out", "output", "format", "diagram", "fail-on", "allow"];
  const rendering = (): Rendering => {
    const { format = "markdown", diagram = false, allow: allowed = [] } = values;
    if (!FORMATS.includes(format as Format)) {
      throw new UsageProblem(`${verb} knows no format "${format}": markdown, text or json.`);
    }
    return { format: format as Format, gate: parseGate(values["fail-on"] ?? []), allowed, diagram };
  };

  if (verb === undefined) throw new UsageProblem(`A command is missing: ${COMMANDS}.`);
  if (verb === "status") {
    allow("status", rest, [...ofApp, "kubeconfig", "watch", "json"]);
    const { watch = false, json = false } = values;
    if (watch && json)
      throw new UsageProblem("status has --watch for people and --json for scripts: choose.");
    return { kind: "status", ...app(), watch, json };
  }
  if (verb === "verify") {
    const [full, ...more] = rest;
    const options = ["header", "body", "port", "path", "connections", "cluster", "timeout", "kubeconfig"];
    allow("verify", more, [...ofApp, ...options]);
    if (values.header !== undefined && values.body !== undefined) {
      throw new UsageProblem("verify tells the cluster by --header or by --body: choose.");
    }
    return {
      kind: "verify",
      ...app(),
      service: full === undefined ? undefined : namespaced("verify", "a MultiClusterService", full),
      clusters: names(values.cluster, "--cluster"),
      header: values.header?.toLowerCase(),
      body: values.body === undefined ? undefined : expression("--body", values.body),
      port: values.port === undefined ? undefined : whole("--port", values.port, 65_535),
      path: path(values.path ?? "/"),
      connections: whole("--connections", values.connections ?? "20", 100_000),
      timeoutMs: parseDuration(values.timeout ?? VERIFY_TIMEOUT),
    };
  }
  if (verb === "kubeconfig") {
    allow("kubeconfig", [], [...ofApp, "overwrite-existing"]);
    return { kind: "kubeconfig", ...app(), names: rest, overwrite: values["overwrite-existing"] ?? false };
  }
  if (verb === "show" || verb === "diagram") {
    const [folder, ...more] = rest;
    allow(verb, more, []);
    return { kind: verb, folder: folder ?? "cdktf.out" };
  }
  if (verb === "report") {
    allow("report", [], [...ofReport, "synth"]);
    const { out, output, synth = false } = values;
    if (synth && out !== undefined)
      throw new UsageProblem("report --synth takes no --out: BASE and HEAD are the folders.");
    return { kind: "report", operands: rest, synth, out, output, ...rendering() };
  }
  if (verb === "diff") {
    allow("diff", [], [...ofReport, "base"]);
    const { out = "cdktf.out", output, base } = values;
    return { kind: "diff", stacks: rest, out, output, base, ...rendering() };
  }
  if (verb === "drain") {
    allow("drain", rest, [...common, "placement", "namespace"]);
    const placements = names(values.placement, "--placement");
    const namespaces = names(values.namespace, "--namespace");
    return { kind: "drain", ...cluster(), placements, namespaces };
  }
  if (verb === "leave") {
    const [name, ...more] = rest;
    allow("leave", more, common);
    if (name === undefined) throw new UsageProblem("leave needs the name of the member.");
    const [member] = names([name], "The member");
    return { kind: "leave", ...cluster(), member: member as string };
  }
  if (verb !== "wait") {
    throw new UsageProblem(`There is no command "${verb}": the commands are ${COMMANDS}.`);
  }

  const [what, ...operands] = rest;
  if (what === "hub") {
    allow("wait hub", operands, [...common, "member"]);
    return { kind: "hub", ...cluster(), members: names(values.member, "--member") };
  }
  if (what === "member") {
    allow("wait member", operands, common);
    return { kind: "member", ...cluster() };
  }
  if (what === "placement") {
    const [full, ...more] = operands;
    allow("wait placement", more, [...common, "cluster"]);
    const [name, namespace, ...extra] = (full ?? "").split("/").reverse();
    if (!name || namespace === "" || extra.length > 0) {
      throw new UsageProblem(
        `wait placement needs the name of a ClusterResourcePlacement, or a ResourcePlacement as NAMESPACE/NAME, not "${full ?? ""}".`,
      );
    }
    names(namespace === undefined ? [name] : [namespace, name], "The placement");
    const clusters = names(values.cluster, "--cluster");
    return { kind: "placement", ...cluster(), namespace, name, clusters };
  }
  if (what === "service") {
    const [full, ...more] = operands;
    allow("wait service", more, common);
    return { kind: "service", ...cluster(), ...namespaced("wait service", "a MultiClusterService", full) };
  }
  if (what === "traffic-manager") {
    const [full, ...more] = operands;
    allow("wait traffic-manager", more, [...common, "cluster"]);
    const profile = namespaced("wait traffic-manager", "a TrafficManagerProfile", full);
    return {
      kind: "traffic-manager",
      ...cluster(),
      ...profile,
      clusters: names(values.cluster, "--cluster"),
    };
  }
  throw new UsageProblem(
    `${what ? `There is no "wait ${what}"` : "wait needs to know for what"}: hub, member, placement, service or traffic-manager.`,
  );
}

function oneOf(option: string, value: string | undefined, allowed: string[]): string | undefined {
  if (value === undefined || allowed.includes(value)) return value;
  throw new UsageProblem(`${option} is "${value}": choose one of ${allowed.join(", ")}.`);
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageProblem(`${option} is "${text}": give a whole number from 1 to ${most}.`);
}

function path(text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new UsageProblem(
    `--path is "${text}": give one that starts with "/" and holds no spaces, as in a URL.`,
  );
}

function expression(option: string, text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageProblem(`${option}: ${(error as Error).message}.`);
  }
}

function split(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageProblem((error as Error).message.split(". ")[0]?.replace(/\.?$/, ".") ?? "");
  }
}

function namespaced(command: string, what: string, full = ""): { namespace: string; name: string } {
  const [namespace, name, ...extra] = full.split("/");
  if (!namespace || !name || extra.length > 0) {
    throw new UsageProblem(`${command} needs ${what} as NAMESPACE/NAME, not "${full}".`);
  }
  names([namespace, name], command === "wait traffic-manager" ? "The profile" : "The service");
  return { namespace, name };
}

/** A name goes into the path of a request: what is no Kubernetes name would ask for something else. */
function names(given: string[] | undefined, what: string): string[] {
  for (const name of given ?? []) {
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) {
      throw new UsageProblem(
        `${what} "${name}" is no Kubernetes name: small letters, digits, "-" and "." are allowed.`,
      );
    }
  }
  return [...new Set(given ?? [])];
}
