import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployedApp, seedOutputs } from "../deployed-app";
import {
  type FleetServers,
  internalExport,
  memberCluster,
  NODES,
  nodes,
  PLACEMENTS,
  type RunOptions,
  runOnFleet,
  SERVICE_EXPORTS,
  SERVICES,
  serviceExport,
  stillClock,
  storePlacement,
  storeService,
  urls,
  withFleet,
} from "../fleet-servers";
import { EXPORTS, MEMBERS, NETWORKING_V1BETA1, problem } from "../kube-server";
import { condition, onCluster } from "../objects";
import { aksFleet } from "../run-command";

type Change = (fleet: FleetServers) => unknown;

/** What a command says of the seed's fleet after something is changed. */
async function status(change: Change = () => undefined, options?: RunOptions, args: string[] = []) {
  let outcome = { status: null as number | null, stdout: "", stderr: "" };
  await withFleet(async (fleet) => {
    const servers = urls(fleet);
    await change(fleet);
    outcome = await runOnFleet(["status", ...args], servers, {
      outputs: seedOutputs(servers),
      ...options,
    });
  });
  return { ...outcome, stdout: outcome.stdout.replaceAll(/127\.0\.0\.1:\d+/g, "hub.test") };
}

const HEALTHY = `\
Fleet gbb-fleet

MEMBER       JOINED  HEARTBEAT  VERSION  NODES  ALLOCATABLE CPU  MEMORY
aks-eastus2  yes     5s ago     1.34.2   3      11.58            36.7 GiB
aks-westus2  yes     11s ago    1.34.2   3      11.58            36.7 GiB

PLACEMENT       CLUSTER      SCHEDULED  APPLIED  AVAILABLE
aks-store-demo  aks-eastus2  yes        yes      yes
                aks-westus2  yes        yes      yes

EXPORT                      CLUSTER      VALID  CONFLICT
aks-store-demo/store-front  aks-eastus2  yes    no
                            aks-westus2  yes    no

SERVICE                     ENTERS AT    ADDRESS       VALID
aks-store-demo/store-front  aks-eastus2  20.7.120.195  yes

Everything is healthy.
`;

describe("the screen", () => {
  test("of the seed's fleet in order", async () => {
    expect(await status()).toEqual({ status: 0, stdout: HEALTHY, stderr: "" });
    expect(HEALTHY.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  test("of a member that has not joined: its name, and why", async () => {
    const { stdout } = await status(({ hub, west }) => {
      const silent = { metadata: { name: "aks-westus2" }, status: { conditions: [] } };
      hub.list(MEMBERS, [memberCluster("aks-eastus2", 5), silent]);
      hub.list(PLACEMENTS, [storePlacement([onCluster("aks-eastus2")])]);
      hub.list(EXPORTS, [internalExport("aks-eastus2")]);
      west.routes.clear();
      west.list(NODES, []);
    });
    expect(stdout).toBe(`\
Fleet gbb-fleet

MEMBER       JOINED   HEARTBEAT  VERSION  NODES  ALLOCATABLE CPU  MEMORY
aks-westus2  unknown  -          -        -      -                -
aks-eastus2  yes      5s ago     1.34.2   3      11.58            36.7 GiB

PLACEMENT       CLUSTER      SCHEDULED  APPLIED  AVAILABLE
aks-store-demo  aks-eastus2  yes        yes      yes

EXPORT                      CLUSTER      VALID  CONFLICT
aks-store-demo/store-front  aks-eastus2  yes    no

SERVICE                     ENTERS AT    ADDRESS       VALID
aks-store-demo/store-front  aks-eastus2  20.7.120.195  yes

PROBLEMS
  member aks-westus2: has not joined yet

NOT SEEN
  aks-westus2: exports: does not serve networking.fleet.azure.com/v1beta1/serviceexports
  aks-westus2: services: does not serve networking.fleet.azure.com/v1alpha1/multiclusterservices
    Only a cluster that has joined a fleet with a hub serves it.

1 problem.
`);
  });

  test("of a placement with failed, drifted and diffed objects: each with its reason", async () => {
    const object = { kind: "Deployment", namespace: "aks-store-demo" };
    const east = onCluster("aks-eastus2", true, {
      driftedPlacements: [
        {
          ...object,
          name: "order-service",
          observedDrifts: [
            { path: "/spec/replicas", valueInMember: "5", valueInHub: "1" },
            { path: "/metadata/labels/app", valueInHub: "order" },
            { path: "/spec/paused", valueInMember: "true" },
          ],
        },
      ],
      diffedPlacements: [
        {
          kind: "Namespace",
          name: "aks-store-demo",
          observedDiffs: [{ path: "/metadata/labels/team", valueInMember: "shop" }],
        },
      ],
    });
    const west = onCluster("aks-westus2", false, {
      failedPlacements: [
        {
          ...object,
          name: "store-front",
          condition: condition("Available", "False", { message: "0 of 1 replicas are ready" }),
        },
        {
          kind: "Service",
          name: "rabbitmq",
          namespace: "aks-store-demo",
          condition: condition("Applied", "False", {
            reason: "ManifestsAlreadyOwnedByOthers",
            message: "the manifest is already owned by another one on the member, and co-ownership is off",
          }),
        },
      ],
    });
    const { stdout } = await status(({ hub }) => hub.list(PLACEMENTS, [storePlacement([west, east])]));
    expect(stdout).toBe(
      HEALTHY.replace(
        /PLACEMENT[\s\S]*?\n\n/,
        `\
PLACEMENT       CLUSTER      SCHEDULED  APPLIED  AVAILABLE
aks-store-demo  aks-eastus2  yes        yes      yes (1 drifted, 1 diffed)
                aks-westus2  yes        yes      no (2 failed)

`,
      ).replace(
        "Everything is healthy.\n",
        `\
PROBLEMS
  placement aks-store-demo on aks-eastus2: Deployment aks-store-demo/order-service drifted:
    /spec/replicas is "5" there but "1" on the hub; /metadata/labels/app is missing there but
    "order" on the hub; /spec/paused is "true" there but missing on the hub
  placement aks-store-demo on aks-eastus2: Namespace aks-store-demo diffed: /metadata/labels/team is
    "shop" there but missing on the hub
  placement aks-store-demo on aks-westus2: Deployment aks-store-demo/store-front not available: 0 of
    1 replicas are ready
  placement aks-store-demo on aks-westus2: Service aks-store-demo/rabbitmq not applied: the manifest
    is already owned by another one on the member, and co-ownership is off

4 problems.
`,
      ),
    );
  });

  test("of an export in conflict, as the member tells it", async () => {
    const { stdout } = await status(({ west }) =>
      west.list(SERVICE_EXPORTS, [
        serviceExport(
          "True",
          "service aks-store-demo/store-front is in conflict with other exported services",
        ),
      ]),
    );
    expect(stdout).toBe(
      HEALTHY.replace(/(aks-westus2 {2}yes {4})no\n\nSERVICE/, "$1yes\n\nSERVICE").replace(
        "Everything is healthy.\n",
        `\
PROBLEMS
  export aks-store-demo/store-front on aks-westus2: in conflict: service aks-store-demo/store-front
    is in conflict with other exported services: its ports must be the same on every member

1 problem.
`,
      ),
    );
  });

  test("of an export in conflict, as the hub tells it where the member can't be asked", async () => {
    const { stdout } = await status(async ({ hub, west }) => {
      hub.list(EXPORTS, [internalExport("aks-eastus2"), internalExport("aks-westus2", "True", "no")]);
      await west.stop();
    });
    expect(stdout).toContain("                            aks-westus2  yes    yes\n");
    expect(stdout).toContain("export aks-store-demo/store-front on aks-westus2: in conflict: no: its ports");
    expect(stdout).toContain(
      "NOT SEEN\n  aks-westus2: http://hub.test can't be reached: connect ECONNREFUSED",
    );
  });

  test("of a hub that can't be reached: what the members say, and why the rest is not seen", async () => {
    const { stdout, status: code } = await status(({ hub }) => hub.stop());
    expect(code).toBe(0);
    expect(stdout).toBe(`\
Fleet gbb-fleet

MEMBER       JOINED  HEARTBEAT  VERSION  NODES  ALLOCATABLE CPU  MEMORY
aks-eastus2  ?       ?          ?        ?      ?                ?
aks-westus2  ?       ?          ?        ?      ?                ?

PLACEMENT       CLUSTER  SCHEDULED  APPLIED  AVAILABLE
aks-store-demo  -        ?          -        -

EXPORT                      CLUSTER      VALID  CONFLICT
aks-store-demo/store-front  aks-eastus2  yes    no
                            aks-westus2  yes    no

SERVICE                     ENTERS AT    ADDRESS       VALID
aks-store-demo/store-front  aks-eastus2  20.7.120.195  yes

NOT SEEN
  hub: http://hub.test can't be reached: connect ECONNREFUSED hub.test
    Is the cluster running (az aks show --query powerState), does its name resolve here, and can
      this machine reach it (private cluster, authorized IP ranges, proxy, VPN)?

No problem in what could be checked.
`);
  });
});

describe("versions", () => {
  test("of nodes that are behind the control plane by a patch: shown, and no problem", async () => {
    const { stdout } = await status(({ west }) => west.list(NODES, nodes("v1.34.2", "v1.34.1", "v1.34.1")));
    expect(stdout).toContain("\naks-westus2  yes     11s ago    1.34.2   3 (1.34.1)  11.58 ");
    expect(stdout).toContain("Everything is healthy.");
  });

  test("of a node that has just joined, which says none yet: no problem", async () => {
    const { stdout } = await status(({ west }) => west.list(NODES, nodes("", "v1.34.2")));
    expect(stdout).toContain("Everything is healthy.");
  });

  test("of nodes that are behind by a minor version: a problem, and what to do", async () => {
    const { stdout } = await status(({ west }) => west.list(NODES, nodes("v1.33.5", "v1.34.2")));
    expect(stdout).toContain(
      "member aks-westus2: its control plane runs Kubernetes 1.34.2, its nodes run 1.33.5: upgrade the",
    );
  });
});

test("a member that nothing is placed on any more is a problem", async () => {
  const { stdout } = await status(({ hub }) => {
    const taints = [{ key: "cdktf-aks-fleet/leaving", value: "true", effect: "NoSchedule" }];
    hub.list(MEMBERS, [
      memberCluster("aks-eastus2", 5),
      { ...memberCluster("aks-westus2", 11), spec: { taints } },
    ]);
  });
  const text = stdout.replaceAll(/\n {4}/g, " ");
  expect(text).toContain(
    "member aks-westus2: it has the taint cdktf-aks-fleet/leaving, and nothing is placed",
  );
  expect(text).toContain("remove it: kubectl edit memberclusters aks-westus2");
});

describe("problems", () => {
  const problems = async (change: Change) => {
    const { stdout } = await status(change);
    const [, block] = /PROBLEMS\n([\s\S]*?)\n\n/.exec(stdout) ?? [];
    return (block ?? "")
      .replaceAll(/\n {4}/g, " ")
      .split("\n  ")
      .map((line) => line.trim());
  };

  test("of members: unknown to the hub, silent, leaving", async () => {
    expect(
      await problems(({ hub }) => {
        const leaving = memberCluster("aks-south", 5);
        hub.list(MEMBERS, [
          memberCluster("aks-eastus2", 400),
          { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: "2026-03-01T11:00:00Z" } },
        ]);
      }),
    ).toEqual([
      "member aks-eastus2: no heartbeat from its agent for 6m40s",
      "member aks-south: is leaving the fleet",
      "member aks-westus2: not known to the hub",
    ]);
  });

  test("of placements: not there, not scheduled, on no cluster, of an older generation", async () => {
    expect(await problems(({ hub }) => hub.list(PLACEMENTS, []))).toContain(
      "placement aks-store-demo: not on the hub",
    );
    const placement = storePlacement();
    const changed = (conditions: unknown[], placementStatuses: unknown[] = []) => ({
      ...placement,
      status: { ...placement.status, conditions, placementStatuses },
    });
    const scheduled = (truth: "True" | "False", message: string, generation = 1) =>
      condition("ClusterResourcePlacementScheduled", truth, { message, generation });
    const refused = { conditions: [condition("Scheduled", "False", { message: "label does not match" })] };
    const look = (one: unknown) => problems(({ hub }) => hub.list(PLACEMENTS, [one]));
    expect(await look(changed([scheduled("False", "found only 1")], [refused]))).toContain(
      "placement aks-store-demo: not scheduled: found only 1; label does not match",
    );
    expect(await look(changed([scheduled("True", "none matches")]))).toContain(
      "placement aks-store-demo: no cluster is chosen: none matches",
    );
    expect(await look(changed([scheduled("True", "", 0)]))).toContain(
      "placement aks-store-demo: the hub has not scheduled generation 1 yet",
    );
    const edited = { ...placement, metadata: { ...placement.metadata, generation: 2 } };
    expect(await look(edited)).toEqual([
      "placement aks-store-demo: the hub has not scheduled generation 2 yet",
      "placement aks-store-demo on aks-eastus2: waiting for RolloutStarted",
      "placement aks-store-demo on aks-westus2: waiting for RolloutStarted",
    ]);
    const { stdout } = await status(({ hub }) => hub.list(PLACEMENTS, [edited]));
    expect(stdout).toContain("aks-store-demo  aks-eastus2  unknown    unknown  unknown");
  });

  test("of a placement that only compares: none, once what differs is reported", async () => {
    const reported = (truth: "True" | "False") => [
      { clusterName: "aks-eastus2", conditions: [condition("Scheduled"), condition("DiffReported", truth)] },
    ];
    const compares = (truth: "True" | "False") => {
      const placement = storePlacement(reported(truth));
      return { ...placement, spec: { strategy: { applyStrategy: { type: "ReportDiff" } } } };
    };
    const { stdout } = await status(({ hub }) => hub.list(PLACEMENTS, [compares("True")]));
    expect(stdout).toContain("aks-store-demo  aks-eastus2  yes        -        -\n");
    expect(stdout).toContain("Everything is healthy.");
    expect(await problems(({ hub }) => hub.list(PLACEMENTS, [compares("False")]))).toEqual([
      "placement aks-store-demo on aks-eastus2: the difference is not reported yet",
    ]);
  });

  test("of exports: not there, not valid, not judged, brought nowhere; none of one withdrawn", async () => {
    expect(
      await problems(({ east, west }) => {
        east.list(SERVICE_EXPORTS, []);
        const invalid = serviceExport("Unknown", "", "False");
        west.list(SERVICE_EXPORTS, [invalid]);
      }),
    ).toEqual([
      "export aks-store-demo/store-front on aks-eastus2: missing, though a placement places it there",
      "export aks-store-demo/store-front on aks-westus2: not valid: no reason given",
    ]);
    expect(await problems(({ west }) => west.list(SERVICE_EXPORTS, [serviceExport("Unknown")]))).toEqual([
      "export aks-store-demo/store-front on aks-westus2: the hub has not checked it for conflicts yet",
    ]);
    expect(
      await problems(({ hub, east, west }) => {
        hub.list(EXPORTS, []);
        hub.list(PLACEMENTS, []);
        for (const member of [east, west]) member.list(SERVICE_EXPORTS, []);
      }),
    ).toContain("export aks-store-demo/store-front: no placement places it on a member");
    const withdrawn = serviceExport("Unknown");
    const { stdout } = await status(({ west }) =>
      west.list(SERVICE_EXPORTS, [
        {
          ...withdrawn,
          metadata: { ...withdrawn.metadata, annotations: { "networking.fleet.azure.com/weight": "0" } },
        },
      ]),
    );
    expect(stdout).toContain("aks-westus2  withdrawn (weight 0)  -");
    expect(stdout).toContain("Everything is healthy.");
  });

  test("of services: not there, not valid, without an address", async () => {
    expect(await problems(({ east }) => east.list(SERVICES, []))).toEqual([
      "service aks-store-demo/store-front at aks-eastus2: missing",
    ]);
    expect(
      await problems(({ east }) => east.list(SERVICES, [storeService("", "Unknown", "importing")])),
    ).toEqual(["service aks-store-demo/store-front at aks-eastus2: not valid: importing"]);
    expect(await problems(({ east }) => east.list(SERVICES, [storeService("")]))).toEqual([
      "service aks-store-demo/store-front at aks-eastus2: valid, but no address yet",
    ]);
  });
});

describe("what could not be seen", () => {
  test("a stack that was never deployed, and a member that nobody tells how to reach", async () => {
    let text = "";
    await withFleet(async (fleet) => {
      const { hub, "member-east": entry } = seedOutputs(urls(fleet));
      const outputs = { infra: null, hub, "member-east": entry };
      text = (await runOnFleet(["status"], {}, { outputs })).stdout;
    });
    expect(text).toContain(`\
NOT SEEN
  stack infra: not deployed: npx cdktf deploy infra
  aks-westus2: the deployed app does not say how to reach it: give --kubeconfig NAME=FILE
`);
    expect(text).toContain("                            aks-westus2  yes    no\n");
    expect(text).toContain("No problem in what could be checked.");
  });

  test("where no stack was deployed, nothing is said to be missing", async () => {
    let text = "";
    await withFleet(async () => {
      const outputs = { infra: null, hub: null, "member-east": null };
      text = (await runOnFleet(["status"], {}, { outputs })).stdout;
    });
    expect(text).toContain("No members seen.");
    expect(text).not.toMatch(/No \w+\./);
  });

  test("one kind of object that this identity may not list, while the others are shown", async () => {
    const { stdout } = await status(({ hub }) =>
      hub.routes.set(PLACEMENTS, () => problem(403, "cannot list clusterresourceplacements")),
    );
    expect(stdout).toContain(
      "  hub: placements: not allowed yet (403): cannot list clusterresourceplacements; a role assignment",
    );
    expect(stdout).toContain("aks-westus2  yes     11s ago");
  });

  test("a cluster that does not answer is not asked again", async () => {
    await status(({ hub }) => hub.first.push({ drop: true })).then(({ stdout }) =>
      expect(stdout).toContain("NOT SEEN\n  hub: http://hub.test can't be reached: socket hang up"),
    );
  });

  test("nothing at all ends with 1", async () => {
    const {
      status: code,
      stdout,
      stderr,
    } = await status(
      async ({ hub, east, west }) => await Promise.all([hub, east, west].map((server) => server.stop())),
    );
    expect([code, stderr]).toEqual([1, "aks-fleet: No part of a fleet could be reached.\n"]);
    expect(stdout).toContain("NOT SEEN\n  aks-eastus2: http://hub.test can't be reached");
  });
});

/** As docs/status.md has it: `jq --exit-status '[.fleets[].problems[]] == []'`. */
const isHealthy = (stdout: string) =>
  (JSON.parse(stdout).fleets as { problems: unknown[] }[]).flatMap(({ problems }) => problems).length === 0;

describe("the health check that is documented", () => {
  const docs = readFileSync(join(__dirname, "../../../docs/status.md"), "utf8");
  const healthOf = async (change: Change, options?: RunOptions) => {
    const { status: code, stdout, stderr } = await status(change, options, ["--json", "--exit-code"]);
    const { problems } = JSON.parse(stdout).fleets[0];
    return { code, healthy: isHealthy(stdout), problems, stderr };
  };
  const answers = (code: number, message: string) => (server: FleetServers["hub"]) => {
    for (const path of server.routes.keys()) server.routes.set(path, () => problem(code, message));
  };

  test("is what is tested here", () => {
    expect(docs).toContain("jq --exit-status '[.fleets[].problems[]] == []'");
  });

  test("is true where all was seen and is in order", async () => {
    expect(await healthOf(() => undefined)).toMatchObject({ code: 0, healthy: true, problems: [] });
  });

  const GUARD = `User "ann" cannot list resource: ${"a role is missing ".repeat(20)}in Azure. Update role assignment to allow access.`;

  test.each<[string, Change, object]>([
    ["refuses connections", ({ hub }) => hub.stop(), { text: expect.stringContaining("ECONNREFUSED") }],
    [
      "answers 401: who one is",
      ({ hub }) => answers(401, "Unauthorized")(hub),
      { text: expect.stringContaining("(401)"), advice: expect.stringContaining("az login") },
    ],
    [
      "answers 403: what one may, and all that it says",
      ({ hub }) => answers(403, GUARD)(hub),
      {
        text: expect.stringContaining("Update role assignment to allow access."),
        advice: expect.stringContaining("Fleet Manager RBAC Cluster Admin"),
      },
    ],
    ["answers 500", ({ hub }) => answers(500, "etcd")(hub), { text: expect.stringContaining("(500)") }],
    [
      "answers with something that is no list",
      ({ hub }) => {
        for (const path of hub.routes.keys()) hub.routes.set(path, {});
      },
      { text: expect.stringContaining("isn't a list") },
    ],
    [
      "cuts connections",
      ({ hub }) => hub.first.push({ drop: true }),
      { text: expect.stringContaining("socket hang up") },
    ],
  ])("is false where the hub %s", async (_, change, expected) => {
    const { code, healthy, problems } = await healthOf(change);
    expect([code, healthy]).toEqual([3, false]);
    expect(problems).toContainEqual({
      kind: "unseen",
      name: "hub",
      text: "",
      ...expected,
      advice: expect.any(String),
    });
  });

  test("is false where every other call fails, whichever", async () => {
    for (const which of [0, 1]) {
      const { code, healthy } = await healthOf(({ hub, east, west }) => {
        let calls = which;
        for (const server of [hub, east, west]) {
          for (const [path, body] of [...server.routes]) {
            server.routes.set(path, () => (calls++ % 2 === 0 ? { body } : problem(403, "no")));
          }
        }
      });
      expect([code, healthy]).toEqual([3, false]);
    }
  });

  test("is false where a member can't be asked, and where it was never heard", async () => {
    const { code, problems } = await healthOf(({ west }) => west.stop());
    expect([code, problems]).toEqual([3, [expect.objectContaining({ kind: "unseen", name: "aks-westus2" })]]);
    const mute = await healthOf(({ hub }) => {
      const { metadata, status: said } = memberCluster("aks-westus2", 5);
      hub.list(MEMBERS, [
        memberCluster("aks-eastus2", 5),
        { metadata, status: { ...said, agentStatus: [] } },
      ]);
    });
    expect([mute.code, mute.problems]).toEqual([
      1,
      [{ kind: "member", name: "aks-westus2", text: "its agent has never sent a heartbeat" }],
    ]);
  });

  test("is false where a placement selects nothing", async () => {
    const { problems } = await healthOf(({ hub }) => {
      const placed = storePlacement();
      const resourceSelectors = [{ group: "", version: "v1", kind: "Namespace", name: "gone" }];
      hub.list(PLACEMENTS, [{ ...placed, spec: { ...placed.spec, resourceSelectors } }]);
    });
    expect(problems).toEqual([
      {
        kind: "placement",
        name: "aks-store-demo",
        text: "it selects Namespace gone, which is not on the hub",
      },
    ]);
  });

  test("is false where a stack can't be read, and where none can", async () => {
    await withFleet(async (fleet) => {
      const servers = urls(fleet);
      const seed = seedOutputs(servers);
      const one = await runOnFleet(["status", "--json", "--exit-code"], servers, {
        outputs: { ...seed, "member-west": "no backend" },
      });
      expect([one.status, isHealthy(one.stdout)]).toEqual([3, false]);
      expect(JSON.parse(one.stdout).fleets[0].problems).toEqual([
        { kind: "unseen", name: "stack member-west", text: expect.stringContaining("no backend") },
      ]);
      const none = await runOnFleet(["status", "--json", "--exit-code"], servers, {
        outputs: Object.fromEntries(Object.keys(seed).map((name) => [name, null])),
      });
      expect([none.status, isHealthy(none.stdout)]).toEqual([3, false]);
      const [nameless] = JSON.parse(none.stdout).fleets;
      expect(nameless.name).toBeUndefined();
      expect(nameless.problems).toHaveLength(3);
    });
  });

  test("is false where there is no app", async () => {
    const folder = mkdtempSync(join(tmpdir(), "aks-fleet-none-"));
    try {
      for (const [args, code] of [
        [["--json"], 1],
        [["--json", "--exit-code"], 3],
      ] as const) {
        const ran = await aksFleet(["status", ...args], {}, folder);
        expect([ran.status, isHealthy(ran.stdout)]).toEqual([code, false]);
        expect(ran.stderr).toContain("has no synthesized app");
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("holds messages of webhooks whole, which the screen cuts", async () => {
    const message = `admission webhook "deny" denied the request: ${"because of the policy, ".repeat(40)}ask team-x`;
    const refused = ({ hub }: FleetServers) => {
      const west = onCluster("aks-westus2", false, {
        failedPlacements: [
          {
            kind: "Service",
            name: "s",
            namespace: "n",
            condition: condition("Applied", "False", { message }),
          },
        ],
        driftedPlacements: [
          {
            kind: "ConfigMap",
            name: "c",
            observedDrifts: ["a", "b", "c"].map((path) => ({ path, valueInMember: "x".repeat(99) })),
          },
        ],
      });
      hub.list(PLACEMENTS, [storePlacement([onCluster("aks-eastus2"), west])]);
    };
    const { problems } = await healthOf(refused);
    expect(problems.map(({ text }: { text: string }) => text)).toEqual([
      expect.stringMatching(/c is "x{99}" there but missing on the hub$/),
      `Service n/s not applied: ${message}`,
    ]);
    expect((await status(refused)).stdout).not.toContain("ask team-x");
  });
});

describe("Traffic Manager", () => {
  const PROFILES = `${NETWORKING_V1BETA1}/trafficmanagerprofiles`;
  const BACKENDS = `${NETWORKING_V1BETA1}/trafficmanagerbackends`;
  const DNS = "shop.trafficmanager.net";
  const profile = (programmed: "True" | "False" = "True", message = "") => ({
    metadata: { name: "front", namespace: "shop", generation: 1 },
    status: { conditions: [condition("Programmed", programmed, { message })], dnsName: DNS },
  });
  const backend = (clusters: string[], weight = 100, accepted: "True" | "False" = "True", message = "") => ({
    metadata: { name: "front", namespace: "shop", generation: 1 },
    spec: { profile: { name: "front" }, backend: { name: "front" }, weight },
    status: {
      conditions: [condition("Accepted", accepted, { message })],
      endpoints: clusters.map((cluster) => ({
        name: `fleet-${cluster}`,
        target: `${cluster}.cloudapp.azure.com`,
        weight: weight / clusters.length,
        from: { cluster },
      })),
    },
  });
  const look = (profiles: unknown[], backends: unknown[], args?: string[]) =>
    status(
      ({ hub }) => {
        hub.list(PROFILES, profiles);
        hub.list(BACKENDS, backends);
      },
      {},
      args,
    );

  test("its endpoints and their weights, by backend", async () => {
    const { stdout } = await look([profile()], [backend(["aks-westus2", "aks-eastus2"])]);
    expect(stdout).toContain(`

TRAFFIC MANAGER          CLUSTER      BACKEND  WEIGHT  ACCEPTED
shop.trafficmanager.net  aks-eastus2  front    50      yes
                         aks-westus2  front    50      yes

Everything is healthy.
`);
  });

  test("in the JSON, as documented", async () => {
    const { stdout } = await look([profile()], [backend(["aks-eastus2"])], ["--json"]);
    expect(JSON.parse(stdout).fleets[0].trafficManagers).toEqual([
      {
        name: "shop/front",
        dnsName: DNS,
        programmed: "True",
        backends: [
          {
            name: "front",
            service: "shop/front",
            weight: 100,
            accepted: "True",
            endpoints: [{ cluster: "aks-eastus2", target: "aks-eastus2.cloudapp.azure.com", weight: 100 }],
          },
        ],
      },
    ]);
    const documented = readFileSync(join(__dirname, "../../../docs/status.md"), "utf8");
    for (const key of new Set(stdout.match(/(?<=")\w+(?=":)/g))) {
      expect(documented).toMatch(new RegExp(`\`([a-z]+\\.)?${key}(\\[\\])?\``));
    }
  });

  const LONG = `${"the public address has no DNS label, ".repeat(12)}set one`;

  test.each<[unknown[], unknown[], string]>([
    [[profile("False", LONG)], [backend(["aks-eastus2"])], `not programmed: ${LONG}`],
    [[profile()], [], "no backend: its DNS name does not resolve"],
    [[profile()], [backend([], 100, "False", LONG)], `backend front: not accepted: ${LONG}`],
    [[profile()], [backend([])], "backend front: accepted, but no endpoint yet"],
  ])("what is wrong with it is a problem %#", async (profiles, backends, text) => {
    const { stdout } = await look(profiles, backends, ["--json"]);
    expect(JSON.parse(stdout).fleets[0].problems).toEqual([
      { kind: "traffic-manager", name: "shop/front", text },
    ]);
  });

  test("a backend of the weight 0 has no endpoint, and needs none", async () => {
    const { stdout } = await look([profile()], [backend([], 0)]);
    expect(stdout).toMatch(/\nshop\.trafficmanager\.net +- +front +0 +yes\n/);
    expect(stdout).toContain("Everything is healthy.");
  });

  test("that can't be listed is not seen", async () => {
    const { status: code, stdout } = await status(
      ({ hub }) => {
        hub.routes.set(BACKENDS, () => problem(403, "no"));
        hub.list(PROFILES, [profile()]);
      },
      {},
      ["--exit-code"],
    );
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining("hub: traffic manager backends: not allowed yet (403)"),
    ]);
  });
});

describe("--exit-code and --wait", () => {
  test.each<[string, number, Change]>([
    ["in order", 0, () => undefined],
    ["not in order", 1, ({ hub }) => hub.list(PLACEMENTS, [])],
    [
      "not in order, and not all seen",
      1,
      async ({ hub, west }) => {
        hub.list(PLACEMENTS, []);
        await west.stop();
      },
    ],
    ["not seen", 3, ({ hub }) => hub.stop()],
    [
      "nothing seen",
      3,
      async ({ hub, east, west }) => {
        await Promise.all([hub, east, west].map((server) => server.stop()));
      },
    ],
  ])("%s: %i", async (_, code, change) => {
    const ran = await status(change, {}, ["--exit-code"]);
    expect([ran.status, ran.stderr]).toEqual([code, ""]);
  });

  test("it looks until everything is in order, says meanwhile what is not, and shows the end", async () => {
    const { status: code, stdout } = await status(
      ({ hub }) => {
        let looks = 0;
        hub.routes.set(PLACEMENTS, () => ({ body: { items: ++looks < 3 ? [] : [storePlacement()] } }));
      },
      {},
      ["--wait"],
    );
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      expect.stringMatching(/^status: placement aks-store-demo: not on the hub.* \(0s\)$/),
      "status: everything is healthy (4s)",
      "Fleet gbb-fleet",
    ]);
    expect(stdout).toContain("Everything is healthy.\n");
  });

  test.each<[number, Change]>([
    [1, ({ hub }) => hub.list(PLACEMENTS, [])],
    [3, ({ hub }) => hub.stop()],
  ])("it gives up at its deadline with %i", async (code, change) => {
    const clock = stillClock();
    const ran = await status(change, { clock }, ["--wait", "30s", "--json"]);
    expect([ran.status, clock.slept]).toEqual([code, 30_000]);
    expect(ran.stderr).toContain("aks-fleet: status: timed out after 30s: ");
    expect(JSON.parse(ran.stdout).fleets).toHaveLength(1);
  });
});

describe("its options", () => {
  test("--json prints all of it for scripts", async () => {
    const { stdout } = await status(({ west }) => west.stop(), {}, ["--json"]);
    const { fleets, unseen } = JSON.parse(stdout);
    const documented = readFileSync(join(__dirname, "../../../docs/status.md"), "utf8");
    for (const key of new Set(stdout.match(/(?<=")\w+(?=":)/g))) {
      expect(documented).toMatch(new RegExp(`\`([a-z]+\\.)?${key}(\\[\\])?\``));
    }
    expect(unseen).toEqual([]);
    const [why, advice] = [
      expect.stringContaining("can't be reached"),
      expect.stringContaining("az aks show"),
    ];
    expect(fleets).toEqual([
      {
        name: "gbb-fleet",
        members: [
          {
            name: "aks-eastus2",
            joined: "True",
            heartbeat: "2026-03-01T11:59:55.000Z",
            version: "1.34.2",
            nodes: 3,
            nodeVersions: ["1.34.2"],
            allocatable: { cpu: "11580m", memory: "38473520Ki" },
          },
          expect.objectContaining({ name: "aks-westus2" }),
        ],
        placements: [
          {
            name: "aks-store-demo",
            scheduled: "True",
            clusters: ["aks-eastus2", "aks-westus2"].map((cluster) => ({
              cluster,
              scheduled: "True",
              applied: "True",
              available: "True",
              objects: [],
            })),
          },
        ],
        exports: [
          {
            name: "aks-store-demo/store-front",
            clusters: ["aks-eastus2", "aks-westus2"].map((cluster) => ({
              cluster,
              valid: "True",
              conflict: "False",
              withdrawn: false,
            })),
          },
        ],
        services: [
          {
            name: "aks-store-demo/store-front",
            member: "aks-eastus2",
            service: "aks-store-demo/store-front",
            address: "20.7.120.195",
            valid: "True",
          },
        ],
        trafficManagers: [],
        problems: [{ kind: "unseen", name: "aks-westus2", text: why, advice }],
        unseen: [{ what: "aks-westus2", why, advice }],
      },
    ]);
  });

  /** What `--watch` printed in three looks. */
  const watched = async (options: RunOptions, change: Change = () => undefined) => {
    const clock = stillClock();
    const sleep = clock.sleep;
    clock.sleep = async (ms) => {
      await sleep(ms);
      if (clock.slept > 10_000) throw new Error("stopped");
    };
    const { stdout } = await status(change, { clock, environment: { NO_COLOR: "1" }, ...options }, [
      "--watch",
    ]);
    return stdout;
  };
  const later = (seconds: number) =>
    `2026-03-01T12:00:${String(seconds).padStart(2, "0")}Z\n` +
    HEALTHY.replace("5s ago ", `${5 + seconds}s ago`.padEnd(7)).replace("11s", `${11 + seconds}s`);

  test("--watch looks again every five seconds, and prints anew with the time", async () => {
    const looks = [0, 5, 10].map(later).join("\n");
    expect(await watched({ terminal: false, size: { rows: 50, columns: 120 } })).toBe(looks);
    // Nobody knows how large it is.
    expect(await watched({ terminal: true })).toBe(looks);
  });

  test("--watch redraws in place on a terminal", async () => {
    const text = await watched({ terminal: true, size: { rows: 50, columns: 120 } });
    const height = later(0).split("\n").length - 1;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.match(/\x1b\[\d+A/g)).toEqual([`\x1b[${height}A`, `\x1b[${height}A`]);
    // What an earlier screen left is wiped line by line: clearing all of it would flicker.
    expect(text).not.toContain("\x1b[2J");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text.replaceAll(/\x1b\[[?\d]*[a-zA-Z]|\r/g, "")).toBe([0, 5, 10].map(later).join(""));
  });

  test("--watch shows of what does not fit the terminal the beginning and the end", async () => {
    const text = await watched({ terminal: true, size: { rows: 10, columns: 40 } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const plain = text.replaceAll(/\x1b\[[?\d]*[a-zA-Z]|\r/g, "");
    const lines = plain.split("\n").slice(0, 9);
    expect(lines.slice(3, 4)).toEqual(["… 11 more lines"]);
    expect(lines.at(-1)).toBe("Everything is healthy.");
    expect(lines.every((line) => line.length <= 40)).toBe(true);
  });

  const HUNDRED = Array.from({ length: 100 }, (_, index) => `aks-${String(index).padStart(2, "0")}`);

  /** A fleet of a hundred members, as `change` leaves it: all of them are asked at the one server. */
  const hundred = async (args: string[] = [], change: Change = () => undefined) => {
    let outcome = { status: null as number | null, stdout: "", stderr: "" };
    await withFleet(async (fleet) => {
      const { hub, east } = fleet;
      const { infra, hub: hubStack } = seedOutputs(urls(fleet)) as Record<string, { members: object }>;
      const { east: one } = (infra as { members: { east: object } }).members;
      hub.list(
        MEMBERS,
        HUNDRED.map((name, index) => memberCluster(name, index === 60 ? 40 : 5)),
      );
      const placed = Array.from({ length: 10 }, (_, index) => {
        const whole = storePlacement(HUNDRED.map((name) => onCluster(name)));
        return {
          ...whole,
          metadata: { ...whole.metadata, name: index === 0 ? "aks-store-demo" : `shop-${index}` },
        };
      });
      hub.list(PLACEMENTS, placed);
      hub.list(
        EXPORTS,
        HUNDRED.map((name) => internalExport(name)),
      );
      east.list(SERVICES, []);
      await change(fleet);
      const members = Object.fromEntries(HUNDRED.map((name) => [name, { ...one, name, cluster: name }]));
      outcome = await runOnFleet(
        ["status", ...args],
        {},
        {
          outputs: { infra: { ...infra, members }, hub: hubStack },
        },
      );
    });
    return outcome;
  };

  test("a hundred members that are in order take a line, and so do placements and exports", async () => {
    const { stdout } = await hundred();
    expect(stdout).toBe(`\
Fleet gbb-fleet

MEMBER           JOINED  HEARTBEAT  VERSION  NODES  ALLOCATABLE CPU  MEMORY
all 100 members  yes     ≤ 40s ago  1.34.2   300    1158             3669.1 GiB

PLACEMENT      CLUSTER       SCHEDULED  APPLIED  AVAILABLE
10 placements  100 clusters  yes        yes      yes

EXPORT                      CLUSTER           VALID  CONFLICT
aks-store-demo/store-front  all 100 clusters  yes    no

No services.

Everything is healthy.
`);
  });

  test("of a hundred members, what is wrong keeps its row, worst first, and all of it fits a screen", async () => {
    const { stdout } = await hundred([], ({ hub }) => {
      hub.list(
        MEMBERS,
        HUNDRED.map((name, index) => memberCluster(name, index % 4 === 1 ? 400 + index : 5)),
      );
      const wrong = HUNDRED.map((name) => onCluster(name, !["aks-07", "aks-11"].includes(name)));
      hub.list(
        PLACEMENTS,
        Array.from({ length: 40 }, (_, index) => {
          const whole = storePlacement(index < 12 ? wrong : HUNDRED.map((name) => onCluster(name)));
          return {
            ...whole,
            metadata: { ...whole.metadata, name: `shop-${String(index).padStart(2, "0")}` },
          };
        }).concat(storePlacement(HUNDRED.map((name) => onCluster(name)))),
      );
    });
    const lines = stdout.split("\n");
    expect(lines.length).toBeLessThan(55);
    expect(lines.slice(3, 15)).toEqual([
      expect.stringMatching(/^aks-01 +yes +6m41s ago /),
      ...Array.from({ length: 9 }, () => expect.stringMatching(/^aks-\d\d /)),
      expect.stringMatching(/^15 more +yes +≤ 8m17s ago +1\.34\.2 +45 /),
      expect.stringMatching(/^75 others +yes +≤ 5s ago +1\.34\.2 +225 /),
    ]);
    expect(stdout).toMatch(
      /\nshop-00 +aks-07 +yes +yes +no\n +aks-11 +yes +yes +no\n +98 other clusters +yes/,
    );
    expect(stdout).toMatch(
      /\n8 more unhealthy placements\n29 other placements +100 clusters +yes +yes +yes\n/,
    );
    expect(stdout).toMatch(/\n {2}and \d+ more: show them with --all\n/);
    expect(stdout).toMatch(/\n49 problems\.\n$/);
  });

  test("--all has a row for each, and --sort says in which order", async () => {
    const versions: Change = ({ hub }) =>
      hub.list(
        MEMBERS,
        HUNDRED.map((name, index) => {
          const one = memberCluster(name, 5);
          one.status.properties["k8s.io/k8s-version"].value = index === 30 ? "v1.9.1" : "v1.34.2";
          one.status.properties["kubernetes-fleet.io/node-count"].value = index === 40 ? "9" : "3";
          one.status.agentStatus = memberCluster(name, index === 50 ? 90 : 5).status.agentStatus;
          return one;
        }),
      );
    const first = async (...args: string[]) =>
      (await hundred(args, versions)).stdout.split("\n")[3]?.split(" ")[0];
    expect((await hundred(["--all"], versions)).stdout.match(/^aks-\d\d /gm)).toHaveLength(100);
    expect(await first("--all", "--sort", "name")).toBe("aks-00");
    // Its nodes are of another minor version.
    expect(await first("--all")).toBe("aks-30");
    expect(await first("--all", "--sort", "version")).toBe("aks-30");
    expect(await first("--all", "--sort", "nodes")).toBe("aks-40");
    expect(await first("--all", "--sort", "heartbeat")).toBe("aks-50");
  });

  test("colours are for a terminal, and not if NO_COLOR is set", async () => {
    const { stdout } = await status(() => undefined, { terminal: true });
    expect(stdout).toContain("\x1b[32mEverything is healthy.\x1b[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout.replaceAll(/\x1b\[\d+m/g, "")).toBe(HEALTHY);
    const plain = await status(() => undefined, { terminal: true, environment: { NO_COLOR: "1" } });
    expect(plain.stdout).toBe(HEALTHY);
  });

  test("--kubeconfig leads to the hub, and NAME=FILE to a member, known to the app or not", () =>
    withFleet(async (fleet) => {
      const { hub, east, west } = urls(fleet);
      const files = [
        "--kubeconfig",
        `${hub}`,
        "--kubeconfig",
        `east=${east}`,
        "--kubeconfig",
        `aks-westus2=${west}`,
      ];
      expect((await runOnFleet(["status", ...files], {})).stdout).toBe(HEALTHY);
    }));

  test("--kubeconfig leads to the hub where there is no app", () =>
    withFleet(async (fleet) => {
      const { stdout } = await runOnFleet(["status", "--kubeconfig", fleet.hub.url], {}, { outputs: {} });
      expect(stdout).toContain("aks-westus2  yes     11s ago");
      expect(stdout).toMatch(/--kubeconfig\s+NAME=FILE/);
    }));

  test("--watch and --json exclude each other", async () => {
    const { status: code, stderr } = await aksFleet(["status", "--watch", "--json"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      "aks-fleet: option '--watch' cannot be used with option '--json'.",
    ]);
  });

  test("without kubelogin, says once that it is missing, and for which clusters", async () => {
    const app = deployedApp(seedOutputs());
    try {
      const {
        status: code,
        stdout,
        stderr,
      } = await aksFleet(["status"], { ...app.environment, PATH: "/nowhere" }, app.folder);
      expect([code, stderr]).toEqual([1, "aks-fleet: No part of a fleet could be reached.\n"]);
      const missing = '"kubelogin", which is not installed (not in the PATH)';
      const words = stdout.replaceAll(/\s+/g, " ");
      expect(words.split(missing)).toHaveLength(2);
      expect(words).toContain("NOT SEEN aks-eastus2, aks-westus2, hub: ");
    } finally {
      app.remove();
    }
  });
});
