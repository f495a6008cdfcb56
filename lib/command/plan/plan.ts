import { FinalProblem } from "../terminal/problems";
import { maskPair, Secrets } from "./mask";
import { merged, namedSecrets, objectSecrets, secretPlaces } from "./secret-places";
import { at, isObject, listOf, objectOf, type Path, textOf, type Values } from "./values";

export type Action = "no-op" | "create" | "read" | "update" | "delete" | "replace" | "forget" | "unknown";

/** What a plan does to one resource. Values are masked: secrets get no further than here. */
export interface Change {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  /** The logical id. */
  readonly name: string;
  readonly managed: boolean;
  readonly action: Action;
  /** Terraform's action_reason, e.g. `replace_because_cannot_update`. */
  readonly reason: string | undefined;
  readonly before: Values | undefined;
  readonly after: Values | undefined;
  /** `true` where the value is known only after apply. */
  readonly unknown: unknown;
  /** Attributes that force the replacement. */
  readonly forces: readonly Path[];
  readonly previousAddress: string | undefined;
  readonly importId: string | undefined;
  readonly deposed: boolean;
  /** The replaced resource is kept, but no longer managed. */
  readonly forgets?: boolean;
  /** The construct that created it, if known. */
  readonly path: string | undefined;
  /** What the app sets, from Terraform's `expressions`; undefined if the plan has none. */
  readonly asked: Values | undefined;
  /** The commands that it runs. */
  readonly commands: readonly string[];
  /** For a Kubernetes object: the API it is applied to, if known. */
  readonly api: Api | undefined;
}

/** A Kubernetes API, by the source of the provider's settings: a fleet's hub, or a cluster. */
export interface Api {
  readonly segment: "fleets" | "managedClusters";
  /** If this stack creates it. */
  readonly address?: string;
  readonly id?: string;
  readonly name?: string;
  readonly group?: string;
}

export interface OutputChange {
  readonly name: string;
  readonly action: Action;
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: boolean;
}

export interface Plan {
  readonly stack: string;
  readonly changes: readonly Change[];
  /** Drift: what changed outside of Terraform. */
  readonly drift: readonly Change[];
  readonly outputs: readonly OutputChange[];
  /** Whether applying the plan would change anything, even if only outputs. */
  readonly applies: boolean;
  /** Terraform stopped halfway: more would change than the plan shows. */
  readonly errored: boolean;
  /** Another run is needed for what this plan defers. */
  readonly complete: boolean;
  /** Failed conditions of the app. */
  readonly checks: readonly Check[];
  /** Provider actions that Terraform invokes. */
  readonly actions: readonly Invocation[];
  /** What is deferred to a later run. */
  readonly deferred: readonly Change[];
}

/** A failed check, or condition of a resource or an output. */
export interface Check {
  readonly address: string;
  readonly status: string;
  readonly problems: readonly string[];
}

/** An action that a plan invokes. */
export interface Invocation {
  readonly address: string;
  readonly type: string;
  readonly settings: Values;
  /** The resource whose change invokes it. */
  readonly trigger: string | undefined;
}

/** Parses a plan from `terraform show -json`. `source` is named in errors. */
export function readPlan(text: string, stack: string, source: string): Plan {
  const json = parse(text, source);
  try {
    return masked(json, stack);
  } catch (error) {
    if (error instanceof RangeError) throw new FinalProblem(`${source} is too deeply nested to be a plan.`);
    throw error;
  }
}

function parse(text: string, source: string): Values {
  const again = "Write it again: terraform show -json PLAN > FILE.";
  if (text.trim() === "") throw new FinalProblem(`${source} is empty. ${again}`);
  if (text.startsWith("PK")) {
    throw new FinalProblem(`${source} is a binary plan, not JSON: terraform show -json PLAN > FILE.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { message } = error as Error;
    const cut = /end of JSON|Unterminated/i.test(message) || !text.trimEnd().endsWith("}");
    // The parser's message quotes the text, which may be secret.
    const where = /at position \d+|line \d+ column \d+/.exec(message)?.[0];
    throw new FinalProblem(
      `${source} isn't JSON${cut ? " (truncated)" : ""}${where ? ` (${where})` : ""}. ${again}`,
    );
  }
  const version = isObject(json) ? json.format_version : undefined;
  if (!isObject(json) || typeof version !== "string") {
    throw new FinalProblem(`${source} is JSON but not a plan: it has no format_version. ${again}`);
  }
  if (!/^1(\.|$)/.test(version)) {
    throw new FinalProblem(
      `${source} has format ${version.slice(0, 20)}; this aks-fleet reads plan formats 1.x. Upgrade cdktf-aks-fleet, or use an older Terraform.`,
    );
  }
  if (!("resource_changes" in json) && !("planned_values" in json)) {
    throw new FinalProblem(
      `${source} holds ${"values" in json ? "a state" : "no changes"}, not a plan: run terraform show -json on the file written by terraform plan -out.`,
    );
  }
  return json;
}

function masked(json: Values, stack: string): Plan {
  const changes = listOf(json.resource_changes).filter(isObject);
  const drift = listOf(json.resource_drift).filter(isObject);
  const secrets = new Secrets();
  const deferred = listOf(json.deferred_changes).map((one) => objectOf(at(one, "resource_change")));
  for (const { type, change } of [...changes, ...drift, ...deferred]) {
    collect(secrets, String(type), objectOf(change));
  }
  for (const { values, places } of invocationsIn(json).map(settingsOf)) {
    secrets.collect(values, places);
    for (const text of objectSecrets(values)) secrets.collect(text, true);
  }
  collectValues(secrets, at(json.prior_state, "values"));
  collectValues(secrets, json.planned_values);
  collectVariables(secrets, at(json.configuration, "root_module"), (name) =>
    at(json.variables, name, "value"),
  );
  collectOutputs(secrets, objectOf(json.output_changes), changes);

  const configured = configuration(json);
  const apis = apisOf(json, configured);
  const read = (one: Values) => readChange(one, stack, secrets, configured, apis);
  return {
    stack,
    changes: changes.map(read),
    drift: drift.map(read),
    outputs: Object.entries(objectOf(json.output_changes)).map(([name, change]) =>
      readOutput(name, objectOf(change), secrets),
    ),
    applies: typeof json.applyable === "boolean" ? json.applyable : doesSomething(json),
    errored: json.errored === true,
    complete: json.complete !== false,
    checks: listOf(json.checks)
      .filter((check) => ["fail", "error"].includes(String(at(check, "status"))))
      .map((check) => readCheck(check, secrets)),
    actions: invocationsIn(json).map((action) => readInvocation(action, secrets)),
    deferred: listOf(json.deferred_changes)
      .map((one) => at(one, "resource_change"))
      .filter(isObject)
      .map(read),
  };
}

/** For Terraform versions that don't say. */
function doesSomething(json: Values): boolean {
  const changes = [...listOf(json.resource_changes), ...Object.values(objectOf(json.output_changes))];
  return changes.some(
    (one) =>
      readAction(at(one, "change", "actions") ?? at(one, "actions")) !== "no-op" ||
      at(one, "previous_address") !== undefined ||
      at(one, "change", "importing") !== undefined,
  );
}

function readCheck(check: unknown, secrets: Secrets): Check {
  const instances = listOf(at(check, "instances"));
  return {
    address: secrets.cleanText(String(at(check, "address", "to_display") ?? "a check")),
    status: String(at(check, "status")),
    problems: [
      ...new Set(
        instances
          .flatMap((one) => listOf(at(one, "problems")))
          .map((problem) => secrets.cleanText(String(at(problem, "message") ?? ""))),
      ),
    ].filter((text) => text !== ""),
  };
}

function invocationsIn(json: Values): unknown[] {
  const deferred = listOf(json.deferred_action_invocations);
  return [...listOf(json.action_invocations), ...deferred].map((one) => at(one, "action_invocation") ?? one);
}

/** An action's configuration, and which of it is secret. */
function settingsOf(action: unknown): { values: unknown; places: unknown } {
  const values = at(action, "config_values");
  const places = merged(at(action, "config_sensitive"), secretPlaces(String(at(action, "type")), values));
  return { values, places };
}

function readInvocation(action: unknown, secrets: Secrets): Invocation {
  const { values, places } = settingsOf(action);
  const [settings] = maskPair(values, undefined, places, undefined);
  const trigger = textOf(at(action, "lifecycle_action_trigger", "triggering_resource_address"));
  return {
    address: secrets.cleanText(String(at(action, "address") ?? "an action")),
    type: String(at(action, "type") ?? ""),
    settings: objectOf(secrets.clean(settings)),
    trigger: trigger && secrets.cleanText(trigger),
  };
}

function collect(secrets: Secrets, type: string, change: Values): void {
  for (const side of SIDES) {
    secrets.collect(change[side], secretsOf(change, side, type));
    for (const text of objectSecrets(change[side])) secrets.collect(text, true);
    for (const [value, places] of namedSecrets(type, change[side])) secrets.collect(value, places);
  }
}

/** Without a resource type. */
const OUTPUT = "";

const SIDES = ["before", "after"] as const;

/** What is secret in a change according to the plan and its type. */
function secretsOf(change: Values, side: (typeof SIDES)[number], type: string): unknown {
  return merged(change[`${side}_sensitive`], secretPlaces(type, change[side]));
}

function collectValues(secrets: Secrets, values: unknown): void {
  const visit = (module: unknown) => {
    for (const resource of listOf(at(module, "resources"))) {
      const values = at(resource, "values");
      const places = secretPlaces(String(at(resource, "type")), values);
      secrets.collect(values, merged(at(resource, "sensitive_values"), places));
    }
    for (const child of listOf(at(module, "child_modules"))) visit(child);
  };
  visit(at(values, "root_module"));
}

/** Sensitive variables: their values and defaults. */
function collectVariables(secrets: Secrets, module: unknown, given: (name: string) => unknown): void {
  for (const [name, variable] of Object.entries(objectOf(at(module, "variables")))) {
    if (at(variable, "sensitive") !== true) continue;
    secrets.collect(at(variable, "default"), true);
    secrets.collect(given(name), true);
  }
  for (const call of Object.values(objectOf(at(module, "module_calls")))) {
    collectVariables(secrets, at(call, "module"), (name) => {
      const expression = at(call, "expressions", name);
      const [variable, ...more] = listOf(at(expression, "references")).map((one) => String(one).split("."));
      // Passed on unchanged.
      const isVariable = variable?.[0] === "var" && variable.length === 2 && more.length === 0;
      return isVariable ? given(variable[1] as string) : at(expression, "constant_value");
    });
  }
}

/**
 * CDKTF marks every cross-stack value as sensitive. If the same value appears unmasked elsewhere in the plan it isn't a secret:
 * it is masked as an output, and nowhere else.
 */
function collectOutputs(secrets: Secrets, outputs: Values, changes: Values[]): void {
  const passed = new Set<string>();
  for (const [name, output] of Object.entries(outputs)) {
    const change = objectOf(output);
    for (const side of SIDES) {
      const value = change[side];
      const isPassed = name.startsWith("cross-stack-output-") && change[`${side}_sensitive`] === true;
      if (isPassed && typeof value === "string") passed.add(value);
      else secrets.collect(value, secretsOf(change, side, OUTPUT));
      for (const text of objectSecrets(value)) secrets.collect(text, true);
    }
  }
  if (passed.size === 0) return;
  const find = (value: unknown, tree: unknown) => {
    if (typeof value === "string") {
      if (!tree) passed.delete(value);
    } else if (typeof value === "object" && value !== null && tree !== true) {
      for (const [key, inner] of Object.entries(value))
        find(inner, at(tree, Array.isArray(value) ? Number(key) : key));
    }
  };
  const hidden = new Set(passed);
  for (const { change } of changes) {
    find(at(change, "before"), at(change, "before_sensitive"));
    find(at(change, "after"), at(change, "after_sensitive"));
  }
  for (const value of hidden) if (passed.has(value)) secrets.add(value);
}

function readChange(
  one: Values,
  stack: string,
  secrets: Secrets,
  configured: ReadonlyMap<string, Values>,
  apis: ReadonlyMap<string, Api>,
): Change {
  const change = objectOf(one.change);
  const address = textOf(one.address) ?? "(no address)";
  const type = textOf(one.type) ?? address.split(".")[0] ?? "";
  const action = readAction(change.actions);
  const [before, after] = maskPair(
    change.before,
    change.after,
    secretsOf(change, "before", type),
    secretsOf(change, "after", type),
  );
  const cleanText = (text: string | undefined) => (text === undefined ? undefined : secrets.cleanText(text));
  const clean = (value: unknown) => (isObject(value) ? (secrets.clean(value) as Values) : undefined);
  const configuration = configured.get(withoutIndex(address));
  return {
    stack,
    address: secrets.cleanText(address),
    type,
    name: secrets.cleanText(textOf(one.name) ?? address),
    managed: one.mode !== "data",
    action,
    reason: cleanText(textOf(one.action_reason)),
    before: clean(before),
    after: clean(after),
    unknown: change.after_unknown,
    forces: listOf(change.replace_paths).map((path) =>
      listOf(path).flatMap((key) =>
        typeof key === "string" ? secrets.cleanText(key) : typeof key === "number" ? key : [],
      ),
    ),
    previousAddress: cleanText(textOf(one.previous_address)),
    importId: isObject(change.importing)
      ? secrets.cleanText(textOf(change.importing.id) ?? "(known after apply)")
      : undefined,
    deposed: textOf(one.deposed) !== undefined,
    forgets: /^(create forget|forget create)$/.test(listOf(change.actions).join(" ")),
    path: undefined,
    asked: isObject(configuration?.expressions) ? configuration.expressions : undefined,
    commands: listOf(configuration?.provisioners).flatMap((provisioner) => {
      const command = textOf(at(provisioner, "expressions", "command", "constant_value"));
      return command ? [secrets.cleanText(command)] : [];
    }),
    api: type.startsWith("kubernetes_")
      ? apis.get(textOf(configuration?.provider_config_key) ?? "kubernetes")
      : undefined,
  };
}

function readAction(actions: unknown): Action {
  const words = listOf(actions).join(" ");
  if (/^(delete create|create delete|create forget|forget create)$/.test(words)) return "replace";
  const known: readonly string[] = ["no-op", "create", "read", "update", "delete", "forget"];
  return known.includes(words) ? (words as Action) : "unknown";
}

function readOutput(name: string, change: Values, secrets: Secrets): OutputChange {
  const [before, after] = maskPair(
    change.before,
    change.after,
    secretsOf(change, "before", OUTPUT),
    secretsOf(change, "after", OUTPUT),
  );
  return {
    name: secrets.cleanText(name),
    action: readAction(change.actions),
    before: secrets.clean(before),
    after: secrets.clean(after),
    unknown: change.after_unknown === true,
  };
}

/** The app's configuration of each resource, by address. */
function configuration(json: Values): Map<string, Values> {
  const found = new Map<string, Values>();
  const visit = (module: unknown, prefix: string) => {
    for (const resource of listOf(at(module, "resources"))) {
      const address = textOf(at(resource, "address"));
      if (address && isObject(resource)) found.set(prefix + address, resource);
    }
    for (const [name, call] of Object.entries(objectOf(at(module, "module_calls")))) {
      visit(at(call, "module"), `${prefix}module.${name}.`);
    }
  };
  visit(at(json.configuration, "root_module"), "");
  return found;
}

/** `a.b["x"]` and `a.b[0]` are instances of `a.b` in the app. */
function withoutIndex(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

/** The API that each Kubernetes provider uses, by the provider's key. */
function apisOf(json: Values, configured: ReadonlyMap<string, Values>): Map<string, Api> {
  const found = new Map<string, Api>();
  for (const [key, provider] of Object.entries(objectOf(at(json.configuration, "provider_config")))) {
    if (textOf(at(provider, "name")) !== "kubernetes" && !/^kubernetes(\.|$)/.test(key)) continue;
    for (const reference of listOf(at(provider, "expressions", "host", "references"))) {
      const address = textOf(reference) ?? "";
      const source = configured.get(address);
      const api = source && apiOf(source, address, json);
      if (api === undefined) continue;
      found.set(key, api);
      break;
    }
  }
  return found;
}

function apiOf(source: Values, address: string, json: Values): Api | undefined {
  const { type, expressions } = source;
  const read = listOf(at(json.prior_state, "values", "root_module", "resources")).find(
    (resource) => at(resource, "address") === address,
  );
  // A value from another stack is not in the configuration: use what was last read.
  const value = (key: string) => {
    const { constant_value: constant, references } = objectOf(at(expressions, key));
    return textOf(references === undefined ? constant : undefined) ?? textOf(at(read, "values", key));
  };
  if (type === "azapi_resource_action") {
    const made = listOf(at(expressions, "resource_id", "references"))
      .flatMap((one) => /^azapi_resource\.[\w-]+|^azurerm_\w+\.[\w-]+/.exec(String(one))?.[0] ?? [])
      .at(0);
    const id = value("resource_id");
    return { segment: "fleets", ...(made && { address: made }), ...(id && { id }) };
  }
  if (type !== "azurerm_kubernetes_cluster") return undefined;
  const [name, group] = [value("name"), value("resource_group_name")];
  return {
    segment: "managedClusters",
    ...(!address.startsWith("data.") && { address }),
    ...(name && { name }),
    ...(group && { group }),
  };
}
