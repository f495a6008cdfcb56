import {
  ClusterResourceOverride,
  type ClusterResourceOverrideProps,
  type ClusterResourceSelector,
  MEMBER_CLUSTER_NAME,
  memberClusterLabel,
  type OverrideRule,
  PlacementPolicy,
} from "../../../lib";
import { findings, resources, synthStack } from "../../synth";
import { dependenciesOf, madeAnewFor, placementCalled, placementWith, unknown } from "../fixtures";

const ROLE = { group: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "reader" };
const DELETE = { overrideType: "Delete" } as const;

function manifestOf(props: Partial<ClusterResourceOverrideProps>): unknown {
  const stack = synthStack((scope) => {
    new ClusterResourceOverride(scope, "Override", {
      name: "roles",
      clusterResourceSelectors: [ROLE],
      overrideRules: [DELETE],
      ...props,
    });
  });
  return resources(stack, "kubernetes_manifest")["Override/Resource"]?.manifest;
}

test("the manifest, whose variables reach the API unchanged", () => {
  expect(
    manifestOf({
      placement: placementCalled("everywhere"),
      clusterResourceSelectors: [ROLE, { kind: "Namespace", name: "store" }],
      overrideRules: [
        {
          clusterSelectorTerms: [{ matchLabels: { "fleet.azure.com/location": "eastus2" } }],
          jsonPatchOverrides: [
            { op: "add", path: "/metadata/labels/member", value: MEMBER_CLUSTER_NAME },
            {
              op: "replace",
              path: "/metadata/annotations/a~1b",
              value: { of: [`in ${memberClusterLabel("fleet.azure.com/location")}`, 1, false] },
            },
            { op: "remove", path: "/rules/0" },
          ],
        },
        DELETE,
      ],
    }),
  ).toEqual({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourceOverride",
    metadata: { name: "roles" },
    spec: {
      placement: { name: "everywhere" },
      clusterResourceSelectors: [
        { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "reader" },
        { group: "", version: "v1", kind: "Namespace", name: "store" },
      ],
      policy: {
        overrideRules: [
          {
            clusterSelector: {
              clusterSelectorTerms: [
                { labelSelector: { matchLabels: { "fleet.azure.com/location": "eastus2" } } },
              ],
            },
            overrideType: "JSONPatch",
            jsonPatchOverrides: [
              { op: "add", path: "/metadata/labels/member", value: "$${MEMBER-CLUSTER-NAME}" },
              {
                op: "replace",
                path: "/metadata/annotations/a~1b",
                value: { of: ["in $${MEMBER-CLUSTER-LABEL-KEY-fleet.azure.com/location}", 1, false] },
              },
              { op: "remove", path: "/rules/0" },
            ],
          },
          // For every member: without the clusterSelector it would be for none.
          { clusterSelector: { clusterSelectorTerms: [] }, overrideType: "Delete" },
        ],
      },
    },
  });
});

describe("rules that the Kubernetes provider can send", () => {
  const patch = (label: string) => ({ op: "add", path: `/metadata/labels/${label}`, value: label }) as const;
  const clusterSelectorTerms = [{ matchLabels: { env: "prod" } }];
  const rulesOf = (...overrideRules: OverrideRule[]) => {
    const { spec } = manifestOf({ overrideRules }) as { spec: { policy: { overrideRules: object[] } } };
    return spec.policy.overrideRules;
  };
  const spec = (...labels: string[]) => ({
    clusterSelector: { clusterSelectorTerms: [{ labelSelector: clusterSelectorTerms[0] }] },
    overrideType: "JSONPatch",
    jsonPatchOverrides: labels.map(patch),
  });

  test("one rule with several patches becomes two, for the same members, in the same order", () => {
    const jsonPatchOverrides = [patch("a"), patch("b"), patch("c")];
    expect(rulesOf({ clusterSelectorTerms, jsonPatchOverrides })).toEqual([spec("a"), spec("b", "c")]);
  });

  test("20 patches of one rule become only two rules", () => {
    const labels = Array.from({ length: 20 }, (_, index) => `l${index}`);
    const [first, others, ...more] = rulesOf({
      clusterSelectorTerms,
      jsonPatchOverrides: labels.map(patch),
    });
    expect([first, others]).toEqual([spec("l0"), spec(...labels.slice(1))]);
    expect(more).toEqual([]);
  });

  test("one patch, several rules and a rule without patches are sent unchanged", () => {
    const one = { clusterSelectorTerms, jsonPatchOverrides: [patch("a")] };
    const two = { clusterSelectorTerms, jsonPatchOverrides: [patch("a"), patch("b")] };
    expect(rulesOf(one)).toEqual([spec("a")]);
    expect(rulesOf(two, two)).toEqual([spec("a", "b"), spec("a", "b")]);
    expect(rulesOf(DELETE)).toHaveLength(1);
  });
});

test("another placement replaces the override, as the hub can't change it", () => {
  const of = (placement?: string) =>
    synthStack((scope) => {
      new ClusterResourceOverride(scope, "Override", {
        name: "roles",
        placement: placement ? placementCalled(placement) : undefined,
        clusterResourceSelectors: [ROLE],
        overrideRules: [DELETE],
      });
    });
  expect(madeAnewFor(of("everywhere"), "Override/Resource")).toEqual({ placement: { name: "everywhere" } });
  expect(madeAnewFor(of(), "Override/Resource")).toEqual({});
});

/** Every ClusterRole. */
const ROLES = { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" };

describe("an object that the placement", () => {
  const findingsWith = (...selectors: ClusterResourceSelector[]) =>
    findings((scope) => {
      const placement = placementWith(scope, PlacementPolicy.all(), { selectors });
      const props = { name: "roles", placement, overrideRules: [DELETE] };
      new ClusterResourceOverride(scope, "Override", { ...props, clusterResourceSelectors: [ROLE] });
    });

  test("does not place", () => {
    const found = [
      'stack/Override: clusterResourceSelectors[0]: the placement "store" doesn\'t place ClusterRole "reader"; set a placement that does, or leave placement out for all.',
    ];
    expect(findingsWith()).toEqual(found);
    expect(findingsWith({ ...ROLES, name: "writer" })).toEqual(found);
  });

  test("places, or may place", () => {
    expect(findingsWith({ ...ROLES, name: "reader" })).toEqual([]);
    expect(findingsWith(ROLES)).toEqual([]);
    expect(findingsWith({ ...ROLES, labelSelector: { matchLabels: { a: "b" } } })).toEqual([]);
  });
});

test("values that the API's enumerations don't have, and the name of no placement", () => {
  const rules = [
    { overrideType: "Merge", jsonPatchOverrides: [] },
    { jsonPatchOverrides: [{ op: "test", path: "/rules" }] },
  ] as unknown as OverrideRule[];
  expect(
    findings((scope) => {
      const props = {
        name: "roles",
        placement: placementCalled("a_b"),
        clusterResourceSelectors: [ROLE],
        overrideRules: rules,
      };
      new ClusterResourceOverride(scope, "Override", props);
    }),
  ).toEqual([
    'stack/Override: overrideRules[0].overrideType: "Merge" is not allowed; write one of "JSONPatch" and "Delete".',
    'stack/Override: overrideRules[1].jsonPatchOverrides[0].op: "test" is not allowed; write one of "add", "replace" and "remove".',
    expect.stringContaining(
      'placement: Kubernetes refuses "a_b" as the name of a placement, which has 1 to 255 ',
    ),
  ]);
});

test("belongs to no placement by default", () => {
  expect(manifestOf({})).not.toHaveProperty("spec.placement");
});

test("comes before the placement that it names", () => {
  const stack = synthStack((scope) => {
    const placement = placementWith(scope, PlacementPolicy.all(), { selectors: [ROLES] });
    new ClusterResourceOverride(scope, "Override", {
      name: "roles",
      placement,
      clusterResourceSelectors: [ROLE],
      overrideRules: [DELETE],
      dependsOn: [placement.namespace.manifest],
    });
  });
  expect(dependenciesOf(stack, "Placement/Resource")).toEqual(["Namespace/Resource", "Override/Resource"]);
  expect(dependenciesOf(stack, "Override/Resource")).toEqual(["Namespace/Resource"]);
  expect(resources(stack, "kubernetes_manifest")["Override/Resource"]).toHaveProperty(
    "manifest.spec.placement",
    { name: "store" },
  );
});

function findingsOf(props: Partial<ClusterResourceOverrideProps>): string[] {
  return findings((scope) => {
    new ClusterResourceOverride(scope, "Override", {
      name: "roles",
      clusterResourceSelectors: [ROLE],
      overrideRules: [DELETE],
      ...props,
    });
  }).map((finding) => finding.replace("stack/Override: ", ""));
}

const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => item(i));

describe("accepts values at the limits", () => {
  test("numbers and lengths", () => {
    expect(
      findingsOf({
        name: "a".repeat(63),
        clusterResourceSelectors: many(20, (i) => ({ ...ROLE, name: `role-${i}` })),
        overrideRules: many(20, () => ({
          clusterSelectorTerms: many(10, (i) => ({ matchLabels: { index: `${i}` } })),
          jsonPatchOverrides: many(20, (i) => ({ op: "remove", path: `/rules/${i}` })),
        })),
      }),
    ).toEqual([]);
  });

  test.each(["/spec", "/rules/-", "/metadata/labels", "/metadata/labels/a~1b~0", "/statuses", "/kinds/kind"])(
    "the path %p",
    (path) => {
      expect(findingsOf({ overrideRules: [{ jsonPatchOverrides: [{ op: "remove", path }] }] })).toEqual([]);
    },
  );

  test("empty values", () => {
    for (const value of ["", 0, false, {}, [], "${HOME}"]) {
      expect(
        findingsOf({ overrideRules: [{ jsonPatchOverrides: [{ op: "add", path: "/a", value }] }] }),
      ).toEqual([]);
    }
  });

  test("a custom resource, whose scope only its definition has", () => {
    expect(
      findingsOf({ clusterResourceSelectors: [{ group: "example.com", kind: "Widget", name: "a" }] }),
    ).toEqual([]);
  });

  test("values known only to Terraform", () => {
    expect(
      findings((scope) => {
        const token = unknown(scope, "token");
        new ClusterResourceOverride(scope, "Override", {
          name: token,
          placement: placementCalled(token, scope),
          clusterResourceSelectors: [{ group: token, version: token, kind: token, name: token }],
          overrideRules: [
            {
              clusterSelectorTerms: [{ matchLabels: { location: token } }],
              jsonPatchOverrides: [{ op: "add", path: token, value: { a: [token] } }],
            },
          ],
        });
      }),
    ).toEqual([]);
  });
});

describe("refuses what the fleet would refuse", () => {
  test.each(["Roles", "", "-a", "a".repeat(64)])("the name %p", (name) => {
    expect(findingsOf({ name })).toEqual([
      `name: Kubernetes refuses "${name}" as the name of a ClusterResourceOverride, which has 1 to 63 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.`,
    ]);
  });

  test("no selector, or too many", () => {
    expect(findingsOf({ clusterResourceSelectors: [] })).toEqual([
      "clusterResourceSelectors: is empty; add 1 to 20 objects.",
    ]);
    expect(
      findingsOf({ clusterResourceSelectors: many(21, (i) => ({ ...ROLE, name: `role-${i}` })) }),
    ).toEqual([
      "clusterResourceSelectors: has 21 objects, but the fleet allows at most 20; move the rest to another override.",
    ]);
  });

  test("no rule, or too many", () => {
    expect(findingsOf({ overrideRules: [] })).toEqual(["overrideRules: is empty; add 1 to 20 rules."]);
    expect(findingsOf({ overrideRules: many(21, () => DELETE) })).toEqual([
      "overrideRules: has 21 rules, but the fleet allows at most 20; move the rest to another override.",
    ]);
  });

  test("an object without a name, and a duplicate", () => {
    expect(findingsOf({ clusterResourceSelectors: [{ ...ROLE, name: "" }] })).toEqual([
      "clusterResourceSelectors[0].name: is empty, but overrides select objects by name only; set the object's name.",
    ]);
    expect(findingsOf({ clusterResourceSelectors: [ROLE, { ...ROLE, version: "v1" }] })).toEqual([
      'clusterResourceSelectors[1]: ClusterRole "reader" is listed twice; remove one of them.',
    ]);
  });

  test("a namespaced object", () => {
    expect(
      findingsOf({ clusterResourceSelectors: [{ group: "apps", kind: "Deployment", name: "web" }] }),
    ).toEqual([
      'clusterResourceSelectors[0]: Deployment "web" is namespaced; override it with a ResourceOverride in its namespace.',
    ]);
  });

  test("no terms, which would select every member, or too many", () => {
    expect(findingsOf({ overrideRules: [{ ...DELETE, clusterSelectorTerms: [] }] })).toEqual([
      "overrideRules[0].clusterSelectorTerms: is empty, which the fleet reads as every member; leave it out if that is intended, or remove the rule if it's for none.",
    ]);
    const clusterSelectorTerms = many(11, (i) => ({ matchLabels: { index: `${i}` } }));
    expect(findingsOf({ overrideRules: [{ ...DELETE, clusterSelectorTerms }] })).toEqual([
      "overrideRules[0].clusterSelectorTerms: has 11 terms, but the fleet allows at most 10; combine several values in one term, or add another rule.",
    ]);
  });

  test("a label that can't be", () => {
    expect(
      findingsOf({
        overrideRules: [
          DELETE,
          { ...DELETE, clusterSelectorTerms: [{ matchLabels: { location: "East US" } }] },
        ],
      }),
    ).toEqual([
      expect.stringMatching(
        /^overrideRules\[1\]\.clusterSelectorTerms\[0\]\.matchLabels\["location"\]: "East US" is not a valid label value/,
      ),
    ]);
  });

  test("an unknown location", () => {
    const rule = (location: string) => ({
      ...DELETE,
      clusterSelectorTerms: [{ matchLabels: { "fleet.azure.com/location": location } }],
    });
    expect(findingsOf({ overrideRules: [DELETE, rule("swedencentrl")] })).toEqual([
      expect.stringMatching(/^overrideRules\[1\].*"swedencentrl" .*"swedencentral"/),
    ]);
    expect(findingsOf({ overrideRules: [DELETE, rule("swedencentral")] })).toEqual([]);
  });

  test("patches with Delete", () => {
    const rule = { ...DELETE, jsonPatchOverrides: [] };
    // @ts-expect-error The types refuse it, too.
    expect(findingsOf({ overrideRules: [rule] })).toEqual([
      "overrideRules[0].jsonPatchOverrides: can't be combined with overrideType Delete; remove one of them.",
    ]);
  });

  test("no patches, or too many", () => {
    expect(findingsOf({ overrideRules: [{ jsonPatchOverrides: [] }] })).toEqual([
      "overrideRules[0].jsonPatchOverrides: is empty; add 1 to 20 patches.",
    ]);
    // @ts-expect-error The types refuse it, too.
    expect(findingsOf({ overrideRules: [{}] })).toEqual([
      "overrideRules[0].jsonPatchOverrides: is empty; add 1 to 20 patches.",
    ]);
    expect(
      findingsOf({
        overrideRules: [{ jsonPatchOverrides: many(21, (i) => ({ op: "remove", path: `/rules/${i}` })) }],
      }),
    ).toEqual([
      "overrideRules[0].jsonPatchOverrides: has 21 patches, but the fleet allows at most 20; move the rest to another override.",
    ]);
  });

  test("a value for remove, and none for the others", () => {
    const AT = "overrideRules[0].jsonPatchOverrides[0].value:";
    const patched = (patch: object) =>
      findingsOf({ overrideRules: [{ jsonPatchOverrides: [patch as never] }] });
    expect(patched({ op: "remove", path: "/a", value: 1 })).toEqual([
      `${AT} is 1, but "remove" takes no value; leave it out, or use "replace".`,
    ]);
    expect(patched({ op: "add", path: "/a" })).toEqual([
      `${AT} is undefined, which Terraform drops, but "add" requires a value; set one, or use "remove".`,
    ]);
    expect(patched({ op: "replace", path: "/a", value: null })).toEqual([
      `${AT} is null, which Terraform drops, but "replace" requires a value; set one, or use "remove".`,
    ]);
  });

  const LABELS_ONLY =
    "is in metadata, where overrides can only change labels and annotations; override one of those.";
  test.each([
    ["", 'does not start with "/"; use a JSON pointer, e.g. "/spec/replicas".'],
    ["spec", 'does not start with "/"; use a JSON pointer, e.g. "/spec/replicas".'],
    ["/", 'has an empty part, which the fleet refuses; remove the extra "/".'],
    ["/spec//a", 'has an empty part, which the fleet refuses; remove the extra "/".'],
    ["/spec/a/", 'has an empty part, which the fleet refuses; remove the extra "/".'],
    ["/spec/ ", 'has an empty part, which the fleet refuses; remove the extra "/".'],
    ["/data/a~2", 'has an invalid "~"; in keys, write "~0" for "~" and "~1" for "/".'],
    ["/data/a~", 'has an invalid "~"; in keys, write "~0" for "~" and "~1" for "/".'],
    [
      "/data/${MEMBER-CLUSTER-NAME}",
      "contains a variable, but the fleet only replaces variables in values; add a rule for each path.",
    ],
    ["/kind", "is in kind, which overrides can't change; override another field."],
    ["/apiVersion", "is in apiVersion, which overrides can't change; override another field."],
    ["/status/phase", "is in status, which overrides can't change; override another field."],
    ["/metadata", LABELS_ONLY],
    ["/metadata/name", LABELS_ONLY],
    ["/metadata/finalizers/0", LABELS_ONLY],
    [
      "/metadata/labels/app.kubernetes.io/name",
      'points inside one of the labels; write a "/" within a key as "~1": "/metadata/labels/app.kubernetes.io~1name".',
    ],
  ])("the path %p", (path, rule) => {
    expect(findingsOf({ overrideRules: [{ jsonPatchOverrides: [{ op: "remove", path }] }] })).toEqual([
      `overrideRules[0].jsonPatchOverrides[0].path: "${path}" ${rule}`,
    ]);
  });

  test.each([
    [
      "a ${MEMBER-CLUSTER-ID}",
      '"${MEMBER-CLUSTER-ID}" is not a fleet variable and would not be replaced; use MEMBER_CLUSTER_NAME or memberClusterLabel().',
    ],
    [
      "${MEMBER-CLUSTER-NAME",
      'the variable in "${MEMBER-CLUSTER-NAME" has no closing brace; use MEMBER_CLUSTER_NAME or memberClusterLabel().',
    ],
    [
      memberClusterLabel("a/b/c"),
      '"a/b/c" is not a valid label key; write 1 to 63 letters, digits, hyphens, underscores and periods, starting and ending with a letter or a digit, optionally after a DNS name and a slash, e.g. "fleet.azure.com/location".',
    ],
  ])("the variable in %p", (value, rule) => {
    const patched = { op: "add", path: "/data", value: { nested: [value] } } as const;
    expect(findingsOf({ overrideRules: [{ jsonPatchOverrides: [patched] }] })).toEqual([
      `overrideRules[0].jsonPatchOverrides[0].value: ${rule}`,
    ]);
  });

  test("an object or a name of another override", () => {
    expect(
      findings((scope) => {
        for (const id of ["A", "B"]) {
          new ClusterResourceOverride(scope, id, {
            name: "roles",
            placement: placementCalled(id.toLowerCase()),
            clusterResourceSelectors: [ROLE, { ...ROLE, name: id }],
            overrideRules: [DELETE],
          });
        }
      }),
    ).toEqual(
      [
        ["A", "B"],
        ["B", "A"],
      ].flatMap(([own, other]) => [
        `stack/${own}: name: "roles" is also the name of the override at stack/${other}; give one of them another name.`,
        `stack/${own}: clusterResourceSelectors: ClusterRole "reader" is also overridden at stack/${other}, but the fleet allows only one override per object, even for different placements; move the rules into one override.`,
      ]),
    );
  });
});
