import { type ExecFileException, execFile } from "node:child_process";
import type { Environment } from "../terminal/environment";
import { FinalProblem, oneLine, PassingProblem } from "../terminal/problems";

const LIMIT_MS = 60_000;
/** An update run with a thousand members is large. */
const MOST_BYTES = 64 * 1024 * 1024;
const IS_WINDOWS = process.platform === "win32";

/** Everything Azure Resource Manager lists at a URL under a resource id, with the Azure CLI's login. */
export async function listInAzure<T>(url: string, environment: Environment): Promise<T[]> {
  const found: T[] = [];
  let next: string | undefined = url;
  while (next) {
    const page: { value?: T[]; nextLink?: string } = await get(next, environment);
    if (!Array.isArray(page.value)) {
      throw new PassingProblem(`Azure's answer to ${url} isn't a list`, "");
    }
    found.push(...page.value);
    next = page.nextLink;
  }
  return found;
}

function get<T>(url: string, environment: Environment): Promise<T> {
  // If the URL starts with a resource id, az adds the endpoint of its current cloud.
  // Windows starts az through its shell, where an unquoted & in the URL of a next page would end the command.
  const address = IS_WINDOWS ? `"${url}"` : url;
  const args = ["rest", "--method", "get", "--url", address, "--output", "json", "--only-show-errors"];
  return new Promise((resolve, reject) => {
    const options = { env: environment, timeout: LIMIT_MS, maxBuffer: MOST_BYTES, shell: IS_WINDOWS };
    execFile("az", args, options, (error, stdout, stderr) => {
      if (error) return reject(problemOf(error, stderr));
      try {
        resolve(JSON.parse(stdout) as T);
      } catch {
        reject(new PassingProblem(`az rest did not print JSON for ${url}`, ""));
      }
    });
  });
}

function problemOf(error: ExecFileException, stderr: string): Error {
  if (error.code === "ENOENT") {
    return new FinalProblem('The Azure CLI "az" is not installed (not in the PATH).\nInstall it and log in.');
  }
  if (error.killed) return new PassingProblem(`az gave no answer within ${LIMIT_MS / 1_000} seconds`, "");
  const said = oneLine(stderr).replace(/^ERROR: /, "") || error.message;
  const why = `the Azure query failed: ${messageIn(said)}`;
  if (/AuthorizationFailed|Forbidden/.test(said)) {
    const advice =
      'This identity needs the role "Reader" on the fleet. `az account show` tells which identity it is.';
    return new PassingProblem(why, advice, undefined, 403);
  }
  if (/az login|AADSTS|expired|Unauthorized/.test(said)) {
    const advice = "Log in again: `az login`; in a pipeline, with its service principal or identity.";
    return new PassingProblem(why, advice, undefined, 401);
  }
  return new PassingProblem(why, "");
}

/** az prints Azure's answer as `Forbidden({"error":{"code":"AuthorizationFailed","message":"..."}})`. */
function messageIn(said: string): string {
  const [, body] = /\((\{.*\})\)/.exec(said) ?? [];
  try {
    const { error } = JSON.parse(body ?? "") as { error?: { code?: string; message?: string } };
    return error?.message ?? error?.code ?? said;
  } catch {
    return said;
  }
}
