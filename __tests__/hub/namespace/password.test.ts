import { TerraformOutput } from "cdktf";
import { Password } from "../../../lib";
import { build } from "../../../main";
import { readStack, resources, type StackJson, synthApp, synthStack } from "../../synth";

test("is generated once, on the first deployment", () => {
  const stack = synthStack((scope) => {
    new Password(scope, "Password");
  });
  expect(resources(stack, "null_resource")).toEqual({
    "Password/Resource": {
      triggers: { aks_fleet: "password", value: "${sensitive(uuid())}" },
      lifecycle: { ignore_changes: ["triggers"] },
    },
  });
});

test("two passwords differ", () => {
  const stack = synthStack((scope) => {
    for (const id of ["A", "B"]) {
      new TerraformOutput(scope, `value-${id}`, { value: new Password(scope, id).value, sensitive: true });
    }
  });
  const [a, b] = Object.keys(stack.resource.null_resource ?? {});
  expect(a).not.toBe(b);
  expect(stack.output["value-A"]?.value).toBe(`\${sensitive(null_resource.${a}.triggers.value)}`);
  expect(stack.output["value-B"]?.value).toBe(`\${sensitive(null_resource.${b}.triggers.value)}`);
});

describe("in the app", () => {
  let hub: StackJson;
  let all: string;
  beforeAll(() => {
    synthApp(build, (outdir) => {
      hub = readStack(outdir, "hub");
      all = JSON.stringify(["infra", "hub", "member-east"].map((name) => readStack(outdir, name)));
    });
  });

  test("broker and client share it", () => {
    const secrets = resources(hub, "kubernetes_secret_v1");
    const password = `\${sensitive(null_resource.${Object.keys(hub.resource.null_resource ?? {}).find((id) => id.startsWith("QueuePassword"))}.triggers.value)}`;
    expect(secrets["aks-store-demo/Secret-rabbitmq-secrets/Resource"]?.data).toEqual({
      RABBITMQ_DEFAULT_USER: "store",
      RABBITMQ_DEFAULT_PASS: password,
    });
    expect(secrets["aks-store-demo/Secret-order-service-secrets/Resource"]?.data).toEqual({
      ORDER_QUEUE_USERNAME: "store",
      ORDER_QUEUE_PASSWORD: password,
    });
  });

  test("no password is written: each is an expression", () => {
    const written = [...all.matchAll(/"([^"]*(?:pass|password|pwd|secret|token)[^"]*)":"([^"]*)"/gi)]
      // Names of Secrets and paths of constructs.
      .filter(([, key]) => !["path", "uniqueId", "name"].includes(key ?? ""))
      .map(([, key, value]) => [key, value]);
    expect(written).toEqual([
      ["ORDER_QUEUE_PASSWORD", expect.stringMatching(/^\$\{sensitive\([^()]+\)\}$/)],
      ["RABBITMQ_DEFAULT_PASS", expect.stringMatching(/^\$\{sensitive\([^()]+\)\}$/)],
      ["secrets", expect.stringMatching(/^\$\{sha256\(jsonencode\(.+\)\)\}$/)],
    ]);
  });

  test("no manifest is a Secret, whose values every plan would show", () => {
    const kinds = Object.values(resources(hub, "kubernetes_manifest")).map(
      ({ manifest }) => (manifest as { kind: string }).kind,
    );
    expect(kinds).toContain("Deployment");
    expect(kinds).not.toContain("Secret");
  });
});
