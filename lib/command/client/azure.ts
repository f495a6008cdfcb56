import { type ExecFileException, execFile } from "node:child_process";
import type { Environment } from "../terminal/environment";
import { FinalProblem, oneLine, PassingProblem } from "../terminal/problems";

const LIMIT_MS = 60_000;
/** A run of a thousand members is long. */
const MOST_BYTES = 64 * 1024 * 1024;
const IS_WINDOWS = process.platform === "win32";

/** All that Azure Resource Manager lists at an address below a resource's id, asked by whoever the Azure CLI is logged in as. */
export async function listInAzure<T>(url: string, environment: Environment): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined = url;
  while (next) {
    const page: { value?: T[]; nextLink?: string } = await get(next, environment);
    if (!Array.isArray(page.value)) {
      throw new PassingProblem(`Azure answered ${url} with something that is no list`, "");
    }
    found.push(...page.value);
    next = page.nextLink;
  }
  return found;
}

function get<T>(url: string, environment: Environment): Promise<T> {
  // Where an address begins with a resource's id, az puts the cloud that it is logged in to before it.
  // Windows starts az by its shell, to which an & in the address of a next page is the end of the command.
  const address = IS_WINDOWS ? `"${url}"` : url;
  const args = ["rest", "--method", "get", "--url", address, "--output", "json", "--only-show-errors"];
  return new Promise((resolve, reject) => {
    const options = { env: environment, timeout: LIMIT_MS, maxBuffer: MOST_BYTES, shell: IS_WINDOWS };
    execFile("az", args, options, (error, stdout, stderr) => {
      if (error) return reject(problemOf(error, stderr));
      try {
        resolve(JSON.parse(stdout) as T);
      } catch {
        reject(new PassingProblem(`az rest printed no JSON for ${url}`, ""));
      }
    });
  });
}

function problemOf(error: ExecFileException, stderr: string): Error {
  if (error.code === "ENOENT") {
    return new FinalProblem(
      'The Azure CLI "az" is not installed (not in the PATH).\nInstall it, and log in.',
    );
  }
  if (error.killed) return new PassingProblem(`az gave no answer within ${LIMIT_MS / 1_000} seconds`, "");
  const said = oneLine(stderr).replace(/^ERROR: /, "") || error.message;
  const why = `Azure was not asked, or refused: ${messageIn(said)}`;
  if (/AuthorizationFailed|Forbidden/.test(said)) {
    const advice =
      'This identity needs the role "Reader" on the fleet. `az account show` tells which identity it is.';
    return new PassingProblem(why, advice, undefined, 403);
  }
  if (/az login|AADSTS|expired|Unauthorized/.test(said)) {
    const advice = "Log in anew: `az login`, a pipeline with its service principal or identity.";
    return new PassingProblem(why, advice, undefined, 401);
  }
  return new PassingProblem(why, "");
}

/** az prints what Azure answered as `Forbidden({"error":{"code":"AuthorizationFailed","message":"..."}})`. */
function messageIn(said: string): string {
  const [, body] = /\((\{.*\})\)/.exec(said) ?? [];
  try {
    const { error } = JSON.parse(body ?? "") as { error?: { code?: string; message?: string } };
    return error?.message ?? error?.code ?? said;
  } catch {
    return said;
  }
}
