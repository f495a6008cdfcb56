import { isAbsolute } from "node:path";
import { run } from "./run";

// Nobody reads on (`| head`, or Terraform was stopped): an end, not an error to report.
process.stdout.on("error", () => process.exit(1));

run(ownArguments(), {
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  terminal: process.stdout.isTTY === true,
  size: () =>
    process.stdout.isTTY ? { rows: process.stdout.rows, columns: process.stdout.columns } : undefined,
}).then((status) => {
  process.exitCode = status;
  // An exec plugin that hangs must not keep the command alive.
  setTimeout(() => process.exit(), 500).unref();
});

function ownArguments(): string[] {
  const [first = "", ...rest] = process.argv.slice(1);
  // As a script: node puts the script's absolute path first.
  if (isAbsolute(first)) return rest;
  // As Terraform starts it, by `node -e ... --`: no script, and the whole command line is one argument.
  return first === "" ? rest : [...first.trim().split(/\s+/), ...rest];
}
