import type { TerraformStack } from "cdktf";
import {
  AksCluster,
  ClusterNetwork,
  ClusterResourcePlacement,
  type ClusterSelectorTerm,
  Fleet,
  type LabelRequirement,
  type LabelSelector,
  Namespace,
  PlacementPolicy,
  type PreferredTerm,
  type PropertyRequirement,
  type Toleration,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { fleetWith, unknown } from "../fixtures";

const PATH = "stack/Placement";

function place(stack: TerraformStack, policy: PlacementPolicy, locations?: Record<string, string>) {
  const namespace = new Namespace(stack, "Namespace", { fleet: fleetWith(stack, locations), name: "store" });
  return new ClusterResourcePlacement(stack, "Placement", { namespace, policy });
}

function policySpec(policy: PlacementPolicy): unknown {
  const stack = synthStack((scope) => void place(scope, policy));
  const { manifest } = resources(stack, "kubernetes_manifest")["Placement/Resource"] as {
    manifest: { apiVersion: string; spec: { policy: unknown } };
  };
  expect(manifest.apiVersion).toBe("placement.kubernetes-fleet.io/v1");
  return manifest.spec.policy;
}

/** What is said of a policy, without the placement's path and `policy`. */
function findingsOf(policy: PlacementPolicy, locations?: Record<string, string>): string[] {
  return findings((stack) => void place(stack, policy, locations)).map((finding) =>
    finding.replace(`${PATH}: policy`, ""),
  );
}

const inEurope: ClusterSelectorTerm = {
  labelSelector: {
    matchLabels: { env: "prod" },
    matchExpressions: [
      { key: "fleet.azure.com/location", operator: "In", values: ["westeurope", "norwayeast"] },
      { key: "retired", operator: "DoesNotExist" },
    ],
  },
};

describe("the policy of the manifest", () => {
  test("all that match", () => {
    expect(
      policySpec(
        PlacementPolicy.pickAll({
          required: [
            inEurope,
            {
              properties: [
                { name: "kubernetes-fleet.io/node-count", operator: "Ge", value: "3" },
                { name: "resources.kubernetes-fleet.io/available-cpu", operator: "Gt", value: "8" },
              ],
            },
          ],
          tolerations: [{ key: "gpu", value: "yes", effect: "NoSchedule" }, { operator: "Exists" }],
        }),
      ),
    ).toEqual({
      placementType: "PickAll",
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            clusterSelectorTerms: [
              {
                labelSelector: {
                  matchLabels: { env: "prod" },
                  matchExpressions: [
                    {
                      key: "fleet.azure.com/location",
                      operator: "In",
                      values: ["westeurope", "norwayeast"],
                    },
                    { key: "retired", operator: "DoesNotExist" },
                  ],
                },
              },
              {
                propertySelector: {
                  matchExpressions: [
                    { name: "kubernetes-fleet.io/node-count", operator: "Ge", values: ["3"] },
                    { name: "resources.kubernetes-fleet.io/available-cpu", operator: "Gt", values: ["8"] },
                  ],
                },
              },
            ],
          },
        },
      },
      tolerations: [{ key: "gpu", value: "yes", effect: "NoSchedule" }, { operator: "Exists" }],
    });
  });

  test("all, where nothing is asked for", () => {
    expect(policySpec(PlacementPolicy.pickAll({ tolerations: [] }))).toEqual({ placementType: "PickAll" });
  });

  test("a number of the best", () => {
    expect(
      policySpec(
        PlacementPolicy.pickN(2, {
          required: [inEurope],
          preferred: [
            {
              weight: 100,
              propertySorter: {
                name: "kubernetes.azure.com/per-cpu-core-cost",
                sortOrder: "Ascending",
              },
            },
            { weight: -20, labelSelector: { matchLabels: { env: "canary" } } },
          ],
          topologySpread: [
            { topologyKey: "fleet.azure.com/location" },
            { topologyKey: "env", maxSkew: 2, whenUnsatisfiable: "ScheduleAnyway" },
          ],
          tolerations: [{ key: "gpu", operator: "Exists" }],
        }),
      ),
    ).toEqual({
      placementType: "PickN",
      numberOfClusters: 2,
      affinity: {
        clusterAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms: [inEurope] },
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              preference: {
                propertySorter: { name: "kubernetes.azure.com/per-cpu-core-cost", sortOrder: "Ascending" },
              },
            },
            { weight: -20, preference: { labelSelector: { matchLabels: { env: "canary" } } } },
          ],
        },
      },
      topologySpreadConstraints: [
        { topologyKey: "fleet.azure.com/location" },
        { topologyKey: "env", maxSkew: 2, whenUnsatisfiable: "ScheduleAnyway" },
      ],
      tolerations: [{ key: "gpu", operator: "Exists" }],
    });
  });

  test("a number of any", () => {
    expect(policySpec(PlacementPolicy.pickN(0))).toEqual({ placementType: "PickN", numberOfClusters: 0 });
  });
});

describe("the members that are chosen", () => {
  const members = (policy: PlacementPolicy, labels?: Record<string, string>) => {
    let chosen: readonly string[] | undefined;
    synthStack((stack) => {
      const placement = place(stack, policy);
      if (labels) {
        const network = new ClusterNetwork(stack, "Network", {
          key: "third",
          location: "norwayeast",
          addressSpace: ["10.9.0.0/16"],
        });
        const cluster = new AksCluster(stack, "Cluster", { network });
        placement.fleet.addMember("third", { cluster, labels });
      }
      chosen = placement.members?.map(({ key }) => key);
    });
    return chosen;
  };

  test("are known without terms, whatever taints are tolerated", () => {
    expect(members(PlacementPolicy.pickAll({ tolerations: [{ operator: "Exists" }] }))).toEqual([
      "east",
      "west",
    ]);
  });

  test("are known where terms ask for what this app says of each", () => {
    const policy = PlacementPolicy.pickAll({ required: [inEurope] });
    expect(members(policy)).toEqual([]);
    expect(members(policy, { env: "prod" })).toEqual(["third"]);
    expect(members(policy, { env: "test" })).toEqual([]);
    expect(members(policy, { env: "prod", retired: "soon" })).toEqual([]);
  });

  test("are not known where others may have set the label, or by properties", () => {
    const byLabel = { labelSelector: { matchLabels: { env: "prod" } } };
    expect(members(PlacementPolicy.pickAll({ required: [byLabel] }))).toBeUndefined();
    const byNodes = { name: "kubernetes-fleet.io/node-count", operator: "Ge", value: "3" } as const;
    expect(members(PlacementPolicy.pickAll({ required: [{ properties: [byNodes] }] }))).toBeUndefined();
  });

  test("are not known where only Terraform knows the label", () => {
    synthStack((stack) => {
      const policy = PlacementPolicy.pickAll({
        required: [
          { labelSelector: { matchLabels: { "fleet.azure.com/location": unknown(stack, "Where") } } },
        ],
      });
      expect(place(stack, policy).members).toBeUndefined();
    });
  });

  test("of an existing fleet are known as far as it was told", () => {
    const env = { labelSelector: { matchLabels: { env: "prod" } } };
    const chosen = (...labels: (Record<string, string> | undefined)[]) => {
      let members: readonly string[] | undefined;
      synthStack((scope) => {
        const reported = labels.map((own, index) => [
          `m${index}`,
          { memberName: `aks-${index}`, labels: own },
        ]);
        const fleet = Fleet.fromFleetAttributes(scope, "Fleet", {
          fleetName: "gbb",
          resourceGroupName: "rg",
          members: Object.fromEntries(reported),
        });
        const namespace = new Namespace(scope, "Namespace", { fleet, name: "store" });
        const policy = PlacementPolicy.pickAll({ required: [env] });
        const placement = new ClusterResourcePlacement(scope, "Placement", { namespace, policy });
        members = placement.members?.map(({ key }) => key);
      });
      return members;
    };
    expect(chosen({ env: "prod" }, {})).toEqual(["m0"]);
    expect(chosen({ env: "prod" }, undefined)).toBeUndefined();
  });

  test("of a number are known where it takes all that there are, or none", () => {
    expect(members(PlacementPolicy.pickN(2))).toEqual(["east", "west"]);
    expect(members(PlacementPolicy.pickN(1))).toBeUndefined();
    expect(members(PlacementPolicy.pickN(0))).toEqual([]);
    expect(members(PlacementPolicy.pickN(1, { required: [inEurope] }), { env: "prod" })).toEqual(["third"]);
  });
});

describe("required terms", () => {
  const of = (...required: ClusterSelectorTerm[]) => findingsOf(PlacementPolicy.pickAll({ required }));

  test("as they should be", () => {
    expect(of(inEurope)).toEqual([]);
    expect(of(...Array.from({ length: 10 }, () => inEurope))).toEqual([]);
  });

  test("none", () => {
    expect(of()).toEqual([".required: is empty; add a term, or leave it out to select from all members."]);
  });

  test("too many", () => {
    expect(of(...Array.from({ length: 11 }, () => inEurope))).toEqual([
      '.required: has 11 terms, but a placement allows at most 10; combine values of the same label into one term, with "In".',
    ]);
  });

  test.each([{}, { properties: [] }])("one that says nothing, %j", (term) => {
    expect(of(inEurope, term)).toEqual([
      ".required[1]: is empty; add a labelSelector or properties, or remove the term.",
    ]);
  });

  test("of a number are judged, too", () => {
    expect(findingsOf(PlacementPolicy.pickN(1, { required: [{}] }))).toEqual([
      expect.stringMatching(/^\.required\[0\]: is empty; add a labelSelector or properties/),
    ]);
  });

  test("of a fleet without members", () => {
    expect(findingsOf(PlacementPolicy.pickAll({ required: [inEurope] }), {})).toEqual([
      ': fleet "gbb-fleet" has no members to place anything on; add one with addMember.',
    ]);
  });
});

describe("labels", () => {
  const of = (labelSelector: LabelSelector) =>
    findingsOf(PlacementPolicy.pickAll({ required: [{ labelSelector }] })).map((finding) =>
      finding.replace(".required[0].labelSelector", ""),
    );

  test("none", () => {
    expect(of({ matchLabels: {}, matchExpressions: [] })).toEqual([
      ": is empty, so it selects everything; set matchLabels or matchExpressions, or leave it out.",
    ]);
  });

  test("wrong keys and values", () => {
    expect(
      of({
        matchLabels: { "-a": "b", c: "d e" },
        matchExpressions: [
          { key: "a/b/c", operator: "Exists" },
          { key: "e", operator: "NotIn", values: ["fine", "not fine"] },
        ],
      }),
    ).toEqual([
      expect.stringMatching(/^\.matchLabels: "-a" is not a valid label key; write/),
      expect.stringMatching(/^\.matchLabels\["c"\]: "d e" is not a valid label value; write/),
      expect.stringMatching(/^\.matchExpressions\[0\]\.key: "a\/b\/c" is not a valid label key; write/),
      expect.stringMatching(
        /^\.matchExpressions\[1\]\.values\[1\]: "not fine" is not a valid label value; write/,
      ),
    ]);
  });

  test.each(["In", "NotIn"] as const)("%s of nothing", (operator) => {
    expect(of({ matchExpressions: [{ key: "a", operator, values: [] }] })).toEqual([
      `.matchExpressions[0].values: is empty, but "${operator}" requires values; add at least one.`,
    ]);
  });

  test("what the types don't let be written", () => {
    const values = { key: "a", operator: "Exists", values: ["b"] } as unknown as LabelRequirement;
    const operator = { key: "a", operator: "Like", values: ["b"] } as unknown as LabelRequirement;
    expect(of({ matchExpressions: [values, operator] })).toEqual([
      '.matchExpressions[1].operator: "Like" is not allowed; write one of "In", "NotIn", "Exists" and "DoesNotExist".',
      '.matchExpressions[0].values: "Exists" takes no values; remove them, or use "In" or "NotIn".',
    ]);
  });

  test("a location by its display name", () => {
    const key = "fleet.azure.com/location";
    expect(
      of({
        matchLabels: { [key]: "WestUS2" },
        matchExpressions: [{ key, operator: "In", values: ["eastus2", "EastUS2"] }],
      }),
    ).toEqual([
      `.matchLabels["${key}"]: "WestUS2" is not the short name of a location, as the fleet's labels have it; write "westus2" (\`az account list-locations\` lists them).`,
      expect.stringMatching(/^\.matchExpressions\[0\]\.values\[1\]: "EastUS2" is not the short name/),
    ]);
  });
});

describe("properties", () => {
  const of = (name: string, operator: unknown = "Ge", value = "1") =>
    findingsOf(
      PlacementPolicy.pickAll({ required: [{ properties: [{ name, operator: operator as "Ge", value }] }] }),
    ).map((finding) => finding.replace(".required[0].properties[0]", ""));

  test.each([
    "kubernetes-fleet.io/node-count",
    "resources.kubernetes-fleet.io/total-memory",
    "kubernetes.azure.com/per-gb-memory-cost",
    "kubernetes.azure.com/vm-sizes/Standard_D4s_v5/count",
    "plain",
  ])("%s", (name) => {
    expect(of(name)).toEqual([]);
  });

  test.each(["resources.kubernetes-fleet.io/cpu", "resources.kubernetes-fleet.io/free-cpu"])(
    "a resource of no capacity, %s",
    (name) => {
      expect(of(name)).toEqual([
        `.name: "${name}" is not a resource property; write "resources.kubernetes-fleet.io/" with "total", "allocatable" or "available", a hyphen and the resource, e.g. "resources.kubernetes-fleet.io/available-cpu".`,
      ]);
    },
  );

  test.each(["", "node count", "a//b", "a/-b"])("the name %p", (name) => {
    expect(of(name)).toEqual([
      `.name: "${name}" is not a property name; write parts of 1 to 63 letters, digits, hyphens, underscores and periods, separated by slashes, e.g. "kubernetes-fleet.io/node-count".`,
    ]);
  });

  test("an operator and a value that there aren't", () => {
    expect(of("a", "In", "many")).toEqual([
      '.operator: "In" is not allowed; write one of "Gt", "Ge", "Eq", "Ne", "Lt" and "Le".',
      '.value: "many" is not a quantity; write a number, optionally with a Kubernetes suffix, e.g. "8", "500m" or "16Gi".',
    ]);
  });
});

describe("requirements of one property", () => {
  type Requirement = [operator: PropertyRequirement["operator"], value: string, name?: string];
  const of = (...requirements: Requirement[]) => {
    const properties = requirements.map(([operator, value, name = "cpu"]) => ({ name, operator, value }));
    return findingsOf(PlacementPolicy.pickAll({ required: [{ properties }] }));
  };

  test.each<[string, Requirement[]]>([
    [
      "two values",
      [
        ["Eq", "5"],
        ["Eq", "10"],
      ],
    ],
    [
      "a value and not that value, written otherwise",
      [
        ["Eq", "5"],
        ["Ne", "5000m"],
      ],
    ],
    [
      "bounds the wrong way round",
      [
        ["Gt", "10"],
        ["Lt", "5"],
      ],
    ],
    [
      "bounds with nothing between",
      [
        ["Gt", "5"],
        ["Lt", "5"],
      ],
    ],
    [
      "a bound from which nothing is left",
      [
        ["Gt", "1Ki"],
        ["Le", "1024"],
      ],
    ],
    [
      "a bound to which nothing is left",
      [
        ["Ge", "1"],
        ["Lt", "1000m"],
      ],
    ],
    [
      "a value outside of a bound",
      [
        ["Eq", "4"],
        ["Gt", "4"],
      ],
    ],
    [
      "a value outside of the narrowest bound",
      [
        ["Le", "9"],
        ["Eq", "8"],
        ["Lt", "8"],
      ],
    ],
    [
      "in the same way, of a fraction",
      [
        ["Gt", "0.5"],
        ["Lt", "500m"],
      ],
    ],
  ])("%s", (_what, requirements) => {
    const reported = requirements.map(([operator, value]) => `${operator} ${value}`).join(" and ");
    expect(of(...requirements)).toEqual([
      `.required[0].properties: no value of "cpu" can be ${reported}, which the fleet refuses; correct one of them, or use two terms if either is enough.`,
    ]);
  });

  test.each<[string, Requirement[]]>([
    [
      "one value between inclusive bounds",
      [
        ["Ge", "5"],
        ["Le", "5"],
      ],
    ],
    [
      "a value within its bounds",
      [
        ["Gt", "4"],
        ["Eq", "5"],
        ["Le", "5"],
        ["Ne", "6"],
      ],
    ],
    [
      "the same value twice",
      [
        ["Eq", "1k"],
        ["Eq", "1000"],
      ],
    ],
    [
      "many values that are not",
      [
        ["Ne", "1"],
        ["Ne", "2"],
      ],
    ],
    [
      "a range",
      [
        ["Gt", "1"],
        ["Lt", "1.000001"],
      ],
    ],
    [
      "properties of other names",
      [
        ["Eq", "1"],
        ["Eq", "2", "memory"],
      ],
    ],
    // As the hub has it: it forgets that nothing is left.
    [
      "the one value that is not",
      [
        ["Ge", "5"],
        ["Le", "5"],
        ["Ne", "5"],
      ],
    ],
  ])("can be %s", (_what, requirements) => {
    expect(of(...requirements)).toEqual([]);
  });

  test("in two terms are alternatives", () => {
    const required = (["Gt", "Lt"] as const).map((operator) => ({
      properties: [{ name: "cpu", operator, value: "5" }],
    }));
    expect(findingsOf(PlacementPolicy.pickAll({ required }))).toEqual([]);
  });
});

describe("a number of members", () => {
  test.each([
    [2, []],
    [-1, [".numberOfClusters: -1 is out of bounds; write a whole number of 0 or more."]],
    [1.5, [".numberOfClusters: 1.5 is out of bounds; write a whole number of 0 or more."]],
    [
      3,
      [
        '.numberOfClusters: is 3, but fleet "gbb-fleet" has only 2 members; set at most 2, or add members with addMember.',
      ],
    ],
  ])("%p", (count, expected) => {
    expect(findingsOf(PlacementPolicy.pickN(count))).toEqual(expected);
  });

  test("of a fleet with one", () => {
    expect(findingsOf(PlacementPolicy.pickN(2), { east: "eastus2" })).toEqual([
      expect.stringContaining('is 2, but fleet "gbb-fleet" has only 1 member; set at most 1'),
    ]);
  });
});

describe("preferred terms", () => {
  const of = (term: PreferredTerm) =>
    findingsOf(PlacementPolicy.pickN(1, { preferred: [term] })).map((finding) =>
      finding.replace(".preferred[0]", ""),
    );
  const propertySorter = { name: "kubernetes-fleet.io/node-count", sortOrder: "Descending" } as const;

  test.each([
    [100, []],
    [-100, []],
    [101, [".weight: 101 is out of bounds; write a whole number from -100 to 100."]],
    [-101, [".weight: -101 is out of bounds; write a whole number from -100 to 100."]],
    [0.5, [".weight: 0.5 is out of bounds; write a whole number from -100 to 100."]],
  ])("the weight %p", (weight, expected) => {
    expect(of({ weight, propertySorter })).toEqual(expected);
  });

  test("one that prefers nothing", () => {
    expect(of({ weight: 1 })).toEqual([
      ": prefers no member over another; add a labelSelector or a propertySorter, or remove the term.",
    ]);
  });

  test("a wrong property, order and label", () => {
    const sortOrder = "Up" as "Ascending";
    expect(
      of({
        weight: 1,
        labelSelector: { matchLabels: { "a b": "" } },
        propertySorter: { name: "a b", sortOrder },
      }),
    ).toEqual([
      '.propertySorter.sortOrder: "Up" is not allowed; write one of "Ascending" and "Descending".',
      expect.stringMatching(/^\.labelSelector\.matchLabels: "a b" is not a valid label key/),
      expect.stringMatching(/^\.propertySorter\.name: "a b" is not a property name/),
    ]);
  });
});

test("a spread that can't be", () => {
  expect(
    findingsOf(
      PlacementPolicy.pickN(1, {
        topologySpread: [
          { topologyKey: "a", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
          { topologyKey: "a b", maxSkew: 0, whenUnsatisfiable: "Never" as "DoNotSchedule" },
        ],
      }),
    ),
  ).toEqual([
    '.topologySpread[1].whenUnsatisfiable: "Never" is not allowed; write one of "DoNotSchedule" and "ScheduleAnyway".',
    expect.stringMatching(/^\.topologySpread\[1\]\.topologyKey: "a b" is not a valid label key; write/),
    ".topologySpread[1].maxSkew: 0 is out of bounds; write a whole number of 1 or more.",
  ]);
});

describe.each([
  ["of all", (tolerations: Toleration[]) => PlacementPolicy.pickAll({ tolerations })],
  ["of a number", (tolerations: Toleration[]) => PlacementPolicy.pickN(1, { tolerations })],
])("tolerations %s", (_case, policy) => {
  const of = (...tolerations: unknown[]) =>
    findingsOf(policy(tolerations as Toleration[])).map((finding) => finding.replace(".tolerations", ""));

  test("as they should be", () => {
    expect(of({ key: "a" }, { key: "a", operator: "Exists" }, { key: "a", value: "b" })).toEqual([]);
  });

  test("one twice, whether it says what is the default or not", () => {
    expect(of({ key: "a" }, { key: "a", operator: "Equal", value: "" })).toEqual([
      "[1]: is in the list twice; remove one.",
    ]);
  });

  test("a wrong key, value, operator and effect", () => {
    expect(
      of(
        { key: "a b", value: "c d" },
        { key: "e f", operator: "Exists" },
        { key: "g", operator: "In", effect: "NoExecute" },
      ),
    ).toEqual([
      '[2].operator: "In" is not allowed; write one of "Equal" and "Exists".',
      '[2].effect: "NoExecute" is not allowed; write "NoSchedule".',
      expect.stringMatching(/^\[0\]\.key: "a b" is not a valid taint key; write/),
      expect.stringMatching(/^\[0\]\.value: "c d" is not a valid taint value; write/),
      expect.stringMatching(/^\[1\]\.key: "e f" is not a valid taint key; write/),
    ]);
  });

  test("a value of Exists, and no key of Equal", () => {
    expect(of({ key: "a", operator: "Exists", value: "b" }, { value: "b" })).toEqual([
      '[0].value: "Exists" tolerates every value; remove "b", or use the operator "Equal".',
      '[1].key: "Equal" compares the value of one taint; set its key, or use the operator "Exists".',
    ]);
  });

  test("too many", () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ key: `taint-${index}` }));
    expect(of(...many.slice(1))).toEqual([]);
    expect(of(...many)).toEqual([
      ': has 101 tolerations, but a placement allows at most 100; { operator: "Exists" } tolerates every taint.',
    ]);
  });
});

test("a name that no member can have, where the members' names are known to Terraform only", () => {
  expect(
    findings((stack) => {
      const locations = { east: "eastus2", other: unknown(stack, "location") };
      place(stack, PlacementPolicy.onMembers("East", "a".repeat(64), "fine"), locations);
    }),
  ).toEqual([
    `${PATH}: policy: "East" is not a valid member name; use 1 to 63 lower-case letters, digits and hyphens, starting and ending with a letter or a digit.`,
    expect.stringMatching(`^${PATH}: policy: "a{64}" is not a valid member name`),
  ]);
});

test("what only Terraform knows is not judged", () => {
  expect(
    findings((stack) => {
      const text = unknown(stack, "text");
      const labelSelector: LabelSelector = {
        matchLabels: { a: text },
        matchExpressions: [{ key: text, operator: "In", values: [text] }],
      };
      place(
        stack,
        PlacementPolicy.pickN(1, {
          required: [{ labelSelector, properties: [{ name: text, operator: "Eq", value: text }] }],
          preferred: [{ weight: 1, labelSelector, propertySorter: { name: text, sortOrder: "Ascending" } }],
          topologySpread: [{ topologyKey: text }],
          tolerations: [{ key: text, value: text }],
        }),
      );
    }),
  ).toEqual([]);
});

test("what is empty is left out: the hub's webhook does so, and the answer must be what was sent", () => {
  const labelSelector = { matchLabels: {}, matchExpressions: [{ key: "a", operator: "Exists" } as const] };
  const tolerations = [{ key: "a", value: "" }];
  expect(policySpec(PlacementPolicy.pickAll({ required: [{ labelSelector }], tolerations }))).toEqual({
    placementType: "PickAll",
    affinity: {
      clusterAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          clusterSelectorTerms: [{ labelSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } }],
        },
      },
    },
    tolerations: [{ key: "a" }],
  });
});
