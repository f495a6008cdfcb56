import { isAbsolute } from "node:path";
import { helpOf, parseCommand } from "./arguments";

// Nobody reads on (`| head`, or Terraform was stopped): an end, not an error to report.
process.stdout.on("error", () => process.exit(1));

const args = ownArguments();
const help = quickHelp();
if (help === undefined) start();
else console.log(help);

async function start(): Promise<void> {
  const { run } = require("./run") as typeof import("./run");
  process.exitCode = await run(args, {
    environment: process.env,
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
    terminal: process.stdout.isTTY === true,
  });
  // An exec plugin that hangs must not keep the command alive.
  setTimeout(() => process.exit(), 500).unref();
}

/** Who asks for help must not wait until what asks clusters is loaded. */
function quickHelp(): string | undefined {
  try {
    const command = parseCommand(args);
    return command.kind === "help" ? helpOf(command.topic) : undefined;
  } catch {
    // For run to say.
    return undefined;
  }
}

function ownArguments(): string[] {
  const [first = "", ...rest] = process.argv.slice(1);
  // As a script: node puts the script's absolute path first.
  if (isAbsolute(first)) return rest;
  // As Terraform starts it, by `node -e ... --`: no script, and the whole command line is one argument.
  return first === "" ? rest : [...first.trim().split(/\s+/), ...rest];
}
