import { writeFileSync } from "node:fs";
import { type Command, parseCommand, usageOf } from "./arguments";
import { FinalProblem, UsageProblem } from "./problems";
import type { Surroundings } from "./surroundings";

/** Runs one command line and returns its exit status. */
export async function run(args: string[], surroundings: Surroundings): Promise<number> {
  const { complain } = surroundings;
  try {
    return await act(parseCommand(args), surroundings);
  } catch (problem) {
    if (problem instanceof UsageProblem) {
      complain(`aks-fleet: ${problem.message}\n${usageOf(args)}`);
      // Of a report 2 says that there are changes.
      return args[0] === "report" || args[0] === "diff" ? 1 : 2;
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
    case "show": {
      const { show } = require("./show") as typeof import("./show");
      for (const line of show(command.folder)) print(line);
      return 0;
    }
    case "diagram": {
      const { diagram } = require("./report/diagram") as typeof import("./report/diagram");
      const { fleetOfStacks } = require("./report/fleet") as typeof import("./report/fleet");
      const { readStacks } = require("./synthesized") as typeof import("./synthesized");
      print(diagram(fleetOfStacks(readStacks(command.folder, "aks-fleet diagram FOLDER"))).trimEnd());
      return 0;
    }
    case "report":
    case "diff": {
      const { parseGate } = require("./report/gate") as typeof import("./report/gate");
      const gate = parseGate(command.failOn);
      const { report } = require("./report/report") as typeof import("./report/report");
      const { diff } = require("./diff") as typeof import("./diff");
      const { text, status } =
        command.kind === "report"
          ? report({ ...command, gate })
          : await diff({ ...command, gate }, surroundings);
      if (command.output === undefined) print(text.trimEnd());
      else writeReport(command.output, `${text.trimEnd()}\n`);
      return status;
    }
    case "status":
    case "verify":
    case "kubeconfig": {
      const { runOnApp } = require("./app-command") as typeof import("./app-command");
      await runOnApp(command, surroundings);
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
