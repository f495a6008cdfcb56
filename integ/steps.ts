import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";

export interface Step {
  /** What is said of it, e.g. `hub apply`; its output is in `<name>.log`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** @default - those of this process */
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();

/** Ends what runs as Ctrl-C does: Terraform then writes its state and stops. */
export function interruptAll(): void {
  for (const child of running) {
    child.kill("SIGINT");
  }
}

/** Runs a command in a folder. @returns what it has printed @throws if it fails, with the end of what it has said */
export async function runStep(folder: string, step: Step, say: (line: string) => void): Promise<string> {
  const { name, command, args, environment } = step;
  const log = createWriteStream(join(folder, `${name.replaceAll(/[ /]/g, "-")}.log`));
  const began = Date.now();
  // Its own group: Ctrl-C in a terminal reaches it through interruptAll only, once.
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  const printed: string[] = [];
  const said: string[] = [];
  child.stdout.on("data", (data) => {
    printed.push(String(data));
    said.push(String(data));
    log.write(data);
  });
  child.stderr.on("data", (data) => {
    said.push(String(data));
    log.write(data);
  });
  const status = await new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code ?? String(signal)));
  });
  running.delete(child);
  log.end();
  const seconds = Math.round((Date.now() - began) / 1000);
  if (status !== 0) {
    say(`${name}: failed after ${seconds} s (${status})`);
    throw new Error(`${name} (${status}):\n${said.join("").trimEnd().split("\n").slice(-20).join("\n")}`);
  }
  say(`${name}: ${seconds} s`);
  return printed.join("");
}
