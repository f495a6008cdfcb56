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

/** How to find the deployed app and reach its clusters. */
export interface AppOptions {
  /** The folder the app was synthesized to. */
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
  /** Written instead of standard output. */
  outputs: WrittenFile[];
  /** The `--fail-on` values, as given; the report parses them. */
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
  /** The exit status says whether everything is healthy. */
  exitCode: boolean;
  /** Polls until everything is healthy, for at most this long. */
  waitMs: number | undefined;
  /** Also queries Azure, which knows what the hub doesn't. */
  upgrades: boolean;
}

/** For waits and `leave`: long enough for a role assignment to propagate and a cluster to start. */
const TIMEOUT = "30m";
const VERIFY_TIMEOUT = "5m";
const STATUS_WAIT = "10m";
const OUT = "cdktf.out";

/** Every option of every command. */
const OPTIONS = {
  kubeconfig: () =>
    new Option(
      "--kubeconfig <file>",
      "use this file instead of AKS_FLEET_KUBECONFIG, KUBECONFIG or ~/.kube/config",
    ),
  kubeconfigs: () =>
    repeated(
      "--kubeconfig <[name=]file>",
      "use this kubeconfig for the hub; NAME=FILE: use it for the member NAME (repeatable)",
    ),
  timeout: (initial: string) =>
    new Option("--timeout <duration>", "such as 90s, 30m, 1h")
      .argParser((text) => parseDuration("--timeout", text))
      .default(parseDuration("--timeout", initial), initial),
  member: () => names("--member <name>", "wait until this member has joined, too (repeatable)"),
  cluster: (what: string) => names("--cluster <name>", `${what} (repeatable)`),
  lost: () => names("--lost <name>", "this cluster is lost: send it no connections (repeatable)"),
  placement: () => names("--placement <name>", "what this placement placed on members (repeatable)"),
  namespace: () =>
    names(
      "--namespace <name>",
      "what was placed on members in this namespace, and what is exported from it (repeatable)",
    ),
  out: (what = "the folder the app was synthesized to") =>
    new Option("--out <folder>", `${what} (default: ${OUT})`),
  base: () => new Option("--base <folder>", "the app as synthesized before the change"),
  objects: () =>
    new Option("--out <folder>", "write each cluster's objects to its own subfolder, one file per object"),
  without: () =>
    repeated(
      "--without <member|location>",
      "show what is left when this member, or every member in this location, is lost (repeatable)",
    ),
  login: () =>
    new Option("--login <method>", "how kubelogin gets the token (default: as in the deployed app)").choices([
      "azurecli",
      "workloadidentity",
      "spn",
      "msi",
      "azd",
    ]),
  watch: () =>
    new Option("--watch", "refresh every five seconds until stopped").conflicts(["json", "exitCode", "wait"]),
  exitCode: () =>
    new Option(
      "--exit-code",
      "exit 0 if everything is healthy, 1 if not, 3 if some of it could not be checked",
    ),
  wait: () =>
    new Option(
      "--wait [duration]",
      `wait until everything is healthy, then exit as with --exit-code (duration defaults to ${STATUS_WAIT})`,
    )
      .preset(STATUS_WAIT)
      .argParser((text) => parseDuration("--wait", text)),
  upgrades: () =>
    new Option(
      "--upgrades",
      "also query Azure (az rest, with your login): groups, auto-upgrade profiles, update runs, and pending gates",
    ),
  all: () => new Option("--all", "show every row, healthy ones included").conflicts("json"),
  sort: () =>
    new Option("--sort <key>", "how to sort members; state: unhealthy first")
      .choices(SORTS)
      .default("state")
      .conflicts("json"),
  previewJson: () =>
    new Option(
      "--json",
      "for scripts: { fleets: [{ name, clusters, services, changes, without, unknown }], notes }; docs/preview.md describes each",
    ),
  json: () =>
    new Option(
      "--json",
      "for scripts: { fleets: [{ name, members, placements, exports, services, trafficManagers, upgrades, problems, unseen }], unseen }; docs/status.md describes each",
    ),
  header: () =>
    new Option(
      "--header <name>",
      "the response header that holds the pod's name or address, or the cluster's name",
    )
      .argParser((name) => name.toLowerCase())
      .conflicts("body"),
  body: () =>
    new Option(
      "--body <regex>",
      "the same, but in the body: the first capture group of this expression, or its whole match",
    ).argParser(expression),
  path: () => new Option("--path <path>", "the path to request").argParser(urlPath).default("/"),
  port: () =>
    new Option(
      "--port <port>",
      "default: the first port of the Service; 443 uses TLS, without verifying the certificate",
    ).argParser(whole("--port", 65_535)),
  connections: () =>
    new Option("--connections <number>", "the minimum number of connections")
      .argParser(whole("--connections", 100_000))
      .default(20),
  maxFailed: () =>
    new Option(
      "--max-failed <number|percentage>",
      "how many connections may fail: a number, or a percentage such as 2.5%",
    )
      .argParser(maxFailed)
      .default(maxFailed("0%"), "0%"),
  failedStatus: () =>
    new Option(
      "--failed-status <statuses>",
      "response statuses that count as failed connections: 5xx, 4xx, 503, comma-separated, or none",
    )
      .argParser(statuses)
      .default(statuses("5xx"), "5xx"),
  verifyJson: () =>
    new Option(
      "--json",
      "for scripts: { services: [{ name, member, url, connections, failed, failures, clusters, problems, exitStatus }], unseen }; docs/verify.md describes each; progress goes to stderr",
    ),
  lose: () =>
    new Option(
      "--lose <member>",
      "the member to take out of service: its name, its cluster's name, or its key",
    ).argParser((name) => kubernetesName("--lose", name)),
  to: () =>
    new Option(
      "--to <member>",
      "transfer to this member its claims to the Services whose address it held",
    ).argParser((name) => kubernetesName("--to", name)),
  forMs: () =>
    new Option("--for <duration>", "how long to keep it out of service")
      .argParser((text) => parseDuration("--for", text))
      .default(60_000, "60s"),
  restore: () => new Option("--restore", "undo the drill recorded on the hub, whoever started it"),
  junit: () => new Option("--junit <file>", "write the checks to this file as JUnit XML"),
  yes: (what: string) => new Option("--yes", what),
  overwrite: () => new Option("--overwrite-existing", "also overwrite files that this command did not write"),
  synth: () => new Option("--synth", "compare two synthesized apps, without a plan").conflicts("out"),
  format: () =>
    new Option(
      "--format <format>",
      "markdown (default) for a GitHub comment, text for a terminal, json for programs",
    ).choices(FORMATS),
  diagram: () => new Option("--diagram", "draw the fleet before and after"),
  failOn: () =>
    repeated(
      "--fail-on <actions[:severity]>",
      "refuse create, update, delete, replace or forget at or above a severity: outage, risk, change (default) or harmless; comma-separated; a severity alone refuses everything reported at it, including failed checks and invoked actions",
    ),
  allow: () =>
    repeated("--allow <pattern>", 'exempt addresses from --fail-on: "azurerm_subnet.*", "infra:*"'),
  output: () =>
    repeated(
      "--output <file>",
      "write to this file instead of standard output; the extension sets the format: .md, .txt, .json (repeatable)",
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

/** The options as commander parses them; an option that is not given is absent. */
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

/** For commands that query several clusters. */
interface AppGiven extends Omit<Given, "kubeconfig"> {
  kubeconfig?: string[];
}

const READS = `Reads what the app deployed with \`terraform output\` (TERRAFORM_BINARY_NAME: another
terraform).`;
const REPORT_STATUS = `Exit status: 0 nothing changes, 2 something changes, 3 refused by --fail-on,
1 error (the reason is on stderr).`;

const PREVIEW_STATUS = `Exit status: 0 done, 2 a Service becomes unreachable (--without), 1 error
(the reason is on stderr). TERRAFORM_BINARY_NAME: another terraform.`;

/** The commands of `aks-fleet`; the parsed command line is passed to `take`. */
function programOf(take: (command: Command) => void, print: (text: string) => void): Program {
  const program = new Program("aks-fleet")
    .description("Waits for the parts of a fleet, shows its state, and reports what a change does to it.")
    .version(version(), "--version")
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined });
  program.addHelpText(
    "after",
    `
Environment:
  AKS_FLEET_KUBECONFIG    the content of a kubeconfig, YAML or JSON
  AKS_FLEET_APPROVAL_KEY  the key for the digests that diff prints and deploy compares
  AKS_FLEET_SKIP_WAITS=1  deploy without waiting for what isn't ready
  AKS_FLEET_SKIP_DRAIN=1  destroy, or remove a member, without waiting for a cluster that is
                          gone for good
  TERRAFORM_BINARY_NAME   another terraform, e.g. tofu
  NO_COLOR=1              no colours

Exit status: 0 done, 1 not done (the reason is on stderr), 2 the command line is
invalid; preview, report, diff, deploy, status, verify, drill and forget differ: see
their --help.`,
  );

  const clusterOf = ({ kubeconfig, timeout }: Given): ClusterOptions => ({ kubeconfig, timeoutMs: timeout });
  const ofCluster = (command: Program) =>
    command.addOption(OPTIONS.kubeconfig()).addOption(OPTIONS.timeout(TIMEOUT));

  const wait = program
    .command("wait")
    .summary("waits until a part of the fleet is ready")
    .description("Waits until a part of the fleet is ready, and prints what is still missing.");
  ofCluster(wait.command("hub"))
    .description(
      "Waits until the fleet's hub answers, this identity has its permissions there, the hub serves the fleet's APIs, and every --member has joined.",
    )
    .summary("the hub, and members that have joined")
    .addOption(OPTIONS.member())
    .action((given: Given) => take({ kind: "hub", ...clusterOf(given), members: distinct(given.member) }));
  ofCluster(wait.command("member"))
    .description(
      "Waits (with the member's kubeconfig) until the cluster serves MultiClusterServices and this identity may create them.",
    )
    .summary("a member that accepts MultiClusterServices")
    .action((given: Given) => take({ kind: "member", ...clusterOf(given) }));
  ofCluster(wait.command("placement"))
    .description(
      "Waits until the ClusterResourcePlacement (with a namespace, the ResourcePlacement there) is available on every chosen cluster, at its current generation, with the hub's current resources and overrides, and until every --cluster is chosen.",
    )
    .summary("a placement that is available on its clusters")
    .argument("<[namespace/]name>", "the placement", placementName)
    .addOption(OPTIONS.cluster("wait until this cluster is chosen, too"))
    .action((placement: PlacementName, given: Given) =>
      take({ kind: "placement", ...clusterOf(given), ...placement, clusters: distinct(given.cluster) }),
    );
  ofCluster(wait.command("service"))
    .description(
      "Waits (with the member's kubeconfig) until the MultiClusterService is valid, has an address, and is served from every --cluster; prints the address on the last line. Deletes the endpoints of every --lost cluster, whose own agents can't.",
    )
    .summary("a MultiClusterService that has an address")
    .argument("<namespace/name>", "the MultiClusterService", namespaced("service"))
    .addOption(OPTIONS.cluster("wait until connections reach this cluster"))
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
      "Waits until the TrafficManagerProfile is programmed, and its backends are accepted, at their current generations, with an endpoint for every --cluster; prints the DNS name on the last line.",
    )
    .summary("a TrafficManagerProfile whose DNS name resolves")
    .argument("<namespace/name>", "the TrafficManagerProfile", namespaced("profile"))
    .addOption(OPTIONS.cluster("wait until this cluster has an endpoint"))
    .action((profile: NamespacedName, given: Given) =>
      take({ kind: "traffic-manager", ...clusterOf(given), ...profile, clusters: distinct(given.cluster) }),
    );

  ofCluster(program.command("drain"))
    .description(
      "Waits until the hub's fleet-member-* namespaces hold nothing of what these placements or namespaces placed on members or export; without options, until they are empty.",
    )
    .summary("waits until members have removed what was placed")
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
      "Removes from a member everything the fleet placed there, and waits until nothing is left and the hub can release it. Nothing is placed on it again. Only placements that name the member change.",
    )
    .summary("removes from a member what the fleet placed there")
    .argument("<name>", "the member", (name: string) => kubernetesName("The member", name))
    .action((member: string, given: Given) => take({ kind: "leave", ...clusterOf(given), member }));

  program
    .command("init")
    .description(
      "Creates a small app in a folder: two regions, one address, a test, settings for CDKTF and TypeScript, and workflows that report on pull requests and deploy what is approved. Writes nothing if any of its files exists.",
    )
    .summary("creates a small app, ready to synthesize and test")
    .argument("[folder]", "the folder to create it in", ".")
    .action((folder: string) => take({ kind: "init", folder }));
  program
    .command("show")
    .description("Lists what a synthesized app would build.")
    .summary("lists what a synthesized app would build")
    .argument("[folder]", "the folder the app was synthesized to", OUT)
    .action((folder: string) => take({ kind: "show", folder }));
  program
    .command("diagram")
    .description("Draws the fleet of a synthesized app as a mermaid flowchart.")
    .summary("draws the fleet of a synthesized app as a mermaid flowchart")
    .argument("[folder]", "the folder the app was synthesized to", OUT)
    .action((folder: string) => take({ kind: "diagram", folder }));

  program
    .command("preview")
    .description(
      "Shows what each cluster gets from a synthesized app: objects after placement, overrides and envelopes, why or why not, and which clusters serve each Service. Values known only after apply are read from the state if the stacks are initialized here.",
    )
    .summary("shows what each cluster gets from a synthesized app")
    .argument("[folder]", "the folder the app was synthesized to", OUT)
    .addOption(OPTIONS.cluster("show only this cluster"))
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
  reported(program.command("report"), OPTIONS.out("the synthesized app that the plans belong to"))
    .usage("[options] [file|stack|stack=file|-]...\n       aks-fleet report [options] --synth <base> <head>")
    .description(
      "Reports what plans (terraform show -json PLAN > plan.STACK.json) do to the fleet: the verdict, what matters and why, worst first, then the details. Without operands, reads every plan in the current folder.",
    )
    .summary("reports what plans do to the fleet, worst first")
    .argument(
      "[plan...]",
      "a file, a stack whose plan is in the current folder, or - for standard input; with --synth, two folders",
    )
    .addOption(OPTIONS.synth())
    .action((operands: string[], given: Given) =>
      take({ kind: "report", operands, synth: given.synth ?? false, out: given.out, ...reporting(given) }),
    );
  reported(program.command("diff"), OPTIONS.out())
    .description(
      "Plans the stacks of the synthesized app in order and reports what the plans do to the fleet. A stack that can't be planned until another is deployed is compared with the app of --base; without --base, a stack that was never deployed is reported as new.",
    )
    .summary("plans the app's stacks and reports what the plans do")
    .argument("[stack...]", 'only these; "*" matches any text')
    .addOption(OPTIONS.base())
    .addHelpText("after", "TERRAFORM_BINARY_NAME: another terraform.")
    .action((stacks: string[], given: Given) =>
      take({ kind: "diff", stacks, out: given.out ?? OUT, base: given.base, ...reporting(given) }),
    );

  program
    .command("deploy")
    .description(
      `Plans these stacks again and applies the plans if they match what was approved: the digests in the output of diff --format json. If any plan differs, nothing is applied. AKS_FLEET_APPROVAL_KEY holds the digests' key.`,
    )
    .summary("applies the app's plans if they match what was approved")
    .argument("<stack=digest...>", "the approved digest of each stack", approval)
    .addOption(OPTIONS.out())
    .addHelpText(
      "after",
      `\nTERRAFORM_BINARY_NAME: another terraform.
Exit status: 0 applied, 3 refused: not what was approved, 1 not done (the reason is on
stderr), 2 the command line is invalid.`,
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
      "Shows on one screen the deployed fleet's members, placements, exports and services, their problems, and what could not be checked. Coloured on a terminal unless NO_COLOR is set.",
    )
    .summary("shows the deployed fleet's members, placements, exports and services")
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
      `Exit status: 0 some of the fleet was reached, 1 none of it was, 2 the command line is invalid.
With --exit-code or --wait: 0 everything is healthy, 1 something is not, 3 no problem is known, but
some of it could not be checked, 2 the command line is invalid.`,
    )
    .action((given: AppGiven) => {
      const { watch = false, json = false, exitCode = false, wait: waitMs } = given;
      const { upgrades = false, all = false, sort } = given;
      take({ kind: "status", ...appOf(given), watch, json, exitCode, waitMs, upgrades, all, sort });
    });
  ofApp(program.command("verify"))
    .description(
      `Waits until members, placements, exports and the MultiClusterService are healthy, then opens new connections to its address until every cluster that exports the Service has answered. A connection fails if it can't be opened, is reset, times out, or is answered with a --failed-status or by an unknown cluster.

The response identifies the cluster: by the name or address of one of its pods, anywhere in the headers or body, or only where --header or --body say.`,
    )
    .summary("verifies that every cluster answers at a MultiClusterService's address")
    .argument(
      "[namespace/name]",
      "the MultiClusterService (default: all of the app's)",
      namespaced("service"),
    )
    .addOption(OPTIONS.header())
    .addOption(OPTIONS.body())
    .addOption(OPTIONS.cluster("expect answers from this member; default: all that export the Service"))
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
than --max-failed allows, 1 not verified (the reason is on stderr),
2 the command line is invalid.`,
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
      `Takes a member out of service for one Service for a while, keeps opening connections to all of the Service's addresses, and reports the results: answers by cluster, failures, durations, and whether the model (aks-fleet preview --without) predicted them.

It withdraws the member's export of the Service with a ResourceOverride of its placement: pods keep running, and Terraform plans stay empty. The drill is first recorded on the hub (ConfigMap default/aks-fleet-drill), so only one can run at a time. It is always undone, even after Ctrl-C; after kill -9 or a lost connection, use --restore.`,
    )
    .summary("takes a member out of service for a while and verifies that the Service survives")
    .argument("[namespace/name]", "the Service; includes its entries", namespaced("service"))
    .addOption(OPTIONS.lose())
    .addOption(OPTIONS.forMs())
    .addOption(OPTIONS.restore())
    .addOption(OPTIONS.junit())
    .addOption(
      OPTIONS.yes("skip confirmation, even if the member is the last to serve it or holds its only entry"),
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
      `Exit status: 0 the Service survived, as predicted, 1 refused, or ended early and undone,
2 the command line is invalid, 3 a check failed, 4 not undone: run --restore;
129, 130, 143 stopped by SIGHUP, SIGINT or SIGTERM, and undone.`,
    )
    .action((service: NamespacedName | undefined, given: AppGiven) => {
      const { lose, restore, junit, yes = false, header, body, port, path, connections } = given;
      const { for: forMs, timeout: timeoutMs } = given;
      if (restore) {
        if (service || lose) {
          throw new UsageProblem(
            "--restore undoes the drill recorded on the hub: give neither a service nor --lose.",
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
      "Cleans up after a member that is lost for good: nothing is placed on it any longer, its placements proceed without it, and other members stop sending it connections. Lists the changes and asks first. Reports what only Azure can do, and what the hub refuses and why.",
    )
    .summary("cleans up after a member that is lost for good")
    .argument("<member>", "its name, its cluster's name, or its key", (name: string) =>
      kubernetesName("The member", name),
    )
    .addOption(OPTIONS.to())
    .addOption(OPTIONS.yes("skip confirmation"))
    .addOption(OPTIONS.kubeconfigs())
    .addHelpText(
      "after",
      "Exit status: 0 cleaned up as far as possible, 1 not done, 2 the command line is invalid.",
    )
    .action((member: string, given: AppGiven) =>
      take({ kind: "forget", ...appOf(given), member, to: given.to, yes: given.yes ?? false }),
    );
  ofApp(program.command("kubeconfig"))
    .description(
      "Writes to the current folder a kubeconfig file for the hub, named after the fleet, and for every member, named after its cluster. Only you can read them, though they hold no secrets: kubelogin gets the token.",
    )
    .summary("writes kubeconfig files for the hub and the members")
    .argument("[name...]", 'the fleet (or "hub"), a cluster, a member or its key (default: all)')
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

/** Parses the command line. Throws a UsageProblem that names the invalid part. */
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

/** The usage of the command that the command line names, as far as it names one. */
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
    return `Missing command: ${command.commands.map((one) => one.name()).join(", ")}.`;
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
    `--failed-status is "${text}": give statuses such as 503 or 5xx, comma-separated, or none.`,
  );
}

function urlPath(text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text;
  throw new UsageProblem(`--path is "${text}": give a URL path that starts with "/" and has no spaces.`);
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
  throw new UsageProblem(`"${text}" isn't a STACK=DIGEST as printed by diff --format json.`);
}

type PlacementName = Pick<Extract<Command, { kind: "placement" }>, "namespace" | "name">;

function namespaced(what: string): (full: string) => NamespacedName {
  return (full) => {
    const [namespace, name, ...extra] = full.split("/");
    if (!namespace || !name || extra.length > 0) {
      throw new UsageProblem(`The ${what} is "${full}": give it as NAMESPACE/NAME.`);
    }
    for (const one of [namespace, name]) kubernetesName(`The ${what}`, one);
    return { namespace, name };
  };
}

function placementName(full: string): PlacementName {
  const [name, namespace, ...extra] = full.split("/").reverse();
  if (!name || namespace === "" || extra.length > 0) {
    throw new UsageProblem(
      `The placement is "${full}": give the name of a ClusterResourcePlacement, or NAMESPACE/NAME of a ResourcePlacement.`,
    );
  }
  for (const one of namespace === undefined ? [name] : [namespace, name])
    kubernetesName("The placement", one);
  return { namespace, name };
}

/** A name becomes part of a request path: anything but a Kubernetes name would request something else. */
function kubernetesName(what: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  throw new UsageProblem(
    `${what} "${name}" isn't a Kubernetes name: use lowercase letters, digits, "-" and ".".`,
  );
}

function distinct(given: readonly string[] = []): string[] {
  return [...new Set(given)];
}
