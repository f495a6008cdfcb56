import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../terminal/environment";
import { shorten } from "../terminal/problems";
import type { StackJson, SynthesizedStack } from "./synthesized";
import { complaintOf, terraform } from "./terraform";

/** The Terraform state of a deployed stack. */
export interface State {
  readonly stack: string;
  /** By the addresses of resources and data sources. */
  readonly resources: ReadonlyMap<string, Kept>;
  readonly outputs: ReadonlyMap<string, Kept>;
}

interface Kept {
  readonly value: unknown;
  /** A tree with `true` where a value is sensitive. */
  readonly sensitive: unknown;
}

export interface States {
  readonly states: readonly State[];
  /** What could not be read, and why. */
  readonly unread: readonly { readonly stack: string; readonly why: string }[];
}

const LIMIT_MS = 60_000;

/** The states of the stacks initialized here; whether others are deployed is unknown. */
export async function readStates(
  folder: string,
  stacks: readonly SynthesizedStack[],
  environment: Environment,
): Promise<States> {
  const states: State[] = [];
  const unread: { stack: string; why: string }[] = [];
  const initialized = stacks.filter(({ name }) => existsSync(join(folder, "stacks", name, ".terraform")));
  const read = await Promise.all(
    initialized.map(({ name }) => readState(name, join(folder, "stacks", name), environment)),
  );
  for (const one of read) {
    if ("why" in one) {
      unread.push(one);
    } else {
      states.push(one);
    }
  }
  const others = stacks.filter((stack) => !initialized.includes(stack));
  unread.push(...others.map(({ name }) => ({ stack: name, why: "not initialized here" })));
  return { states, unread };
}

async function readState(
  stack: string,
  folder: string,
  environment: Environment,
): Promise<State | { readonly stack: string; readonly why: string }> {
  const run = await terraform(["show", "-json", "-no-color"], folder, environment, LIMIT_MS).catch(
    (error: Error) => ({ status: 1, stdout: "", stderr: error.message }),
  );
  if (run.status !== 0) {
    return { stack, why: run.status === null ? "terraform did not finish" : shorten(complaintOf(run)) };
  }
  try {
    return stateOf(stack, JSON.parse(run.stdout));
  } catch {
    return { stack, why: "terraform show did not print JSON" };
  }
}

interface ShownState {
  readonly values?: {
    readonly outputs?: Record<string, { value?: unknown; sensitive?: boolean }>;
    readonly root_module?: {
      readonly resources?: readonly {
        readonly address?: unknown;
        readonly values?: unknown;
        readonly sensitive_values?: unknown;
      }[];
    };
  };
}

function stateOf(stack: string, { values = {} }: ShownState): State {
  const { outputs = {}, root_module: { resources = [] } = {} } = values;
  return {
    stack,
    resources: new Map(
      resources.map(({ address, values, sensitive_values }) => [
        String(address),
        { value: values, sensitive: sensitive_values },
      ]),
    ),
    outputs: new Map(
      Object.entries(outputs).map(([name, { value, sensitive }]) => [name, { value, sensitive }]),
    ),
  };
}

/** Stacks with their Kubernetes objects resolved, as far as the states hold values known only after apply. */
export interface Resolved {
  readonly stacks: readonly SynthesizedStack[];
  /** The sensitive values that were inserted. */
  readonly secrets: readonly Kept[];
}

/** Resolves expressions in Kubernetes objects with values from the states. */
export function withStates(stacks: readonly SynthesizedStack[], states: readonly State[]): Resolved {
  if (states.length === 0) {
    return { stacks, secrets: [] };
  }
  const secrets: Kept[] = [];
  const resolved = stacks.map((stack) => {
    const resource = mapValues(stack.json.resource ?? {}, (blocks, type) =>
      type.startsWith("kubernetes_")
        ? mapValues(blocks, ({ provider, depends_on, provisioner, lifecycle, ...block }) => ({
            ...(resolve(block, stack.name, states, secrets) as Record<string, unknown>),
            ...(provider !== undefined && { provider }),
          }))
        : blocks,
    );
    const kept = states.find((state) => state.stack === stack.name)?.resources;
    const data = mapValues(stack.json.data ?? {}, (blocks, type) =>
      type === "azurerm_kubernetes_cluster"
        ? mapValues(blocks, (block, id) => ({ ...placeOf(kept?.get(`data.${type}.${id}`)), ...block }))
        : blocks,
    );
    return { ...stack, json: { ...stack.json, resource, data } as StackJson };
  });
  return { stacks: resolved, secrets };
}

/** The address of a data source. */
function placeOf(kept: Kept | undefined): { readonly location?: string } {
  const location = inside(kept?.value, "location");
  return typeof location === "string" ? { location } : {};
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function resolve(value: unknown, stack: string, states: readonly State[], secrets: Kept[]): unknown {
  if (typeof value === "string") {
    return resolveText(value, stack, states, secrets);
  }
  if (Array.isArray(value)) {
    return value.map((one) => resolve(one, stack, states, secrets));
  }
  return typeof value === "object" && value !== null
    ? mapValues(value as Record<string, unknown>, (one) => resolve(one, stack, states, secrets))
    : value;
}

const EXPRESSION = /(?<!\$)\$\{([^{}"]*)\}/g;

function resolveText(text: string, stack: string, states: readonly State[], secrets: Kept[]): unknown {
  const [whole] = text.matchAll(EXPRESSION);
  if (whole === undefined) {
    return text;
  }
  if (whole[0] === text) {
    const kept = lookUp(whole[1] as string, stack, states, secrets);
    return kept === undefined ? text : escaped(kept.value);
  }
  return text.replace(EXPRESSION, (expression, inner: string) => {
    const kept = lookUp(inner, stack, states, secrets);
    return kept === undefined || (typeof kept.value === "object" && kept.value !== null)
      ? expression
      : String(escaped(kept.value));
  });
}

/** A value as the stack would write it. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/[$%](?=\{)/g, "$&$&");
  }
  if (Array.isArray(value)) {
    return value.map(escaped);
  }
  return typeof value === "object" && value !== null
    ? mapValues(value as object as Record<string, unknown>, escaped)
    : value;
}

/** The value that a reference resolves to; undefined for other expressions, and for values not in the states. */
function lookUp(
  expression: string,
  stack: string,
  states: readonly State[],
  secrets: Kept[],
): Kept | undefined {
  const [, inner] = /^\s*(?:non)?sensitive\((.*)\)\s*$/.exec(expression) ?? [];
  const path = (inner ?? expression).trim();
  const [, other, output] =
    /^data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)$/.exec(path) ??
    [];
  const ofStack = (name: string | undefined) => states.find((state) => state.stack === name);
  let kept: Kept | undefined;
  if (output !== undefined) {
    const state = ofStack(other);
    const passed = state?.outputs.get(output);
    // CDKTF marks every cross-stack value as sensitive, even plain ones.
    kept = passed && state && isClear(passed.value, state) ? { ...passed, sensitive: false } : passed;
  } else {
    const [, address, rest = ""] = /^((?:data\.)?[\w-]+\.[\w-]+)((?:\.[\w-]+|\[\d+\])*)$/.exec(path) ?? [];
    const resource = address === undefined ? undefined : ofStack(stack)?.resources.get(address);
    const keys = [...rest.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));
    kept = resource && {
      value: keys.reduce<unknown>(inside, resource.value),
      sensitive: keys.reduce<unknown>(
        (tree, key) => (tree === true ? true : inside(tree, key)),
        resource.sensitive,
      ),
    };
  }
  if (kept?.value === undefined || kept.value === null) {
    return undefined;
  }
  const found = /^\s*sensitive\(/.test(expression) ? { ...kept, sensitive: true } : kept;
  if (found.sensitive) {
    secrets.push(found);
  }
  return found;
}

function inside(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

const clear = new WeakMap<State, ReadonlySet<unknown>>();

function isClear(value: unknown, state: State): boolean {
  let texts = clear.get(state);
  if (texts === undefined) {
    texts = new Set(
      [...state.resources.values()].flatMap(({ value, sensitive }) => clearIn(value, sensitive)),
    );
    clear.set(state, texts);
  }
  return texts.has(value);
}

function clearIn(value: unknown, sensitive: unknown): unknown[] {
  if (sensitive === true) {
    return [];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, one]) => clearIn(one, inside(sensitive, key)))
    : [value];
}
