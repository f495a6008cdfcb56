import { CommanderError, Option, Command as Program } from "commander";
import type { Approval, DeployOptions } from "./deploy";
import type { DiffOptions } from "./diff";
import type { DrillOptions } from "./drill";
import { SORTS, type Sort } from "./live/sorts";
import type { ScreenOptions } from "./live/status-screen";
import type { MaxFailed, VerifyOptions } from "./live/verify";
import type { PreviewOptions } from "./preview";
import { FORMATS, type Format, formatOf } from "./render/format";
import type { ReportOptions } from "./report";
import { parseDuration } from "./terminal/duration";
import { UsageProblem } from "./terminal/problems";
import { version } from "./version";

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

interface WrittenFile {
  file: string;
  format: Format;
}

interface WrittenOptions {
  /** Files instead of standard output. */
  outputs: WrittenFile[];
  /** What `--fail-on` says, for the report to understand. */
  failOn: string[];
}

export type Command =
  | { kind: "print"; text: string }
  | { kind: "init"; folder: string }
  | { kind: "show"; folder: string }
  | { kind: "diagram"; folder: string }
  | (PreviewOptions & { kind: "preview" })
  | (Omit<ReportOptions, "gate"> & WrittenOptions & { kind: "report" })
  | (Omit<DiffOptions, "gate"> & WrittenOptions & { kind: "diff" })
  | (DeployOptions & { kind: "deploy" })
  | (AppOptions & StatusOptions & ScreenOptions & { kind: "status" })
  | (AppOptions & VerifyOptions & { kind: "verify"; json: boolean })
  | (AppOptions & DrillOptions & { kind: "drill" })
  | (AppOptions & { kind: "restore"; timeoutMs: number })
  | (AppOptions & { kind: "forget"; member: string; to: string | undefined; yes: boolean })
  | (AppOptions & { kind: "kubeconfig"; names: string[]; overwrite: boolean })
  | (ClusterOptions & { kind: "hub"; members: string[] })
  | (ClusterOptions & { kind: "member" })
  | (ClusterOptions & { kind: "placement"; namespace: string | undefined; name: string; clusters: string[] })
  | (ClusterOptions & {
      kind: "service";
      namespace: string;
      name: string;
      clusters: string[];
      lost: string[];
    })
  | (ClusterOptions & { kind: "traffic-manager"; namespace: string; name: string; clusters: string[] })
  | (ClusterOptions & { kind: "drain"; placements: string[]; namespaces: string[] })
  | (ClusterOptions & { kind: "leave"; member: string });

export interface StatusOptions {
  watch: boolean;
  json: boolean;
  /** The exit status tells whether everything is in order. */
  exitCode: boolean;
  /** Looks until everything is in order, or for so long. */
  waitMs: number | undefined;
  /** Azure is asked, too, which knows what the hub doesn't. */
  upgrades: boolean;
}

/** Of waits and of `leave`: long enough for a role assignment to arrive and a cluster to start. */
const TIMEOUT = "30m";
const VERIFY_TIMEOUT = "5m";
const STATUS_WAIT = "10m";
const OUT = "cdktf.out";

/** Every option that a command may have. */
const OPTIONS = {
  kubeconfig: () =>
    new Option("--kubeconfig <file>", "instead of AKS_FLEET_KUBECONFIG, KUBECONFIG or ~/.kube/config"),
  kubeconfigs: () =>
    repeated(
      "--kubeconfig <[name=]file>",
      "reach the hub with this kubeconfig instead; NAME=FILE: reach the member NAME with it (again for each)",
    ),
  timeout: (initial: string) =>
    new Option("--timeout <duration>", "such as 90s, 30m, 1h")
      .argParser((text) => parseDuration("--timeout", text))
      .default(parseDuration("--timeout", initial), initial),
  member: () => names("--member <name>", "this member has joined, too (again for each)"),
  cluster: (what: string) => names("--cluster <name>", `${what} (again for each)`),
  lost: () =>
    names("--lost <name>", "this cluster is lost, and no connection is to go there (again for each)"),
  placement: () => names("--placement <name>", "what this placement brought to members (again for each)"),
  namespace: () =>
    names(
      "--namespace <name>",
      "what this namespace brought to members, and what is exported from it (again for each)",
    ),
  out: (what = "where the app was synthesized to") =>
    new Option("--out <folder>", `${what} (default: ${OUT})`),
  base: () => new Option("--base <folder>", "the app as it was synthesized before the change"),
  objects: () =>
    new Option(
      "--out <folder>",
      "writes the objects of each cluster into a folder of its own there, one a file",
    ),
  without: () =>
    repeated(
      "--without <member|location>",
      "says what is left when this member, or all in this location, are lost (again for each)",
    ),
  login: () =>
    new Option("--login <method>", "how kubelogin gets the token, if not as the app was deployed").choices([
      "azurecli",
      "workloadidentity",
      "spn",
      "msi",
      "azd",
    ]),
  watch: () =>
    new Option("--watch", "look again every five seconds, until it is stopped").conflicts([
      "json",
      "exitCode",
      "wait",
    ]),
  exitCode: () =>
    new Option("--exit-code", "0 everything is in order, 1 something is not, 3 not all was seen"),
  wait: () =>
    new Option(
      "--wait [duration]",
      `look until everything is in order, and end like --exit-code; without a duration for ${STATUS_WAIT}`,
    )
      .preset(STATUS_WAIT)
      .argParser((text) => parseDuration("--wait", text)),
  upgrades: () =>
    new Option(
      "--upgrades",
      "ask Azure, too (az rest, as who is logged in): groups, auto-upgrade profiles, update runs, and gates that wait",
    ),
  all: () => new Option("--all", "one row for each, also of what is in order").conflicts("json"),
  sort: () =>
    new Option("--sort <key>", "what members are sorted by; state: what is not in order first")
      .choices(SORTS)
      .default("state")
      .conflicts("json"),
  previewJson: () =>
    new Option(
      "--json",
      "for scripts: { fleets: [{ name, clusters, services, changes, without, unknown }], notes }; docs/preview.md tells of each",
    ),
  json: () =>
    new Option(
      "--json",
      "for scripts: { fleets: [{ name, members, placements, exports, services, trafficManagers, upgrades, problems, unseen }], unseen }; docs/status.md tells of each",
    ),
  header: () =>
    new Option(
      "--header <name>",
      "this header of the response holds the name or the address of the pod, or the name of the cluster",
    )
      .argParser((name) => name.toLowerCase())
      .conflicts("body"),
  body: () =>
    new Option(
      "--body <regex>",
      "so does what the first group of this expression (or all of it) matches in the body",
    ).argParser(expression),
  path: () => new Option("--path <path>", "what is asked for").argParser(urlPath).default("/"),
  port: () =>
    new Option(
      "--port <port>",
      "default: the first port of the Service; 443 speaks TLS, and no certificate is checked",
    ).argParser(whole("--port", 65_535)),
  connections: () =>
    new Option("--connections <number>", "at least so many")
      .argParser(whole("--connections", 100_000))
      .default(20),
  maxFailed: () =>
    new Option(
      "--max-failed <number|percentage>",
      "so many connections may fail: a number, or a percentage of all, such as 2.5%",
    )
      .argParser(maxFailed)
      .default(maxFailed("0%"), "0%"),
  failedStatus: () =>
    new Option(
      "--failed-status <statuses>",
      "an answer of such a status is a failed connection: 5xx, 4xx, 503, several with commas, or none",
    )
      .argParser(statuses)
      .default(statuses("5xx"), "5xx"),
  verifyJson: () =>
    new Option(
      "--json",
      "for scripts: { services: [{ name, member, url, connections, failed, failures, clusters, problems, exitStatus }], unseen }; docs/verify.md tells of each; what goes on meanwhile is on stderr",
    ),
  lose: () =>
    new Option(
      "--lose <member>",
      "takes this one out of service: its name, its cluster's or its key",
    ).argParser((name) => kubernetesName("--lose", name)),
  to: () =>
    new Option("--to <member>", "gives this member its claims to Services whose address it had").argParser(
      (name) => kubernetesName("--to", name),
    ),
  forMs: () =>
    new Option("--for <duration>", "how long it stays out")
      .argParser((text) => parseDuration("--for", text))
      .default(60_000, "60s"),
  restore: () => new Option("--restore", "undoes the drill that the hub has noted, whoever started it"),
  junit: () => new Option("--junit <file>", "writes what was looked at there, as JUnit's XML"),
  yes: (what: string) => new Option("--yes", what),
  overwrite: () => new Option("--overwrite-existing", "also files that this command did not write"),
  synth: () =>
    new Option("--synth", "compares two synthesized apps, where there is no plan").conflicts("out"),
  format: () =>
    new Option(
      "--format <format>",
      "markdown (default) fits a comment on GitHub, text a terminal, json programs",
    ).choices(FORMATS),
  diagram: () => new Option("--diagram", "draws the fleet before and after"),
  failOn: () =>
    repeated(
      "--fail-on <actions[:severity]>",
      "refuses create, update, delete, replace or forget, from a severity on: outage, risk, change (default) or harmless; several with commas; a severity by itself refuses whatever is told, failed checks and invoked actions, too",
    ),
  allow: () =>
    repeated("--allow <pattern>", 'exempts addresses from --fail-on: "azurerm_subnet.*", "infra:*"'),
  output: () =>
    repeated(
      "--output <file>",
      "instead of standard output; the ending names the format: .md, .txt, .json (again for each)",
    ),
} as const;

function repeated(flags: string, description: string, check: (value: string) => string = (value) => value) {
  return new Option(flags, description).argParser((value: string, given: string[] | undefined) => [
    ...(given ?? []),
    check(value),
  ]);
}

function names(flags: string, description: string): Option {
  const [option = ""] = flags.split(" ");
  return repeated(flags, description, (value) => kubernetesName(option, value));
}

/** What commander collects of the options; an option that is not given is not there. */
interface Given {
  kubeconfig?: string;
  timeout: number;
  member?: string[];
  cluster?: string[];
  lost?: string[];
  placement?: string[];
  namespace?: string[];
  out?: string;
  base?: string;
  without?: string[];
  login?: string;
  watch?: boolean;
  all?: boolean;
  sort: Sort;
  upgrades?: boolean;
  exitCode?: boolean;
  wait?: number;
  json?: boolean;
  header?: string;
  body?: RegExp;
  path: string;
  port?: number;
  connections: number;
  maxFailed: MaxFailed;
  failedStatus: string[];
  overwriteExisting?: boolean;
  lose?: string;
  to?: string;
  for: number;
  restore?: boolean;
  junit?: string;
  yes?: boolean;
  synth?: boolean;
  format?: Format;
  diagram?: boolean;
  failOn?: string[];
  allow?: string[];
  output?: string[];
}

/** Of the commands that ask several clusters. */
interface AppGiven extends Omit<Given, "kubeconfig"> {
  kubeconfig?: string[];
}

const READS = `Reads with \`terraform output\` what the app deployed (TERRAFORM_BINARY_NAME: another
terraform).`;
const REPORT_STATUS = `Exit status: 0 nothing changes, 2 something does, 3 --fail-on refuses something,
1 anything is wrong (the reason is on stderr).`;

const PREVIEW_STATUS = `Exit status: 0 said, 2 a Service becomes unreachable (--without), 1 anything is wrong
(the reason is on stderr). TERRAFORM_BINARY_NAME: another terraform.`;

/** The commands of `aks-fleet`; what a command line means is handed to `take`. */
function programOf(take: (command: Command) => void, print: (text: string) => void): Program {
  const program = new Program("aks-fleet")
    .description("Waits for the parts of a fleet, looks at it, and tells what a change does to it.")
    .version(version(), "--version")
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined });
  program.addHelpText(
    "after",
    `
Environment:
  AKS_FLEET_KUBECONFIG    the content of a kubeconfig, YAML or JSON
  AKS_FLEET_APPROVAL_KEY  the key of the digests that diff tells and deploy compares
  AKS_FLEET_SKIP_WAITS=1, AKS_FLEET_SKIP_DRAIN=1
                          a cluster is gone for good
  TERRAFORM_BINARY_NAME   another terraform

Exit status: 0 done, 1 not done (the reason is on stderr), 2 the command line is
wrong; preview, report, diff and deploy have their own.`,
  );

  const clusterOf = ({ kubeconfig, timeout }: Given): ClusterOptions => ({ kubeconfig, timeoutMs: timeout });
  const ofCluster = (command: Program) =>
    command.addOption(OPTIONS.kubeconfig()).addOption(OPTIONS.timeout(TIMEOUT));

  const wait = program
    .command("wait")
    .summary("waits until a part of the fleet is ready")
    .description("Waits until a part of the fleet is ready, and says meanwhile what is missing.");
  ofCluster(wait.command("hub"))
    .description(
      "Waits until the fleet's hub answers, this identity may act on it, it serves the fleet's APIs, and every --member has joined.",
    )
    .summary("the hub, and members that have joined")
    .addOption(OPTIONS.member())
    .action((given: Given) => take({ kind: "hub", ...clusterOf(given), members: distinct(given.member) }));
  ofCluster(wait.command("member"))
    .description(
      "Waits (with the member's kubeconfig) until this identity may create MultiClusterServices there, and the cluster serves them.",
    )
    .summary("a member that may be given MultiClusterServices")
    .action((given: Given) => take({ kind: "member", ...clusterOf(given) }));
  ofCluster(wait.command("placement"))
    .description(
      "Waits until the ClusterResourcePlacement (with a namespace, the ResourcePlacement there) is available on every chosen cluster, at its current generation, with what is on the hub and with its overrides as they are now, and until every --cluster is chosen.",
    )
    .summary("a placement that is available on its clusters")
    .argument("<[namespace/]name>", "the placement", placementName)
    .addOption(OPTIONS.cluster("this cluster is chosen, too"))
    .action((placement: PlacementName, given: Given) =>
      take({ kind: "placement", ...clusterOf(given), ...placement, clusters: distinct(given.cluster) }),
    );
  ofCluster(wait.command("service"))
    .description(
      "Waits (with the member's kubeconfig) until the MultiClusterService is valid, has an address, and is served from every --cluster; the address is the last line. Takes away the endpoints of every --lost cluster, whose agents can't.",
    )
    .summary("a MultiClusterService that has an address")
    .argument("<namespace/name>", "the MultiClusterService", namespaced("service"))
    .addOption(OPTIONS.cluster("connections reach this cluster"))
    .addOption(OPTIONS.lost())
    .action((service: NamespacedName, given: Given) =>
      take({
        kind: "service",
        ...clusterOf(given),
        ...service,
        clusters: distinct(given.cluster),
        lost: distinct(given.lost),
      }),
    );
  ofCluster(wait.command("traffic-manager"))
    .description(
      "Waits until the TrafficManagerProfile is programmed, and its backends are accepted, at their current generations, with an endpoint of every --cluster; the DNS name is the last line.",
    )
    .summary("a TrafficManagerProfile that answers by its DNS name")
    .argument("<namespace/name>", "the TrafficManagerProfile", namespaced("profile"))
    .addOption(OPTIONS.cluster("this cluster has an endpoint"))
    .action((profile: NamespacedName, given: Given) =>
      take({ kind: "traffic-manager", ...clusterOf(given), ...profile, clusters: distinct(given.cluster) }),
    );

  ofCluster(program.command("drain"))
    .description(
      "Waits (on the hub) until nothing is left in the fleet-member-* namespaces of what these placements or namespaces brought to the members, and of what is exported from these namespaces; without options: nothing at all.",
    )
    .summary("waits until members have given up what was placed")
    .addOption(OPTIONS.placement())
    .addOption(OPTIONS.namespace())
    .action((given: Given) =>
      take({
        kind: "drain",
        ...clusterOf(given),
        placements: distinct(given.placement),
        namespaces: distinct(given.namespace),
      }),
    );
  ofCluster(program.command("leave"))
    .description(
      "Takes (on the hub) off a member what the fleet has placed there, and waits until nothing is left, so that the hub lets it go. Nothing is placed on it again; placements stay as they are, but for those that name it.",
    )
    .summary("takes off a member what the fleet has placed there")
    .argument("<name>", "the member", (name: string) => kubernetesName("The member", name))
    .action((member: string, given: Given) => take({ kind: "leave", ...clusterOf(given), member }));

  program
    .command("init")
    .description(
      "Makes a small app in a folder: two regions, one address, a test, settings for CDKTF and TypeScript, and the workflows that report pull requests and deploy what is approved. It writes nothing where one of its files is already.",
    )
    .summary("makes a small app that synthesizes and is tested at once")
    .argument("[folder]", "where to", ".")
    .action((folder: string) => take({ kind: "init", folder }));
  program
    .command("show")
    .description("Tells what a synthesized app would build.")
    .summary("tells what a synthesized app would build")
    .argument("[folder]", "where the app was synthesized to", OUT)
    .action((folder: string) => take({ kind: "show", folder }));
  program
    .command("diagram")
    .description("Draws the fleet of a synthesized app as a mermaid flowchart.")
    .summary("draws the fleet of a synthesized app as a mermaid flowchart")
    .argument("[folder]", "where the app was synthesized to", OUT)
    .action((folder: string) => take({ kind: "diagram", folder }));

  program
    .command("preview")
    .description(
      "Says what each cluster gets of a synthesized app: objects after placement, overrides and envelopes, why or why not, and from where Services are reached. What only Terraform knows is taken from the state, where the stacks were initialized here.",
    )
    .summary("says what each cluster gets of a synthesized app")
    .argument("[folder]", "where the app was synthesized to", OUT)
    .addOption(OPTIONS.cluster("only this cluster"))
    .addOption(OPTIONS.objects())
    .addOption(OPTIONS.base())
    .addOption(OPTIONS.without())
    .addOption(OPTIONS.previewJson())
    .addHelpText("after", `\n${PREVIEW_STATUS}`)
    .action((folder: string, { cluster, out, base, without, json = false }: Given) =>
      take({
        kind: "preview",
        folder,
        clusters: distinct(cluster),
        out,
        base,
        without: distinct(without),
        json,
      }),
    );

  const reported = (command: Program, out: Option) =>
    command
      .addOption(out)
      .addOption(OPTIONS.format())
      .addOption(OPTIONS.diagram())
      .addOption(OPTIONS.failOn())
      .addOption(OPTIONS.allow())
      .addOption(OPTIONS.output())
      .addHelpText("after", `\n${REPORT_STATUS}`);
  const reporting = ({ format, diagram = false, failOn = [], allow = [], output = [] }: Given) => ({
    format: format ?? "markdown",
    diagram,
    failOn,
    allowed: allow,
    outputs: output.map((file) => ({ file, format: format ?? formatOf(file) ?? "markdown" })),
  });
  reported(program.command("report"), OPTIONS.out("the synthesized app that completes the plans"))
    .usage("[options] [file|stack|stack=file|-]...\n       aks-fleet report [options] --synth <base> <head>")
    .description(
      "Says what plans (terraform show -json PLAN > plan.STACK.json) do to the fleet: the verdict, what matters and why, worst first, then the details. Without operands it takes the plans of all stacks that lie here.",
    )
    .summary("says what plans do to the fleet, worst first")
    .argument(
      "[plan...]",
      "a file, a stack whose plan lies here, or - for standard input; with --synth two folders",
    )
    .addOption(OPTIONS.synth())
    .action((operands: string[], given: Given) =>
      take({ kind: "report", operands, synth: given.synth ?? false, out: given.out, ...reporting(given) }),
    );
  reported(program.command("diff"), OPTIONS.out())
    .description(
      "Plans the stacks of the synthesized app that can be planned, in order, and reports what the plans do to the fleet. A stack that can't be planned before another is deployed is compared with the app of --base; without one, what was never deployed is told as new.",
    )
    .summary("plans the stacks of the app, and reports what the plans do")
    .argument("[stack...]", 'only these; "*" stands for any text')
    .addOption(OPTIONS.base())
    .addHelpText("after", "TERRAFORM_BINARY_NAME: another terraform.")
    .action((stacks: string[], given: Given) =>
      take({ kind: "diff", stacks, out: given.out ?? OUT, base: given.base, ...reporting(given) }),
    );

  program
    .command("deploy")
    .description(
      `Plans these stacks once more, and applies the plans if everything in them is what was approved: the digests that diff tells with --format json. Otherwise nothing is applied. AKS_FLEET_APPROVAL_KEY holds the key of the digests.`,
    )
    .summary("applies plans of the app if they are what was approved")
    .argument("<stack=digest...>", "what was approved", approval)
    .addOption(OPTIONS.out())
    .addHelpText(
      "after",
      `\nTERRAFORM_BINARY_NAME: another terraform.
Exit status: 0 applied, 3 refused: it is not what was approved, 1 not done (the reason is on
stderr), 2 the command line is wrong.`,
    )
    .action((approved: Approval[], given: Given) =>
      take({ kind: "deploy", approved, out: given.out ?? OUT }),
    );

  const appOf = ({ out = OUT, login, kubeconfig = [] }: AppGiven): AppOptions => ({
    out,
    login,
    kubeconfigs: kubeconfig,
  });
  const ofApp = (command: Program) =>
    command.addOption(OPTIONS.out()).addOption(OPTIONS.login()).addHelpText("after", `\n${READS}`);
  ofApp(program.command("status"))
    .description(
      "One screen: members, placements, exports and services of the deployed fleet, what is wrong with them, and what could not be seen. Colours only on a terminal, and not if NO_COLOR is set.",
    )
    .summary("shows members, placements, exports and services of the deployed fleet")
    .addOption(OPTIONS.watch())
    .addOption(OPTIONS.upgrades())
    .addOption(OPTIONS.all())
    .addOption(OPTIONS.sort())
    .addOption(OPTIONS.json())
    .addOption(OPTIONS.exitCode())
    .addOption(OPTIONS.wait())
    .addOption(OPTIONS.kubeconfigs())
    .addHelpText(
      "after",
      `Exit status: 0 something was seen, 1 nothing, 2 the command line is wrong.
With --exit-code or --wait: 0 everything is in order, 1 something is not, 3 nothing is known to be
wrong, but not all was seen, 2 the command line is wrong.`,
    )
    .action((given: AppGiven) => {
      const { watch = false, json = false, exitCode = false, wait: waitMs } = given;
      const { upgrades = false, all = false, sort } = given;
      take({ kind: "status", ...appOf(given), watch, json, exitCode, waitMs, upgrades, all, sort });
    });
  ofApp(program.command("verify"))
    .description(
      `Waits until members, placements, exports and the MultiClusterService are in order, then opens connections to its address, each a new one, until every cluster that exports the Service has answered. A connection fails that is not made, is cut, times out, or is answered with a --failed-status or by nobody that is known.

Which cluster answered is told from the response: by the name or the address of one of its pods in a header or in the body, or as --header or --body say.`,
    )
    .summary("proves that every cluster answers at the address of a MultiClusterService")
    .argument(
      "[namespace/name]",
      "the MultiClusterService; without one, every one of the app",
      namespaced("service"),
    )
    .addOption(OPTIONS.header())
    .addOption(OPTIONS.body())
    .addOption(OPTIONS.cluster("expect answers of this member; default: all that export"))
    .addOption(OPTIONS.path())
    .addOption(OPTIONS.port())
    .addOption(OPTIONS.connections())
    .addOption(OPTIONS.maxFailed())
    .addOption(OPTIONS.failedStatus())
    .addOption(OPTIONS.timeout(VERIFY_TIMEOUT))
    .addOption(OPTIONS.verifyJson())
    .addOption(OPTIONS.kubeconfigs())
    .addHelpText(
      "after",
      `Exit status: 0 all expected clusters answered, 3 they did, but more connections failed
than --max-failed allows, 1 anything else is not so (the reason is on stderr),
2 the command line is wrong.`,
    )
    .action((service: NamespacedName | undefined, given: AppGiven) => {
      const { cluster, header, body, port, path, connections, timeout: timeoutMs } = given;
      const { maxFailed, failedStatus: failedStatuses, json = false } = given;
      const asked = { header, body, port, path, connections, maxFailed, failedStatuses, timeoutMs };
      take({ kind: "verify", ...appOf(given), service, clusters: distinct(cluster), ...asked, json });
    });
  ofApp(program.command("drill"))
    .usage("[options] <namespace/name> --lose <member>\n       aks-fleet drill --restore")
    .description(
      `Takes a member out of service for one Service for a while, sends connections to all of its addresses all along, and says what came of them: by cluster, what failed, how long it took, and whether the model (aks-fleet preview --without) had predicted it.

It takes away the member's export of the Service by a ResourceOverride of its placement: pods go on running, and Terraform's plans stay empty. The hub notes it before (ConfigMap default/aks-fleet-drill), so that no two run at once. It is undone whatever happens, also after Ctrl-C; after kill -9 or a lost connection --restore does it.`,
    )
    .summary("takes a member out of service for a while, and proves that the Service outlives it")
    .argument("[namespace/name]", "the Service; its entries are meant, too", namespaced("service"))
    .addOption(OPTIONS.lose())
    .addOption(OPTIONS.forMs())
    .addOption(OPTIONS.restore())
    .addOption(OPTIONS.junit())
    .addOption(
      OPTIONS.yes("does not ask, though the member is the last that serves it, or holds its only entry"),
    )
    .addOption(OPTIONS.header())
    .addOption(OPTIONS.body())
    .addOption(OPTIONS.path())
    .addOption(OPTIONS.port())
    .addOption(OPTIONS.connections())
    .addOption(OPTIONS.timeout(VERIFY_TIMEOUT))
    .addOption(OPTIONS.kubeconfigs())
    .addHelpText(
      "after",
      `Exit status: 0 the Service outlived it, as predicted, 1 refused, or ended early and undone,
2 the command line is wrong, 3 something did not hold, 4 it is not undone: --restore;
129, 130, 143 stopped by SIGHUP, SIGINT or SIGTERM, and undone.`,
    )
    .action((service: NamespacedName | undefined, given: AppGiven) => {
      const { lose, restore, junit, yes = false, header, body, port, path, connections } = given;
      const { for: forMs, timeout: timeoutMs } = given;
      if (restore) {
        if (service || lose) {
          throw new UsageProblem(
            "--restore undoes what the hub has noted: it takes neither a service nor --lose.",
          );
        }
        take({ kind: "restore", ...appOf(given), timeoutMs });
        return;
      }
      if (!service || !lose) {
        throw new UsageProblem(
          `${service ? "--lose MEMBER is missing" : "The service is missing"}: aks-fleet drill NAMESPACE/NAME --lose MEMBER.`,
        );
      }
      const asked = { header, body, port, path, connections, timeoutMs };
      take({ kind: "drill", ...appOf(given), service, lose, forMs, junit, yes, ...asked });
    });
  ofApp(program.command("forget"))
    .description(
      "Cleans what can be cleaned of a member that is lost and will not come back: nothing is placed on it any more, its placements go on without it, and the others lead no connections there. Lists it first, and asks. Says what only Azure can do, and what the hub refuses and why.",
    )
    .summary("cleans what can be cleaned of a member that will not come back")
    .argument("<member>", "its name, its cluster's or its key", (name: string) =>
      kubernetesName("The member", name),
    )
    .addOption(OPTIONS.to())
    .addOption(OPTIONS.yes("does not ask"))
    .addOption(OPTIONS.kubeconfigs())
    .addHelpText(
      "after",
      "Exit status: 0 what can be cleaned is, 1 not all of it, or nothing, 2 the command line is wrong.",
    )
    .action((member: string, given: AppGiven) =>
      take({ kind: "forget", ...appOf(given), member, to: given.to, yes: given.yes ?? false }),
    );
  ofApp(program.command("kubeconfig"))
    .description(
      "Writes a kubeconfig file for the hub, named like the fleet, and for every member, named like its cluster, into this folder: readable for you alone, though nothing in it is secret, since kubelogin gets the token.",
    )
    .summary("writes kubeconfig files for the hub and the members")
    .argument("[name...]", 'the fleet ("hub" will do), a cluster, a member or its key; without one, all')
    .addOption(OPTIONS.overwrite())
    .action((wanted: string[], given: AppGiven) =>
      take({
        kind: "kubeconfig",
        ...appOf(given),
        names: wanted,
        overwrite: given.overwriteExisting ?? false,
      }),
    );
  return program;
}

/** Turns the command line into what is to be done. Throws a UsageProblem that names the wrong part. */
export function parseCommand(args: readonly string[]): Command {
  let command: Command | undefined;
  let printed = "";
  const program = programOf(
    (taken) => {
      command = taken;
    },
    (text) => {
      printed += text;
    },
  );
  try {
    program.parse(args, { from: "user" });
  } catch (problem) {
    if (!(problem instanceof CommanderError)) throw problem;
    if (problem.exitCode === 0) return { kind: "print", text: printed.trimEnd() };
    throw new UsageProblem(complaint(problem, named(program, args)));
  }
  return command as Command;
}

/** What the command takes that is meant, as far as the command line names one. */
export function usageOf(args: readonly string[]): string {
  const nothing = () => undefined;
  const command = named(programOf(nothing, nothing), args);
  const usage = command.createHelp().commandUsage(command);
  const [words] = usage.split(/ [[<]/);
  return `Usage: ${usage}\nMore: ${words} --help`;
}

/** The command that the first words name, as far as they name one. */
function named(program: Program, [word, ...rest]: readonly string[]): Program {
  const inner = program.commands.find((one) => one.name() === word);
  return inner ? named(inner, rest) : program;
}

function complaint({ code, message }: CommanderError, command: Program): string {
  if (code === "commander.help") {
    return `A command is missing: ${command.commands.map((one) => one.name()).join(", ")}.`;
  }
  const [text = "", ...hints] = message.replace(/^error: /, "").split("\n");
  return [`${text.replace(/\.?$/, ".")}`, ...hints].join(" ");
}

function whole(option: string, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new UsageProblem(`${option} is "${text}": give a whole number from 1 to ${most}.`);
  };
}

function maxFailed(text: string): MaxFailed {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number);
  if (percent && value <= 100) return { value, of: "percent" };
  if (percent === "" && Number.isSafeInteger(value)) return { value, of: "connections" };
  throw new UsageProblem(
    `--max-failed is "${text}": give a whole number of connections, or a percentage from 0% to 100%.`,
  );
}

function statuses(text: string): string[] {
  const given = text === "none" ? [] : text.split(",").map((one) => one.trim().toLowerCase());
  const wrong = given.find((one) => !/^[1-5](xx|\d\d)$/.test(one));
  if (wrong === undefined) return given;
  throw new UsageProblem(
    `--failed-status is "${text}": give statuses such as 503 or 5xx, several with commas, or none.`,
  );
}

function urlPath(text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new UsageProblem(
    `--path is "${text}": give one that starts with "/" and holds no spaces, as in a URL.`,
  );
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageProblem(`--body: ${(error as Error).message}.`);
  }
}

interface NamespacedName {
  namespace: string;
  name: string;
}

function approval(text: string, given: Approval[] = []): Approval[] {
  const [, stack, digest] = /^([^=]+)=([0-9a-f]{64})$/.exec(text) ?? [];
  if (stack && digest) return [...given, { stack, digest }];
  throw new UsageProblem(`"${text}" is no STACK=DIGEST, as diff --format json tells it.`);
}

type PlacementName = Pick<Extract<Command, { kind: "placement" }>, "namespace" | "name">;

function namespaced(what: string): (full: string) => NamespacedName {
  return (full) => {
    const [namespace, name, ...extra] = full.split("/");
    if (!namespace || !name || extra.length > 0) {
      throw new UsageProblem(`The ${what} has to be given as NAMESPACE/NAME, not as "${full}".`);
    }
    for (const one of [namespace, name]) kubernetesName(`The ${what}`, one);
    return { namespace, name };
  };
}

function placementName(full: string): PlacementName {
  const [name, namespace, ...extra] = full.split("/").reverse();
  if (!name || namespace === "" || extra.length > 0) {
    throw new UsageProblem(
      `The placement is a ClusterResourcePlacement by its name, or a ResourcePlacement as NAMESPACE/NAME, not "${full}".`,
    );
  }
  for (const one of namespace === undefined ? [name] : [namespace, name])
    kubernetesName("The placement", one);
  return { namespace, name };
}

/** A name goes into the path of a request: what is no Kubernetes name would ask for something else. */
function kubernetesName(what: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  throw new UsageProblem(
    `${what} "${name}" is no Kubernetes name: small letters, digits, "-" and "." are allowed.`,
  );
}

function distinct(given: readonly string[] = []): string[] {
  return [...new Set(given)];
}
