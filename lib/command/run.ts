import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AppCommand, runOnApp } from "./app-command";
import { type Command, helpOf, parseCommand, USAGE } from "./arguments";
import { type Clock, systemClock } from "./clock";
import { diff } from "./diff";
import { lookAtDrain } from "./drain";
import { follow, type Look } from "./follow";
import { connect } from "./kube-client";
import { type Environment, loadKubeconfig } from "./kubeconfig";
import { lookAtLeave } from "./leave";
import { FinalProblem, type Target, UsageProblem } from "./problems";
import { diagram } from "./report/diagram";
import { fleetOfStacks } from "./report/fleet";
import { report } from "./report/report";
import { show } from "./show";
import { readStacks } from "./synthesized";
import { lookAtHub } from "./wait-hub";
import { lookAtMember } from "./wait-member";
import { lookAtPlacement } from "./wait-placement";
import { lookAtService } from "./wait-service";
import { lookAtTrafficManager } from "./wait-traffic-manager";

export interface Surroundings {
  environment: Environment;
  print: (line: string) => void;
  complain: (line: string) => void;
  /** For tests: another time, and a cluster without a kubeconfig. */
  clock?: Clock;
  load?: typeof loadKubeconfig;
  /** What is on the screen may be coloured and redrawn. */
  terminal?: boolean;
}

/** Runs one command line and returns its exit status. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  try {
    const command = parseCommand(args);
    switch (command.kind) {
      case "help":
        print(helpOf(command.topic));
        break;
      case "version":
        print(version());
        break;
      case "show":
        for (const line of show(command.folder)) print(line);
        break;
      case "diagram":
        print(diagram(fleetOfStacks(readStacks(command.folder, "aks-fleet diagram FOLDER"))).trimEnd());
        break;
      case "report":
      case "diff": {
        const { text, status } =
          command.kind === "report" ? report(command) : await diff(command, surroundings);
        if (command.output === undefined) print(text.trimEnd());
        else writeReport(command.output, `${text.trimEnd()}\n`);
        return status;
      }
      case "status":
      case "verify":
      case "kubeconfig":
        await runOnApp(command, surroundings);
        break;
      default:
        await wait(command, surroundings);
    }
    return 0;
  } catch (problem) {
    if (problem instanceof UsageProblem) {
      complain(`aks-fleet: ${problem.message}\n${USAGE}`);
      // Of a report 2 says that there are changes.
      return args[0] === "report" || args[0] === "diff" ? 1 : 2;
    }
    const known = problem instanceof FinalProblem;
    complain(`aks-fleet: ${known ? "" : "unexpected: "}${(problem as Error).message}`);
    return 1;
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new FinalProblem(`--output: ${file} can't be written: ${(error as Error).message}.`);
  }
}

type ClusterCommand = Exclude<
  Command,
  AppCommand | { kind: "help" | "version" | "show" | "diagram" | "report" | "diff" }
>;

async function wait(
  command: ClusterCommand,
  { environment, print, clock = systemClock, load = loadKubeconfig }: Surroundings,
): Promise<void> {
  const subject = subjectOf(command);
  const goes = command.kind === "drain" || command.kind === "leave";
  const switchName = goes ? "AKS_FLEET_SKIP_DRAIN" : "AKS_FLEET_SKIP_WAITS";
  if (isSet(environment[switchName])) {
    print(`${subject}: skipped, because ${switchName} is set`);
    return;
  }

  const target: Target = command.kind === "member" || command.kind === "service" ? "member" : "hub";
  const client = connect(() => load(command.kubeconfig, environment), target);
  const { timeoutMs } = command;
  const until = (look: () => Promise<Look>) =>
    follow({ subject, look, timeoutMs, clock, random: Math.random, print });

  switch (command.kind) {
    case "hub":
      return until(lookAtHub(client, command.members, clock));
    case "member":
      return until(lookAtMember(client));
    case "placement":
      return until(lookAtPlacement(client, { ...command, clock }));
    case "service": {
      const service = lookAtService(client, command.namespace, command.name);
      await until(service.look);
      // Alone on the last line, for scripts.
      return print(service.address());
    }
    case "traffic-manager": {
      const profile = lookAtTrafficManager(client, command);
      await until(profile.look);
      return print(profile.dnsName());
    }
    case "drain":
      return until(lookAtDrain(client, command));
    case "leave":
      return until(lookAtLeave(client, command.member));
  }
}

function subjectOf(command: ClusterCommand): string {
  if (command.kind === "placement") {
    return `placement ${command.namespace === undefined ? "" : `${command.namespace}/`}${command.name}`;
  }
  if (command.kind === "leave") return `member ${command.member}`;
  if (command.kind === "service") return `service ${command.namespace}/${command.name}`;
  if (command.kind === "traffic-manager") return `traffic-manager ${command.namespace}/${command.name}`;
  return command.kind;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}

/** The package's root is further up from dist/lib/command than from lib/command. */
function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (name === "cdktf-aks-fleet") return version;
    } catch {
      // Not here: one further up.
    }
  }
  return "unknown";
}
