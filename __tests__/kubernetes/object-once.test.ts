import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack } from "cdktf";
import {
  ClusterResourcePlacementDisruptionBudget,
  ClusterResourcePlacementEviction,
  ClusterStagedUpdateRun,
  ClusterStagedUpdateStrategy,
  Namespace,
  StagedUpdateRun,
  StagedUpdateStrategy,
} from "../../lib";
import {
  fleetWith,
  placementCalled,
  placementIn,
  strategyCalled,
  strategyIn,
  unknown,
} from "../hub/fixtures";
import { findings } from "../synth";

const STAGES = [{ name: "all" }];
const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { ports: [{ port: 80 }] },
};

type Build = (scope: TerraformStack, namespace: Namespace, id: string, name: string) => void;

/** What is said of two objects, of the names given. */
function findingsOf(build: Build, ...names: string[]): string[] {
  return findings((scope) => {
    const namespace = new Namespace(scope, "Namespace", { fleet: fleetWith(scope), name: "store" });
    for (const [index, name] of names.entries()) {
      build(scope, namespace, `Number${index}`, name);
    }
  });
}

const KINDS: Record<string, Build> = {
  ClusterStagedUpdateStrategy: (scope, _namespace, id, name) =>
    new ClusterStagedUpdateStrategy(scope, id, { name, stages: STAGES }),
  StagedUpdateStrategy: (scope, namespace, id, name) =>
    new StagedUpdateStrategy(scope, id, { namespace, name, stages: STAGES }),
  ClusterStagedUpdateRun: (scope, _namespace, id, name) =>
    new ClusterStagedUpdateRun(scope, id, {
      name,
      placement: placementCalled("a"),
      strategy: strategyCalled("b"),
    }),
  StagedUpdateRun: (scope, namespace, id, name) =>
    new StagedUpdateRun(scope, id, {
      namespace,
      name,
      placement: placementIn(namespace, "a"),
      strategy: strategyIn(namespace, "b"),
    }),
  ClusterResourcePlacementEviction: (scope, _namespace, id, name) =>
    new ClusterResourcePlacementEviction(scope, id, {
      name,
      placement: placementCalled("a"),
      clusterName: "east",
    }),
  ClusterResourcePlacementDisruptionBudget: (scope, _namespace, id, name) =>
    new ClusterResourcePlacementDisruptionBudget(scope, id, {
      placement: placementCalled(name),
      minAvailable: 1,
    }),
};

describe.each(Object.entries(KINDS))("%s", (kind, build) => {
  test("of one name, twice", () => {
    const twice = (path: string, other: string) =>
      `stack/${path}: name: ${kind} "same" is also created at stack/${other}, and both would be the same object; rename or remove one of them.`;
    expect(findingsOf(build, "same", "same")).toEqual([
      twice("Number0", "Number1"),
      twice("Number1", "Number0"),
    ]);
  });

  test("of two names", () => {
    expect(findingsOf(build, "one", "other")).toEqual([]);
  });
});

test("an object of two sets of workloads, or of a construct beside", () => {
  const sets: Build = (_scope, namespace, id) => namespace.addWorkloads(id, { objects: [SERVICE] });
  expect(findingsOf(sets, "", "")).toEqual([
    expect.stringMatching(
      /^stack\/Namespace\/Number0: name: Service "web" is also created at stack\/Namespace\/Number1,/,
    ),
    expect.stringMatching(
      /^stack\/Namespace\/Number1: name: Service "web" is also created at stack\/Namespace\/Number0,/,
    ),
  ]);
  expect(
    findingsOf((_scope, namespace) => {
      const apiVersion = "networking.fleet.azure.com/v1beta1";
      const exported = { apiVersion, kind: "ServiceExport", metadata: { name: "web" } };
      namespace.addWorkloads("Workloads", { objects: [SERVICE, exported] });
      namespace.exportService("web");
    }, ""),
  ).toEqual([
    expect.stringContaining(
      'name: ServiceExport "web" is also created at stack/Namespace/Export-web, and both',
    ),
  ]);
});

test("a Secret among the workloads and beside them", () => {
  expect(
    findingsOf((_scope, namespace) => {
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "queue" } };
      namespace.addWorkloads("Workloads", { objects: [secret] });
      namespace.addSecret("queue", { data: {} });
      namespace.addSecret("other", { data: {} });
    }, ""),
  ).toEqual([
    'stack/Namespace/Workloads: objects[0]: Secret "queue" is also created at stack/Namespace/Secret-queue; remove one of them.',
  ]);
});

test("of one name by two APIs, in two namespaces, or by a name that only Terraform knows, is fine", () => {
  expect(
    findings((scope) => {
      const fleet = fleetWith(scope);
      for (const name of ["store", "shop"]) {
        new Namespace(scope, name, { fleet, name }).addWorkloads("Workloads", { objects: [SERVICE] });
      }
      const name = unknown(scope, "name");
      for (const id of ["A", "B"]) {
        new ClusterStagedUpdateStrategy(scope, id, { name, stages: STAGES });
      }
      const other = new TerraformStack(scope.node.root, "other");
      new KubernetesProvider(other, "kubernetes");
      for (const stack of [scope, other]) {
        new ClusterStagedUpdateStrategy(stack, "Strategy", { name: "all", stages: STAGES });
      }
    }),
  ).toEqual([]);
});
