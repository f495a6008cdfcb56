import { type Kind, kind } from "./kind";
import { clusterId, FLEET_ID, type MadeChange, madeObject } from "./made";

/* Plans of what upgrades members, and of the namespaces that Azure keeps on them. */

const part = (type: string, name: string, properties: object): object => ({
  type: `Microsoft.ContainerService/fleets/${type}@2026-06-01`,
  name,
  parent_id: FLEET_ID,
  id: `${FLEET_ID}/${type}/${name}`,
  body: { properties },
});
const member = (name: string, properties: object) =>
  part("members", name, { clusterResourceId: clusterId(name), ...properties });
const change = (address: string, before: object | undefined, after: object | undefined): MadeChange => ({
  address: `azapi_resource.${address}`,
  actions: [before === undefined ? "create" : after === undefined ? "delete" : "update"],
  before,
  after,
});
const there = (address: string, values: object): MadeChange => ({
  address: `azapi_resource.${address}`,
  actions: ["no-op"],
  before: values,
  after: values,
});

const MEMBERS = [
  there("one", member("aks-one", { group: "canary", labels: { ring: "0" } })),
  there("two", member("aks-two", { group: "prod", labels: { ring: "1" } })),
  there("three", member("aks-three", { group: "prod", labels: { ring: "2" } })),
];
const CANARY = { name: "canary", groups: [{ name: "canary" }], afterStageWaitInSeconds: 86400 };
const PROD = {
  name: "prod",
  groups: [{ name: "prod" }],
  beforeGates: [{ type: "Approval", displayName: "Canaries are well" }],
};
const strategy = (...stages: object[]) => part("updateStrategies", "canary-first", { strategy: { stages } });
const ORDER =
  'first canary (aks-one); then, after 24 h and an approval ("Canaries are well"), prod (aks-three and aks-two)';
const order = (before: object | undefined, after: object | undefined) => [
  ...MEMBERS,
  change("order", before, after),
];
const followed = there("order", strategy(CANARY, PROD));
const profile = (properties: object) =>
  part("autoUpgradeProfiles", "stable", {
    channel: "Stable",
    updateStrategyId: `${FLEET_ID}/updateStrategies/canary-first`,
    disabled: false,
    ...properties,
  });
const namespace = (properties: object) =>
  part("managedNamespaces", "team", { adoptionPolicy: "Never", deletePolicy: "Keep", ...properties });
const inNamespace = (properties: object) => namespace({ managedNamespaceProperties: properties });
const quota = (more: object) =>
  inNamespace({ defaultResourceQuota: { cpuLimit: "8", memoryRequest: "8Gi", ...more } });
const traffic = (ingress: string | undefined, egress?: string) =>
  inNamespace({ defaultNetworkPolicy: { ingress, egress } });
const onClusters = (...clusterNames: string[]) =>
  namespace({
    propagationPolicy: {
      type: "Placement",
      placementProfile: {
        defaultClusterResourcePlacement: { policy: { placementType: "PickFixed", clusterNames } },
      },
    },
  });
const team = (before: object | undefined, after: object | undefined) => [change("team", before, after)];
const workload = (cpu: string, replicas: number): MadeChange => {
  const spec = {
    replicas,
    template: {
      spec: { containers: [{ name: "app", resources: { limits: { cpu }, requests: { memory: "1Gi" } } }] },
    },
  };
  const { before, after, ...rest } = madeObject(["no-op"], "Deployment", "app", { spec }, { spec });
  const moved = JSON.parse(
    JSON.stringify(after).replace('"namespace":"shop"', '"namespace":"team"'),
  ) as object;
  return { ...rest, before: moved, after: moved } as MadeChange;
};

const STRATEGIES: readonly Kind[] = [
  kind("a strategy is new", "change", ["update-strategy-created"], order(undefined, strategy(CANARY, PROD)), [
    `update strategy canary-first is created: runs that follow it upgrade ${ORDER}`,
  ]),
  kind(
    "an approval comes",
    "change",
    ["update-strategy-changed"],
    order(strategy(CANARY, { ...PROD, beforeGates: undefined }), strategy(CANARY, PROD)),
    [`changes: later runs upgrade ${ORDER}; a run in progress keeps its order`],
  ),
  kind(
    "an approval goes",
    "risk",
    ["update-strategy-unguarded"],
    order(strategy(CANARY, PROD), strategy(CANARY, { ...PROD, beforeGates: [] })),
    [
      'later runs no longer wait for an approval ("Canaries are well") before prod',
      "then, after 24 h, prod (aks-three and aks-two)",
    ],
  ),
  kind(
    "a pause shrinks",
    "risk",
    ["update-strategy-unguarded"],
    order(strategy(CANARY, PROD), strategy({ ...CANARY, afterStageWaitInSeconds: 600 }, PROD)),
    ["no longer wait for 24 h before prod", "after 10 min"],
  ),
  kind(
    "the approval of a group goes",
    "risk",
    ["update-strategy-unguarded"],
    order(
      strategy(CANARY, { ...PROD, groups: [{ name: "prod", afterGates: [{ type: "Approval" }] }] }),
      strategy(CANARY, PROD),
    ),
    ["no longer wait for an approval after group prod"],
  ),
  kind(
    "a stage goes, and its member with it",
    "risk",
    ["update-strategy-leaves-out"],
    order(strategy(CANARY, PROD), strategy({ ...CANARY, afterStageWaitInSeconds: undefined })),
    ["later runs omit aks-three and aks-two and upgrade first canary (aks-one)"],
    ["no longer wait for 24 h before canary"],
  ),
  kind(
    "more are upgraded at once",
    "change",
    ["update-strategy-changed"],
    order(strategy(CANARY, PROD), strategy(CANARY, { ...PROD, maxConcurrency: "50%" })),
    ["prod (aks-three and aks-two, at most 50% at a time)"],
  ),
  kind(
    "members are chosen by label, and on a day",
    "change",
    ["update-strategy-created"],
    order(
      undefined,
      strategy(
        { name: "ring0", memberSelector: { byLabel: "ring=0" } },
        {
          name: "rest",
          groups: [{ name: "rest", memberSelector: { byLabel: "ring in (1,2)" } }],
          beforeGates: [
            {
              type: "ScheduledStart",
              scheduledStartConfiguration: { startDay: "Saturday", startTime: "02:00", utcOffset: "+01:00" },
            },
          ],
        },
      ),
    ),
    ["first ring0 (aks-one); then, after Saturday 02:00 (UTC+01:00), rest (aks-three and aks-two)"],
  ),
  kind("a strategy goes", "risk", ["update-strategy-gone"], order(strategy(CANARY, PROD), undefined), [
    "no later run can follow it; a run in progress continues",
  ]),
  kind(
    "azurerm's strategy changes",
    "change",
    ["update-strategy-changed"],
    [
      ...MEMBERS,
      {
        address: "azurerm_kubernetes_fleet_update_strategy.order",
        actions: ["update"],
        before: {
          name: "canary-first",
          stage: [{ name: "all", group: [{ name: "canary" }, { name: "prod" }] }],
        },
        after: {
          name: "canary-first",
          stage: [
            { name: "canary", group: [{ name: "canary" }], after_stage_wait_in_seconds: 3600 },
            { name: "prod", group: [{ name: "prod" }] },
          ],
        },
      },
    ],
    ["first canary (aks-one); then, after 1 h, prod (aks-three and aks-two)"],
  ),
  kind(
    "a member gets into no stage",
    "risk",
    ["member-in-no-stage"],
    [
      followed,
      ...MEMBERS.slice(1),
      change("one", member("aks-one", { group: "canary" }), member("aks-one", { group: "canry" })),
    ],
    [
      "member aks-one is no longer in stage canary of strategy canary-first, nor in any other: later runs leave it at its current version",
    ],
  ),
  kind(
    "a member gets into another stage",
    "change",
    ["member-upgrade-reordered"],
    [
      followed,
      ...MEMBERS.slice(1),
      change("one", member("aks-one", { group: "canary" }), member("aks-one", { group: "prod" })),
    ],
    [
      "member aks-one is upgraded in stage prod of strategy canary-first, no longer in stage canary, by later runs",
    ],
  ),
  kind(
    "a member gets another group, and no strategy is seen",
    "change",
    ["member-upgrade-reordered"],
    [change("one", member("aks-one", {}), member("aks-one", { group: "prod" }))],
    ["member aks-one is in another update group (none → prod)"],
  ),
];

const PROFILES: readonly Kind[] = [
  kind(
    "a profile follows a strategy",
    "risk",
    ["auto-upgrade-changed"],
    [...MEMBERS, followed, change("p", undefined, profile({}))],
    [
      `(channel Stable) to the latest patch of the second-newest minor version as new versions come out, in the order of strategy canary-first: ${ORDER}`,
    ],
  ),
  kind(
    "a profile gets a target with long-term support",
    "risk",
    ["auto-upgrade-changed"],
    [
      ...MEMBERS,
      followed,
      change(
        "p",
        profile({ channel: "TargetKubernetesVersion", targetKubernetesVersion: "1.33" }),
        profile({
          channel: "TargetKubernetesVersion",
          targetKubernetesVersion: "1.34",
          longTermSupport: true,
        }),
      ),
    ],
    [
      "targetKubernetesVersion 1.33 → 1.34",
      "to the latest patch of 1.34, while AKS supports it (long-term support) as new versions come out",
    ],
  ),
  kind(
    "what can't be changed of a profile does",
    "risk",
    ["auto-upgrade-changed"],
    [
      ...MEMBERS,
      followed,
      {
        address: "azapi_resource.p",
        actions: ["delete", "create"],
        before: profile({ nodeImageSelection: { type: "Latest" } }),
        after: profile({
          nodeImageSelection: { type: "Consistent" },
          updateStrategyId: `${FLEET_ID}/updateStrategies/other`,
        }),
        replace_paths: [["replace_triggers_external_values"]],
      },
    ],
    [
      "is recreated because Azure can't change its strategy (canary-first → other) and its node image selection (Latest → Consistent)",
    ],
  ),
];

const NAMESPACES: readonly Kind[] = [
  kind(
    "a quota shrinks",
    "risk",
    ["managed-namespace-quota-shrinks"],
    team(quota({}), quota({ cpuLimit: "4" })),
    ["managed namespace team allows less on each cluster: CPU limits 8 → 4; running pods stay"],
  ),
  kind(
    "a quota comes where there was none",
    "risk",
    ["managed-namespace-quota-shrinks"],
    team(quota({}), quota({ memoryLimit: "4Gi" })),
    ["memory limits unlimited → 4Gi"],
  ),
  kind(
    "a quota shrinks below what runs",
    "risk",
    ["managed-namespace-quota-exceeded"],
    [...team(quota({}), quota({ cpuLimit: "2", memoryRequest: "4Gi" })), workload("500m", 5)],
    [
      "CPU limits 8 → 2, less than the 2500m that the app's workloads request there and memory requests 8Gi → 4Gi, less than the 5Gi that",
    ],
  ),
  kind(
    "a quota shrinks and is enough for what runs",
    "risk",
    ["managed-namespace-quota-shrinks"],
    [...team(quota({}), quota({ cpuLimit: "4" })), workload("500m", 5)],
    ["CPU limits 8 → 4; running pods"],
  ),
  kind(
    "a quota grows, or is written otherwise",
    "risk",
    ["managed-namespace-changed"],
    team(quota({}), quota({ cpuLimit: "16000m" })),
    ["cpuLimit 8 → 16000m"],
    ["allows less"],
  ),
  kind(
    "nothing comes in any more",
    "outage",
    ["managed-namespace-closed"],
    team(traffic("AllowAll"), traffic("DenyAll")),
    ["allows less traffic: its pods no longer accept any traffic"],
  ),
  kind(
    "a policy comes for the first time",
    "outage",
    ["managed-namespace-closed"],
    team(namespace({}), traffic("AllowSameNamespace", "DenyAll")),
    ["only pods of the same namespace can reach its pods", "its pods can no longer reach anything"],
  ),
  kind(
    "a policy opens",
    "risk",
    ["managed-namespace-changed"],
    team(traffic("DenyAll"), traffic("AllowSameNamespace")),
    ["ingress DenyAll → AllowSameNamespace"],
  ),
  kind(
    "a member is no longer named",
    "outage",
    ["managed-namespace-leaves"],
    team(onClusters("aks-one", "aks-two"), onClusters("aks-one")),
    ["managed namespace team is no longer on aks-two: the fleet removes it there, with everything in it"],
  ),
  kind(
    "no member is named any more",
    "outage",
    ["managed-namespace-leaves"],
    team(onClusters("aks-one"), namespace({})),
    ["no longer on aks-one"],
  ),
  kind(
    "it is deleted with everything in it from now on",
    "risk",
    ["managed-namespace-deletes"],
    team(namespace({}), namespace({ deletePolicy: "Delete" })),
    ["(deletePolicy Keep → Delete)"],
  ),
];

export const UPGRADES: readonly Kind[] = [...STRATEGIES, ...PROFILES, ...NAMESPACES];
