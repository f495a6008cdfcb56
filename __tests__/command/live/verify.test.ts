import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClusterMatcher } from "../../../lib/command/live/cluster-matcher";
import { FinalProblem } from "../../../lib/command/terminal/problems";
import { type Backends, podOf, withBackends } from "../backends";
import { seedOutputs } from "../deployed-app";
import {
  type FleetServers,
  internalExport,
  PLACEMENTS,
  runOnFleet,
  SERVICE_EXPORTS,
  SERVICES,
  SLICE_EXPORTS,
  serviceExport,
  stillClock,
  storePlacement,
  storeService,
  urls,
  withFleet,
} from "../fleet-servers";
import { EXPORTS, NETWORKING_V1ALPHA1, NETWORKING_V1BETA1, problem } from "../kube-server";
import { onCluster } from "../objects";
import { fastClock, type Outcome } from "../run-command";

const STORE = "aks-store-demo/store-front";
const EAST_POD = "store-front-6d5f7c9b8-2xk4p";
const WEST_POD = "store-front-6d5f7c9b8-9hq7z";
const SERVICE = `${NETWORKING_V1ALPHA1}/namespaces/aks-store-demo/multiclusterservices/store-front`;

/** A slice of a member's pods, as its own API tells it. */
const slice = (pod: string, address: string, service = "store-front") => ({
  metadata: { name: `${service}-x`, labels: { "kubernetes.io/service-name": service } },
  endpoints: [{ addresses: [address], targetRef: { kind: "Pod", name: pod } }],
});

/** The same, as it arrives on the hub: addresses only. */
const sliceExport = (member: string, address: string) => ({
  metadata: { name: "store-front-x", namespace: `fleet-member-${member}` },
  spec: {
    endpoints: [{ addresses: [address] }],
    ownerServiceReference: { namespace: "aks-store-demo", name: "store-front" },
  },
});

const SLICES = "/apis/discovery.k8s.io/v1/namespaces/aks-store-demo/endpointslices";

/** The seed's fleet, whose service is at 127.0.0.1. */
async function verified(
  backends: Parameters<typeof withBackends>[0],
  {
    args = [STORE],
    change = () => undefined,
    pick,
    outputs,
  }: {
    args?: string[];
    change?: (fleet: FleetServers, backends: Backends) => unknown;
    pick?: Parameters<typeof withBackends>[2];
    outputs?: (outputs: Record<string, unknown>) => Record<string, unknown>;
  } = {},
): Promise<Outcome & { connections: number }> {
  let outcome: Outcome & { connections: number } = { status: null, stdout: "", stderr: "", connections: 0 };
  await withFleet(async (fleet) => {
    const { hub, east, west } = fleet;
    const service = storeService("127.0.0.1");
    east.list(SERVICES, [service]);
    east.routes.set(SERVICE, service);
    hub.list(SLICE_EXPORTS, [
      sliceExport("aks-eastus2", "10.1.0.15"),
      sliceExport("aks-westus2", "10.2.0.15"),
    ]);
    east.list(SLICES, [slice(EAST_POD, "10.1.0.15"), slice("rabbitmq-0", "10.1.0.9", "rabbitmq")]);
    west.list(SLICES, [slice(WEST_POD, "10.2.0.15")]);
    await withBackends(
      backends,
      async (behind) => {
        const servers = urls(fleet);
        await change(fleet, behind);
        const reported = seedOutputs(servers);
        const ran = await runOnFleet(["verify", ...args, "--port", String(behind.port)], servers, {
          clock: fastClock,
          outputs: outputs ? outputs(reported) : reported,
        });
        const tidy = (text: string) =>
          text.replaceAll(`127.0.0.1:${behind.port}`, "LB").replaceAll(/127\.0\.0\.1:\d+/g, "API");
        outcome = {
          ...ran,
          stdout: tidy(ran.stdout),
          stderr: tidy(ran.stderr),
          connections: behind.connections(),
        };
      },
      pick,
    );
  });
  return outcome;
}

const table = (stdout: string) =>
  stdout
    .replaceAll(/\d+ ms/g, "MS")
    .replaceAll(/ +/g, " ")
    .split("\n")
    .filter((line) => /^(CLUSTER|aks-|\(failed\))/.test(line));

describe("two clusters behind one address", () => {
  test("both answer: the table, one new connection for each request, and 0", async () => {
    const { status, stdout, stderr, connections } = await verified([podOf(EAST_POD), podOf(WEST_POD)]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(table(stdout)).toEqual([
      "CLUSTER ANSWERS SHARE MEDIAN SLOWEST",
      "aks-eastus2 10 50% MS MS",
      "aks-westus2 10 50% MS MS",
    ]);
    expect(connections).toBe(20);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toMatch(
      /^verify aks-store-demo\/store-front: healthy: 127\.0\.0\.1 at aks-eastus2, exported by aks-eastus2, aks-westus2 \(\d+s\)$/,
    );
    expect(lines.at(-1)).toBe(
      "verify aks-store-demo/store-front: 20 connections to http://LB/, and all 2 clusters have answered",
    );
  });

  test("without NAMESPACE/NAME: all services of the app", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD), podOf(WEST_POD)], { args: [] });
    expect([status, table(stdout).length]).toEqual([0, 3]);
  });

  test("without NAMESPACE/NAME, a stack that can't be read is 1: nobody knows what it has", async () => {
    const unread = (outputs: Record<string, unknown>) => ({ ...outputs, "member-west": "no backend" });
    const all = await verified([podOf(EAST_POD), podOf(WEST_POD)], { args: [], outputs: unread });
    expect([all.status, table(all.stdout).length]).toEqual([1, 3]);
    expect(all.stderr).toContain("stack member-west can't be read, so its services are not verified.");
    const one = await verified([podOf(EAST_POD), podOf(WEST_POD)], { outputs: unread });
    expect([one.status, one.stderr]).toEqual([0, expect.stringContaining("aks-fleet: stack member-west: ")]);
  });

  test("it goes on beyond --connections until the last one answers", async () => {
    const { status, stdout, connections } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      args: [STORE, "--connections", "2"],
      pick: (connection) => (connection < 6 ? 0 : 1),
    });
    expect([status, connections]).toEqual([0, 7]);
    expect(table(stdout).slice(1)).toEqual(["aks-eastus2 6 86% MS MS", "aks-westus2 1 14% MS MS"]);
  });

  test("one never answers: 1, its name, and how often it was tried", async () => {
    const { status, stdout, stderr } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "20s"],
    });
    expect(status).toBe(1);
    expect(table(stdout)).toEqual([
      "CLUSTER ANSWERS SHARE MEDIAN SLOWEST",
      expect.stringMatching(/^aks-eastus2 \d+ 100% MS MS$/),
      "aks-westus2 0 0% - -",
    ]);
    expect(stdout).toMatch(/: \d+ connections, no answer from aks-westus2 yet\n/);
    expect(stderr).toMatch(
      /^aks-fleet: verify aks-store-demo\/store-front: aks-westus2 never answered, in \d+ connections to http:\/\/LB\/ within 20s\.\n.*peering/,
    );
  });

  test("one answers late: its median and its slowest show it", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD), podOf(WEST_POD, 150)], {
      args: [STORE, "--connections", "4"],
    });
    expect(status).toBe(0);
    const [, median, slowest] = /^aks-westus2 +2 +50% +(\d+) ms +(\d+) ms$/m.exec(stdout) ?? [];
    expect(Number(median)).toBeGreaterThanOrEqual(150);
    expect(Number(slowest)).toBeGreaterThanOrEqual(Number(median));
  });

  test("connections that fail are told apart, and none may", async () => {
    const unwell = podOf(WEST_POD);
    const mixed: Parameters<typeof verified> = [
      [
        podOf(EAST_POD),
        (request, response) => {
          response.statusCode = 503;
          unwell(request, response);
        },
        podOf(WEST_POD),
      ],
      { pick: (connection) => [0, undefined, 1, 2][connection % 4] },
    ];
    const ran = (...args: string[]) =>
      verified(mixed[0], { ...mixed[1], args: [STORE, "--connections", "4", ...args] });
    const { status, stdout, stderr } = await ran();
    expect(status).toBe(3);
    expect(stdout).toContain(
      "2 of 4 connections failed: 1 reset (ECONNRESET); 1 answered with a status that counts as failed (503 from aks-westus2)\n",
    );
    expect(table(stdout).slice(1)).toEqual([
      "aks-eastus2 1 25% MS MS",
      "aks-westus2 1 25% MS MS",
      "(failed) 2 50% - -",
    ]);
    expect(stdout).not.toContain("have answered");
    expect(stderr).toMatch(
      /^aks-fleet: verify aks-store-demo\/store-front: 2 of 4 connections to http:\/\/LB\/ failed; --max-failed allows 0%: 1 reset/,
    );

    for (const [most, code] of [
      ["1", 3],
      ["2", 0],
      ["49.9%", 3],
      ["50%", 0],
    ] as const) {
      expect([most, (await ran("--max-failed", most)).status]).toEqual([most, code]);
    }
    expect((await ran("--failed-status", "none", "--max-failed", "1")).status).toBe(0);
    expect((await ran("--failed-status", "500,504", "--max-failed", "1")).status).toBe(0);
    expect((await ran("--failed-status", "503", "--max-failed", "1")).status).toBe(3);
  });

  test.each<[string, Parameters<typeof withBackends>[2]]>([
    ["10 of 20 cut", (connection) => [0, 1, undefined, undefined][connection % 4]],
    ["5 of 20 answered 503", (connection) => [0, 1, 0, 2][connection % 4]],
  ])("%s: 3", async (_, pick) => {
    const unavailable: Parameters<typeof withBackends>[0][number] = (_, response) => {
      response.statusCode = 503;
      response.end(EAST_POD);
    };
    const { status, connections } = await verified([podOf(EAST_POD), podOf(WEST_POD), unavailable], { pick });
    expect([status, connections]).toEqual([3, 20]);
  });

  test("an answer that tells no cluster is a failed connection, and a redirect tells none", async () => {
    const { status, stdout, stderr } = await verified(
      [
        podOf(EAST_POD),
        podOf(WEST_POD),
        (_, response) => {
          response.writeHead(302, { location: `http://10.1.0.15/${EAST_POD}` });
          response.end();
        },
      ],
      { args: [STORE, "--connections", "3"] },
    );
    expect([status, table(stdout).at(-1)]).toEqual([3, "(failed) 1 33% - -"]);
    expect(stderr).toContain("1 answered by an unknown cluster.\nAn answer that doesn't identify a cluster");
  });

  test("a cluster that never answers is 1, whatever else fails", async () => {
    const { status, stderr } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "30s"],
      pick: (connection) => [0, undefined][connection % 2],
    });
    expect(status).toBe(1);
    expect(stderr).toContain("aks-westus2 never answered");
    expect(stderr).toContain("--max-failed allows 0%");
  });

  test("fewer connections than were asked for are 1, though every cluster answered", async () => {
    const { status, stderr } = await verified([podOf(EAST_POD, 50), podOf(WEST_POD, 50)], {
      args: [STORE, "--timeout", "30s", "--connections", "1000"],
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/: only \d+ connections to http:\/\/LB\/ were made within 30s instead of 1000: /);
  });

  test("a cluster that answers, and is not to, is 1; unless --cluster says who is to", async () => {
    const withdrawn = ({ west }: FleetServers) => {
      const { metadata, ...rest } = serviceExport();
      const annotations = { "networking.fleet.azure.com/weight": "0" };
      west.list(SERVICE_EXPORTS, [{ metadata: { ...metadata, annotations }, ...rest }]);
    };
    const both = [podOf(EAST_POD), podOf(WEST_POD)];
    const { status, stderr } = await verified(both, { change: withdrawn });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("aks-westus2 answered, but does not export"),
    ]);
    const named = await verified(both, { change: withdrawn, args: [STORE, "--cluster", "east"] });
    expect(named.status).toBe(0);
  });

  test("a server that speaks no HTTP, and one that nobody listens at, are told apart", async () => {
    const { stderr } = await verified(
      [
        (request) => {
          request.socket.end("SSH-2.0-x\r\n");
        },
      ],
      { args: [STORE, "--timeout", "20s"] },
    );
    expect(stderr).toMatch(/was answered: \d+ reset \(HPE_INVALID_CONSTANT\)\.\nIs the port/);
  });

  test("--json: what came of each service, and what goes on meanwhile on stderr", async () => {
    const { status, stdout, stderr } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      args: [STORE, "--connections", "4", "--json"],
      pick: (connection) => [0, 1, 0, undefined][connection],
    });
    expect(status).toBe(3);
    expect(stderr).toContain("verify aks-store-demo/store-front: healthy");
    const documented = readFileSync(join(__dirname, "../../../docs/verify.md"), "utf8");
    for (const key of new Set(stdout.match(/(?<=")\w+(?=":)/g))) {
      expect(documented).toMatch(new RegExp(`\`${key}(\\[\\])?\``));
    }
    expect(JSON.parse(stdout)).toEqual({
      services: [
        {
          name: STORE,
          member: "aks-eastus2",
          url: "http://LB/",
          connections: 4,
          failed: 1,
          failures: { connect: 0, reset: 1, timeout: 0, status: 0, unknown: 0 },
          clusters: [
            {
              cluster: "aks-eastus2",
              expected: true,
              answers: 2,
              share: 0.5,
              medianMs: expect.any(Number),
              slowestMs: expect.any(Number),
            },
            expect.objectContaining({ cluster: "aks-westus2", answers: 1, share: 0.25 }),
          ],
          problems: [expect.stringContaining("1 of 4 connections to http://LB/ failed")],
          exitStatus: 3,
        },
      ],
      unseen: [],
    });
  });

  test("--json of a service that is not in order: nothing was connected to, and why", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "3s", "--json"],
      change: ({ hub }) => hub.stop(),
    });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).services).toEqual([
      expect.objectContaining({
        connections: 0,
        clusters: [],
        problems: [expect.stringContaining("timed out after 3s: hub: ")],
        exitStatus: 1,
      }),
    ]);
  });

  test("no connection is answered: the reason, and what to look at", async () => {
    const { status, stderr } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "20s"],
      pick: () => undefined,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /none of \d+ connections? to http:\/\/LB\/ was answered: \d+ reset \(ECONNRESET\)\.\nIs the port/,
    );
  });
});

describe("the service", () => {
  test("loses its address half way: that ends it, and says how far it came", async () => {
    const { status, stderr, connections } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      args: [STORE, "--connections", "1000"],
      change: ({ east }, { connections }) => {
        east.routes.set(SERVICE, () => ({ body: storeService(connections() < 10 ? "127.0.0.1" : "") }));
      },
    });
    expect(status).toBe(1);
    expect(connections).toBeLessThan(1000);
    expect(stderr).toMatch(
      /^aks-fleet: verify aks-store-demo\/store-front: it lost its address 127\.0\.0\.1 after \d+ connections to http:\/\/LB\/: it no longer has an address\.\n$/,
    );
  });

  test.each([
    [() => ({ body: storeService("127.0.0.2") }), "its address is now 127.0.0.2"],
    [() => problem(404, "gone"), "the MultiClusterService is gone"],
  ])("is another one at the end, though all have answered", async (then, message) => {
    const { status, stderr } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      args: [STORE, "--connections", "2"],
      change: ({ east }, { connections }) => {
        east.routes.set(SERVICE, () => (connections() < 2 ? { body: storeService("127.0.0.1") } : then()));
      },
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test("an API that can't be asked meanwhile is no loss", async () => {
    const { status } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      change: ({ east }, { connections }) => {
        east.routes.set(SERVICE, () =>
          connections() === 0 ? { body: storeService("127.0.0.1") } : problem(503, "starting"),
        );
      },
    });
    expect(status).toBe(0);
  });

  test("that does not exist is said with those that do", async () => {
    const { status, stderr } = await verified([podOf(EAST_POD)], { args: ["shop/front"] });
    expect([status, stderr]).toEqual([
      1,
      "aks-fleet: There is no MultiClusterService shop/front on any reachable member: the app has aks-store-demo/store-front.\n",
    ]);
  });

  test("of something else than the app is found at its member", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      outputs: ({ infra, hub }) => ({ infra, hub }),
    });
    expect(status).toBe(0);
    expect(stdout).toContain("127.0.0.1 at aks-eastus2");
  });

  test("is asked at the first port of the Service", async () => {
    await withFleet(async (fleet) => {
      const { east } = fleet;
      east.list(SERVICES, [storeService("127.0.0.1")]);
      east.routes.set(SERVICE, storeService("127.0.0.1"));
      const ports = [{ protocol: "UDP", port: 53 }, { port: 1 }];
      east.routes.set(`${NETWORKING_V1ALPHA1}/namespaces/aks-store-demo/serviceimports/store-front`, {
        status: { ports },
      });
      const { stderr } = await runOnFleet(["verify", STORE, "--timeout", "20s"], urls(fleet), {
        clock: fastClock,
      });
      expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:1\/ was answered: \d+ not connected \(ECONNREFUSED\)/);
    });
  });
});

describe("before connections are made", () => {
  test("every condition is waited for", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      change: ({ hub, west, east }) => {
        // What each of them answers to the first looks, and from then on.
        const until = (look: number, before: unknown, then: unknown) => {
          let looks = 0;
          return () => ({ body: { items: [++looks < look ? before : then] } });
        };
        const half = storePlacement([onCluster("aks-eastus2"), onCluster("aks-westus2", false)]);
        hub.routes.set(PLACEMENTS, until(2, half, storePlacement()));
        west.routes.set(SERVICE_EXPORTS, until(3, serviceExport("Unknown"), serviceExport()));
        east.routes.set(SERVICES, until(4, storeService(""), storeService("127.0.0.1")));
      },
    });
    expect(status).toBe(0);
    expect(
      stdout
        .split("\n")
        .slice(0, 4)
        .map((line) => line.replace(/ \(\d+s\)$/, "")),
    ).toEqual([
      expect.stringMatching(
        /: placement aks-store-demo on aks-westus2: not all are available; export .*; service .*no address yet$/,
      ),
      expect.stringMatching(
        /front: export .* on aks-westus2: the hub has not checked it.*; service .* no address yet$/,
      ),
      expect.stringMatching(/front: service .* at aks-eastus2: valid, but no address yet$/),
      expect.stringContaining("healthy"),
    ]);
  });

  test("what is not in order at the deadline is said, and nothing is connected to", async () => {
    const { status, stderr, connections } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "5s"],
      change: ({ west }) => west.list(SERVICE_EXPORTS, [serviceExport("True", "ports differ")]),
    });
    expect([status, connections]).toEqual([1, 0]);
    expect(stderr).toContain(
      "timed out after 5s: export aks-store-demo/store-front on aks-westus2: in conflict: ports differ",
    );
  });

  test("what others have on the hub does not count", async () => {
    const { status } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      change: ({ hub }) => {
        const other = storePlacement([onCluster("aks-eastus2", false)]);
        const metadata = { ...other.metadata, name: "of-others" };
        const elsewhere = { ...other, metadata, status: { ...other.status, selectedResources: [] } };
        hub.list(PLACEMENTS, [storePlacement(), elsewhere]);
      },
    });
    expect(status).toBe(0);
  });

  test("what this identity may not see of Traffic Manager does not count", async () => {
    const { status } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      change: ({ hub }) => {
        for (const what of ["profiles", "backends"]) {
          hub.routes.set(`${NETWORKING_V1BETA1}/trafficmanager${what}`, () => problem(403, "no"));
        }
      },
    });
    expect(status).toBe(0);
  });

  test("what waiting can't help ends it in seconds", async () => {
    await withFleet(async (fleet) => {
      const load = async () => {
        throw new FinalProblem('"kubelogin" is not installed.\nInstall it.');
      };
      const clock = stillClock();
      const { status, stderr } = await runOnFleet(["verify", STORE], urls(fleet), { clock, load });
      expect([status, stderr]).toEqual([
        1,
        'aks-fleet: verify aks-store-demo/store-front: aks-eastus2: "kubelogin" is not installed.\n',
      ]);
      expect(clock.slept).toBeLessThan(10_000);
    });
  });

  test("a hub or an entry that the app does not tell of is said at once", async () => {
    const without = (name: string) => (outputs: Record<string, unknown>) => {
      const entries = Object.entries(outputs).map(([stack, value]) => [
        stack,
        { ...(value as object), [name]: name === "hub" ? null : {} },
      ]);
      return Object.fromEntries(entries);
    };
    const hubless = await verified([podOf(EAST_POD)], { outputs: without("hub") });
    expect([hubless.status, hubless.stderr]).toEqual([
      1,
      expect.stringContaining("no deployed stack says how to reach the hub"),
    ]);
    const memberless = await verified([podOf(EAST_POD)], { outputs: without("members") });
    expect(memberless.stderr).toContain(
      "its entry is the member aks-eastus2, and the deployed app does not say",
    );
  });
});

describe("which cluster answered is told", () => {
  const header =
    (name: string, value: string): Parameters<typeof withBackends>[0][number] =>
    (_, response) => {
      response.setHeader(name, value);
      response.end("ok");
    };

  test("by a pod's name or address in any header", async () => {
    const { status, stdout } = await verified([
      header("x-served-by", EAST_POD),
      header("via", "1.1 10.2.0.15:8080"),
    ]);
    expect([status, table(stdout)[2]]).toEqual([0, "aks-westus2 10 50% MS MS"]);
  });

  test("by addresses from the hub alone, of a member that can't be asked", async () => {
    const { status } = await verified([header("via", "10.1.0.15"), header("via", "10.2.0.15")], {
      change: ({ west }) => west.stop(),
    });
    expect(status).toBe(0);
  });

  test("by --header: pod, address, or the cluster's name or key, and nothing else of the answer", async () => {
    const { status, stdout } = await verified(
      [header("X-Region", "east"), header("X-Region", "AKS/aks-westus2")],
      { args: [STORE, "--header", "X-Region"] },
    );
    expect([status, table(stdout)[2]]).toEqual([0, "aks-westus2 10 50% MS MS"]);
    const silent = await verified([podOf(EAST_POD)], { args: [STORE, "--header", "x-region"] });
    expect([silent.status, silent.connections]).toEqual([1, 20]);
    expect(silent.stderr).toMatch(
      /20 connections to http:\/\/LB\/ got 20 answers, and none identifies its cluster\.\nThe header x-region is "", which contains/,
    );
  });

  test("by --body", async () => {
    const { status } = await verified([podOf(EAST_POD), podOf(WEST_POD)], {
      args: [STORE, "--body", "served by (\\S+),"],
    });
    expect(status).toBe(0);
    const wrong = await verified([podOf(EAST_POD)], { args: [STORE, "--body", "se(rv)ed"] });
    expect(wrong.stderr).toContain('What --body matches is "rv"');
  });

  test("not by a name that several clusters have", async () => {
    const { status, stdout, stderr } = await verified([podOf("rabbitmq-0")], {
      change: ({ east, west }) => {
        east.list(SLICES, [slice("rabbitmq-0", "10.1.0.15")]);
        west.list(SLICES, [slice("rabbitmq-0", "10.2.0.15")]);
      },
    });
    expect(status).toBe(1);
    expect(table(stdout)[3]).toBe("(failed) 20 100% - -");
    expect(stderr).toContain("No header or body contains a pod name or address of the Service.");
    expect(stderr).toContain("--header NAME");
  });

  test("by pods that came while it ran", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD), podOf("store-front-new")], {
      args: [STORE, "--connections", "100"],
      change: ({ west }, { connections }) => {
        west.routes.set(SLICES, () => ({
          body: { items: [slice(connections() < 30 ? WEST_POD : "store-front-new", "10.2.0.15")] },
        }));
      },
    });
    expect(status).toBe(0);
    expect(table(stdout)[2]).toMatch(/^aks-westus2 \d\d /);
  });

  test("of the members that --cluster names only", async () => {
    const { status, stdout } = await verified([podOf(EAST_POD)], { args: [STORE, "--cluster", "east"] });
    expect(status).toBe(0);
    expect(table(stdout)).toHaveLength(2);
    expect(stdout).toContain("and the cluster has answered");
    const { stderr } = await verified([podOf(EAST_POD)], { args: [STORE, "--cluster", "north"] });
    expect(stderr).toContain(
      "--cluster north isn't a member of the fleet gbb-fleet: its members are aks-eastus2, aks-westus2",
    );
  });

  test("and a cluster without a pod is said to have none", async () => {
    const { stderr } = await verified([podOf(EAST_POD)], {
      args: [STORE, "--timeout", "10s"],
      change: ({ hub, west }) => {
        hub.list(SLICE_EXPORTS, []);
        hub.list(EXPORTS, [internalExport("aks-eastus2"), internalExport("aks-westus2")]);
        west.list(SLICES, []);
      },
    });
    expect(stderr).toContain("aks-westus2 (it has no known ready pod) never answered");
  });
});

describe("the matcher", () => {
  const answer = (body: string, headers = {}) => ({ status: 200, headers, body, ms: 1 });
  const matcher = (options = {}) => {
    const made = new ClusterMatcher({ header: undefined, body: undefined, ...options });
    made.addCluster("aks-eastus2", "aks-eastus2");
    made.addPod("10.1.0.15", "aks-eastus2");
    made.addPod("10.2.0.15", "aks-westus2");
    for (const cluster of ["aks-eastus2", "aks-westus2"]) made.addPod("rabbitmq-0", cluster);
    return made;
  };

  test("takes what tells, beside what does not", () => {
    expect(matcher().match(answer("rabbitmq-0 at 10.1.0.15:8080"))).toBe("aks-eastus2");
    expect(matcher().match(answer("ok", { via: ["a", "10.2.0.15"] }))).toBe("aks-westus2");
  });

  test.each(["10.1.0.155", "110.1.0.15", "10.1.0.15.7", "via 10.1.0.15 from 10.2.0.15", "rabbitmq-0", ""])(
    "is not misled by %j",
    (body) => {
      expect(matcher().match(answer(body))).toBeUndefined();
    },
  );

  test("takes the name of a cluster only where it is said to stand: a page may speak of any", () => {
    expect(matcher().match(answer("we run in aks-eastus2"))).toBeUndefined();
    expect(matcher({ body: /in (\S+)/ }).match(answer("we run in aks-eastus2"))).toBe("aks-eastus2");
    expect(matcher({ header: "x-cluster" }).match(answer("10.2.0.15", { "x-cluster": "aks-eastus2" }))).toBe(
      "aks-eastus2",
    );
  });

  test("knows pods of a cluster by what only that cluster has", () => {
    const made = new ClusterMatcher({ header: undefined, body: undefined });
    for (const cluster of ["a", "b"]) made.addPod("rabbitmq-0", cluster);
    made.addPod("10.1.0.15", "a");
    expect([made.knows("a"), made.knows("b")]).toEqual([true, false]);
  });
});
