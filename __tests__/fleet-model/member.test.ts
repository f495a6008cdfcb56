import { locationOf, memberOf, plannedMember } from "../../lib/fleet-model/member";
import { schedule } from "../../lib/fleet-model/schedule";
import { isUnknown, Unknown } from "../../lib/fleet-model/unknown";

const UNKNOWN = new Unknown("only Terraform knows it");

describe("a member that is planned", () => {
  test("has the labels that Azure sets, and its own", () => {
    const { labels } = plannedMember({
      name: "east",
      location: "eastus",
      clusterName: "aks-east",
      resourceGroup: "rg",
      subscriptionId: "00000000-0000-0000-0000-000000000000",
      labels: { team: "shop", "fleet.azure.com/location": "mars" },
    });
    expect(labels).toEqual({
      known: {
        team: "shop",
        "fleet.azure.com/location": "eastus",
        "fleet.azure.com/resource-group": "rg",
        "fleet.azure.com/subscription-id": "00000000-0000-0000-0000-000000000000",
        "fleet.azure.com/cluster-name": "aks-east",
        "fleet.azure.com/member-name": "east",
        "kubernetes-fleet.io/member-name": "east",
      },
    });
  });

  test("may have others if its own aren't known", () => {
    const member = plannedMember({ name: "east", location: UNKNOWN, labels: UNKNOWN });
    expect(member.labels.others).toBe(UNKNOWN);
    expect(locationOf(member)).toBeInstanceOf(Unknown);
  });

  test("is chosen if its properties and namespaces don't matter", () => {
    const members = [plannedMember({ name: "east", location: "eastus" })];
    const requires = (name: string) => ({
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [
              { propertySelector: { matchExpressions: [{ name, operator: "Ge", values: ["1"] }] } },
            ],
          },
        },
      },
    });
    expect(schedule({ members }).decisions).toMatchObject([{ cluster: "east", isChosen: true }]);
    const [ofProperty] = schedule({ members, policy: requires("kubernetes-fleet.io/node-count") }).decisions;
    expect(ofProperty).toMatchObject({
      isChosen: expect.any(Unknown),
      reason: "kubernetes-fleet.io/node-count: a member reports its properties once it runs",
    });
    const [ofNamespace] = schedule({ members, namespace: "shop" }).decisions;
    expect(isUnknown(ofNamespace?.isChosen)).toBe(true);
  });
});

test("a MemberCluster is read as the scheduler looks at it", () => {
  const member = memberOf({
    metadata: {
      name: "east",
      labels: { "fleet.azure.com/location": "eastus" },
      deletionTimestamp: "2026-01-01T00:00:00Z",
    },
    spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] },
    status: {
      conditions: [{ type: "NamespaceCollectionSucceeded", status: "False" }],
      namespaces: { shop: "work" },
      properties: {
        "kubernetes-fleet.io/node-count": { value: "3" },
        // Where resources are asked for, it is not here.
        "resources.kubernetes-fleet.io/available-cpu": { value: "99" },
      },
      resourceUsage: { capacity: { cpu: "4" }, allocatable: { memory: 1024 }, available: null },
      agentStatus: [
        { type: "MultiClusterServiceAgent", conditions: [{ type: "Joined", status: "False" }] },
        {
          type: "MemberAgent",
          lastReceivedHeartbeat: "2026-01-01T00:00:00Z",
          conditions: [
            { type: "Joined", status: "True" },
            { type: "Healthy", status: "Unknown", lastTransitionTime: "2026-01-01T00:00:01Z" },
          ],
        },
      ],
    },
  });
  expect(member).toEqual({
    name: "east",
    labels: { known: { "fleet.azure.com/location": "eastus" } },
    taints: [{ key: "gpu", effect: "NoSchedule" }],
    properties: {
      known: {
        "kubernetes-fleet.io/node-count": "3",
        "resources.kubernetes-fleet.io/total-cpu": "4",
        "resources.kubernetes-fleet.io/allocatable-memory": "1024",
      },
    },
    namespaces: { known: { shop: "work" } },
    isLeaving: true,
    agent: {
      lastHeartbeat: new Date("2026-01-01T00:00:00Z"),
      isJoined: true,
      health: { isHealthy: false, since: new Date("2026-01-01T00:00:01Z") },
    },
  });
  expect(locationOf(member)).toBe("eastus");
});

test("a MemberCluster that has just been made can be read", () => {
  expect(memberOf({ metadata: { name: "east" } })).toEqual({
    name: "east",
    labels: { known: {} },
    taints: [],
    properties: { known: {} },
    namespaces: undefined,
    isLeaving: false,
    agent: undefined,
  });
});

test("an agent that was never heard of was last heard of when time begins", () => {
  const member = memberOf({
    metadata: { name: "east" },
    status: { agentStatus: [{ type: "MemberAgent" }] },
  });
  const [decision] = schedule({ members: [member], now: new Date("2026-01-01T00:00:00Z") }).decisions;
  expect(decision?.reason).toContain("(last received 153722867.28 minutes ago)");
});
