import { parseCommand } from "../../lib/command/arguments";
import {
  activityIn,
  drainCommand,
  marked,
  purposeOf,
  type WaitFor,
  waitCommand,
} from "../../lib/fleet-api/wait-command";

const WAITS: [WaitFor, object, string | undefined][] = [
  [{ kind: "hub", members: ["a", "b"] }, { kind: "hub", members: ["a", "b"] }, undefined],
  [{ kind: "hub", members: [] }, { kind: "hub", members: [] }, undefined],
  [{ kind: "member" }, { kind: "member" }, undefined],
  [
    { kind: "placement", placement: "shop", clusters: ["a"] },
    { kind: "placement", name: "shop", namespace: undefined, clusters: ["a"] },
    "shop",
  ],
  [
    { kind: "placement", placement: "shop/web", clusters: [] },
    { kind: "placement", name: "web", namespace: "shop", clusters: [] },
    "shop/web",
  ],
  [
    { kind: "service", service: "shop/web", clusters: ["a", "b"], lost: ["c"] },
    { kind: "service", namespace: "shop", name: "web", clusters: ["a", "b"], lost: ["c"] },
    "shop/web",
  ],
  [
    { kind: "traffic-manager", profile: "shop/web", clusters: ["a", "b"] },
    { kind: "traffic-manager", namespace: "shop", name: "web", clusters: ["a", "b"] },
    "shop/web",
  ],
];

test.each(WAITS)("what is written is what is read: %j", (wait, expected, name) => {
  const line = waitCommand(wait, "90s");
  expect(parseCommand(line.split(" "))).toMatchObject({ ...expected, timeoutMs: 90_000 });
  expect(activityIn(line)).toEqual({ verb: "wait", kind: wait.kind, name });
});

test.each([
  ["namespace", { namespaces: ["shop"], placements: [] }],
  ["placement", { namespaces: [], placements: ["shop"] }],
] as const)("a drain of a %s, too", (of, expected) => {
  const line = drainCommand(of, "shop", "1h");
  expect(parseCommand(line.split(" "))).toMatchObject({ kind: "drain", timeoutMs: 3_600_000, ...expected });
  expect(activityIn(line)).toEqual({ verb: "drain" });
});

test.each([
  ["npx aks-fleet wait service a/b --timeout 1m", { verb: "wait", kind: "service", name: "a/b" }],
  ["drain --namespace ${self.triggers.namespace}", { verb: "drain" }],
  ["node -e x -- wait hub", { verb: "wait", kind: "hub", name: undefined }],
  ["sleep 30", undefined],
  ["kubectl drain node-1", undefined],
  ["kubectl wait pods --all", undefined],
])("what %s does", (line, activity) => {
  expect(activityIn(line)).toEqual(activity);
});

test("what a resource is for stands in its triggers", () => {
  expect(purposeOf({ ...marked("drain"), namespace: "shop" })).toBe("drain");
  expect(purposeOf({ namespace: "shop" })).toBeUndefined();
  expect(purposeOf({ aks_fleet: "something else" })).toBeUndefined();
});
