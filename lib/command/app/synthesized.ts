import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { FinalProblem } from "../terminal/problems";

export interface StackEntry {
  name: string;
  synthesizedStackPath: string;
  dependencies?: string[];
  annotations?: unknown[];
}

/** A block as CDKTF writes it. */
export type Block = Record<string, unknown>;

export interface StackJson {
  resource?: Record<string, Record<string, Block>>;
  data?: Record<string, Record<string, Block>>;
  output?: Record<string, Block>;
  provider?: Record<string, Block[]>;
  locals?: Record<string, unknown>;
  variable?: Record<string, Block>;
  moved?: Block[];
  import?: Block[];
}

export interface SynthesizedStack {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly json: StackJson;
  /** Findings that did not fail synthesis: acknowledged ones, with the reasons, and warnings. */
  readonly notes?: readonly string[];
}

export function isSynthesized(folder: string): boolean {
  return existsSync(join(folder, "manifest.json"));
}

/** The stacks of an app synthesized into a folder, dependencies first. */
export function readStacks(folder: string, command = "aks-fleet show FOLDER"): SynthesizedStack[] {
  return inOrder(readManifest(folder, command)).map((entry) => ({
    name: entry.name,
    dependencies: entry.dependencies ?? [],
    json: withLocals(readStack(inside(folder, entry.synthesizedStackPath))),
    notes: (entry.annotations ?? []).flatMap(noted),
  }));
}

function noted(annotation: unknown): string[] {
  const { level, message, constructPath } = (annotation ?? {}) as Record<string, unknown>;
  const [, acknowledged] = /^Acknowledged: (.*)$/s.exec(String(message)) ?? [];
  const said = acknowledged ?? (level === "@cdktf/warn" ? String(message) : undefined);
  if (said === undefined) return [];
  const at = said.startsWith("[") ? "" : `[${constructPath}] `;
  return [`${acknowledged === undefined ? "Warning" : "Acknowledged"}: ${at}${said}`];
}

/** Findings that did not fail synthesis, for a report. */
export function notedIn(stacks: readonly SynthesizedStack[]): string[] {
  return stacks.flatMap(({ notes = [] }) => notes);
}

function readManifest(folder: string, command: string): StackEntry[] {
  const path = join(folder, "manifest.json");
  if (!isSynthesized(folder)) {
    throw new FinalProblem(
      `${folder} has no synthesized app (no ${path}): run npx cdktf synth first, or give the folder: ${command}.`,
    );
  }
  const manifest = readJson<{ stacks?: Record<string, Partial<StackEntry> | null> } | null>(path);
  return Object.values(manifest?.stacks ?? {}).map((entry) => {
    const { name, synthesizedStackPath, dependencies, annotations } = entry ?? {};
    if (typeof name !== "string" || typeof synthesizedStackPath !== "string") {
      throw new FinalProblem(
        `${path} has a stack without a name or a synthesizedStackPath. Synthesize the app again.`,
      );
    }
    const [after, notes] = [dependencies, annotations].map((list) => (Array.isArray(list) ? list : []));
    return { name, synthesizedStackPath, dependencies: after as string[], annotations: notes };
  });
}

function readStack(path: string): StackJson {
  const json = readJson<StackJson | null>(path);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw new FinalProblem(`${path} isn't a stack. Synthesize the app again.`);
}

/** Inlines local values that resources use unchanged, such as the content of an envelope. */
function withLocals(json: StackJson): StackJson {
  const { locals, resource } = json;
  if (locals === undefined || resource === undefined) return json;
  const put = (value: unknown): unknown => {
    if (typeof value === "string") {
      const [, name = ""] = /^\$\{(?:tomap\()?local\.([\w-]+)\)?\}$/.exec(value) ?? [];
      return Object.hasOwn(locals, name) ? locals[name] : value;
    }
    if (Array.isArray(value)) return value.map(put);
    return typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, put(inner)]))
      : value;
  };
  return { ...json, resource: put(resource) as StackJson["resource"] };
}

/** A folder may be untrusted, e.g. from a pull request: paths must not leave it. */
function inside(folder: string, path: string): string {
  if (isAbsolute(path) || normalize(path).startsWith("..")) {
    throw new FinalProblem(`${join(folder, "manifest.json")} refers to ${path}, outside its folder.`);
  }
  return join(folder, path);
}

function readJson<T>(path: string): T {
  try {
    // A byte order mark, as some Windows editors add.
    return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as T;
  } catch (error) {
    // The parser's message quotes the text, which may be secret.
    const why = error instanceof SyntaxError ? "it isn't JSON" : (error as Error).message;
    throw new FinalProblem(`${path} can't be read: ${why}. Synthesize the app again.`);
  }
}

/** Dependencies first, otherwise in manifest order. */
function inOrder(stacks: StackEntry[]): StackEntry[] {
  const ordered = new Set<StackEntry>();
  const visiting = new Set<StackEntry>();
  const visit = (stack: StackEntry) => {
    if (ordered.has(stack) || visiting.has(stack)) return;
    visiting.add(stack);
    for (const name of stack.dependencies ?? []) {
      const dependency = stacks.find((one) => one.name === name);
      if (dependency) visit(dependency);
    }
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack);
  return [...ordered];
}

/** The path of the construct that created a resource, if the synthesized stack has it. */
export function constructPath(
  stack: SynthesizedStack | undefined,
  type: string,
  id: string,
): string | undefined {
  const block = stack?.json.resource?.[type]?.[id] ?? stack?.json.data?.[type]?.[id];
  const path = (block?.["//"] as { metadata?: { path?: unknown } } | undefined)?.metadata?.path;
  return typeof path === "string" ? path.replace(/\/Resource$/, "") : undefined;
}

/** The commands that a resource runs, with their triggers. */
export function commandsOf(block: Block | undefined): string[] {
  const provisioners = Array.isArray(block?.provisioner) ? block.provisioner : [];
  return provisioners.flatMap((provisioner) => {
    const { command, interpreter } =
      (provisioner as { "local-exec"?: { command?: unknown; interpreter?: unknown } } | null)?.[
        "local-exec"
      ] ?? {};
    if (typeof command !== "string") return [];
    return [[...(Array.isArray(interpreter) ? interpreter : []), command].join(" ")];
  });
}
