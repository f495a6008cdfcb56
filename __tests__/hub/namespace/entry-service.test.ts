import { EntryService, Namespace } from "../../../lib";
import { findings, refusal, resources, synthStack } from "../../synth";
import { fleetWith, namespaceWith, service, yamlFile } from "../fixtures";

const PORTS =
  "{ name: http, port: 80, targetPort: web, nodePort: 30080 }, { name: udp, port: 53, protocol: UDP }";
const FRONT = `apiVersion: v1
kind: Service
metadata: { name: front, labels: { team: shop }, annotations: { service.beta.kubernetes.io/azure-load-balancer-internal: "true" } }
spec: { type: LoadBalancer, selector: { app: front }, ports: [${PORTS}], clusterIP: 172.16.0.20 }
`;

function manifestsOf(stack: Parameters<typeof resources>[0], under: string) {
  return Object.entries(resources(stack, "kubernetes_manifest"))
    .filter(([path]) => path.startsWith(under))
    .map(([, { manifest }]) => manifest);
}

test("a Service with the same Pods and ports, and its export", () => {
  const stack = synthStack((scope) => {
    namespaceWith(scope, FRONT).addEntryService("front", { entry: "west" });
  });
  expect(manifestsOf(stack, "Namespace/Entry-front-west/")).toEqual([
    {
      apiVersion: "networking.fleet.azure.com/v1beta1",
      kind: "ServiceExport",
      metadata: { name: "front-west", namespace: "store" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "front-west", namespace: "store", labels: { team: "shop" } },
      spec: {
        internalTrafficPolicy: "Cluster",
        selector: { app: "front" },
        ports: [
          { name: "http", port: 80, targetPort: "web" },
          { name: "udp", port: 53, protocol: "UDP", targetPort: 53 },
        ],
      },
    },
  ]);
});

test("another entry doesn't change the first", () => {
  const entries = (...keys: string[]) =>
    resources(
      synthStack((scope) => {
        const namespace = namespaceWith(scope, FRONT);
        for (const entry of keys) namespace.addEntryService("front", { entry });
      }),
      "kubernetes_manifest",
    );
  expect(entries("west", "east")).toMatchObject(entries("east"));
});

test("has the name of its Service, and differs from others", () => {
  synthStack((scope) => {
    const entry = namespaceWith(scope, FRONT).addEntryService("front", { entry: "west" });
    expect(entry.serviceName).toBe("front-west");
    expect(EntryService.isEntryService(entry)).toBe(true);
    expect(EntryService.isEntryService(entry.serviceExport)).toBe(false);
  });
});

test("of a missing Service, or one that is added later", () => {
  const refused = refusal(() =>
    synthStack((scope) => {
      namespaceWith(scope, service("api")).addEntryService("front", { entry: "west" });
    }),
  );
  expect(refused).toContain(
    '[stack/Namespace/Entry-front-west] serviceName: the workloads of namespace "store" have no Service "front"; their Services are: "api". Use one of them, and add its workloads first.',
  );
});

test("of a Service without a selector", () => {
  const found = findings((stack) => {
    namespaceWith(stack, service("front")).addEntryService("front", { entry: "west" });
  });
  expect(found).toEqual([
    'stack/Namespace/Entry-front-west: serviceName: Service "front" has no selector to copy; use a Service that has one.',
  ]);
});

test("with the name of another Service", () => {
  const found = findings((stack) => {
    const yaml = `${FRONT}---\n${service("front-west")}`;
    const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack), name: "store" });
    namespace.addWorkloads("Workloads", { files: [yamlFile(yaml)] });
    namespace.addEntryService("front", { entry: "west" });
  });
  expect(found.join("\n")).toContain("front-west");
});
