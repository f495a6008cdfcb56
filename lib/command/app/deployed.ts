import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../terminal/environment";
import { FinalProblem, shorten } from "../terminal/problems";
import { complaintOf, terraform } from "./terraform";

/** How to reach a Kubernetes API; the token comes from kubelogin. */
export interface Access {
  server: string;
  certificateAuthority: string;
  login: string;
}

export interface DeployedMember {
  /** Its name in the fleet, as on the hub. */
  name: string;
  /** Its key in the app. */
  key: string;
  /** The name of its cluster in Azure. */
  cluster: string;
  access: Access;
}

export interface DeployedService {
  namespace: string;
  name: string;
  /** The Service it imports. */
  service: string;
  /** Name of the member where connections enter. */
  member: string;
}

export interface DeployedFleet {
  id: string;
  name: string;
  hub: Access | undefined;
  members: DeployedMember[];
  placements: string[];
  exports: string[];
  services: DeployedService[];
}

/** What could not be checked, and why. */
export interface Unseen {
  what: string;
  why: string;
  /** What to do about it, if known. */
  advice?: string;
  /** Retrying can't help. */
  final?: true;
}

export interface Deployed {
  fleets: DeployedFleet[];
  unseen: Unseen[];
}

interface Stack {
  name: string;
  folder: string;
}

/** The output of each stack of a fleet that describes what it deployed. */
const OUTPUT = "aks_fleet";
const TERRAFORM_LIMIT_MS = 60_000;

/** What the stacks of the app synthesized into a folder have deployed, according to their outputs. */
export async function readDeployed(
  folder: string,
  environment: Environment,
  login?: string,
): Promise<Deployed> {
  const stacks = fleetStacks(folder);
  const read = await Promise.all(stacks.map((stack) => readOutput(stack, environment)));
  const fleets = new Map<string, DeployedFleet>();
  const unseen: Unseen[] = [];
  for (const [index, { name }] of stacks.entries()) {
    const { value, why } = read[index] as OutputRead;
    if (value === undefined) unseen.push({ what: `stack ${name}`, why: why ?? "" });
    else merge(fleets, value, login);
  }
  return { fleets: [...fleets.values()].sort((a, b) => a.name.localeCompare(b.name)), unseen };
}

function fleetStacks(folder: string): Stack[] {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) {
    throw new FinalProblem(
      `${folder} has no synthesized app (no ${path}): run this in the app's folder after npx cdktf deploy, or give the folder with --out.`,
    );
  }
  const { stacks = {} } = readJson<{
    stacks?: Record<string, { name: string; synthesizedStackPath: string; workingDirectory: string }>;
  }>(path);
  const found = Object.values(stacks).flatMap(({ name, synthesizedStackPath, workingDirectory }) => {
    const { output } = readJson<{ output?: object }>(join(folder, synthesizedStackPath));
    return output && OUTPUT in output ? [{ name, folder: join(folder, workingDirectory) }] : [];
  });
  if (found.length === 0) {
    throw new FinalProblem(
      `No stack in ${folder} belongs to a fleet (an InfraStack, HubStack or MemberStack of this version).`,
    );
  }
  return found;
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    throw new FinalProblem(`${path} can't be read: ${(error as Error).message}. Synthesize the app again.`);
  }
}

interface OutputRead {
  value?: Output;
  why?: string;
}

async function readOutput(stack: Stack, environment: Environment): Promise<OutputRead> {
  const { stdout, failure } = await terraformOutput(stack, environment);
  if (failure !== undefined) return { why: failure };
  let outputs: Record<string, { value?: unknown }>;
  try {
    outputs = JSON.parse(stdout);
  } catch {
    return { why: `terraform output did not print JSON: ${shorten(stdout, 160)}` };
  }
  const value = outputs[OUTPUT]?.value;
  if (value !== undefined) return { value: value as Output };
  return {
    why:
      Object.keys(outputs).length === 0
        ? `not deployed: npx cdktf deploy ${stack.name}`
        : `deployed by an earlier version, whose outputs lack what this command needs: npx cdktf deploy ${stack.name}`,
  };
}

async function terraformOutput(
  { name, folder }: Stack,
  environment: Environment,
): Promise<{ stdout: string; failure?: string }> {
  const run = await terraform(["output", "-json", "-no-color"], folder, environment, TERRAFORM_LIMIT_MS);
  const { status, stdout } = run;
  if (status === 0) return { stdout };
  if (status === null) return { stdout, failure: "terraform output did not finish within a minute" };
  const said = complaintOf(run);
  if (/initialization required|has not been initialized|terraform init/i.test(said)) {
    return {
      stdout,
      failure: `not initialized here: terraform -chdir=${folder} init (or npx cdktf deploy ${name})`,
    };
  }
  return { stdout, failure: `terraform output failed: ${shorten(said)}` };
}

type AccessValue = { server?: string; certificate_authority?: string; login?: string };

interface Output {
  fleet?: { id?: string; name?: string };
  hub?: AccessValue | null;
  /** By key. */
  members?: Record<string, AccessValue & { name?: string; cluster?: string }>;
  placements?: string[];
  exports?: string[];
  services?: DeployedService[];
}

function merge(fleets: Map<string, DeployedFleet>, output: Output, login: string | undefined): void {
  const id = String(output.fleet?.id ?? "");
  const name = output.fleet?.name ?? id;
  // Azure's ids are case-insensitive.
  const fleet = fleets.get(id.toLowerCase()) ?? {
    id,
    name,
    hub: undefined,
    members: [],
    placements: [],
    exports: [],
    services: [],
  };
  fleets.set(id.toLowerCase(), fleet);
  const access = (value: AccessValue): Access | undefined =>
    value.server && value.certificate_authority
      ? {
          server: value.server,
          certificateAuthority: value.certificate_authority,
          login: login ?? value.login ?? "azurecli",
        }
      : undefined;

  fleet.hub ??= access(output.hub ?? {});
  for (const [key, { name = key, cluster = name, ...rest }] of Object.entries(output.members ?? {})) {
    const reached = access(rest);
    if (reached && !fleet.members.some((member) => member.name === name)) {
      fleet.members.push({ name, key, cluster, access: reached });
    }
  }
  fleet.members.sort((a, b) => a.name.localeCompare(b.name));
  fleet.placements = union(fleet.placements, output.placements);
  fleet.exports = union(fleet.exports, output.exports);
  fleet.services = [...fleet.services, ...(output.services ?? [])].sort((a, b) =>
    fullName(a).localeCompare(fullName(b)),
  );
}

function union(olds: string[], news: string[] = []): string[] {
  return [...new Set([...olds, ...news])].sort();
}

export function fullName({ namespace, name }: { namespace?: string; name: string }): string {
  return namespace ? `${namespace}/${name}` : name;
}
