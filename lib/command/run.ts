import { writeFileSync } from "node:fs";
import { type Command, parseCommand, usageOf } from "./arguments";
import type { Surroundings } from "./surroundings";
import { FinalProblem, UsageProblem } from "./terminal/problems";

/** Runs one command line and returns its exit status. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const { complain } = surroundings;
  try {
    return await act(parseCommand(args), surroundings);
  } catch (problem) {
    if (problem instanceof UsageProblem) {
      complain(`aks-fleet: ${problem.message}\n${usageOf(args)}`);
      // Of these 2 says something else.
      return ["preview", "report", "diff"].includes(args[0] ?? "") ? 1 : 2;
    }
    const known = problem instanceof FinalProblem;
    complain(`aks-fleet: ${known ? "" : "unexpected: "}${(problem as Error).message}`);
    return 1;
  }
}

/** A command loads only what it needs: Terraform starts many waits, and --help is there at once. */
async function act(command: Command, surroundings: Surroundings): Promise<number> {
  const { print } = surroundings;
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
      return preview(command, surroundings);
    }
    case "report":
    case "diff": {
      const { parseGate } = require("./judge/gate") as typeof import("./judge/gate");
      const gate = parseGate(command.failOn);
      const { report } = require("./report") as typeof import("./report");
      const { diff } = require("./diff") as typeof import("./diff");
      const reported =
        command.kind === "report"
          ? report({ ...command, gate })
          : await diff({ ...command, gate }, surroundings);
      if (command.outputs.length === 0) print(reported.text.trimEnd());
      for (const { file, format } of command.outputs) {
        writeReport(file, `${reported.textIn(format).trimEnd()}\n`);
      }
      return reported.status;
    }
    case "deploy": {
      const { deploy } = require("./deploy") as typeof import("./deploy");
      return deploy(command, surroundings);
    }
    case "status":
    case "verify":
    case "kubeconfig": {
      const { runOnApp } = require("./app-command") as typeof import("./app-command");
      return runOnApp(command, surroundings);
    }
    case "drill": {
      const { drill } = require("./drill") as typeof import("./drill");
      return drill(command, surroundings);
    }
    case "forget": {
      const { forget } = require("./forget") as typeof import("./forget");
      await forget(command, surroundings);
      return 0;
    }
    case "restore": {
      const { restore } = require("./drill") as typeof import("./drill");
      await restore(command, surroundings);
      return 0;
    }
    default: {
      const { wait } = require("./wait") as typeof import("./wait");
      await wait(command, surroundings);
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
