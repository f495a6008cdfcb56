import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../lib/command/run";
import { clusterValues, fleetPlan, type MadeChange, madePlan } from "./made";

const folder = mkdtempSync(join(tmpdir(), "aks-fleet-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function command(args: readonly string[]) {
  let stdout = "";
  const print = (line: string) => {
    stdout += `${line}\n`;
  };
  return { status: await run([...args], { environment: {}, print, complain: print }), stdout };
}

const late = (actions: readonly string[]) => ({
  deferred_changes: [
    {
      reason: "resource_config_unknown",
      resource_change: {
        address: "azurerm_storage_account.late",
        type: "azurerm_storage_account",
        name: "late",
        mode: "managed",
        change: { actions, before: { name: "late" }, after: null },
      },
    },
  ],
});
const action = (type: string, settings: object, key = "action_invocations") => ({
  [key]: [
    key === "action_invocations"
      ? { address: `action.${type}.a`, type, config_values: settings }
      : { action_invocation: { address: `action.${type}.a`, type, config_values: settings } },
  ],
});
const ZONE = "azurerm_storage_account.z";
const zone = (actions: readonly string[], more: object = {}): MadeChange => ({
  address: ZONE,
  actions,
  before: { name: "z" },
  ...(actions.includes("create") && { after: { name: "z" } }),
  ...more,
});
const check = (status: string) => ({ checks: [{ address: { to_display: "check.a" }, status }] });
const drifted = {
  resource_drift: [
    {
      address: "azurerm_kubernetes_cluster.east",
      type: "azurerm_kubernetes_cluster",
      name: "east",
      mode: "managed",
      change: { actions: ["delete"], before: clusterValues("aks-east", "eastus2"), after: null },
    },
  ],
};

interface Case {
  readonly plan: string;
  /** In the text of the report. */
  readonly says: string;
  /** What `--fail-on` refuses it by. */
  readonly by: readonly string[];
  /** And by what it doesn't. */
  readonly not: readonly string[];
  /** How it ends where it isn't refused. @default - 2 */
  readonly otherwise?: number;
}

const CASES: Record<string, Case> = {
  "a deposed object": {
    plan: fleetPlan([zone(["delete"], { deposed: "12345678" })]),
    says: "left by an earlier replacement",
    by: ["risk", "delete", "Risk", "outage, delete"],
    not: ["outage", "create", "delete:outage"],
  },
  "a deferred change": {
    plan: madePlan([], late(["delete"])),
    says: "defers azurerm_storage_account late to a later run",
    by: ["risk", "delete", "change"],
    not: ["outage", "create"],
  },
  "a plan that needs another run": {
    plan: madePlan([], { complete: false }),
    says: "more will change",
    by: ["risk"],
    not: ["outage"],
  },
  "a failed check": {
    plan: madePlan([], check("fail")),
    says: "check.a fails",
    by: ["risk"],
    not: ["outage", "delete"],
  },
  "a check that can't be made": {
    plan: madePlan([], check("error")),
    says: "check.a can't be checked",
    by: ["risk"],
    not: ["outage"],
  },
  "an errored plan": {
    plan: madePlan([], { errored: true }),
    says: "ended with an error",
    by: ["risk", "delete", "replace"],
    not: ["outage", "delete:outage"],
    otherwise: 1,
  },
  "what is forgotten": {
    plan: fleetPlan([zone(["forget"])]),
    says: "it stays as it is, unmanaged",
    by: ["risk", "forget"],
    not: ["outage", "delete"],
  },
  "what is forgotten and made": {
    plan: fleetPlan([zone(["forget", "create"])]),
    says: "azurerm_storage_account z is replaced",
    by: ["risk", "replace"],
    not: ["outage", "delete"],
  },
  "an unknown action": {
    plan: fleetPlan([zone(["renovate"])]),
    says: "by an action unknown to this command",
    by: ["risk", "delete", "create"],
    not: ["outage"],
  },
  "an action that stops something": {
    plan: madePlan([], action("azapi_resource_action", { action: "stop" })),
    says: "(stop) is invoked",
    by: ["outage", "risk", "delete"],
    not: [],
  },
  "an action": {
    plan: madePlan([], action("http_request", {})),
    says: "action.http_request.a is invoked",
    by: ["risk"],
    not: ["outage", "delete"],
  },
  "a deferred action": {
    plan: madePlan([], action("http_request", {}, "deferred_action_invocations")),
    says: "action.http_request.a is invoked",
    by: ["risk"],
    not: ["outage"],
  },
  "what was deleted outside of Terraform": {
    plan: fleetPlan([zone(["delete"])], drifted),
    says: "was deleted outside of Terraform",
    by: ["risk"],
    not: ["outage"],
  },
};

describe.each(Object.entries(CASES))("%s", (name, { plan, says, by, not, otherwise = 2 }) => {
  const file = join(folder, `${name.replace(/\W/g, "-")}.json`);
  beforeAll(() => writeFileSync(file, plan));
  const reported = (...args: string[]) => command(["report", `infra=${file}`, "--format", "text", ...args]);

  test("is told, and never nothing to approve", async () => {
    const { status, stdout } = await reported();
    expect(status).toBe(otherwise);
    expect(stdout.replace(/\s+/g, " ")).toContain(says);
  });

  if (by.length > 0) {
    test.each(by)("is refused by --fail-on %s", async (word) => {
      const { status, stdout } = await reported("--fail-on", word);
      expect([status, stdout.includes("Refused by --fail-on")]).toEqual([3, true]);
    });
  }

  if (not.length > 0) {
    test.each(not)("is let through by --fail-on %s", async (word) => {
      expect((await reported("--fail-on", word)).status).toBe(otherwise);
    });
  }
});

test("what is refused can be allowed by what it is called", async () => {
  const file = join(folder, "allowed.json");
  writeFileSync(file, madePlan([], { ...late(["delete"]), errored: true }));
  const reported = (...allowed: string[]) =>
    command([
      "report",
      `infra=${file}`,
      "--fail-on",
      "delete",
      ...allowed.flatMap((one) => ["--allow", one]),
    ]);
  expect((await reported("azurerm_storage_account.*")).status).toBe(3);
  // It failed all the same.
  expect((await reported("azurerm_storage_account.*", "plan-errored")).status).toBe(1);
});
