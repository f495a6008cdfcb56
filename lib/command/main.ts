import { isAbsolute } from "node:path";
import { createInterface } from "node:readline/promises";
import { run } from "./run";

/** Called when the command is asked to stop; undefined: it exits. */
let stop: ((signal: string) => void) | undefined;

// The reader is gone (`| head`, or Terraform was stopped): stop, without reporting an error.
process.stdout.on("error", () => (stop ? stop("SIGPIPE") : process.exit(1)));

run(ownArguments(), {
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  terminal: process.stdout.isTTY === true,
  size: () =>
    process.stdout.isTTY ? { rows: process.stdout.rows, columns: process.stdout.columns } : undefined,
  ...(process.stdin.isTTY && process.stdout.isTTY && { ask }),
  onStop,
}).then((status) => {
  process.exitCode = status;
  // An exec plugin that hangs must not keep the command alive.
  setTimeout(() => process.exit(), 500).unref();
});

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function onStop(act: (signal: string) => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  stop = act;
  for (const signal of signals) process.on(signal, act);
  return () => {
    stop = undefined;
    for (const signal of signals) process.off(signal, act);
  };
}

function ownArguments(): string[] {
  const [first = "", ...rest] = process.argv.slice(1);
  // As a script: Node puts the script's absolute path first.
  if (isAbsolute(first)) return rest;
  // As Terraform starts it, with `node -e ... --`: no script, and the whole command line is one argument.
  return first === "" ? rest : [...first.trim().split(/\s+/), ...rest];
}
