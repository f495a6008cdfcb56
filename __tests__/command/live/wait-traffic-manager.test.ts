import type { TrafficManagerBackend, TrafficManagerProfile } from "../../../lib/command/client/objects";
import { judgeBackends, judgeProfile } from "../../../lib/command/live/wait-traffic-manager";
import { KubeServer, NETWORKING_V1BETA1 } from "../kube-server";
import { condition } from "../objects";
import { aksFleetAgainst } from "../run-command";

const DNS = "store-web.trafficmanager.net";

function profile(
  status: TrafficManagerProfile["status"],
  metadata: Partial<TrafficManagerProfile["metadata"]> = {},
): TrafficManagerProfile {
  return { metadata: { name: "web", namespace: "store", generation: 2, ...metadata }, status };
}

const programmed = profile({
  conditions: [condition("Programmed", "True", { generation: 2 })],
  dnsName: DNS,
});

function backend(
  clusters: string[],
  rest: Partial<TrafficManagerBackend> & { of?: string } = {},
): TrafficManagerBackend {
  const { of = "web", ...more } = rest;
  return {
    metadata: { name: "web", namespace: "store", generation: 1 },
    spec: { profile: { name: of }, backend: { name: "web" } },
    status: {
      conditions: [condition("Accepted")],
      endpoints: clusters.map((cluster) => ({ name: `fleet-1#web#${cluster}`, from: { cluster } })),
    },
    ...more,
  };
}

describe("the profile", () => {
  test("is programmed, with its DNS name", () => {
    expect(judgeProfile(programmed)).toEqual({ state: "done", line: `programmed, DNS name ${DNS}` });
  });

  test("has a condition of an older generation, which says nothing", () => {
    expect(judgeProfile(profile({ conditions: [condition("Programmed")], dnsName: DNS }))).toMatchObject({
      state: "waiting",
      line: "its status does not cover generation 2 yet",
    });
  });

  test("is not programmed: the message, and the role that is missing most often", () => {
    const invalid = condition("Programmed", "False", {
      generation: 2,
      reason: "Invalid",
      message: "Invalid profile: 403",
    });
    expect(judgeProfile(profile({ conditions: [invalid] }))).toMatchObject({
      state: "waiting",
      line: "not programmed: Invalid profile: 403",
      advice: expect.stringContaining('"Azure Kubernetes Fleet Manager Hub Agent Role"'),
    });
  });

  test("has a name that somebody else has: waiting can't help", () => {
    const taken = condition("Programmed", "False", { generation: 2, reason: "DNSNameNotAvailable" });
    expect(judgeProfile(profile({ conditions: [taken] }))).toMatchObject({
      state: "hopeless",
      line: "its DNS name is taken: names are unique across Azure",
    });
  });

  test("has no DNS name yet, or is being deleted", () => {
    expect(judgeProfile(profile({ conditions: programmed.status?.conditions })).state).toBe("waiting");
    expect(judgeProfile(profile(programmed.status, { deletionTimestamp: "now" })).state).toBe("hopeless");
  });
});

describe("the backends", () => {
  const judge = (backends: TrafficManagerBackend[], clusters: string[] = []) =>
    judgeBackends(backends, clusters, DNS);

  test("are accepted, with an endpoint of every cluster", () => {
    expect(judge([backend(["a", "b"])], ["a", "b"])).toEqual({
      state: "done",
      line: `${DNS} resolves to 2 endpoints`,
    });
    expect(judge([backend(["a"])])).toEqual({ state: "done", line: `${DNS} resolves to 1 endpoint` });
  });

  test("are missing", () => {
    expect(judge([]).line).toBe("programmed, but no backend: its DNS name does not resolve");
  });

  test("lack an endpoint", () => {
    expect(judge([backend(["a"])], ["a", "b", "c"])).toMatchObject({
      state: "waiting",
      line: "backend web: accepted, but no endpoint for b, c yet",
    });
    expect(judge([backend([])]).line).toBe("backend web: accepted, but no endpoint yet");
  });

  test("of the weight 0 have no endpoints, and need none", () => {
    const spec = { profile: { name: "web" }, weight: 0 };
    expect(judge([backend([], { spec })], ["a"])).toEqual({
      state: "done",
      line: `${DNS} resolves to 0 endpoints`,
    });
  });

  test("are not accepted, or not at their generation, or being deleted", () => {
    const endpoints = [{ name: "x", from: { cluster: "a" } }];
    const refused = condition("Accepted", "False", { message: "DNS label is not configured" });
    expect(judge([backend([], { status: { conditions: [refused], endpoints } })])).toMatchObject({
      state: "waiting",
      line: "backend web: not accepted: DNS label is not configured",
    });
    const changed = { name: "web", generation: 2 };
    expect(judge([backend(["a"], { metadata: changed })]).line).toBe(
      "backend web: its status does not cover generation 2 yet",
    );
    const going = { name: "web", generation: 1, deletionTimestamp: "now" };
    expect(judge([backend(["a"], { metadata: going })]).line).toBe("backend web: is being deleted");
  });
});

describe("against an API", () => {
  const NAMESPACE = `${NETWORKING_V1BETA1}/namespaces/store`;
  const server = new KubeServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => server.routes.clear());
  const wait = (...options: string[]) =>
    aksFleetAgainst(server.url, ["wait", "traffic-manager", "store/web", ...options]);

  test("prints the DNS name alone on the last line, when the last backend of the profile leads to every cluster", async () => {
    let looks = 0;
    server.routes.set(`${NAMESPACE}/trafficmanagerprofiles/web`, programmed);
    server.routes.set(`${NAMESPACE}/trafficmanagerbackends`, () => {
      looks += 1;
      const clusters = looks > 1 ? ["a", "b"] : ["a"];
      return {
        body: { kind: "List", metadata: {}, items: [backend(clusters), backend([], { of: "another" })] },
      };
    });
    const { status, stdout } = await wait("--cluster", "a", "--cluster", "b");
    expect(status).toBe(0);
    expect(stdout).toContain("traffic-manager store/web: backend web: accepted, but no endpoint for b yet");
    expect(stdout).toContain(`traffic-manager store/web: ${DNS} resolves to 2 endpoints`);
    expect(stdout.trim().split("\n").at(-1)).toBe(DNS);
  });

  test("ends within seconds where there is no such profile, or no such API", async () => {
    const other = await wait();
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining("Use the kubeconfig of the") });
    server.routes.set(NETWORKING_V1BETA1, { resources: [] });
    expect((await wait()).stderr).toContain(
      "there is no TrafficManagerProfile web in the namespace store of this hub",
    );
  });
});
