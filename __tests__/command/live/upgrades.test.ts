import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FLEET_ID } from "../deployed-app";
import { memberCluster, NODES, NOW, nodes, runOnFleet, urls, withFleet } from "../fleet-servers";
import { MEMBERS } from "../kube-server";
import type { Outcome } from "../run-command";

/** Speaks as `az rest` does: answers by the last part of the path, or fails as it is told, and notes what it was asked. */
const STAND_IN = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const url = args[args.indexOf("--url") + 1];
appendFileSync(__dirname + "/asked", args.join(" ") + "\\n");
const answers = JSON.parse(readFileSync(__dirname + "/answers.json", "utf8"));
const answer = answers[url] ?? answers[url.split("?")[0].split("/").pop()] ?? { value: [] };
if (typeof answer === "string") { console.error(answer); process.exit(1); }
console.log(JSON.stringify(answer));
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-az-"));
  writeFileSync(join(folder, "az"), STAND_IN);
  chmodSync(join(folder, "az"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function status(
  answers: Record<string, unknown>,
  args: string[] = ["--upgrades"],
  versions: [east: string, west: string] = ["v1.34.2", "v1.34.2"],
): Promise<Outcome & { asked: string[] }> {
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  writeFileSync(join(folder, "asked"), "");
  let outcome: Outcome = { status: null, stdout: "", stderr: "" };
  await withFleet(async (fleet) => {
    const of = (name: string, version: string) => {
      const one = memberCluster(name, 5);
      one.status.properties["k8s.io/k8s-version"].value = version;
      return one;
    };
    fleet.hub.list(MEMBERS, [of("aks-eastus2", versions[0]), of("aks-westus2", versions[1])]);
    fleet.west.list(NODES, nodes(versions[1]));
    outcome = await runOnFleet(["status", ...args], urls(fleet), { environment: { PATH: folder } });
  });
  return {
    ...outcome,
    asked: readFileSync(join(folder, "asked"), "utf8").trim().split("\n").filter(Boolean),
  };
}

const AZ_FLEET = "--subscription s --resource-group rg-fleet --fleet-name gbb-fleet";
const member = (name: string, group: string) => ({
  name,
  properties: { group, provisioningState: "Succeeded" },
});
const updated = (name: string, state: string, message = "") => ({ name, status: { state }, message });
const run = (name: string, state: string, startTime: string, members: unknown[] = [], error?: object) => ({
  name,
  properties: {
    managedClusterUpdate: { upgrade: { type: "Full", kubernetesVersion: "1.34.2" } },
    status: {
      status: { state, startTime, error },
      stages: [
        { name: "canary", status: { state: "Completed" }, groups: [] },
        { name: "rest", status: { state: state === "Failed" ? "Failed" : "Running" }, groups: [{ members }] },
        { name: "last", status: { state: "NotStarted" }, groups: [] },
      ],
    },
  },
});
const gate = (
  name: string,
  state: string,
  of: object = { name: "run-2", stage: "rest", timing: "Before" },
) => ({
  name,
  properties: { displayName: "ask the shop", state, target: { id: "x", updateRunProperties: of } },
});

const ANSWERS = {
  members: { value: [member("aks-eastus2", "canary"), member("aks-westus2", "rest")] },
  autoUpgradeProfiles: {
    value: [
      {
        name: "stable",
        properties: {
          channel: "Stable",
          updateStrategyId: `${FLEET_ID}/updateStrategies/rings`,
          autoUpgradeProfileStatus: {
            lastTriggeredAt: new Date(NOW - 3 * 86_400_000).toISOString(),
            lastTriggerStatus: "Succeeded",
          },
        },
      },
      {
        name: "pinned",
        properties: {
          channel: "TargetKubernetesVersion",
          targetKubernetesVersion: "1.33",
          longTermSupport: true,
          disabled: true,
        },
      },
    ],
  },
  updateRuns: {
    value: [
      run("run-0", "Failed", "2026-01-01T00:00:00Z"),
      run("run-1", "Completed", "2026-02-01T00:00:00Z"),
      run("run-2", "Running", "2026-02-27T00:00:00Z", [
        updated("aks-eastus2", "Completed"),
        updated("aks-westus2", "Running"),
      ]),
      { name: "run-3", properties: { managedClusterUpdate: { upgrade: { type: "NodeImageOnly" } } } },
    ],
  },
  gates: { value: [gate("3fa85f64", "Pending"), gate("1ba85f64", "Completed")] },
};

test("groups, profiles, runs under way, and gates that wait, with what lets them go", async () => {
  const { status: code, stdout, asked } = await status(ANSWERS, ["--upgrades", "--exit-code"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^MEMBER .* MEMORY +GROUP\naks-eastus2 .* canary\naks-westus2 .* rest\n/m);
  expect(stdout).toContain(`
UPGRADES
  profile pinned: channel TargetKubernetesVersion 1.33, long-term support, without a strategy,
    disabled, no run yet
  profile stable: channel Stable, strategy rings, last run 3d ago
  run run-2 (Full 1.34.2): Running, stage rest, 1 of 2 members done, now aks-westus2
  run run-3 (NodeImageOnly): NotStarted
    az fleet updaterun start ${AZ_FLEET} --name run-3
  gate ask the shop waits before stage rest of run run-2:
    az fleet gate approve ${AZ_FLEET} --gate-name 3fa85f64
`);
  expect(asked.sort()).toEqual(
    ["autoUpgradeProfiles", "gates", "members", "updateRuns"].map(
      (what) =>
        `rest --method get --url ${FLEET_ID}/${what}?api-version=2026-06-01 --output json --only-show-errors`,
    ),
  );
});

test("a gate that opens by itself isn't for somebody to approve, and can be opened before", async () => {
  const { properties, name } = gate("5c1a", "Pending");
  const scheduled = { name, properties: { ...properties, gateType: "ScheduledStart" } };
  const { stdout } = await status({ ...ANSWERS, gates: { value: [scheduled] } });
  expect(stdout).toContain(`
  gate ask the shop waits for its time before stage rest of run run-2; before that:
    az fleet gate update ${AZ_FLEET} --gate-name 5c1a --state Completed
`);
});

test("in the JSON, as documented", async () => {
  const { stdout } = await status(ANSWERS, ["--upgrades", "--json"]);
  const [{ upgrades, members }] = JSON.parse(stdout).fleets;
  expect(members.map(({ group }: { group: string }) => group)).toEqual(["canary", "rest"]);
  expect(upgrades.runs.map(({ name }: { name: string }) => name)).toEqual(["run-2", "run-3"]);
  expect(upgrades.runs[0]).toEqual({
    name: "run-2",
    state: "Running",
    type: "Full",
    version: "1.34.2",
    stage: "rest",
    members: { total: 2, done: 1, running: ["aks-westus2"], failed: [] },
  });
  expect(upgrades.gates).toEqual([
    {
      name: "3fa85f64",
      displayName: "ask the shop",
      run: "run-2",
      stage: "rest",
      timing: "Before",
      type: "Approval",
      command: `az fleet gate approve ${AZ_FLEET} --gate-name 3fa85f64`,
    },
  ]);
  const documented = readFileSync(join(__dirname, "../../../docs/status.md"), "utf8");
  for (const key of new Set(stdout.match(/(?<=")\w+(?=":)/g))) {
    expect(documented).toMatch(new RegExp(`\`([a-z]+\\.)?${key}(\\[\\])?\``));
  }
});

test("nobody asks Azure without --upgrades, and who is behind is told anyway", async () => {
  const { stdout, asked } = await status({}, ["--exit-code"], ["v1.34.2", "v1.33.9"]);
  expect(asked).toEqual([]);
  expect(stdout).toContain("\nUPGRADES\n  aks-westus2: the control plane is behind 1.34.2\n");
  expect(stdout).not.toContain("GROUP");
  expect((await status({}, [])).stdout).not.toContain("UPGRADES");
});

test("a fleet that nobody upgrades says so", async () => {
  expect((await status({})).stdout).toContain(
    "\nUPGRADES\n  No profile, no run in progress, no pending gate.\n",
  );
});

test("all pages are read", async () => {
  const url = `${FLEET_ID}/gates?api-version=2026-06-01`;
  const { stdout } = await status({
    [url]: { value: [gate("one", "Pending")], nextLink: "https://management.azure.com/next" },
    "https://management.azure.com/next": { value: [gate("two", "Pending")] },
  });
  expect(stdout.match(/--gate-name \w+/g)).toEqual(["--gate-name one", "--gate-name two"]);
});

test("the last run that failed, and a profile that could not start one, are problems", async () => {
  const { status: code, stdout } = await status(
    {
      updateRuns: {
        value: [
          run("run-1", "Failed", "2026-01-01T00:00:00Z"),
          run("run-2", "Failed", "2026-02-01T00:00:00Z", [updated("aks-westus2", "Failed", "no quota")], {
            message: "a stage failed",
          }),
        ],
      },
      autoUpgradeProfiles: {
        value: [
          {
            name: "rapid",
            properties: {
              channel: "Rapid",
              autoUpgradeProfileStatus: {
                lastTriggerStatus: "Failed",
                lastTriggerError: { message: "no strategy" },
              },
            },
          },
        ],
      },
    },
    ["--upgrades", "--json", "--exit-code"],
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout).fleets[0].problems).toEqual([
    {
      kind: "upgrade",
      name: "rapid",
      text: "the auto-upgrade profile could not start its last run: no strategy",
    },
    { kind: "upgrade", name: "run-2", text: "the update run failed: a stage failed; aks-westus2: no quota" },
  ]);
});

describe("what Azure does not tell is not seen", () => {
  const FORBIDDEN =
    'ERROR: Forbidden({"error":{"code":"AuthorizationFailed","message":"The client \'x\' does not have authorization to perform action \'gates/read\'."}})';

  test.each<[string, string, string]>([
    [FORBIDDEN, "does not have authorization to perform action 'gates/read'.", 'the role "Reader"'],
    [
      "ERROR: Please run 'az login' to setup account.",
      "Please run 'az login' to setup account.",
      "`az login`",
    ],
    ["ERROR: Something else", "Something else", ""],
  ])("%#", async (said, why, advice) => {
    const { status: code, stdout } = await status({ ...ANSWERS, gates: said }, [
      "--upgrades",
      "--json",
      "--exit-code",
    ]);
    expect(code).toBe(3);
    const [{ problems, unseen, upgrades }] = JSON.parse(stdout).fleets;
    expect(problems).toEqual([
      expect.objectContaining({
        kind: "unseen",
        name: "upgrades: gates",
        text: expect.stringContaining(why),
        ...(advice && { advice: expect.stringContaining(advice) }),
      }),
    ]);
    expect(unseen).toHaveLength(1);
    expect(upgrades.runs).toHaveLength(2);
  });

  test("without az", async () => {
    rmSync(join(folder, "az"));
    const { status: code, stdout } = await status({}, ["--upgrades", "--exit-code"]);
    expect(code).toBe(3);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      'upgrades: groups, upgrades: profiles, upgrades: runs, upgrades: gates: The Azure CLI "az" is not installed',
    );
  });
});
