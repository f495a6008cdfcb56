// The clusters that each of 50 placements chooses, of 100 members.
import { plannedMember } from "../lib/fleet-model/member";
import { schedule } from "../lib/fleet-model/schedule";

const members = Array.from({ length: 100 }, (_, index) => ({
  ...plannedMember({
    name: `aks-${index}`,
    location: `region-${index % 10}`,
    labels: { team: `team-${index % 7}` },
  }),
  properties: { known: { "kubernetes-fleet.io/node-count": String(index % 13) } },
}));
const nodes = { name: "kubernetes-fleet.io/node-count", sortOrder: "Descending" };
const preferred = [{ weight: 50, preference: { propertySorter: nodes } }];
const terms = [{ labelSelector: { matchLabels: { team: "team-1" } } }];
const spread = [{ topologyKey: "fleet.azure.com/location", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }];
const pickN = {
  placementType: "PickN",
  numberOfClusters: 50,
  affinity: { clusterAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
};
const policies = [
  { placementType: "PickAll" },
  {
    placementType: "PickAll",
    affinity: {
      clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms: terms } },
    },
  },
  pickN,
  { ...pickN, topologySpreadConstraints: spread },
  { placementType: "PickFixed", clusterNames: ["aks-1", "aks-2"] },
];
for (let index = 0; index < 50; index += 1) {
  schedule({ members, policy: policies[index % policies.length] as never });
}
