// A fleet of 100 members, 50 placements and 500 objects.
import type { KubernetesObject } from "../lib/fleet-model/identity";

const REGIONS = ["eastus2", "westus2", "westeurope", "uksouth"];
export const members = Array.from({ length: 100 }, (_, index) => ({
  name: `member-${index}`,
  location: REGIONS[index % REGIONS.length] as string,
  labels: { ring: String(index % 5), env: index % 3 ? "prod" : "test" },
}));
const names = Array.from({ length: 50 }, (_, index) => `app-${index}`);

function object(
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
  name: string,
  rest = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, ...rest };
}

export const objects = names.flatMap((app, index) => [
  object("v1", "Namespace", undefined, app),
  object("apps/v1", "Deployment", app, "web", {
    spec: { replicas: 2, template: { spec: { containers: [{ name: "web", image: "nginx" }] } } },
  }),
  object("v1", "Service", app, "web", {
    spec: { type: "LoadBalancer", ports: [{ port: 80, targetPort: 8080 }] },
  }),
  object("networking.fleet.azure.com/v1beta1", "ServiceExport", app, "web"),
  ...Array.from({ length: 4 }, (_, place) =>
    object("v1", "ConfigMap", app, `conf-${place}`, { data: { key: "value" } }),
  ),
  object("placement.kubernetes-fleet.io/v1", "ResourceOverride", app, "web", {
    spec: {
      resourceSelectors: [{ group: "apps", version: "v1", kind: "Deployment", name: "web" }],
      policy: {
        overrideRules: [
          {
            clusterSelector: { clusterSelectorTerms: [{ labelSelector: { matchLabels: { env: "test" } } }] },
            jsonPatchOverrides: [{ op: "replace", path: "/spec/replicas", value: 1 }],
          },
          {
            clusterSelector: {},
            jsonPatchOverrides: [
              {
                op: "add",
                path: "/spec/template/spec/containers/0/env",
                value: [{ name: "MEMBER", value: "${MEMBER-CLUSTER-NAME}" }],
              },
            ],
          },
        ],
      },
    },
  }),
  object("placement.kubernetes-fleet.io/v1", "ClusterResourcePlacement", undefined, app, {
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: app }],
      policy:
        index % 2
          ? { placementType: "PickAll" }
          : {
              placementType: "PickN",
              numberOfClusters: 50,
              affinity: {
                clusterAffinity: {
                  preferredDuringSchedulingIgnoredDuringExecution: [
                    { weight: 50, preference: { labelSelector: { matchLabels: { ring: "1" } } } },
                  ],
                },
              },
            },
    },
  }),
]);
