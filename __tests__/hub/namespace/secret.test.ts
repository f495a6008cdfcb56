import { Namespace, Password, Secret } from "../../../lib";
import { findings, resources, type StackJson, synthStack } from "../../synth";
import { fleetWith, unknown } from "../fixtures";

function synth(data: Record<string, string>): StackJson {
  return synthStack((stack) => {
    new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" }).addSecret("queue", {
      data,
    });
  });
}

function findingsOf(name: string, data: Record<string, string> = {}): string[] {
  return findings((stack) => {
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
    new Secret(stack, "Secret", { namespace, name, data });
  });
}

const KEY_RULE =
  'is not a valid key for Secret "queue"; use 1 to 253 letters, digits, hyphens, underscores and periods.';

test("a Secret whose values Terraform does not show, in the namespace and after it", () => {
  const stack = synth({ user: "store" });
  const [namespaceId] = Object.keys(stack.resource.kubernetes_manifest ?? {});
  expect(resources(stack, "kubernetes_secret_v1")).toEqual({
    "Namespace/Secret-queue/Resource": {
      metadata: { name: "queue", namespace: "store" },
      data: { user: "store" },
      depends_on: [`kubernetes_manifest.${namespaceId}`],
    },
  });
  // A manifest's values are shown in every plan.
  expect(Object.keys(resources(stack, "kubernetes_manifest"))).toEqual(["Namespace/Resource"]);
});

test("a password is an expression, and stays sensitive", () => {
  const stack = synthStack((scope) => {
    const { value } = new Password(scope, "Password");
    new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" }).addSecret("queue", {
      data: {
        password: value,
      },
    });
  });
  const [id] = Object.keys(stack.resource.null_resource ?? {});
  expect(resources(stack, "kubernetes_secret_v1")["Namespace/Secret-queue/Resource"]?.data).toEqual({
    password: `\${sensitive(null_resource.${id}.triggers.value)}`,
  });
});

test("what is written in a value is no expression", () => {
  const data = resources(synth({ script: "echo ${HOME} %{x}" }), "kubernetes_secret_v1")[
    "Namespace/Secret-queue/Resource"
  ]?.data;
  expect(data).toEqual({ script: "echo $${HOME} %%{x}" });
});

describe("the name", () => {
  test.each(["Queue", "a_b", "-a", "a-", "", "a".repeat(254)])("%p is refused", (name) => {
    expect(findingsOf(name)).toEqual([
      `stack/Secret: name: Kubernetes refuses "${name}" as the name of a Secret, which has 1 to 253 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.`,
    ]);
  });

  test.each(["a..b", "a.-b"])("%p is refused for a part of it", (name) => {
    expect(findingsOf(name)).toEqual([
      `stack/Secret: name: Kubernetes refuses "${name}" as the name of a Secret: each part between periods must start and end with a letter or a digit; choose another name.`,
    ]);
  });

  test.each(["a", "a.b-c", "0", "a".repeat(253)])("%p is fine", (name) => {
    expect(findingsOf(name)).toEqual([]);
  });
});

describe("the keys", () => {
  test("all that can't be are named", () => {
    expect(findingsOf("queue", { "a b": "", fine: "", "c/d": "", "": "" })).toEqual([
      `stack/Secret: data: "a b" ${KEY_RULE}`,
      `stack/Secret: data: "c/d" ${KEY_RULE}`,
      `stack/Secret: data: "" ${KEY_RULE}`,
    ]);
  });

  test.each(["A_B", ".config", "tls.crt", "0", "a-b"])("%p is fine", (key) => {
    expect(findingsOf("queue", { [key]: "" })).toEqual([]);
  });
});

test("a name that only Terraform knows is not judged", () => {
  expect(
    findings((stack) => {
      const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
      new Secret(stack, "Secret", { namespace, name: `A_${unknown(stack, "name")}`, data: {} });
    }),
  ).toEqual([]);
});
