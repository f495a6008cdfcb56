import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EXPORTS,
  HUB_API,
  KubeServer,
  MEMBERS,
  NETWORKING_V1ALPHA1,
  problem,
  serveHub,
  WORKS,
} from "./kube-server";
import { condition, member, onCluster, placement } from "./objects";
import { aksFleet, aksFleetAgainst, BIN, node } from "./run-command";

// Against a Kubernetes API on 127.0.0.1; as a child process where the kubeconfig or the start is what is tested.

const PLACEMENT = `${HUB_API}/clusterresourceplacements/aks-store-demo`;
const SERVICES = `${NETWORKING_V1ALPHA1}/namespaces/aks-store-demo/multiclusterservices`;
const HALF = placement([onCluster("aks-eastus2"), onCluster("aks-westus2", false)]);
const COMPLETE = placement([onCluster("aks-eastus2"), onCluster("aks-westus2")]);

async function withServer(act: (server: KubeServer, folder: string) => Promise<void>): Promise<void> {
  const server = new KubeServer();
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-"));
  await server.start();
  try {
    await act(server, folder);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

const content = (server: KubeServer, user = {}) => ({ AKS_FLEET_KUBECONFIG: server.kubeconfig(user) });

/** A route that answers each time with the next of these; the last one stays. */
function inTurn(...bodies: unknown[]) {
  let next = 0;
  return () => {
    const body = bodies[Math.min(next++, bodies.length - 1)];
    return body === undefined ? problem(404, "not found") : { body };
  };
}

/** An exec plugin that counts its calls and gives out token-1, token-2, ... */
function execPlugin(folder: string) {
  const script = join(folder, "plugin.js");
  const calls = join(folder, "calls");
  writeFileSync(
    script,
    `const fs = require("fs");
     fs.appendFileSync(${JSON.stringify(calls)}, (process.env.KUBERNETES_EXEC_INFO ?? "nothing") + "\\n");
     const count = fs.readFileSync(${JSON.stringify(calls)}, "utf8").trim().split("\\n").length;
     const expirationTimestamp = new Date(Date.now() + 3600000).toISOString();
     const status = { token: "token-" + count, expirationTimestamp };
     console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status }));`,
  );
  const apiVersion = "client.authentication.k8s.io/v1beta1";
  return {
    user: { exec: { apiVersion, command: process.execPath, args: [script] } },
    calls: () => readFileSync(calls, "utf8").trim().split("\n"),
  };
}

describe("waits", () => {
  test.concurrent("hub: a 403, a dropped connection and a 503 pass; then it is ready", () =>
    withServer(async (server) => {
      serveHub(server, [member("aks-eastus2")]);
      server.first.push(problem(403, "User does not have access"), { drop: true }, problem(503, "starting"));
      const { status, stdout, stderr } = await aksFleet(
        ["wait", "hub", "--member", "aks-eastus2"],
        content(server),
      );
      expect(stderr).toBe("");
      expect(status).toBe(0);
      const lines = stdout.trim().split("\n");
      expect(lines[0]).toMatch(
        /^hub: not allowed yet \(403\): User does not have access; a role assignment can take minutes to take effect \(\d+s\)$/,
      );
      expect(lines[1]).toMatch(/^hub: http:\/\/127\.0\.0\.1:\d+ can't be reached: .*; trying again/);
      expect(lines[2]).toMatch(/^hub: the API failed \(503\): starting; trying again/);
      expect(lines[3]).toMatch(/^hub: ready, aks-eastus2 joined \(\d+s\)$/);
    }));

  test("hub: asks whether it may create placements and namespaces, and waits until it may", () =>
    withServer(async (server) => {
      serveHub(server);
      const asked: unknown[] = [];
      server.allowed = (permission) => asked.push(permission) > 1;
      const { status, stdout } = await aksFleetAgainst(server.url, ["wait", "hub"]);
      expect(status).toBe(0);
      expect(stdout).toContain("this identity may not create clusterresourceplacements yet");
      expect(asked.slice(1)).toEqual([
        { verb: "create", group: "placement.kubernetes-fleet.io", resource: "clusterresourceplacements" },
        { verb: "create", group: "", resource: "namespaces" },
      ]);
    }));

  test("hub: still forbidden at the deadline names the role", () =>
    withServer(async (server) => {
      server.routes.set(HUB_API, () => problem(403, "no"));
      const { status, stderr } = await aksFleetAgainst(server.url, ["wait", "hub", "--timeout", "2s"]);
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining("timed out after 2s: not allowed yet (403): no;"),
      ]);
      expect(stderr).toContain('"Azure Kubernetes Fleet Manager RBAC Cluster Admin" on the fleet');
    }));

  test("hub: still not accepted at the deadline says that no role helps", () =>
    withServer(async (server) => {
      server.token = "nobody's";
      const { status, stderr } = await aksFleetAgainst(server.url, ["wait", "hub", "--timeout", "2s"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^aks-fleet: hub: timed out after 2s: the identity is not accepted yet \(401\): Unauthorized\./,
      );
      expect(stderr).toContain("az login --tenant");
      expect(stderr).not.toContain("RBAC Cluster Admin");
    }));

  test("hub: 429 is retried when Retry-After says", () =>
    withServer(async (server) => {
      serveHub(server);
      server.first.push({ ...problem(429, "slow down"), headers: { "retry-after": "40" } });
      const { status, stdout } = await aksFleetAgainst(server.url, ["wait", "hub"]);
      expect(status).toBe(0);
      expect(stdout).toContain("the API is throttling requests (429)");
      expect(Number(/\((\d+)s\)\n$/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(40);
    }));

  test("hub: the list of members is read page by page", () =>
    withServer(async (server) => {
      serveHub(server);
      server.routes.set(MEMBERS, ({ query }: { query: URLSearchParams }) => ({
        body: query.get("continue")
          ? { items: [member("b")], metadata: {} }
          : { items: [member("a")], metadata: { continue: "more" } },
      }));
      const { stdout } = await aksFleetAgainst(server.url, [
        "wait",
        "hub",
        "--member",
        "b",
        "--timeout",
        "3s",
      ]);
      expect(stdout).toContain("ready, b joined");
    }));

  test("member: waits until the cluster serves MultiClusterServices", () =>
    withServer(async (server) => {
      const resources = [{ name: "multiclusterservices" }];
      server.routes.set(NETWORKING_V1ALPHA1, inTurn(undefined, { resources: [] }, { resources }));
      const { status, stdout } = await aksFleetAgainst(server.url, ["wait", "member"]);
      expect(status).toBe(0);
      expect(stdout).toContain("member: does not serve MultiClusterServices");
      expect(stdout).toContain("member: ready");
      // The group alone is not enough: it is served before the last of its resources.
      expect(server.requests.filter(({ path }) => path === NETWORKING_V1ALPHA1)).toHaveLength(3);
      expect(server.requests[0]?.body?.spec).toEqual({
        resourceAttributes: {
          verb: "create",
          group: "networking.fleet.azure.com",
          resource: "multiclusterservices",
        },
      });
    }));

  test("placement: follows one that becomes available", () =>
    withServer(async (server) => {
      server.routes.set(PLACEMENT, inTurn(HALF, COMPLETE));
      server.list(MEMBERS, [member("aks-eastus2"), member("aks-westus2")]);
      const { status, stdout } = await aksFleetAgainst(server.url, [
        "wait",
        "placement",
        "aks-store-demo",
        "--cluster",
        "aks-westus2",
      ]);
      expect(status).toBe(0);
      expect(stdout).toMatch(
        /^placement aks-store-demo: available on 1 of 2 clusters; aks-westus2: not all are available \(\d+s\)$/m,
      );
      expect(stdout).toMatch(/^placement aks-store-demo: available on 2 of 2 clusters/m);
    }));

  test("placement: gives up at the deadline", () =>
    withServer(async (server) => {
      server.routes.set(PLACEMENT, HALF);
      const { status, stderr } = await aksFleetAgainst(server.url, [
        "wait",
        "placement",
        "aks-store-demo",
        "--timeout",
        "2s",
      ]);
      expect(status).toBe(1);
      expect(stderr).toContain("placement aks-store-demo: timed out after 2s: available on 1 of 2 clusters");
      expect(stderr).not.toContain("    at ");
    }));

  test("placement: one that does not exist ends it within seconds", () =>
    withServer(async (server) => {
      serveHub(server);
      const { status, stderr } = await aksFleetAgainst(server.url, ["wait", "placement", "aks-store-demo"]);
      expect(status).toBe(1);
      expect(stderr).toContain("there is no ClusterResourcePlacement with that name on this hub");
    }));

  test("placement: a ResourcePlacement is looked for in its namespace", () =>
    withServer(async (server) => {
      const half = placement([onCluster("aks-eastus2", false)], "0", "shop");
      const done = placement([onCluster("aks-eastus2")], "0", "shop");
      server.routes.set(`${HUB_API}/namespaces/shop/resourceplacements/web`, inTurn(half, done));
      const { status, stdout } = await aksFleetAgainst(server.url, ["wait", "placement", "shop/web"]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^placement shop\/web: available on 1 of 1 cluster/m);

      serveHub(server);
      const { stderr } = await aksFleetAgainst(server.url, ["wait", "placement", "shop/other"]);
      expect(stderr).toContain(
        "there is no ResourcePlacement with that name in the namespace shop of this hub",
      );
      expect(stderr).toContain("`kubectl get resourceplacements --namespace shop`");
    }));

  test("service: prints the address alone on the last line", () =>
    withServer(async (server) => {
      const metadata = { name: "store-front", generation: 1 };
      const pending = {
        metadata,
        status: { conditions: [condition("Valid", "Unknown", { message: "importing" })] },
      };
      const ready = {
        metadata,
        status: { conditions: [condition("Valid")], loadBalancer: { ingress: [{ ip: "20.1.2.3" }] } },
      };
      server.routes.set(`${SERVICES}/store-front`, inTurn(pending, ready));
      const { status, stdout } = await aksFleetAgainst(server.url, [
        "wait",
        "service",
        "aks-store-demo/store-front",
      ]);
      expect(status).toBe(0);
      expect(stdout).toContain("service aks-store-demo/store-front: not valid: importing; usually");
      expect(stdout.trim().split("\n").at(-1)).toBe("20.1.2.3");
    }));

  test("service: takes away the endpoints of a lost cluster, and no others", () =>
    withServer(async (server) => {
      const metadata = {
        name: "front",
        namespace: "aks-store-demo",
        generation: 1,
        labels: { "networking.fleet.azure.com/derived-service": "aks-store-demo-front-1a2b" },
      };
      const status = { conditions: [condition("Valid")], loadBalancer: { ingress: [{ ip: "20.1.2.3" }] } };
      const spec = { serviceImport: { name: "store-front" } };
      server.routes.set(`${SERVICES}/front`, { metadata, spec, status });
      const path = "/apis/discovery.k8s.io/v1/namespaces/fleet-system/endpointslices";
      const slices = new Set([
        "aks-eastus2-aks-store-demo-store-front-abcde-xyz",
        "aks-eastus2-aks-store-demo-store-frontier-abcde-xyz",
        "aks-westus2-aks-store-demo-store-front-fghij-xyz",
      ]);
      const asked: (string | null)[] = [];
      server.routes.set(path, ({ query }: { query: URLSearchParams }) => {
        asked.push(query.get("labelSelector"));
        return { body: { items: [...slices].map((name) => ({ metadata: { name } })) } };
      });
      const lost = "aks-eastus2-aks-store-demo-store-front-abcde-xyz";
      server.routes.set(`${path}/${lost}`, ({ method }: { method: string }) => {
        if (method === "DELETE") slices.delete(lost);
        return { body: {} };
      });
      const { status: exit, stdout } = await aksFleetAgainst(server.url, [
        "wait",
        "service",
        "aks-store-demo/front",
        "--lost",
        "aks-eastus2",
      ]);
      expect(exit).toBe(0);
      expect([...slices]).toEqual([
        "aks-eastus2-aks-store-demo-store-frontier-abcde-xyz",
        "aks-westus2-aks-store-demo-store-front-fghij-xyz",
      ]);
      expect(new Set(asked)).toEqual(new Set(["kubernetes.io/service-name=aks-store-demo-front-1a2b"]));
      expect(stdout).toContain("deleting the endpoints of aks-eastus2");
      expect(stdout).toContain("valid, address 20.1.2.3, no endpoints of aks-eastus2");
      // A name that is misspelt shows by what is missing.
      const args = ["wait", "service", "aks-store-demo/front", "--lost", "east"];
      expect((await aksFleetAgainst(server.url, args)).stdout).not.toContain("deleting");
    }));

  test("service: a cluster that is not in a fleet, and a service that is not there, end it within seconds", () =>
    withServer(async (server) => {
      const run = () => aksFleetAgainst(server.url, ["wait", "service", "aks-store-demo/store-front"]);
      expect((await run()).stderr).toContain("it does not serve networking.fleet.azure.com");
      server.routes.set(NETWORKING_V1ALPHA1, { resources: [] });
      const { status, stderr } = await run();
      expect(status).toBe(1);
      expect(stderr).toContain("no MultiClusterService store-front in the namespace aks-store-demo");
    }));
});

describe("drain", () => {
  const work = (crp: string) => ({
    metadata: {
      name: `${crp}-work`,
      namespace: "fleet-member-aks-eastus2",
      labels: { "kubernetes-fleet.io/parent-CRP": crp },
    },
  });
  const exported = (namespace: string) => ({
    metadata: { name: `${namespace}-store-front`, namespace: "fleet-member-aks-eastus2" },
    spec: { serviceReference: { namespace } },
  });
  const args = ["drain", "--placement", "aks-store-demo", "--namespace", "aks-store-demo"];

  test("waits until works and exports are gone, and not for those of others", () =>
    withServer(async (server) => {
      const others = [work("other"), work("another")];
      server.routes.set(WORKS, inTurn({ items: [...others, work("aks-store-demo")] }, { items: others }));
      server.routes.set(
        EXPORTS,
        inTurn(
          { items: [exported("aks-store-demo")] },
          { items: [exported("aks-store-demo"), exported("other")] },
          { items: [exported("other")] },
        ),
      );
      const { status, stdout } = await aksFleetAgainst(server.url, args);
      expect(status).toBe(0);
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => line.replace(/ \(\d+s\)$/, ""));
      expect(lines).toEqual([
        "drain: fleet-member-aks-eastus2 still has work aks-store-demo-work and internalserviceexport aks-store-demo-store-front",
        "drain: fleet-member-aks-eastus2 still has internalserviceexport aks-store-demo-store-front",
        "drain: nothing is left",
      ]);
    }));

  test("finds the works that fill a namespace by what they bring, and reads each only once", () =>
    withServer(async (server) => {
      const works = [work("aks-store-demo"), work("another"), work("other")];
      server.routes.set(
        WORKS,
        inTurn({ items: works }, { items: works.slice(1) }, { items: works.slice(2) }),
      );
      const bring = (crp: string, ...manifests: unknown[]) => {
        const path = WORKS.replace("/works", `/namespaces/fleet-member-aks-eastus2/works/${crp}-work`);
        server.routes.set(path, { ...work(crp), spec: { workload: { manifests } } });
      };
      bring("aks-store-demo", { kind: "Namespace", metadata: { name: "aks-store-demo" } });
      bring("another", { kind: "Deployment", metadata: { name: "x", namespace: "aks-store-demo" } });
      bring("other", { kind: "Namespace", metadata: { name: "other" } });
      const { status, stdout } = await aksFleetAgainst(server.url, [
        "drain",
        "--namespace",
        "aks-store-demo",
      ]);
      expect(status).toBe(0);
      expect(stdout).toMatch(
        /still has works aks-store-demo-work, another-work .*\n.*still has work another-work .*\n.*nothing is left/,
      );
      expect(server.requests.filter(({ path }) => path.endsWith("-work"))).toHaveLength(3);
    }));

  test("a hub that does not serve these APIs has nothing left", () =>
    withServer(async (server) => {
      expect(await aksFleetAgainst(server.url, ["drain"])).toMatchObject({ status: 0, stderr: "" });
    }));

  test("at the deadline says what is left where, and the way out", () =>
    withServer(async (server) => {
      server.list(WORKS, [work("aks-store-demo")]);
      const { status, stderr } = await aksFleetAgainst(server.url, ["drain", "--timeout", "2s"]);
      expect(status).toBe(1);
      expect(stderr).toContain(
        "timed out after 2s: fleet-member-aks-eastus2 still has work aks-store-demo-work",
      );
      expect(stderr).toContain("AKS_FLEET_SKIP_DRAIN=1");
    }));
});

describe("skipping", () => {
  test.concurrent("AKS_FLEET_SKIP_WAITS skips every wait, and no drain", async () => {
    const environment = { AKS_FLEET_SKIP_WAITS: "1" };
    const { status, stdout } = await aksFleet(["wait", "placement", "aks-store-demo"], environment);
    expect([status, stdout]).toEqual([
      0,
      "placement aks-store-demo: skipped, because AKS_FLEET_SKIP_WAITS is set\n",
    ]);
    expect((await aksFleet(["drain"], { ...environment, AKS_FLEET_KUBECONFIG: "{}" })).status).toBe(1);
  });

  test.concurrent("AKS_FLEET_SKIP_DRAIN skips the drain", async () => {
    const { status, stdout } = await aksFleet(["drain"], { AKS_FLEET_SKIP_DRAIN: "1" });
    expect([status, stdout]).toEqual([0, "drain: skipped, because AKS_FLEET_SKIP_DRAIN is set\n"]);
  });
});

describe("credentials", () => {
  test.concurrent("an exec plugin's token is used, and asked for anew after a 401", () =>
    withServer(async (server, folder) => {
      serveHub(server);
      const plugin = execPlugin(folder);
      server.token = "token-2";
      const { status, stdout } = await aksFleet(["wait", "hub"], content(server, plugin.user));
      expect(stdout).toContain("the identity is not accepted yet (401)");
      expect(status).toBe(0);
      // Once for each token, not once for each request.
      expect(plugin.calls()).toHaveLength(2);
      expect(JSON.parse(plugin.calls()[0] ?? "")).toMatchObject({
        kind: "ExecCredential",
        spec: { interactive: false },
      });
      expect(server.requests.at(-1)?.authorization).toBe("Bearer token-2");
    }));

  test.concurrent("an exec plugin that is not installed is said at once", () =>
    withServer(async (server) => {
      const { status, stderr } = await aksFleet(
        ["wait", "hub"],
        content(server, { exec: { command: "kubelogin-that-is-not-there" } }),
      );
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^aks-fleet: hub: .*"kubelogin-that-is-not-there", which is not installed.*az aks install-cli/,
      );
    }));

  test.concurrent("an exec plugin that fails is believed after three times", () =>
    withServer(async (server) => {
      const args = ["-e", "console.error('ERROR: Please run az login'); process.exit(1)"];
      const { status, stderr } = await aksFleet(
        ["wait", "hub"],
        content(server, { exec: { command: process.execPath, args } }),
      );
      expect(status).toBe(1);
      expect(stderr).toContain("failed: ERROR: Please run az login. Log in with `az login`");
    }));

  test.concurrent("a server that speaks no TLS where the kubeconfig expects it is said at once", () =>
    withServer(async (server) => {
      const { status, stderr } = await aksFleetAgainst(`https://127.0.0.1:${server.port}`, ["wait", "hub"]);
      expect(status).toBe(1);
      expect(stderr).toContain("can't be verified over TLS");
    }));

  test.concurrent("--kubeconfig wins over AKS_FLEET_KUBECONFIG, which wins over KUBECONFIG", () =>
    withServer(async (server, folder) => {
      serveHub(server);
      server.token = "right";
      const file = join(folder, "config");
      const broken = { AKS_FLEET_KUBECONFIG: "{}", KUBECONFIG: join(folder, "none") };
      writeFileSync(file, server.kubeconfig({ token: "right" }));
      expect((await aksFleet(["wait", "hub", "--kubeconfig", file], broken)).status).toBe(0);
      const content = { AKS_FLEET_KUBECONFIG: server.kubeconfig({ token: "right" }) };
      expect((await aksFleet(["wait", "hub"], { ...broken, ...content })).status).toBe(0);
      const several = [join(folder, "none"), file].join(process.platform === "win32" ? ";" : ":");
      expect((await aksFleet(["wait", "hub"], { KUBECONFIG: several })).status).toBe(0);
    }));

  test.concurrent.each([
    [
      { AKS_FLEET_KUBECONFIG: "{}" },
      "The kubeconfig (AKS_FLEET_KUBECONFIG) is invalid: current-context is not set",
    ],
    [{ AKS_FLEET_KUBECONFIG: "a: [" }, "AKS_FLEET_KUBECONFIG can't be read as a kubeconfig"],
    [
      { KUBECONFIG: "/nowhere/config" },
      "There is no kubeconfig: KUBECONFIG names /nowhere/config, which does not exist",
    ],
  ])("a broken kubeconfig is said at once: %j", async (environment, message) => {
    const { status, stderr } = await aksFleet(["wait", "hub"], environment);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe("being started", () => {
  test.concurrent("an unknown command ends with 2 and the usage", async () => {
    const { status, stderr } = await aksFleet(["wait", "hbu"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^aks-fleet: unknown command 'hbu'.*\nUsage: aks-fleet wait \[options\]/);
  });

  test.concurrent("a command loads only what it needs: Terraform starts many waits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "aks-fleet-"));
    const trap = join(folder, "trap.js");
    writeFileSync(
      trap,
      `const Module = require("module");
       const load = Module._load;
       Module._load = function (name, ...rest) {
         if (new RegExp(process.env.TRAP).test(name)) throw new Error("loaded " + name);
         return load.call(this, name, ...rest);
       };`,
    );
    const trapped = (pattern: string, ...args: string[]) =>
      node(["--require", trap, BIN, ...args], { TRAP: pattern, AKS_FLEET_SKIP_WAITS: "1" });
    const asking = "(^|/)(kube-client|connection)$|^node:https?$|agent";
    const reporting = "(^|/)(report|effects|diff|diagram|show|status|verify)$|^(yaml|diff)$";
    try {
      for (const verb of [[], ["status"], ["report"], ["wait"]]) {
        const { stdout, stderr } = await trapped(`${asking}|${reporting}`, ...verb, "--help");
        expect([stderr, stdout]).toEqual(["", expect.stringMatching(/^Usage: aks-fleet/)]);
      }
      expect(await trapped(reporting, "wait", "hub")).toMatchObject({ status: 0, stderr: "" });
      expect(await trapped(asking, "report", "nowhere.json")).toMatchObject({
        stderr: expect.stringContaining("nowhere.json"),
      });
      expect((await trapped(asking, "status")).stderr).toContain("loaded ");
      expect((await trapped(asking, "wait", "hub")).stderr).toContain("loaded ");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.concurrent("--version tells the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
    expect((await aksFleet(["--version"])).stdout).toBe(`${version}\n`);
  });

  test.concurrent("by a launcher with node -e, the arguments come without a script before them", async () => {
    const launcher = ["-e", `require(${JSON.stringify(BIN)})`, "--"];
    const skipped = await node([...launcher, "wait", "hub"], { AKS_FLEET_SKIP_WAITS: "1" });
    expect(skipped).toMatchObject({
      status: 0,
      stdout: "hub: skipped, because AKS_FLEET_SKIP_WAITS is set\n",
    });
    // Terraform hands over the whole command line as one argument.
    const one = await node([...launcher, "drain --namespace a --timeout 45m"], { AKS_FLEET_SKIP_DRAIN: "1" });
    expect(one).toMatchObject({
      status: 0,
      stdout: "drain: skipped, because AKS_FLEET_SKIP_DRAIN is set\n",
    });
    expect((await node([...launcher, "--help"])).stdout).toContain("Usage: aks-fleet");
    const none = await node(launcher);
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("Missing command")]);
  });

  test.concurrent("show runs from the command line", async () => {
    const { status, stderr } = await aksFleet(["show", "nowhere"]);
    expect(status).toBe(1);
    expect(stderr).toContain("nowhere has no synthesized app");
  });
});

describe("a proxy", () => {
  /** A proxy that lets every connection through, and counts them. */
  async function withProxy(act: (url: string, count: () => number) => Promise<void>): Promise<void> {
    let count = 0;
    const proxy = createServer().on("connect", (request, client) => {
      count += 1;
      // Every name is this machine to it: aks.test can be reached through it only.
      const server = connect(Number((request.url ?? "").split(":")[1]), "127.0.0.1", () =>
        client.write("HTTP/1.1 200 OK\r\n\r\n"),
      );
      server.pipe(client).pipe(server);
      client.on("error", () => server.destroy());
      server.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      await act(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, () => count);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }

  // The server here speaks http, so that it is HTTP_PROXY which counts.
  test("of the environment is used, but not for what NO_PROXY names, nor for this machine", () =>
    withServer((server) =>
      withProxy(async (url, count) => {
        const named = { AKS_FLEET_KUBECONFIG: server.kubeconfig({}).replace("127.0.0.1", "aks.test") };
        const through = await aksFleet(["drain"], { ...named, HTTP_PROXY: url, NO_PROXY: "" });
        expect(through).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing is left") });
        expect(count()).toBeGreaterThan(0);
        const before = count();
        const past = { ...named, HTTP_PROXY: url, NO_PROXY: "aks.test" };
        expect((await aksFleet(["drain", "--timeout", "1s"], past)).status).toBe(1);
        const here = { ...content(server), HTTP_PROXY: url, NO_PROXY: "" };
        expect((await aksFleet(["drain"], here)).status).toBe(0);
        expect(count()).toBe(before);
      }),
    ));
});
