import {
  AZURE_INTERNAL_ANNOTATION,
  derivedServiceName,
  INTERNAL_ANNOTATION,
  SYSTEM_NAMESPACE,
} from "../../lib/fleet-api/services";
import { byBytes } from "../../lib/fleet-model/compare";
import type { Ports } from "../../lib/fleet-model/services";
import { endpointsOf, exportWeight } from "../../lib/fleet-model/traffic-weights";
import { type Exports, exportsAfter } from "./export-controller";
import { type MultiClusterServices, multiClusterServicesAfter } from "./multi-cluster-service-controller";
import vectors from "./vectors/exports.json";

interface Step {
  op: "export" | "unexport" | "apply" | "delete" | "resolve";
  cluster: string;
  ports: Ports;
  name: string;
  serviceImport: string;
  annotations?: Record<string, string>;
  clusters: string[];
}

interface Case {
  id: string;
  kind: string;
  steps: Step[];
  result: unknown;
  resultReversed?: unknown;
  backendWeight: number;
  exports: {
    cluster: string;
    weight?: number;
    type: string;
    internal: boolean;
    publicIP: boolean;
    dnsLabel: boolean;
  }[];
  imported: string[];
  annotation: string | null;
}

const cases = vectors.cases as unknown as Case[];
const ofKind = (...kinds: string[]) => cases.filter(({ kind }) => kinds.includes(kind));

test("who exports a Service, and who is in conflict", () => {
  const scripts = ofKind("two-exports", "script");
  expect(scripts.map((one) => [one.id, exported(one.steps, byBytes)])).toEqual(
    scripts.map(({ id, result }) => [id, result]),
  );
  const reversed = (one: string, other: string) => byBytes(other, one);
  expect(scripts.map((one) => [one.id, exported(one.steps, reversed)])).toEqual(
    scripts.map(({ id, result, resultReversed = result }) => [id, resultReversed]),
  );
});

function exported(steps: readonly Step[], listed: (one: string, other: string) => number): unknown[] {
  let state: Exports = { exports: [] };
  return steps.map(({ op, cluster, ports }) => {
    state = exportsAfter(state, { cluster, ...(op === "export" && { ports }) }, listed);
    const { exports, serviceImport } = state;
    return {
      exports: Object.fromEntries(
        exports.map(({ cluster: name, isConflict }) => [
          name,
          isConflict
            ? {
                status: "True",
                reason: "ConflictFound",
                message: "service app/web is in conflict with other exported services",
              }
            : {
                status: "False",
                reason: "NoConflictFound",
                message: "service app/web is exported without conflict",
              },
        ]),
      ),
      serviceImport: serviceImport ? { ...serviceImport, type: "ClusterSetIP" } : null,
    };
  });
}

test("which MultiClusterService has the address", () => {
  const scripts = ofKind("multi-cluster-service");
  expect(scripts.map(({ id, steps }) => [id, imported(steps)])).toEqual(
    scripts.map(({ id, result }) => [id, result]),
  );
});

function imported(steps: readonly Step[]): unknown[] {
  let state: MultiClusterServices = { services: [], imports: [] };
  return steps.map(({ op, name, serviceImport, annotations = {}, clusters, ports }) => {
    const isInternal = ["1", "t", "T", "TRUE", "true", "True"].includes(
      annotations[INTERNAL_ANNOTATION] ?? "",
    );
    state = multiClusterServicesAfter(
      state,
      op === "apply"
        ? { apply: { name, serviceImport, isInternal } }
        : op === "delete"
          ? { remove: name }
          : { resolve: { name: serviceImport, clusters, ports } },
    );
    return {
      multiClusterServices: Object.fromEntries(
        state.services.map((one) => [
          one.name,
          {
            condition: one.derived ? FOUND : UNKNOWN,
            derivedService: one.derived ? derivedServiceName("app", one.name) : "",
            serviceImport: one.serviceImport,
          },
        ]),
      ),
      serviceImports: Object.fromEntries(
        state.imports.map((one) => [one.name, { owner: one.owner, resolved: one.clusters.length > 0 }]),
      ),
      services: Object.fromEntries(
        state.services.flatMap(({ name: own, derived }) =>
          derived
            ? [
                [
                  `${SYSTEM_NAMESPACE}/${derivedServiceName("app", own)}`,
                  {
                    ...(derived.isInternal && { annotations: { [AZURE_INTERNAL_ANNOTATION]: "true" } }),
                    labels: {
                      "networking.fleet.azure.com/multi-cluster-service-name": own,
                      "networking.fleet.azure.com/multi-cluster-service-namespace": "app",
                    },
                    ports: derived.ports,
                    type: "LoadBalancer",
                  },
                ],
              ]
            : [],
        ),
      ),
    };
  });
}

const FOUND = {
  message: "found valid service import",
  reason: "FoundServiceImport",
  status: "True",
  type: "Valid",
};
const UNKNOWN = {
  message:
    "importing service; if the condition remains for a while, please verify that service has been exported or service has been exported by other multiClusterService",
  reason: "UnknownServiceImport",
  status: "Unknown",
  type: "Valid",
};

test("the endpoints of Traffic Manager, and their weights", () => {
  const weighed = ofKind("weights");
  expect(weighed.map((one) => [one.id, endpoints(one)])).toEqual(
    weighed.map(({ id, result }) => [id, "condition" in (result as object) ? "waits" : result]),
  );
});

function endpoints({ backendWeight, exports, imported: clusters }: Case): unknown {
  const found = endpointsOf(
    backendWeight,
    exports.map(({ internal, publicIP, dnsLabel, ...one }) => ({
      ...one,
      isInternal: internal,
      hasPublicIp: publicIP,
      hasDnsLabel: dnsLabel,
    })),
    clusters,
  );
  return (
    (found && {
      endpoints: Object.fromEntries(
        found.endpoints.map(({ cluster, weight, exportWeight: fromWeight }) => [
          cluster,
          { name: `fleet-uid#web#${cluster}`, weight: String(BigInt(weight)), fromWeight },
        ]),
      ),
      invalid: Object.fromEntries(found.invalid.map(({ cluster, reason }) => [cluster, reason])),
    }) ??
    "waits"
  );
}

test("the meaning of an export's weight", () => {
  const annotated = ofKind("weight-annotation");
  expect(annotated.map(({ id, annotation }) => [id, exportWeight(annotation ?? undefined)])).toEqual(
    annotated.map(({ id, result }) => [id, result]),
  );
});
