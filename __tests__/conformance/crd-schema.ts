import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { parseAllDocuments } from "yaml";
import { hasExpression, isExpression, unescapeTemplate } from "./expression";
import { isObject, show } from "./text";

interface OpenApi {
  properties?: Record<string, OpenApi>;
  additionalProperties?: OpenApi | boolean;
  items?: OpenApi;
  type?: string | string[];
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-validations"?: { rule: string }[];
  [keyword: string]: unknown;
}

/** A CustomResourceDefinition, as far as it is read here. */
export interface Crd {
  spec: {
    group: string;
    names: { kind: string };
    scope: string;
    versions: { name: string; served: boolean; schema: { openAPIV3Schema: OpenApi } }[];
  };
}

/** Groups in which every kind is the fleet's own: what the CRDs don't list there, doesn't exist. */
const FLEET_GROUPS = new Set([
  "placement.kubernetes-fleet.io",
  "cluster.kubernetes-fleet.io",
  "networking.fleet.azure.com",
]);

export function loadCrds(folder: string): Crd[] {
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJS() as Crd & { kind?: string })
    .filter((object) => object?.kind === "CustomResourceDefinition");
}

/** Holds a manifest, as it stands in Terraform JSON, against the CRD of its kind. */
export function checkManifest(manifest: unknown, crds: Crd[]): string[] {
  if (typeof manifest === "string" && isExpression(manifest)) return [];
  if (!isObject(manifest)) return [`manifest: expected an object, got ${show(manifest)}`];
  const given = withoutNulls(manifest) as Record<string, unknown>;
  const { apiVersion, kind } = given;
  const metadata = isObject(given.metadata) ? given.metadata : {};
  const missing = Object.entries({ apiVersion, kind, "metadata.name": metadata.name })
    .filter(([, value]) => typeof value !== "string" || value === "")
    .map(([path, value]) => `${kind ?? "manifest"}: ${path}: required, got ${show(value)}`);
  if (missing.length > 0) return missing;

  const at = `${kind}/${metadata.name}: `;
  const [group, version] = String(apiVersion).split("/") as [string, string | undefined];
  const crd = crds.find(({ spec }) => spec.group === group && spec.names.kind === kind);
  if (!crd) return FLEET_GROUPS.has(group) ? [`${at}kind: ${group} has no kind ${show(kind)}`] : [];
  const served = crd.spec.versions.filter((candidate) => candidate.served);
  const schema = served.find(({ name }) => name === version)?.schema.openAPIV3Schema;
  if (!schema) {
    return [
      `${at}apiVersion: ${show(apiVersion)} is not served, only ${served.map(({ name }) => name).join(", ")}`,
    ];
  }
  const { status, ...desired } = given;
  return [
    ...checkScope(crd, metadata),
    ...checkNameLength(schema, metadata.name as string),
    ...(status === undefined ? [] : [`status: belongs to the cluster, set to ${show(status)}`]),
    ...validate(schema, desired),
  ].map((finding) => at + finding);
}

function checkScope(crd: Crd, { namespace }: Record<string, unknown>): string[] {
  if (crd.spec.scope === "Namespaced") {
    return namespace === undefined ? ["metadata.namespace: required, the kind is namespaced"] : [];
  }
  return namespace === undefined
    ? []
    : [`metadata.namespace: the kind is cluster-wide, set to ${show(namespace)}`];
}

/** The one CEL rule that is simple enough to read without an interpreter. */
function checkNameLength(schema: OpenApi, name: string): string[] {
  const limits = (schema["x-kubernetes-validations"] ?? []).flatMap(({ rule }) => {
    const match = /^size\(self\.metadata\.name\) < (\d+)$/.exec(rule);
    return match ? [Number(match[1])] : [];
  });
  return limits
    .filter((limit) => !hasExpression(name) && name.length >= limit)
    .map((limit) => `metadata.name: ${name.length} characters, must be fewer than ${limit}: ${show(name)}`);
}

// Compiling a placement's schema takes longer than all its checks together: each is compiled once.
const compiled = new WeakMap<OpenApi, ValidateFunction>();
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, verbose: true })
  .addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
  .addFormat("int32", {
    type: "number",
    validate: (n: number) => Number.isInteger(n) && Math.abs(n) <= 2 ** 31,
  })
  .addFormat("int64", { type: "number", validate: Number.isInteger });

function validate(schema: OpenApi, given: unknown): string[] {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(closed({ ...schema, properties: { ...schema.properties, metadata: METADATA } }));
    compiled.set(schema, check);
  }
  check(mapStrings(given, unescapeTemplate));
  return (check.errors ?? []).filter((error) => !isUnknown(error, given)).map(describe);
}

/** What cannot be judged before Terraform has evaluated it. A text with an expression in it remains a text. */
function isUnknown(error: ErrorObject, given: unknown): boolean {
  const raw = steps(error).reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], given);
  if (typeof raw !== "string" || !hasExpression(raw)) return false;
  return isExpression(raw) || error.keyword !== "type";
}

function describe(error: ErrorObject): string {
  const { keyword, params, data } = error;
  const extra: string[] = [params.additionalProperty ?? params.missingProperty ?? []].flat();
  const path = [...steps(error), ...extra].join(".").replaceAll(/\.(\d+)(?=\.|$)/g, "[$1]");
  if (keyword === "additionalProperties") {
    return `${path}: unknown field, set to ${show((data as Record<string, unknown>)[extra[0] as string])}`;
  }
  if (keyword === "required") return `${path}: required field is missing`;
  const allowed = keyword === "enum" ? `: ${params.allowedValues.join(", ")}` : "";
  return `${path}: ${error.message}${allowed}, got ${show(data)}`;
}

function steps(error: ErrorObject): string[] {
  return error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The schema with unknown fields refused, which the API server would drop in silence. */
function closed(schema: OpenApi): OpenApi {
  const copy = { ...schema };
  if (copy.properties) copy.properties = mapValues(copy.properties, closed);
  if (copy.items) copy.items = closed(copy.items);
  if (isObject(copy.additionalProperties)) copy.additionalProperties = closed(copy.additionalProperties);
  else if (copy.type === "object" && !copy["x-kubernetes-preserve-unknown-fields"]) {
    copy.additionalProperties ??= false;
  }
  if (copy["x-kubernetes-int-or-string"]) copy.type = ["integer", "string"];
  return copy;
}

/** CRDs leave metadata to the API server. These are the fields that somebody who applies a manifest may set. */
const METADATA: OpenApi = {
  type: "object",
  properties: {
    name: { type: "string", maxLength: 253, pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" },
    namespace: { type: "string", maxLength: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" },
    labels: { type: "object", additionalProperties: { type: "string", maxLength: 63 } },
    annotations: { type: "object", additionalProperties: { type: "string" } },
    finalizers: { type: "array", items: { type: "string" } },
  },
};

/** null in a Terraform object means that the field is not set. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  return isObject(value) ? mapValues(value, (item) => mapStrings(item, change)) : value;
}

function mapValues<A, B>(object: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
