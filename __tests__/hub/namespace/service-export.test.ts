import { TerraformVariable } from "cdktf";
import { Namespace, ServiceExport } from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { fleetWith, namespaceWith, service, unknown, yamlFile } from "../fixtures";

const PATH = "stack/Namespace/Export-web";

function findingsOf(yaml: string): string[] {
  return findings((stack) => {
    namespaceWith(stack, yaml).exportService("web");
  });
}

test("a ServiceExport of the Service's name, without a spec", () => {
  const stack = synthStack((scope) => {
    namespaceWith(scope, service("web")).exportService("web");
  });
  const ids = Object.keys(stack.resource.kubernetes_manifest ?? {});
  const namespaceId = ids.find((id) => /^Namespace_[0-9A-F]{8}$/.test(id));
  expect(resources(stack, "kubernetes_manifest")["Namespace/Export-web/Resource"]).toEqual({
    manifest: {
      apiVersion: "networking.fleet.azure.com/v1beta1",
      kind: "ServiceExport",
      metadata: { name: "web", namespace: "store" },
    },
    field_manager: { force_conflicts: true },
    timeouts: { delete: "30m" },
    depends_on: [`kubernetes_manifest.${namespaceId}`],
  });
});

describe("the Service", () => {
  test.each([
    ["of type ClusterIP by default", "ports: [{ port: 80 }]"],
    ["of type ClusterIP", "type: ClusterIP, ports: [{ port: 80 }]"],
    ["of type LoadBalancer", "type: LoadBalancer, ports: [{ port: 80 }]"],
    ["with an address of its own", "clusterIP: 172.16.0.20, ports: [{ port: 80 }]"],
  ])("%s is exported", (_case, spec) => {
    expect(findingsOf(service("web", spec))).toEqual([]);
  });

  test("that is missing", () => {
    expect(findingsOf(`${service("api")}---\n${service("db")}`)).toEqual([
      `${PATH}: serviceName: the workloads of namespace "store" have no Service "web"; their Services are: "api" and "db". Export one of them, or set workloadsElsewhere on the namespace if the Service is applied outside this app.`,
    ]);
  });

  test("where there is none at all, and what only looks like one", () => {
    const yaml = service("web").replace("v1", "serving.knative.dev/v1");
    expect(findingsOf(yaml)).toEqual([
      `${PATH}: serviceName: the workloads of namespace "store" have no Service "web"; their Services are: none. Export one of them, or set workloadsElsewhere on the namespace if the Service is applied outside this app.`,
    ]);
  });

  test("that is headless", () => {
    expect(findingsOf(service("web", "clusterIP: None, ports: [{ port: 80 }]"))).toEqual([
      `${PATH}: serviceName: Service "web" is headless (clusterIP: None), which the fleet doesn't export; export a Service with a cluster IP.`,
    ]);
  });

  test("that is of type ExternalName", () => {
    expect(findingsOf(service("web", "type: ExternalName, externalName: example.com"))).toEqual([
      `${PATH}: serviceName: Service "web" is of type ExternalName, without endpoints, which the fleet doesn't export; export a Service of type ClusterIP.`,
    ]);
  });

  test("in other workloads of the namespace, also when they are added afterwards", () => {
    expect(
      findings((stack) => {
        const namespace = namespaceWith(stack, service("api"));
        namespace.exportService("web");
        namespace.addWorkloads("More", { files: [yamlFile(service("web"))] });
      }),
    ).toEqual([]);
  });

  test("of another namespace does not count", () => {
    expect(
      findings((stack) => {
        const namespace = namespaceWith(stack, service("web"));
        new Namespace(stack, "Other", { fleet: namespace.fleet, name: "other" }).exportService("web");
      }),
    ).toEqual([
      'stack/Other/Export-web: serviceName: the workloads of namespace "other" have no Service "web"; their Services are: none. Export one of them, or set workloadsElsewhere on the namespace if the Service is applied outside this app.',
    ]);
  });
});

describe("is not judged", () => {
  test("where workloads come from elsewhere", () => {
    expect(
      findings((stack) => {
        const fleet = fleetWith(stack);
        new Namespace(stack, "Namespace", { fleet, name: "store", workloadsElsewhere: true }).exportService(
          "web",
        );
      }),
    ).toEqual([]);
  });

  test("where only Terraform knows the name", () => {
    expect(
      findings((stack) => {
        const namespace = namespaceWith(stack, service("api"));
        new ServiceExport(stack, "Export", { namespace, serviceName: unknown(stack, "name") });
      }),
    ).toEqual([]);
  });
});

test("a headless Service of this app is seen also where other workloads come from elsewhere", () => {
  expect(
    findings((stack) => {
      const fleet = fleetWith(stack);
      const namespace = new Namespace(stack, "Namespace", { fleet, name: "store", workloadsElsewhere: true });
      namespace.addWorkloads("Workloads", { files: [yamlFile(service("web", "clusterIP: None"))] });
      namespace.exportService("web");
    }),
  ).toHaveLength(1);
});

describe("the weight", () => {
  const annotationsOf = (weight: number | undefined) => {
    const stack = synthStack((scope) => {
      namespaceWith(scope, service("web")).exportService("web", { weight });
    });
    const { manifest } = resources(stack, "kubernetes_manifest")["Namespace/Export-web/Resource"] ?? {};
    return (manifest as { metadata: { annotations?: unknown } }).metadata.annotations;
  };

  test.each([0, 1, 1000])("%p is an annotation, and a text", (weight) => {
    expect(annotationsOf(weight)).toEqual({ "networking.fleet.azure.com/weight": `${weight}` });
  });

  test("that is not given is the fleet's", () => {
    expect(annotationsOf(undefined)).toBeUndefined();
  });

  test("that only Terraform knows", () => {
    const stack = synthStack((scope) => {
      const weight = new TerraformVariable(scope, "weight", { type: "number" }).numberValue;
      namespaceWith(scope, service("web")).exportService("web", { weight });
    });
    expect(resources(stack, "kubernetes_manifest")["Namespace/Export-web/Resource"]).toHaveProperty(
      ["manifest", "metadata", "annotations", "networking.fleet.azure.com/weight"],
      "${var.weight}",
    );
  });

  test.each([-1, 1001, 0.5])("%p is refused", (weight) => {
    expect(
      findings((stack) => {
        namespaceWith(stack, service("web")).exportService("web", { weight });
      }),
    ).toEqual([
      `${PATH}: weight: ${weight} is not a whole number from 0 to 1000; correct it, or leave it out for 1.`,
    ]);
  });
});

test.each(["1web", "Web", "web.api", "a".repeat(64), ""])("%p is no name of a Service", (serviceName) => {
  expect(
    findings((stack) => {
      const namespace = new Namespace(stack, "Namespace", {
        fleet: fleetWith(stack),
        name: "store",
        workloadsElsewhere: true,
      });
      new ServiceExport(stack, "Export", { namespace, serviceName });
    }),
  ).toEqual([
    `stack/Export: serviceName: "${serviceName}" is not a valid Service name, which has 1 to 63 lower-case letters, digits and hyphens, starts with a letter and ends with a letter or a digit; name a Service.`,
  ]);
});

test("two exports that the fleet calls the same on the hub", () => {
  const exports = (...named: [string, string][]) =>
    findings((stack) => {
      const fleet = fleetWith(stack);
      for (const [name, serviceName] of named) {
        new Namespace(stack, name, { fleet, name, workloadsElsewhere: true }).exportService(serviceName);
      }
    });
  const collides = (path: string, other: string, namespace: string) =>
    `stack/${path}: serviceName: the fleet keeps both this export and stack/${other}, of namespace "${namespace}", on the hub as "a-b-c", so one would overwrite the other; rename one of the Services or of the namespaces.`;
  expect(exports(["a-b", "c"], ["a", "b-c"])).toEqual([
    collides("a-b/Export-c", "a/Export-b-c", "a"),
    collides("a/Export-b-c", "a-b/Export-c", "a-b"),
  ]);
  expect(exports(["a-b", "c"], ["a", "c"])).toEqual([]);
});
