import type { KubeClient } from "../../../lib/command/client/kube-client";
import type { MemberCluster } from "../../../lib/command/client/objects";
import { follow } from "../../../lib/command/live/follow";
import { judgeMembers, lookAtHub } from "../../../lib/command/live/wait-hub";
import { FakeClock } from "../fake-clock";
import { member } from "../objects";

test("every named member has to have joined", () => {
  expect(judgeMembers([member("a"), member("b")], ["a", "b"])).toMatchObject({
    state: "done",
    line: "ready, a, b joined",
  });
  expect(judgeMembers([member("a"), member("b", "Unknown", "no heartbeat")], ["a", "b"])).toMatchObject({
    state: "waiting",
    line: "b has not joined yet (no heartbeat)",
  });
  // Those that nobody named may be in any state.
  expect(judgeMembers([member("a"), member("b", "False")], ["a"]).state).toBe("done");
});

test("a member without any condition has not joined, one that leaves neither", () => {
  const fresh: MemberCluster = { metadata: { name: "a" } };
  expect(judgeMembers([fresh], ["a"]).line).toBe("a has not joined yet");
  const leaving = member("a");
  leaving.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  expect(judgeMembers([leaving], ["a"]).line).toBe("a is leaving the fleet");
});

async function play(lists: MemberCluster[][], options: { unserved?: string; denied?: boolean } = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  let looks = 0;
  const client = {
    create: async () => ({ status: { allowed: !options.denied } }),
    get: async (path: string) => (path.endsWith(options.unserved ?? "none") ? undefined : {}),
    list: async () => lists[Math.min(looks++, lists.length - 1)],
  } as unknown as KubeClient;
  const look = lookAtHub(client, ["a", "b"], clock);
  const print = (line: string) => lines.push(line);
  const problem = await follow({
    subject: "hub",
    look,
    timeoutMs: 60_000,
    clock,
    random: () => 1,
    print,
  }).then(
    () => undefined,
    (error: Error) => error,
  );
  return { lines, problem, end: clock.now() };
}

test("a member that the hub does not know is said at once, and believed after 15 seconds", async () => {
  const { lines, problem, end } = await play([[member("a"), member("c")]]);
  expect(lines[0]).toBe("hub: the hub does not know b (it has a, c) (0s)");
  expect(problem?.message).toMatch(/^hub: the hub does not know b \(it has a, c\)\.\n/);
  expect(end).toBe(16_000);
});

test("a member that appears within the grace is waited for", async () => {
  const { problem } = await play([
    [member("a")],
    [member("a"), member("b", "Unknown")],
    [member("a"), member("b")],
  ]);
  expect(problem).toBeUndefined();
});

test("an API that is not served yet is waited for, and named", async () => {
  const { problem, lines } = await play([[]], { unserved: "networking.fleet.azure.com/v1beta1" });
  expect(lines[0]).toContain("does not serve networking.fleet.azure.com/v1beta1 yet");
  expect(problem?.message).toContain("timed out after 1m");
});

test("a review that says no is waited for like a 403, and names the role at the end", async () => {
  const { problem, lines } = await play([[]], { denied: true });
  expect(lines[0]).toContain(
    "this identity may not create clusterresourceplacements yet; a role assignment can take minutes",
  );
  expect(problem?.message).toContain(
    'the role "Azure Kubernetes Fleet Manager RBAC Cluster Admin" on the fleet',
  );
});
