import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Environment } from "../terminal/environment";
import { FinalProblem } from "../terminal/problems";

export interface TerraformRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Terraform in a stack's folder, without a shell, and waits for it to finish. */
export function terraform(
  args: readonly string[],
  folder: string,
  environment: Environment,
  timeoutMs?: number,
): Promise<TerraformRun> {
  const child = start(args, folder, environment, { timeout: timeoutMs });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return ended(child, folder, environment).then((status) => ({
    status,
    stdout: Buffer.concat(stdout).toString("utf8"),
    stderr: Buffer.concat(stderr).toString("utf8"),
  }));
}

/**
 * Runs Terraform and passes its output on line by line. On `stop` it is interrupted once: it finishes its current operations and
 * writes the state.
 */
export async function terraformAloud(
  args: readonly string[],
  folder: string,
  environment: Environment,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<number | null> {
  // In its own process group: a terminal's second interrupt would make it stop immediately.
  const child = start(args, folder, environment, { detached: process.platform !== "win32" });
  const interrupt = () => child.kill("SIGINT");
  stop.addEventListener("abort", interrupt);
  const lines = [child.stdout, child.stderr].flatMap((input) => (input ? createInterface({ input }) : []));
  for (const one of lines) one.on("line", say);
  try {
    return await ended(child, folder, environment);
  } finally {
    stop.removeEventListener("abort", interrupt);
  }
}

function programOf(environment: Environment): string {
  // Like cdktf.
  return environment.TERRAFORM_BINARY_NAME || "terraform";
}

function start(
  args: readonly string[],
  folder: string,
  environment: Environment,
  options: { readonly timeout?: number | undefined; readonly detached?: boolean },
) {
  return spawn(programOf(environment), [...args], {
    cwd: folder,
    env: { ...environment, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    ...options,
  });
}

function ended(child: ChildProcess, folder: string, environment: Environment): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const cause =
        error.code === "ENOENT" && existsSync(folder)
          ? "is not installed (not in the PATH)"
          : `can't be run: ${error.message}`;
      reject(
        new FinalProblem(`"${programOf(environment)}" ${cause}. TERRAFORM_BINARY_NAME selects another one.`),
      );
    });
    child.on("close", resolve);
  });
}

/**
 * Terraform's error in one line, without frames: the first that is specific. The configuration lines and values it quotes may
 * hold secrets and are left out.
 */
export function complaintOf({ stdout, stderr }: TerraformRun): string {
  const said = (stderr.includes("Error: ") ? stderr : stderr || stdout)
    .split("\n")
    // The frame around an error; an inner frame is a quotation.
    .map((line) => line.replace(/^[│╷╵] ?/, ""))
    .filter((line) => !/^\s*(?:\d+:|[│├╷╵])/.test(line))
    .join("\n");
  const [, ...errors] = said.split(/^\s*Error: /m);
  const error = errors.find((one) => !one.startsWith("Terraform encountered problems")) ?? errors[0];
  return (error ?? said)
    .replace(/[│├╷╵]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
