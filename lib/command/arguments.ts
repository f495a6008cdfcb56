import { parseArgs } from "node:util";
import { parseDuration } from "./duration";
import { UsageProblem } from "./problems";
import { parseGate } from "./report/gate";
import { FORMATS, type Format, type ReportOptions } from "./report/report";

export interface ClusterOptions {
  kubeconfig: string | undefined;
  timeoutMs: number;
}

export type Command =
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "show"; folder: string }
  | { kind: "diagram"; folder: string }
  | (ReportOptions & { kind: "report" })
  | (ClusterOptions & { kind: "hub"; members: string[] })
  | (ClusterOptions & { kind: "member" })
  | (ClusterOptions & { kind: "placement"; namespace?: string; name: string; clusters: string[] })
  | (ClusterOptions & { kind: "service"; namespace: string; name: string })
  | (ClusterOptions & { kind: "traffic-manager"; namespace: string; name: string; clusters: string[] })
  | (ClusterOptions & { kind: "drain"; placements: string[]; namespaces: string[] });

export const USAGE = `Usage: aks-fleet wait hub [--member NAME]...
       aks-fleet wait member
       aks-fleet wait placement [NAMESPACE/]NAME [--cluster NAME]...
       aks-fleet wait service NAMESPACE/NAME
       aks-fleet wait traffic-manager NAMESPACE/NAME [--cluster NAME]...
       aks-fleet drain [--placement NAME]... [--namespace NAMESPACE]...
       aks-fleet show [FOLDER]
       aks-fleet diagram [FOLDER]
       aks-fleet report [FILE|STACK|STACK=FILE|-]... [--format markdown|text|json] [--diagram]
                        [--fail-on ACTION,...[:SEVERITY]]... [--allow PATTERN]... [--out FOLDER]
       aks-fleet report --synth BASE HEAD [...]`;

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
  show            what a synthesized app would build; FOLDER is cdktf.out
  diagram         the fleet of a synthesized app as a mermaid flowchart
  report          what plans (terraform show -json) do to the fleet, worst first; without operands
                  the plan.STACK.json of all stacks that lie here. --out is the synthesized app
                  (cdktf.out). --synth compares two synthesized apps, where there is no plan
    --diagram     draws the fleet before and after
    --fail-on     refuses create, update, delete, replace or forget, from a severity on: outage,
                  risk, change (default) or harmless; --allow exempts addresses, * is any text

Options: --kubeconfig FILE   instead of AKS_FLEET_KUBECONFIG, KUBECONFIG or ~/.kube/config
         --timeout DURATION  such as 90s, 30m, 1h (default: 30m)
         --help, --version

Environment: AKS_FLEET_KUBECONFIG   the content of a kubeconfig, YAML or JSON
             AKS_FLEET_SKIP_WAITS=1, AKS_FLEET_SKIP_DRAIN=1   a cluster is gone for good

Exit status: 0 done, 1 not done (the reason is on stderr), 2 the command line is wrong.
         report: 0 no change, 2 changes, 3 refused by --fail-on, 1 anything wrong.`;

const DEFAULT_TIMEOUT = "30m";

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  kubeconfig: { type: "string" },
  timeout: { type: "string" },
  member: { type: "string", multiple: true },
  cluster: { type: "string", multiple: true },
  placement: { type: "string", multiple: true },
  namespace: { type: "string", multiple: true },
  out: { type: "string" },
  format: { type: "string" },
  diagram: { type: "boolean" },
  synth: { type: "boolean" },
  "fail-on": { type: "string", multiple: true },
  allow: { type: "string", multiple: true },
} as const;

/** Turns the command line into what is to be done. Throws a UsageProblem that names the wrong part. */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = split(args);
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };

  const [verb, ...rest] = positionals;
  const allow = (command: string, operands: string[], options: string[]) => {
    if (operands.length > 0) throw new UsageProblem(`${command} takes no "${operands[0]}".`);
    const alien = Object.keys(values).find((name) => !options.includes(name));
    if (alien) throw new UsageProblem(`${command} has no option --${alien}.`);
  };
  const cluster = (): ClusterOptions => ({
    kubeconfig: values.kubeconfig,
    timeoutMs: parseDuration(values.timeout ?? DEFAULT_TIMEOUT),
  });
  const common = ["kubeconfig", "timeout"];

  if (verb === undefined)
    throw new UsageProblem("A command is missing: wait, drain, show, diagram or report.");
  if (verb === "show" || verb === "diagram") {
    const [folder, ...more] = rest;
    allow(verb, more, []);
    return { kind: verb, folder: folder ?? "cdktf.out" };
  }
  if (verb === "report") {
    allow("report", [], ["out", "format", "diagram", "synth", "fail-on", "allow"]);
    const { format = "markdown", out, synth = false, diagram = false } = values;
    if (!FORMATS.includes(format as Format)) {
      throw new UsageProblem(`report knows no format "${format}": markdown, text or json.`);
    }
    if (synth && out !== undefined)
      throw new UsageProblem("report --synth takes no --out: BASE and HEAD are the folders.");
    const gate = parseGate(values["fail-on"] ?? []);
    const allowed = values.allow ?? [];
    return { kind: "report", operands: rest, synth, out, format: format as Format, gate, allowed, diagram };
  }
  if (verb === "drain") {
    allow("drain", rest, [...common, "placement", "namespace"]);
    const placements = names(values.placement, "--placement");
    const namespaces = names(values.namespace, "--namespace");
    return { kind: "drain", ...cluster(), placements, namespaces };
  }
  if (verb !== "wait") {
    throw new UsageProblem(
      `There is no command "${verb}": the commands are wait, drain, show, diagram and report.`,
    );
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
    return { kind: "service", ...cluster(), ...namespaced("service", "a MultiClusterService", full) };
  }
  if (what === "traffic-manager") {
    const [full, ...more] = operands;
    allow("wait traffic-manager", more, [...common, "cluster"]);
    const profile = namespaced("traffic-manager", "a TrafficManagerProfile", full);
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
    throw new UsageProblem(`wait ${command} needs ${what} as NAMESPACE/NAME, not "${full}".`);
  }
  names([namespace, name], command === "service" ? "The service" : "The profile");
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
