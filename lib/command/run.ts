import { writeFileSync } from "node:fs";
import { type Command, parseCommand, usageOf } from "./arguments";
import type { CommandContext } from "./context";
import { FinalProblem, UsageProblem } from "./terminal/problems";

/** Runs one command line and returns its exit status. */
export async function run(args: string[], context: CommandContext): Promise<number> {
  const { complain } = context;
  try {
    return await act(parseCommand(args), context);
  } catch (problem) {
    if (problem instanceof UsageProblem) {
      complain(`aks-fleet: ${problem.message}\n${usageOf(args)}`);
      // For these, status 2 has another meaning.
      return ["preview", "report", "diff"].includes(args[0] ?? "") ? 1 : 2;
    }
    const known = problem instanceof FinalProblem;
    complain(`aks-fleet: ${known ? "" : "unexpected: "}${(problem as Error).message}`);
    return 1;
  }
}

/** Each command loads only what it needs: Terraform starts many waits, and --help must be instant. */
async function act(command: Command, context: CommandContext): Promise<number> {
  const { print } = context;
  switch (command.kind) {
    case "print":
      print(command.text);
      return 0;
    case "init": {
      const { init } = require("./init") as typeof import("./init");
      for (const line of init(command.folder)) print(line);
      return 0;
    }
    case "show": {
      const { show } = require("./show") as typeof import("./show");
      for (const line of show(command.folder)) print(line);
      return 0;
    }
    case "diagram": {
      const { diagram } = require("./render/diagram") as typeof import("./render/diagram");
      const { fleetOfStacks } = require("./plan/fleet") as typeof import("./plan/fleet");
      const { readStacks } = require("./app/synthesized") as typeof import("./app/synthesized");
      print(diagram(fleetOfStacks(readStacks(command.folder, "aks-fleet diagram FOLDER"))).trimEnd());
      return 0;
    }
    case "preview": {
      const { preview } = require("./preview") as typeof import("./preview");
      return preview(command, context);
    }
    case "report":
    case "diff": {
      const { parseGate } = require("./judge/gate") as typeof import("./judge/gate");
      const gate = parseGate(command.failOn);
      const { report } = require("./report") as typeof import("./report");
      const { diff } = require("./diff") as typeof import("./diff");
      const reported =
        command.kind === "report" ? report({ ...command, gate }) : await diff({ ...command, gate }, context);
      if (command.outputs.length === 0) print(reported.text.trimEnd());
      for (const { file, format } of command.outputs) {
        writeReport(file, `${reported.textIn(format).trimEnd()}\n`);
      }
      return reported.status;
    }
    case "deploy": {
      const { deploy } = require("./deploy") as typeof import("./deploy");
      return deploy(command, context);
    }
    case "status":
    case "verify":
    case "kubeconfig": {
      const { runOnApp } = require("./app-command") as typeof import("./app-command");
      return runOnApp(command, context);
    }
    case "drill": {
      const { drill } = require("./drill") as typeof import("./drill");
      return drill(command, context);
    }
    case "forget": {
      const { forget } = require("./forget") as typeof import("./forget");
      await forget(command, context);
      return 0;
    }
    case "restore": {
      const { restore } = require("./drill") as typeof import("./drill");
      await restore(command, context);
      return 0;
    }
    default: {
      const { wait } = require("./wait") as typeof import("./wait");
      await wait(command, context);
      return 0;
    }
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new FinalProblem(`--output: ${file} can't be written: ${(error as Error).message}.`);
  }
}
