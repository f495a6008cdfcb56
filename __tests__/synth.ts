import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AzapiProvider } from "../lib";
import type { Finding } from "../lib/checks/finding";
import { evaluate } from "./terraform";

type Block = Record<string, unknown>;

/** A synthesized `cdk.tf.json`. */
export interface StackJson {
  readonly resource: Record<string, Record<string, Block>>;
  readonly data: Record<string, Record<string, Block>>;
  readonly output: Record<string, { value: unknown }>;
  readonly provider: Record<string, Block[]>;
  readonly terraform: Block;
}

/** Synthesizes an app for real, in a folder of its own that is gone afterwards. */
export function synthApp<T>(build: (app: App) => void, read: (outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "aks-fleet-"));
  try {
    const app = new App({ outdir });
    build(app);
    app.synth();
    return read(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export function readStack(outdir: string, name: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"));
}

/** Synthesizes constructs in a plain stack that has every provider. */
export function synthStack(build: (stack: TerraformStack) => void): StackJson {
  return synthApp(
    (app) => build(plainStack(app)),
    (outdir) => readStack(outdir, "stack"),
  );
}

/** What the checks say of constructs in a plain stack: `path: finding`, one each. */
export function findings(build: (stack: TerraformStack) => void): string[] {
  return appFindings((app) => build(plainStack(app)));
}

/** What the checks say of an app: `path: finding`, one each, without the checks' ids. */
export function appFindings(build: (app: App) => void): string[] {
  try {
    synthApp(build, () => undefined);
    return [];
  } catch (error) {
    const { message } = error as Error;
    const found = [...message.matchAll(/^ {2}\[([^\]]*)\] (.*)$/gm)].map(
      ([, path, finding]) => `${path}: ${withoutIds(finding ?? "")}`,
    );
    if (found.length === 0) {
      throw error;
    }
    noteTriggered(message);
    return found;
  }
}

/** What the checks warn of in an app that they let through: `path: finding`, one each, without the checks' ids. */
export function warnings(build: (app: App) => void): string[] {
  const { stacks } = synthApp(build, (outdir) =>
    JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")),
  ) as {
    stacks: Record<string, { annotations: { constructPath: string; level: string; message: string }[] }>;
  };
  return Object.values(stacks)
    .flatMap(({ annotations }) => annotations)
    .filter(({ level }) => level === "@cdktf/warn")
    .map(({ constructPath, message }) => {
      noteTriggered(message);
      return `${constructPath}: ${withoutIds(message)}`;
    });
}

/** What a call is refused with, without the ids of rules. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    const { message } = error as Error;
    noteTriggered(message);
    return withoutIds(message);
  }
  throw new Error("Nothing was refused.");
}

/**
 * What Terraform refuses to plan a manifest with, where the API has such an object: texts as they are written, with their
 * expressions, without the ids of rules.
 * @param path of the manifest below the stack
 * @param live undefined: none
 */
export function planRefusals(stack: StackJson, path: string, live?: object): string[] {
  const { lifecycle } = resources(stack, "kubernetes_manifest")[path] as {
    lifecycle: { precondition: { condition: string; error_message: string }[] };
  };
  const found = { objects: live === undefined ? [] : [live] };
  const ids = Object.keys(stack.data?.kubernetes_resources ?? {});
  const data = { kubernetes_resources: Object.fromEntries(ids.map((id) => [id, found])) };
  const refused = (lifecycle?.precondition ?? [])
    .filter(({ condition }) => evaluate(condition, { data }) !== true)
    .map(({ error_message }) => error_message);
  noteTriggered(refused.join("\n"));
  return refused.map(withoutIds);
}

/** What checks found, without their ids. */
export function texts(found: Iterable<Finding>): string[] {
  return [...found].map(withoutIds);
}

const ID = / \[([-a-z0-9]+)\]$/gm;
const noted = new Set<string>();

function withoutIds(message: string): string {
  return message.replace(ID, "");
}

/** Tells every-check.js, where it listens, which rules a message shows to be triggered by a test. */
function noteTriggered(message: string): void {
  const { TRIGGERED_CHECKS: folder } = process.env;
  for (const [, id = ""] of folder === undefined ? [] : message.matchAll(ID)) {
    if (!noted.has(id)) {
      noted.add(id);
      appendFileSync(join(folder as string, `${process.pid}`), `${id}\n`);
    }
  }
}

export function plainStack(app: App): TerraformStack {
  const stack = new TerraformStack(app, "stack");
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AzapiProvider(stack, "azapi");
  new KubernetesProvider(stack, "kubernetes");
  new NullProvider(stack, "null");
  return stack;
}

/** The resources of a type, by their paths below the stack, without CDKTF's metadata. */
export function resources(
  stack: StackJson,
  type: string,
  mode: "resource" | "data" = "resource",
): Record<string, Block> {
  return Object.fromEntries(
    Object.values(stack[mode]?.[type] ?? {}).map(({ "//": comment, ...block }) => {
      const { path } = (comment as { metadata: { path: string } }).metadata;
      return [path.split("/").slice(1).join("/"), block];
    }),
  );
}
