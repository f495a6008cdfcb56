import type { TerraformStack } from "cdktf";
import { TrafficManagerBackend, type TrafficManagerBackendProps, TrafficManagerProfile } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, madeAnewFor, namespaceWith, service, unknown } from "../fixtures";

const PATH = "stack/Backend";

function profileWith(stack: TerraformStack, exported = ["web", "api"]): TrafficManagerProfile {
  const namespace = namespaceWith(stack, `${service("web")}---\n${service("api")}`);
  for (const name of exported) {
    namespace.exportService(name);
  }
  return new TrafficManagerProfile(stack, "Profile", {
    namespace,
    name: "shop",
    resourceGroupName: "rg-dns",
  });
}

type Options = Partial<Omit<TrafficManagerBackendProps, "profile">>;

const backendWith = (stack: TerraformStack, options: Options = {}, exported?: string[]) =>
  new TrafficManagerBackend(stack, "Backend", {
    profile: profileWith(stack, exported),
    serviceName: "web",
    ...options,
  });

const findingsOf = (options: Options, exported?: string[]) =>
  findings((stack) => void backendWith(stack, options, exported));

test("the manifest, after its profile", () => {
  const stack = synthStack((scope) => void backendWith(scope));
  expect(resources(stack, "kubernetes_manifest")["Backend/Resource"]).toMatchObject({
    manifest: {
      apiVersion: "networking.fleet.azure.com/v1beta1",
      kind: "TrafficManagerBackend",
      metadata: { name: "web", namespace: "store" },
      spec: { profile: { name: "shop" }, backend: { name: "web" } },
    },
  });
  expect(dependenciesOf(stack, "Backend/Resource")).toEqual(["Namespace/Resource", "Profile/Resource"]);
  expect(madeAnewFor(stack, "Backend/Resource")).toEqual({ profile: "shop", backend: "web" });
});

test.each([0, 1000])("the weight %p, under another name", (weight) => {
  const stack = synthStack((scope) => void backendWith(scope, { weight, name: "front" }));
  expect(resources(stack, "kubernetes_manifest")["Backend/Resource"]).toMatchObject({
    manifest: { metadata: { name: "front" }, spec: { backend: { name: "web" }, weight } },
  });
});

test.each([-1, 1001, 0.5])("the weight %p is refused", (weight) => {
  expect(findingsOf({ weight })).toEqual([
    `${PATH}: weight: ${weight} is out of bounds; write a whole number from 0 to 1000.`,
  ]);
});

test("a name that is no DNS label", () => {
  expect(findingsOf({ name: "a.b" })).toEqual([
    `${PATH}: TrafficManagerBackend "a.b" is not a DNS label: 1 to 63 lower-case letters, digits and hyphens, and starts and ends with a letter or a digit.`,
  ]);
});

test("a Service that nothing exports", () => {
  expect(findingsOf({}, ["api"])).toEqual([
    `${PATH}: serviceName: Service "web" of namespace "store" is not exported; the namespace exports: "api". Add it with exportService("web").`,
  ]);
});

test("what only Terraform knows is not judged", () => {
  expect(findings((stack) => void backendWith(stack, { serviceName: unknown(stack, "service") }))).toEqual(
    [],
  );
});

test("a Service that is a backend of the profile twice, and a name that is there twice", () => {
  const found = (second: Options, profile?: "other") =>
    findings((stack) => {
      const first = backendWith(stack);
      const { namespace } = first.profile;
      new TrafficManagerBackend(stack, "Second", {
        serviceName: "web",
        ...second,
        profile:
          profile === "other"
            ? new TrafficManagerProfile(stack, "Other", { namespace, name: "b", resourceGroupName: "rg-dns" })
            : first.profile,
      });
    });
  expect(found({ name: "second" })).toEqual([
    `${PATH}: serviceName: Service "web" is already a backend of profile "shop", at stack/Second; remove one of the two.`,
    `stack/Second: serviceName: Service "web" is already a backend of profile "shop", at ${PATH}; remove one of the two.`,
  ]);
  expect(found({ name: "web" }, "other")).toEqual([
    `${PATH}: name: "web" is also the name of the backend at stack/Second; give one of them another name.`,
    `stack/Second: name: "web" is also the name of the backend at ${PATH}; give one of them another name.`,
  ]);
  expect(found({ serviceName: "api" })).toEqual([]);
  expect(found({ name: "second" }, "other")).toEqual([]);
});
