import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Applicable, checkedKey, digestOf } from "../../../lib/command/plan/digest";
import { madePlan } from "../report/made";

const KEY = "0123456789abcdef".repeat(4);
const PLANS = join(__dirname, "../report/plans");

const of = (plan: object | string, more: Partial<Applicable> = {}, key = KEY) =>
  digestOf(
    {
      stack: "infra",
      plan: typeof plan === "string" ? plan : JSON.stringify(plan),
      configuration: "{}",
      providers: "provider",
      ...more,
    },
    key,
  );

/** A plan, as far as the tests need it, to be changed. */
// biome-ignore lint/suspicious/noExplicitAny: it is any JSON.
type Json = any;

const plan = (): Json =>
  JSON.parse(
    madePlan(
      [
        {
          address: "azurerm_subnet.a",
          actions: ["update"],
          before: { size: 1, password: "old-secret", ranges: ["10.0.0.0/8"] },
          after: { size: 2, password: "new-secret", ranges: ["10.0.0.0/8"] },
          after_unknown: { id: true },
          after_sensitive: { password: true },
        },
        { address: "azurerm_subnet.b", actions: ["delete", "create"], replace_paths: [["name"]] },
        { address: "azurerm_subnet.c", actions: ["no-op"], before: { nodes: 3 }, after: { nodes: 3 } },
        { address: "azurerm_subnet.d", actions: ["delete"], before: { name: "d" }, deposed: "1a2b3c4d" },
      ],
      {
        timestamp: "2026-01-01T00:00:00Z",
        variables: { location: { value: "westus" } },
        output_changes: { id: { actions: ["update"], before: "a", after: "b", after_sensitive: true } },
        prior_state: { values: { root_module: { resources: [{ values: { nodes: 3 } }] } } },
        planned_values: { root_module: {} },
        resource_drift: [],
        relevant_attributes: [],
        configuration: { root_module: { resources: [{ provisioners: [{ command: "wait" }] }] } },
        checks: [{ status: "pass" }],
      },
    ),
  );

const changed = (change: (plan: Json) => void) => {
  const other = plan();
  change(other);
  return of(other);
};

test.each<[string, (plan: Json) => void]>([
  ["a value", ({ resource_changes: [a] }) => (a.change.after.size = 3)],
  ["what was there before", ({ resource_changes: [a] }) => (a.change.before.size = 0)],
  ["a secret", ({ resource_changes: [a] }) => (a.change.after.password = "new-secreu")],
  ["what is secret", ({ resource_changes: [a] }) => (a.change.after_sensitive = {})],
  ["what is not known", ({ resource_changes: [a] }) => (a.change.after_unknown = {})],
  ["a list", ({ resource_changes: [a] }) => a.change.after.ranges.push("0.0.0.0/0")],
  ["a number that is a text", ({ resource_changes: [a] }) => (a.change.after.size = "2")],
  ["an action", ({ resource_changes: [, b] }) => b.change.actions.reverse()],
  ["what forces a replacement", ({ resource_changes: [, b] }) => (b.change.replace_paths = [["location"]])],
  ["a move", ({ resource_changes: [, , c] }) => (c.previous_address = "azurerm_subnet.z")],
  ["an import", ({ resource_changes: [, , c] }) => (c.change.importing = { id: "/subscriptions/1" })],
  ["a change of what did not change", ({ resource_changes: [, , c] }) => (c.change.actions = ["forget"])],
  ["which of several is deleted", ({ resource_changes: [, , , d] }) => (d.deposed = "1a2b3c4e")],
  ["one change more", ({ resource_changes }) => resource_changes.push(resource_changes[0])],
  ["an output", ({ output_changes: { id } }) => (id.after = "c")],
  ["a variable", ({ variables: { location } }) => (location.value = "westu")],
  ["a command", ({ configuration }) => (configuration.root_module.resources[0].provisioners[0].command = "")],
  ["a check", ({ checks: [check] }) => (check.status = "fail")],
  ["a Terraform", (other) => (other.terraform_version = "1.11.5")],
  ["what a later Terraform adds", (other) => (other.action_invocations = [{ address: "action.x" }])],
])("%s that differs is another digest", (_what, change) => {
  expect(changed(change)).not.toBe(of(plan()));
});

test.each<[string, (plan: Json) => void]>([
  ["when it was planned", (other) => (other.timestamp = "2026-01-02T00:00:00Z")],
  ["what was read", (other) => (other.prior_state.values.root_module.resources[0].values.nodes = 4)],
  ["the order of changes", ({ resource_changes }) => resource_changes.reverse()],
  [
    "a value of what stays as it is",
    ({ resource_changes: [, , c] }) => (c.change.before = c.change.after = { nodes: 4 }),
  ],
])("%s is nothing that is applied", (_what, change) => {
  expect(changed(change)).toBe(of(plan()));
});

test("numbers count as they are written, beyond what JavaScript can tell apart", () => {
  const with_ = (number: string) => `{"format_version":"1.2","resource_changes":[{"a":${number}}]}`;
  const numbers = [
    "9007199254740993",
    "9007199254740992",
    "1",
    "1.0",
    "1e0",
    "-1",
    '"1"',
    '"#1"',
    '"=1"',
    '"\\"1"',
  ];
  expect(new Set(numbers.map((number) => of(with_(number)))).size).toBe(numbers.length);
});

test("stack, configuration and providers belong to it", () => {
  const digests = [
    of(plan()),
    of(plan(), { stack: "hub" }),
    of(plan(), { configuration: "{ }" }),
    of(plan(), { providers: "" }),
    // Nothing slips from one part into the next.
    of(plan(), { configuration: "", providers: "{}provider" }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});

test("without the key it tells nothing, and the key can't be guessed", () => {
  expect(of(plan(), {}, KEY.toUpperCase())).not.toBe(of(plan()));
  expect(of(plan())).toMatch(/^[0-9a-f]{64}$/);
  expect(checkedKey(KEY)).toBe(KEY);
  expect(() => checkedKey("x".repeat(31))).toThrow("AKS_FLEET_APPROVAL_KEY has 31 characters");
});

test.each(readdirSync(PLANS))("%s: each text of a change counts", (file) => {
  const text = readFileSync(join(PLANS, file), "utf8");
  const whole: Json = JSON.parse(text);
  const digest = of(text);
  // Written with other blanks it is the same plan.
  expect(of(JSON.stringify(whole, undefined, 1))).toBe(digest);
  const leaves = (value: Json): { in: Json; at: string }[] =>
    Object.entries(value ?? {}).flatMap(([at, inner]) =>
      typeof inner === "string" ? [{ in: value, at }] : typeof inner === "object" ? leaves(inner) : [],
    );
  const texts = (whole.resource_changes as Json[])
    .filter(({ change }) => change.actions.join() !== "no-op")
    .flatMap(({ change }) => [change.before, change.after])
    .flatMap(leaves);
  const step = Math.ceil(texts.length / 20);
  for (const [index, one] of texts.entries()) {
    if (index % step !== 0) continue;
    const was = one.in[one.at];
    one.in[one.at] = `${was} `;
    expect(of(whole)).not.toBe(digest);
    one.in[one.at] = was;
  }
});
