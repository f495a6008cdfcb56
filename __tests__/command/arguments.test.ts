import { parseCommand } from "../../lib/command/arguments";
import { formatDuration, parseDuration } from "../../lib/command/duration";
import { UsageProblem } from "../../lib/command/problems";

const THIRTY_MINUTES = 1_800_000;

test.each<[string, object]>([
  ["wait hub", { kind: "hub", members: [], timeoutMs: THIRTY_MINUTES, kubeconfig: undefined }],
  ["wait hub --member a --member b --member a", { kind: "hub", members: ["a", "b"] }],
  ["wait member --kubeconfig x", { kind: "member", kubeconfig: "x" }],
  [
    "wait placement p --cluster c --timeout 90s",
    { kind: "placement", name: "p", clusters: ["c"], timeoutMs: 90_000 },
  ],
  ["wait placement ns/p", { kind: "placement", namespace: "ns", name: "p", clusters: [] }],
  ["wait service ns/name", { kind: "service", namespace: "ns", name: "name" }],
  [
    "wait traffic-manager ns/name --cluster a --cluster b",
    { kind: "traffic-manager", namespace: "ns", name: "name", clusters: ["a", "b"] },
  ],
  ["drain --placement p --namespace n", { kind: "drain", placements: ["p"], namespaces: ["n"] }],
  ["show", { kind: "show", folder: "cdktf.out" }],
  ["show elsewhere", { kind: "show", folder: "elsewhere" }],
  ["diagram", { kind: "diagram", folder: "cdktf.out" }],
  [
    "report",
    { kind: "report", operands: [], format: "markdown", synth: false, diagram: false, out: undefined },
  ],
  [
    "report infra hub=x.json --format json --diagram --out o --allow a.* --fail-on replace,delete:outage",
    {
      kind: "report",
      operands: ["infra", "hub=x.json"],
      format: "json",
      diagram: true,
      out: "o",
      allowed: ["a.*"],
      gate: new Map([
        ["replace", "outage"],
        ["delete", "outage"],
      ]),
    },
  ],
  ["wait hub --help", { kind: "help" }],
  ["--version", { kind: "version" }],
])("%s", (line, expected) => {
  expect(parseCommand(line.split(" "))).toMatchObject(expected);
});

test.each([
  ["", /A command is missing/],
  ["wiat", /no command "wiat"/],
  ["wait", /hub, member, placement, service or traffic-manager/],
  ["wait hbu", /There is no "wait hbu"/],
  ["wait hub --cluster c", /wait hub has no option --cluster/],
  ["wait hub --nope", /Unknown option '--nope'/],
  ["wait hub extra", /takes no "extra"/],
  ["wait hub --timeout soon", /--timeout is "soon": give a duration such as 90s/],
  ["wait placement", /needs the name/],
  ["wait placement ../secrets", /"\.\." is no Kubernetes name/],
  ["wait placement a/b/c", /or a ResourcePlacement as NAMESPACE\/NAME, not "a\/b\/c"/],
  ["wait placement /b", /needs the name .* not "\/b"/],
  ["wait placement a/", /needs the name .* not "a\/"/],
  ["wait service name", /NAMESPACE\/NAME, not "name"/],
  ["wait traffic-manager name", /needs a TrafficManagerProfile as NAMESPACE\/NAME, not "name"/],
  ["wait traffic-manager a/../b", /NAMESPACE\/NAME, not "a\/..\/b"/],
  ["wait traffic-manager ns/name --member m", /wait traffic-manager has no option --member/],
  ["drain --member m", /drain has no option --member/],
  ["show a b", /show takes no "b"/],
  ["diagram --diagram", /diagram has no option --diagram/],
  ["report --cluster c", /report has no option --cluster/],
])("refuses: %s", (line, message) => {
  const parse = () => parseCommand(line.split(" ").filter((word) => word !== ""));
  expect(parse).toThrow(UsageProblem);
  expect(parse).toThrow(message);
});

test("durations are read and written", () => {
  expect(["45s", "30m", "1h", "1h30m"].map(parseDuration)).toEqual([45_000, 1_800_000, 3_600_000, 5_400_000]);
  expect([0, 45_400, 192_000, 3_900_000].map(formatDuration)).toEqual(["0s", "45s", "3m12s", "1h5m"]);
  for (const wrong of ["", "5", "-5s", "5 m", "0s", "5mm"])
    expect(() => parseDuration(wrong)).toThrow(UsageProblem);
});
