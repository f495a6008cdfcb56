import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backends } from "./backends";
import {
  type DrillHub,
  entryOutputs,
  JOURNAL,
  JOURNALS,
  Mortal,
  OVERRIDE,
  OVERRIDES,
  placementOfEntries,
  runDrill,
  withDrillFleet,
} from "./drill-fleet";
import { type FleetServers, PLACEMENTS, SERVICES } from "./fleet-servers";
import { problem, type SeenRequest } from "./kube-server";

// Connections are real, and time is only five times as fast.
jest.setTimeout(60_000);

const STORE = "aks-store-demo/store-front";
const DRILL = [STORE, "--lose", "west", "--for", "8s"];

const changes = (requests: SeenRequest[]) =>
  requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

const rows = (stdout: string) =>
  stdout
    .split("\n")
    .filter((line) => / (before|leaving|out|returning|after) /.test(line))
    .map((line) => line.trim().split(/ {2,}/).slice(-5))
    .map(([phase = "", , failed = "", east = "", west = ""]) => ({ phase, failed, east, west }));

const rolledBack = { method: "DELETE", path: OVERRIDE };
const noted = { method: "POST", path: JOURNALS };
const taken = { method: "POST", path: OVERRIDES };

describe("a drill", () => {
  test("takes the member out at every address, holds, and leaves nothing", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      const kept: unknown[] = [];
      hub.after = ({ method, body }) => void (method === "POST" && kept.push(body));
      const { status, stdout, stderr } = await runDrill(fleet, backends, DRILL);
      expect([status, stderr]).toEqual([0, ""]);
      // What is to be done is noted before it is done, and the note goes last.
      expect(changes(fleet.hub.requests)).toEqual([
        `POST ${JOURNALS}`,
        `POST ${OVERRIDES}`,
        `DELETE ${OVERRIDE}`,
        `DELETE ${JOURNAL}`,
      ]);
      expect(hub.isEmpty).toBe(true);
      expect([...changes(fleet.east.requests), ...changes(fleet.west.requests)]).toEqual([]);
      const [journal, override] = kept as [
        { data: object; metadata: object },
        { metadata: object; spec: object },
      ];
      expect(journal.data).toMatchObject({
        service: STORE,
        member: "aks-westus2",
        namespace: "aks-store-demo",
        exports: "store-front-east store-front-west",
        by: expect.stringMatching(/^.+@.+ \(process \d+\)$/),
      });
      expect(override.metadata).toMatchObject({ labels: (journal.metadata as { labels: object }).labels });
      expect(override.spec).toEqual({
        placement: { name: "aks-store-demo", scope: "Cluster" },
        resourceSelectors: ["store-front-east", "store-front-west"].map((name) => ({
          group: "networking.fleet.azure.com",
          version: "v1beta1",
          kind: "ServiceExport",
          name,
        })),
        policy: {
          overrideRules: [
            {
              clusterSelector: {
                clusterSelectorTerms: [
                  { labelSelector: { matchLabels: { "kubernetes-fleet.io/member-name": "aks-westus2" } } },
                ],
              },
              overrideType: "Delete",
            },
          ],
        },
      });
      const seen = rows(stdout);
      const out = seen.filter(({ phase }) => phase === "out");
      expect(out).toHaveLength(2);
      expect(out.map(({ failed, west }) => [failed, west])).toEqual([
        ["0", "-"],
        ["0", "-"],
      ]);
      for (const { phase, east, west } of seen.filter((row) => ["before", "after"].includes(row.phase))) {
        expect([phase, east, west]).toEqual([
          phase,
          expect.stringMatching(/^\d+ \(/),
          expect.stringMatching(/^\d+ \(/),
        ]);
      }
      expect(stdout).toMatch(/\nok +no connection reaches aks-westus2: after \d+s\n/);
      expect(stdout).toMatch(/\nok +everything is back: after \d+s\n/);
      expect(stdout).toContain(
        "the entry of aks-store-demo/store-front-west is aks-westus2: the drill keeps that address",
      );
      expect(stdout.trim().split("\n").at(-1)).toBe(`drill ${STORE}: it survives the loss of aks-westus2`);
    });
  });

  test("that the member does not leave is undone, 3, and JUnit says what did not hold", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      hub.isDeaf = true;
      const folder = mkdtempSync(join(tmpdir(), "aks-fleet-"));
      const file = join(folder, "drill.xml");
      const { status, stdout, stderr } = await runDrill(fleet, backends, [
        ...DRILL,
        "--timeout",
        "8s",
        "--junit",
        file,
      ]);
      const xml = readFileSync(file, "utf8");
      rmSync(folder, { recursive: true });
      expect([status, hub.isEmpty]).toEqual([1, true]);
      expect(stderr).toContain("connections still reach aks-westus2 after 8s; it is fully undone");
      expect(stdout).toMatch(/\nFAILED +no connection reaches aks-westus2: /);
      expect(xml).toContain('name="no connection reaches aks-westus2" time="0.000"><failure message="');
      expect(xml).toContain('<error message="connections still reach aks-westus2 after 8s"/>');
      expect(xml).toMatch(
        /<testsuite name="drill of aks-store-demo\/store-front without west" tests="7" failures="1" errors="1"/,
      );
    });
  });

  test("whose member does not come back: 3, and nothing is left on the hub", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      hub.isGone = true;
      const { status, stdout } = await runDrill(fleet, backends, [...DRILL, "--timeout", "8s"]);
      expect([status, hub.isEmpty]).toEqual([3, true]);
      expect(stdout).toMatch(/\nFAILED +everything is back: aks-westus2 does not answer everywhere again\n/);
    });
  });

  test.each(["SIGINT", "SIGTERM"])(
    "stopped by %s while the member is out is undone at once",
    async (signal) => {
      await withDrillFleet(async (fleet, hub, backends) => {
        let stop: (signal: string) => void = () => undefined;
        hub.after = ({ method, path }) => {
          if (method === "POST" && path === OVERRIDES) setTimeout(() => stop(signal), 100);
        };
        const { status, stderr } = await runDrill(fleet, backends, [STORE, "--lose", "west", "--for", "1h"], {
          onStop: (act) => {
            stop = act;
            return () => undefined;
          },
        });
        expect([status, hub.isEmpty]).toEqual([signal === "SIGINT" ? 130 : 143, true]);
        expect(stderr).toContain(`aks-fleet: ${signal}: undoing the drill\n`);
        expect(stderr).toContain("it was stopped; it is fully undone");
      });
    },
  );

  test("that somebody else undoes ends, and says so", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      hub.after = ({ method, path }) => {
        if (method !== "POST" || path !== OVERRIDES) return;
        hub.journal = undefined;
        hub.override = undefined;
      };
      const { status, stderr } = await runDrill(fleet, backends, DRILL);
      expect([status, hub.isEmpty]).toEqual([1, true]);
      expect(stderr).toContain("it was undone from elsewhere");
    });
  });

  test("that the hub does not let be undone says what to do: 4", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      hub.instead = ({ method }) => (method === "DELETE" ? problem(422, "no") : undefined);
      const { status, stderr } = await runDrill(fleet, backends, DRILL);
      expect([status, hub.isEmpty]).toEqual([4, false]);
      expect(stderr).toContain("aks-westus2 may still be out of service");
      expect(stderr).toContain("aks-fleet drill --restore");
    });
  });

  test("goes on when an answer of the hub gets lost", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      const lost = new Set<string>();
      // The first of each is carried out, and the connection is cut.
      hub.instead = (request) => {
        const key = `${request.method} ${request.path}`;
        if (request.method === "GET" || lost.has(key)) return undefined;
        lost.add(key);
        if (request.path === JOURNALS) hub.journal = request.body as never;
        if (request.path === OVERRIDES) hub.override = request.body as never;
        if (request.path === OVERRIDE) hub.override = undefined;
        return { drop: true };
      };
      const { status } = await runDrill(fleet, backends, DRILL);
      expect([status, hub.isEmpty, lost.size]).toEqual([0, true, 4]);
    });
  });
});

describe("a drill is refused", () => {
  const refused = async (
    args: string[],
    change: (fleet: FleetServers, hub: DrillHub) => void = () => undefined,
    more: Parameters<typeof runDrill>[3] = {},
  ) => {
    let said = "";
    await withDrillFleet(async (fleet, hub, backends) => {
      change(fleet, hub);
      const journal = hub.journal;
      const { status, stdout, stderr } = await runDrill(fleet, backends, args, more);
      expect([status, hub.override, hub.journal === journal]).toEqual([1, undefined, true]);
      said = stdout + stderr;
    });
    return said;
  };

  test("while another is under way, with who and when", async () => {
    const said = await refused(DRILL, (_, hub) => {
      const data = {
        id: "x",
        service: "shop/front",
        member: "m",
        by: "ann@desk",
        since: "2026-01-01T00:00:00Z",
      };
      hub.journal = { metadata: { name: "aks-fleet-drill" }, data };
    });
    expect(said).toContain("a drill of shop/front without m, started by ann@desk");
    expect(said).toContain("(2026-01-01T00:00:00Z)");
    expect(said).toContain("aks-fleet drill --restore");
  });

  test("when another comes first between the look and the note", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      const data = {
        id: "x",
        service: "shop/front",
        member: "m",
        by: "ann@desk",
        since: "2026-01-01T00:00:00Z",
      };
      hub.instead = ({ method, path }) => {
        if (method === "POST" && path === JOURNALS)
          hub.journal = { metadata: { name: "aks-fleet-drill" }, data };
        return undefined;
      };
      const { status, stderr } = await runDrill(fleet, backends, DRILL);
      expect([status, hub.override, hub.journal?.data]).toEqual([1, undefined, data]);
      expect(stderr).toContain("ann@desk");
    });
  });

  test("of a service that there isn't, with those that there are", async () => {
    expect(await refused(["shop/front", "--lose", "west"])).toContain(
      "no MultiClusterService imports it; there are aks-store-demo/store-front-east, aks-store-demo/store-front-west.",
    );
  });

  test("of a member that there isn't, with those that there are", async () => {
    expect(await refused([STORE, "--lose", "north"])).toContain(
      "north isn't a member of the fleet gbb-fleet: its members are aks-eastus2, aks-westus2.",
    );
  });

  test("of a placement that only update runs roll out", async () => {
    const said = await refused(DRILL, ({ hub }) => {
      const placement = placementOfEntries();
      hub.list(PLACEMENTS, [{ ...placement, spec: { ...placement.spec, strategy: { type: "External" } } }]);
    });
    expect(said).toContain("placement aks-store-demo rolls out only by update runs");
  });

  test("of a member that holds the only entry, unless it is said: by --yes, or by who is asked", async () => {
    const one = (fleet: FleetServers) => fleet.east.list(SERVICES, []);
    const outputs = (fleet: FleetServers) => {
      const all = entryOutputs(fleet) as Record<string, { services: { name: string }[] }>;
      const entry = all["member-east"] as { services: { name: string }[] };
      return { ...all, "member-east": { ...entry, services: entry.services.slice(1) } };
    };
    const args = ["aks-store-demo/store-front-west", "--lose", "west", "--for", "1s"];
    await withDrillFleet(async (fleet, hub, backends) => {
      one(fleet);
      const asked: string[] = [];
      const ran = (more: string[], answer?: boolean) =>
        runDrill(fleet, backends, [...args, ...more], {
          outputs: outputs(fleet),
          ...(answer !== undefined && {
            ask: async (question: string) => {
              asked.push(question);
              return answer;
            },
          }),
        });
      const alone = await ran([]);
      expect([alone.status, alone.stderr]).toEqual([1, expect.stringContaining("--yes")]);
      expect(alone.stderr).toContain("aks-westus2 holds its only entry");
      const no = await ran([], false);
      expect([no.status, asked.length, changes(fleet.hub.requests)]).toEqual([1, 1, []]);
      expect((await ran([], true)).status).toBe(0);
      expect((await ran(["--yes"])).status).toBe(0);
      expect([asked.length, hub.isEmpty]).toEqual([2, true]);
    });
  });
});

/** What a drill was about to do when it was killed: by the request that the hub had just carried out. */
const KILLED: [step: string, when: (request: SeenRequest, hub: DrillHub) => boolean][] = [
  ["the note is written", ({ method, path }) => method === noted.method && path === noted.path],
  ["the override is made", ({ method, path }) => method === taken.method && path === taken.path],
  [
    "it waits for the member to leave",
    ({ method, path }, hub) => isExports(method, path) && hub.override !== undefined,
  ],
  ["the override is gone", ({ method, path }) => method === rolledBack.method && path === rolledBack.path],
  [
    "it waits for the member to come back",
    ({ method, path }, hub) => isExports(method, path) && hub.wasRolledBack,
  ],
  ["the note is gone", ({ method, path }) => method === "DELETE" && path === JOURNAL],
];

const isExports = (method: string, path: string) =>
  method === "GET" && path.endsWith("/namespaces/fleet-member-aks-westus2/internalserviceexports");

/** A drill that is killed when the hub has carried out the request of a step. */
async function killedAt(
  when: (request: SeenRequest, hub: DrillHub) => boolean,
  fleet: FleetServers,
  hub: DrillHub,
  backends: Backends,
): Promise<{ bury: () => Promise<unknown> }> {
  const mortal = new Mortal();
  const died = new Promise<void>((resolve) => {
    hub.after = (request) => {
      if (!when(request, hub)) return;
      mortal.kill();
      resolve();
    };
  });
  const args = [STORE, "--lose", "west", "--for", "1s"];
  const drill = runDrill(fleet, backends, args, { clock: mortal.clock, load: mortal.load });
  await Promise.race([died, drill]);
  // What it has been answered is the last that it sees.
  await new Promise((resolve) => setTimeout(resolve, 100));
  hub.after = () => undefined;
  return {
    bury: () => {
      mortal.bury();
      return drill;
    },
  };
}

describe("kill -9, then --restore", () => {
  test.each(KILLED)("when %s", async (step, when) => {
    await withDrillFleet(async (fleet, hub, backends) => {
      const killed = await killedAt(when, fleet, hub, backends);
      const isOver = step === "the note is gone";
      expect(hub.isEmpty).toBe(isOver);
      if (!isOver) {
        const again = await runDrill(fleet, backends, DRILL);
        expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("is in progress")]);
      }
      const { status, stdout } = await runDrill(fleet, backends, ["--restore"]);
      expect([status, hub.isEmpty]).toEqual([0, true]);
      expect(stdout).toContain(
        isOver ? "has no record of a drill" : `${STORE} is back to its previous state`,
      );
      const twice = await runDrill(fleet, backends, ["--restore"]);
      expect([twice.status, hub.isEmpty]).toEqual([0, true]);
      const asked = fleet.hub.requests.length;
      await killed.bury();
      expect(fleet.hub.requests).toHaveLength(asked);
    });
  });

  test("what is left without a note is found, too", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      const killed = await killedAt(KILLED[1]?.[1] as never, fleet, hub, backends);
      hub.journal = undefined;
      const { status, stdout } = await runDrill(fleet, backends, ["--restore"]);
      expect([status, hub.isEmpty]).toEqual([0, true]);
      expect(stdout).toContain("deleted the leftover ResourceOverride aks-store-demo/aks-fleet-drill");
      await killed.bury();
    });
  });

  test("a member that is lost meanwhile: 1, and nothing is left on the hub", async () => {
    await withDrillFleet(async (fleet, hub, backends) => {
      hub.isGone = true;
      const killed = await killedAt(KILLED[1]?.[1] as never, fleet, hub, backends);
      hub.serves("aks-westus2", "store-front-west");
      const { status, stderr } = await runDrill(fleet, backends, ["--restore", "--timeout", "5s"]);
      expect([status, hub.isEmpty]).toEqual([1, true]);
      expect(stderr).toContain("aks-westus2 does not export store-front-east, store-front-west again yet");
      await killed.bury();
    });
  });
});
