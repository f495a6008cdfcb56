import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { SecureContextOptions } from "node:tls";
import { FinalProblem, StubbornProblem, shorten } from "../terminal/problems";
import type { ExecPlugin, User } from "./kubeconfig";

/** What a user authenticates with. */
export interface Credentials extends Pick<SecureContextOptions, "cert" | "key"> {
  readonly headers: Readonly<Record<string, string>>;
}

/** kubelogin starts az, which is slow; longer than this is a prompt that nobody will answer. */
const CREDENTIAL_LIMIT_MS = 60_000;

/** Reads a user's credentials each time; those of a plugin are cached until they expire. */
export function credentialsOf(user: User): () => Promise<Credentials> {
  const { exec, as } = user;
  const plugin = exec && keptUntilItExpires(() => execCredential(exec));
  return async () => {
    const { token, ...certificate } = plugin ? await plugin() : await given(user);
    const basic = user.username === undefined ? undefined : `${user.username}:${user.password ?? ""}`;
    const authorization =
      token !== undefined ? `Bearer ${token}` : basic && `Basic ${Buffer.from(basic).toString("base64")}`;
    return {
      ...certificate,
      headers: {
        ...(authorization ? { Authorization: authorization } : {}),
        ...(as === undefined ? {} : { "Impersonate-User": as }),
      },
    };
  };
}

interface Proof extends Pick<SecureContextOptions, "cert" | "key"> {
  readonly token?: string;
}

async function given(user: User): Promise<Proof> {
  try {
    return {
      cert: await dataOf(user["client-certificate-data"], user["client-certificate"]),
      key: await dataOf(user["client-key-data"], user["client-key"]),
      token: user.tokenFile === undefined ? user.token : (await readFile(user.tokenFile, "utf8")).trim(),
    };
  } catch (error) {
    throw new FinalProblem(
      `The kubeconfig's credentials can't be used: ${shorten((error as Error).message)}`,
    );
  }
}

/** Data that a kubeconfig holds in base64, or in a file it names. */
export async function dataOf(
  data: string | undefined,
  file: string | undefined,
): Promise<Buffer | undefined> {
  if (data) return Buffer.from(data, "base64");
  return file === undefined ? undefined : await readFile(file);
}

interface ExecCredential {
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

function keptUntilItExpires(ask: () => Promise<ExecCredential>): () => Promise<Proof> {
  let kept: ExecCredential["status"];
  return async () => {
    const expires = Date.parse(kept?.expirationTimestamp ?? "");
    if (kept === undefined || expires <= Date.now()) kept = (await ask()).status;
    return { token: kept?.token, cert: kept?.clientCertificateData, key: kept?.clientKeyData };
  };
}

async function execCredential(plugin: ExecPlugin): Promise<ExecCredential> {
  try {
    const credential = JSON.parse(await outputOf(plugin)) as ExecCredential;
    if (!credential?.status) throw new SyntaxError("no status");
    return credential;
  } catch (error) {
    throw credentialProblem(error, plugin.command);
  }
}

function outputOf({
  apiVersion = "client.authentication.k8s.io/v1beta1",
  ...plugin
}: ExecPlugin): Promise<string> {
  const info = { kind: "ExecCredential", apiVersion, spec: { interactive: false } };
  const env = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
  return new Promise((fulfil, reject) => {
    const child = spawn(plugin.command, [...(plugin.args ?? [])], {
      env: { ...process.env, ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(NO_ANSWER));
    }, CREDENTIAL_LIMIT_MS);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) fulfil(stdout);
      else reject(new Error(stderr));
    });
  });
}

const NO_ANSWER = "no answer";

/** Explains a failure to get a kubeconfig's credentials. */
export function credentialProblem(error: unknown, command: string): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const login =
    "Log in with `az login` (in a pipeline: az login --service-principal or --identity) and check that `kubelogin get-token` works.";
  if (code === "ENOENT" || code === "EACCES") {
    const install = /kubelogin/.test(command) ? " Install it with `az aks install-cli`." : "";
    return new FinalProblem(
      `The kubeconfig gets its token from the command "${command}", which ${code === "ENOENT" ? "is not installed (not in the PATH)" : "may not be executed"}.${install}`,
    );
  }
  if (message === NO_ANSWER) {
    return new FinalProblem(
      `"${command}", the kubeconfig's token command, gave no token within ${CREDENTIAL_LIMIT_MS / 1_000} seconds: it may be waiting for a login. ${login}`,
    );
  }
  if (error instanceof SyntaxError) {
    return new StubbornProblem(
      `"${command}", the kubeconfig's token command, did not print an ExecCredential. ${login}`,
    );
  }
  // Not final the first time: it needs the network, which may fail briefly during a long wait.
  return new StubbornProblem(
    `"${command}", the kubeconfig's token command, failed: ${shorten(message) || "no message"}. ${login}`,
  );
}
