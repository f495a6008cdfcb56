import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FORMATS } from "../../../lib/command/render/format";
import { report } from "../../../lib/command/report";
import { type MadeChange, madeChange, madePlan } from "./made";

// A secret stands somewhere as what it is, and once more somewhere else in another form. No form of a report may show it.

const PASSWORD = "Canary-Pa55w0rd&Alpha";
const LINE = "MIICanaryCanaryCanary1234567890abcdef";
const KEY = `-----BEGIN PRIVATE KEY-----\n${LINE}\n-----END PRIVATE KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-kinds-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every form of a report. */
function everyForm(operands: readonly string[], synth: boolean): string {
  return [false, true]
    .flatMap((diagram) => {
      const how = { format: "text", out: undefined, synth, gate: new Map(), allowed: [], diagram } as const;
      return FORMATS.map(report({ operands, ...how }).textIn);
    })
    .join("\n");
}

function reported(plan: string): string {
  const file = join(folder, "infra.json");
  writeFileSync(file, plan);
  return everyForm([`infra=${file}`], false);
}

/** What is left of the secrets, plain, in base64 however deep, or escaped. */
function leaks(text: string, depth = 0): boolean {
  if (/Canary|43616e617279/i.test(text.replaceAll("\0", ""))) return true;
  if (depth > 3) return false;
  return [...text.matchAll(/[\w+/-]{8,}/g)].some(([word]) =>
    [0, 1, 2, 3].some((start) =>
      leaks(Buffer.from(word.slice(start), "base64").toString("latin1"), depth + 1),
    ),
  );
}

const created = (address: string, after: object, more: object = {}): MadeChange => ({
  address,
  actions: ["create"],
  after,
  ...more,
});

const manifest = (value: object) => ({ manifest: value, object: value });
const configMap = (text: string): MadeChange =>
  created(
    "kubernetes_manifest.cm",
    manifest({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { KEY: text } }),
  );
/** A Secret that Terraform hides by itself, and that does not change. */
const hidden = (data: Record<string, string>): MadeChange => {
  const values = { metadata: [{ name: "s" }], data };
  return {
    address: "kubernetes_secret_v1.s",
    actions: ["no-op"],
    before: values,
    after: values,
    before_sensitive: { data: true },
    after_sensitive: { data: true },
  };
};
const SECRET = (password = PASSWORD) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop" },
  stringData: { password, short: "Canary" },
});
const DOCKER = JSON.stringify({
  auths: { "registry.example.com": { username: "u", password: PASSWORD, auth: base64(`u:${PASSWORD}`) } },
});

describe("what a Secret is, wherever it stands", () => {
  test.each<[string, object]>([
    [
      "in a ResourceEnvelope",
      {
        apiVersion: "placement.kubernetes-fleet.io/v1beta1",
        kind: "ResourceEnvelope",
        metadata: { name: "policies" },
        data: { "secret.yaml": SECRET() },
      },
    ],
    [
      "in a ClusterResourceEnvelope, as text",
      {
        kind: "ClusterResourceEnvelope",
        metadata: { name: "policies" },
        data: { a: `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: Canary\n` },
      },
    ],
    ["in a List", { apiVersion: "v1", kind: "List", items: [{ kind: "Pod" }, SECRET()] }],
    ["in a List in a List", { kind: "List", items: [{ kind: "List", items: [SECRET()] }] }],
    [
      "in the manifests of a ConfigMap",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cm" },
        data: {
          "all.yaml": `kind: Namespace\nmetadata: {name: a}\n---\nkind: "Secret"\ndata: {a: ${base64(PASSWORD)}}\n`,
        },
      },
    ],
    [
      "in what kubectl remembers of it",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: "cm",
          annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(SECRET()) },
        },
      },
    ],
    [
      "patched by an override",
      {
        kind: "ResourceOverride",
        metadata: { name: "o", namespace: "shop" },
        spec: {
          resourceSelectors: [{ group: "", version: "v1", kind: "Secret", name: "db" }],
          policy: {
            overrideRules: [
              {
                jsonPatchOverrides: [
                  { op: "replace", path: "/data/password", value: base64(PASSWORD) },
                  { op: "add", path: "/stringData", value: { a: "Canary" } },
                  { op: "add", path: "/metadata/labels/a", value: "shown" },
                ],
              },
            ],
          },
        },
      },
    ],
    ["with more than texts in it", { ...SECRET(), data: { a: ["Canary"], b: { c: "Canary" } } }],
  ])("%s", (_, object) => {
    const text = reported(madePlan([created("kubernetes_manifest.x", manifest(object))]));
    expect(leaks(text)).toBe(false);
    expect(text).toContain("sensitive");
    const update = {
      address: "kubernetes_manifest.x",
      actions: ["update"],
      before: manifest(object),
      after: manifest({ ...object, metadata: { name: "other" } }),
    };
    expect(leaks(reported(madePlan([update])))).toBe(false);
  });

  test("what an override writes elsewhere is shown", () => {
    const override = (path: string) => ({
      kind: "ResourceOverride",
      metadata: { name: "o" },
      spec: {
        resourceSelectors: [{ group: "", version: "v1", kind: "Secret", name: "db" }],
        policy: { overrideRules: [{ jsonPatchOverrides: [{ op: "add", path, value: "seen-by-all" }] }] },
      },
    });
    const text = (path: string) =>
      reported(madePlan([created("kubernetes_manifest.x", manifest(override(path)))]));
    expect(text("/metadata/labels/a")).toContain("seen-by-all");
    expect(text("/data/a")).not.toContain("seen-by-all");
  });
});

describe("what is secret elsewhere in the plan", () => {
  test.each<[string, Record<string, string>, string]>([
    ["without its last newline", { "tls.key": KEY }, KEY.trimEnd()],
    ["indented", { "tls.key": KEY }, `key: |\n${KEY.replace(/^/gm, "    ")}`],
    ["with other newlines", { "tls.key": KEY }, KEY.replaceAll("\n", "\r\n")],
    [
      "in lines of another length",
      { "tls.key": `-----BEGIN KEY-----\n${LINE}\n${LINE}\nabc=\n-----END KEY-----` },
      `${LINE}${LINE}abc=`.replace(/(.{24})/g, "$1\n"),
    ],
    [
      "in one line",
      { "tls.key": `-----BEGIN KEY-----\n${LINE}\nMIICanary12=\n-----END KEY-----` },
      `x ${LINE}MIICanary12= y`,
    ],
    ["in XML", { p: PASSWORD }, `<p a="${PASSWORD.replace("&", "&amp;")}"/>`],
    ["in hexadecimal", { p: PASSWORD }, `0x${Buffer.from(PASSWORD).toString("hex")}`],
    [
      "in base64 of two bytes a character",
      { p: PASSWORD },
      Buffer.from(`echo ${PASSWORD}`, "utf16le").toString("base64"),
    ],
    ["in a URL", { p: PASSWORD }, `amqp://u:${PASSWORD}@h`],
    ["encoded for a URL", { p: PASSWORD }, `amqp://u:${encodeURIComponent(PASSWORD)}@h`],
    [
      "encoded for a URL in small letters",
      { p: PASSWORD },
      `a=${encodeURIComponent(PASSWORD).toLowerCase()}`
        .replace("canary-pa55w0rd", "Canary-Pa55w0rd")
        .replace("alpha", "Alpha"),
    ],
    [
      "encoded for a form",
      { p: `${PASSWORD} (b)` },
      new URLSearchParams({ p: `${PASSWORD} (b)` }).toString(),
    ],
    ["escaped as Go does it", { p: PASSWORD }, `{"p":"${PASSWORD.replace("&", "\\u0026")}"`],
    ["in JSON in JSON", { p: `${PASSWORD}"\n` }, `x ${JSON.stringify(JSON.stringify(`${PASSWORD}"\n`))}`],
    ["in longer base64", { p: PASSWORD }, base64(`user:${PASSWORD}`)],
    ["in base64 after a path", { p: PASSWORD }, `file/x/${base64(`user:${PASSWORD}`)}`],
    ["in base64 for URLs", { p: `${PASSWORD}???` }, Buffer.from(`~~${PASSWORD}???`).toString("base64url")],
    [
      "in base64 in lines",
      { p: PASSWORD },
      base64(`${"x".repeat(50)}${PASSWORD}`).replace(/(.{40})/g, "$1\n"),
    ],
    [
      "in base64 in lines, in a document",
      { p: PASSWORD },
      `data:\n${base64(`${"x".repeat(50)}${PASSWORD}`).replace(/(.{40})/g, "  $1\n")}\nmore: 1`,
    ],
    [
      "in base64 for URLs in base64",
      { p: `${PASSWORD}???` },
      base64(Buffer.from(`~~${PASSWORD}???~`).toString("base64url")),
    ],
    ["in base64 in base64 in base64", { p: PASSWORD }, base64(`a${base64(`bc${base64(`d${PASSWORD}`)}`)}`)],
    ["in the configuration of a registry", { p: PASSWORD }, base64(DOCKER)],
    ["the password of a registry", { ".dockerconfigjson": DOCKER }, `--password=${PASSWORD}`],
    [
      "the password of a registry that only its auth tells",
      { ".dockerconfigjson": JSON.stringify({ auths: { r: { auth: base64(`u:${PASSWORD}`) } } }) },
      `--password=${PASSWORD}`,
    ],
    ["the password of a URL", { url: `amqp://u:${encodeURIComponent(PASSWORD)}@h/` }, PASSWORD],
    [
      "a part of a document",
      { "app.yaml": `user: u\ndb:\n  adminPassword: "${PASSWORD}"\n` },
      `it is ${PASSWORD}`,
    ],
    [
      "a part of a document in lines of its own",
      { "app.yaml": `db:\n  - credentials:\n      any: >-\n        ${PASSWORD}\n` },
      `it is ${PASSWORD}`,
    ],
    ["a part of a connection string", { c: `Server=s;AccountKey=${PASSWORD};Port=1` }, `it is ${PASSWORD}`],
  ])("%s", (_, data, text) => {
    const all = reported(madePlan([hidden(data), configMap(text)]));
    expect(leaks(all)).toBe(false);
    expect(all).toContain("sensitive");
  });

  test("what only looks alike is shown", () => {
    const all = reported(
      madePlan([
        hidden({ p: PASSWORD, "app.yaml": "kind: Deployment\nreplicas: 3\nname: store-front\n" }),
        configMap(`name: store-front, ${base64("nothing of it, really")}`),
      ]),
    );
    expect(all).toContain("name: store-front");
    expect(all).toContain(base64("nothing of it, really"));
  });

  test("the name of a field stays what it is", () => {
    const all = reported(
      madePlan([
        hidden({ p: "metadata", q: "trigger-1" }),
        created("null_resource.x", { triggers: { metadata: "seen", "trigger-1": "seen" } }),
      ]),
    );
    expect(all).toContain("metadata");
    expect(all).not.toContain("trigger-1");
  });

  test("in an address that something had, in a reason, and in a name", () => {
    const moved = {
      ...configMap("x"),
      actions: ["no-op"],
      before: manifest({ kind: "ConfigMap" }),
      after: manifest({ kind: "ConfigMap" }),
      previous_address: `kubernetes_manifest.cm["${PASSWORD}"]`,
      action_reason: PASSWORD,
    };
    const replaced = {
      address: "null_resource.x",
      actions: ["delete", "create"],
      before: { triggers: { [PASSWORD]: "a" } },
      after: { triggers: { [PASSWORD]: "b" } },
      replace_paths: [["triggers", PASSWORD]],
    };
    const all = reported(madePlan([hidden({ p: PASSWORD }), moved]));
    expect(leaks(all)).toBe(false);
    expect(all).toContain("moved from");
    expect(leaks(reported(madePlan([hidden({ p: PASSWORD }), replaced])))).toBe(false);
  });
});

test("a Secret that is an output", () => {
  const output_changes = {
    manifest: {
      actions: ["create"],
      before: null,
      after: SECRET(),
      before_sensitive: false,
      after_sensitive: false,
    },
    text: {
      actions: ["update"],
      before: "x",
      after: `kind: Secret\ndata: {a: ${base64("Canary")}}`,
      before_sensitive: false,
      after_sensitive: false,
    },
  };
  const all = reported(madePlan([configMap(PASSWORD)], { output_changes }));
  expect(leaks(all)).toBe(false);
  expect(all).toContain("sensitive");
});

test("what an action is told, and an invocation that is put off", () => {
  const action = (address: string, config_values: object, more: object = {}) => ({
    address,
    type: "azapi_resource_action",
    config_values,
    lifecycle_action_trigger: { triggering_resource_address: `a.b["${PASSWORD}"]` },
    ...more,
  });
  const all = reported(
    madePlan([configMap(`it is ${PASSWORD}`)], {
      action_invocations: [
        action("action.azapi_resource_action.a", { body: { adminPassword: PASSWORD } }),
        action("action.azapi_resource_action.b", { x: "Canary" }, { config_sensitive: { x: true } }),
      ],
      deferred_action_invocations: [
        { action_invocation: action("action.azapi_resource_action.c", { body: { clientSecret: "Canary" } }) },
      ],
    }),
  );
  expect(all).toContain("azapi_resource_action");
  expect(leaks(all)).toBe(false);
});

describe("variables", () => {
  const echoed = configMap(`amqp://u:${PASSWORD}@h`);

  test.each<[string, object]>([
    [
      "given",
      {
        variables: { pw: { value: PASSWORD } },
        configuration: { root_module: { variables: { pw: { sensitive: true } } } },
      },
    ],
    [
      "by default",
      { configuration: { root_module: { variables: { pw: { sensitive: true, default: PASSWORD } } } } },
    ],
    [
      "of several parts",
      {
        variables: { pw: { value: { inner: [PASSWORD] } } },
        configuration: { root_module: { variables: { pw: { sensitive: true } } } },
      },
    ],
    [
      "of a module",
      {
        configuration: {
          root_module: {
            module_calls: {
              m: {
                expressions: { pw: { constant_value: PASSWORD } },
                module: { variables: { pw: { sensitive: true } } },
              },
            },
          },
        },
      },
    ],
    [
      "of a module, handed on",
      {
        variables: { secret: { value: PASSWORD } },
        configuration: {
          root_module: {
            variables: { secret: {} },
            module_calls: {
              m: {
                expressions: { pw: { references: ["var.secret"] } },
                module: { variables: { pw: { sensitive: true } } },
              },
            },
          },
        },
      },
    ],
  ])("%s", (_, more) => {
    expect(leaks(reported(madePlan([echoed], more)))).toBe(false);
  });

  test("one that is not sensitive is shown", () => {
    const plan = madePlan([echoed], {
      variables: { pw: { value: PASSWORD } },
      configuration: { root_module: { variables: { pw: {} } } },
    });
    expect(leaks(reported(plan))).toBe(true);
  });
});

const BODY = {
  type: "Microsoft.Sql/servers@2023-08-01",
  name: "db",
  body: {
    properties: {
      administratorLogin: "shown-login",
      administratorLoginPassword: PASSWORD,
      nested: [{ clientSecret: PASSWORD, primaryKey: "Canary" }],
      keyVaultSecretId: "shown-id",
      disablePassword: true,
    },
  },
};

test("names in the body of an azapi resource", () => {
  for (const type of ["azapi_resource", "azapi_update_resource", "azapi_resource_action"]) {
    const all = reported(madePlan([created(`${type}.db`, BODY), configMap(`it is ${PASSWORD}`)]));
    expect(leaks(all)).toBe(false);
    expect(all).toContain("shown-login");
    expect(all).toContain("shown-id");
  }
});

describe("before there is a plan", () => {
  function synthesized(json: object): string {
    const app = mkdtempSync(join(folder, "app-"));
    mkdirSync(join(app, "stacks/s"), { recursive: true });
    writeFileSync(join(app, "stacks/s/cdk.tf.json"), JSON.stringify(json));
    const stacks = { s: { name: "s", synthesizedStackPath: "stacks/s/cdk.tf.json" } };
    writeFileSync(join(app, "manifest.json"), JSON.stringify({ stacks }));
    return app;
  }
  const settings = {
    kubernetes_manifest: { cm: { manifest: { kind: "ConfigMap", data: { a: PASSWORD } } } },
  };

  test.each<[string, object]>([
    ["names in a body", { resource: { azapi_resource: { db: BODY }, ...settings } }],
    [
      "a Secret in an envelope",
      {
        resource: {
          kubernetes_manifest: {
            ...settings.kubernetes_manifest,
            e: { manifest: { kind: "ResourceEnvelope", data: { s: SECRET() } } },
          },
        },
      },
    ],
    [
      "a sensitive variable's default",
      { variable: { pw: { sensitive: true, default: PASSWORD } }, resource: settings },
    ],
  ])("%s", (_, json) => {
    const all = everyForm([synthesized({}), synthesized(json)], true);
    expect(leaks(all)).toBe(false);
    expect(all).toContain("sensitive");
  });
});

test("the plans themselves hold what is looked for", () => {
  expect(leaks(JSON.stringify(madeChange(hidden({ p: PASSWORD }))))).toBe(true);
  expect(leaks(base64(DOCKER))).toBe(true);
});
