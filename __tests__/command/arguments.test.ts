import { parseCommand, usageOf } from "../../lib/command/arguments";
import { formatAge, formatDuration, parseDuration } from "../../lib/command/terminal/duration";
import { UsageProblem } from "../../lib/command/terminal/problems";

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
  ["wait service ns/name", { kind: "service", namespace: "ns", name: "name", clusters: [], lost: [] }],
  [
    "wait service ns/name --cluster a --cluster b --lost c",
    { kind: "service", namespace: "ns", name: "name", clusters: ["a", "b"], lost: ["c"] },
  ],
  [
    "wait traffic-manager ns/name --cluster a --cluster b",
    { kind: "traffic-manager", namespace: "ns", name: "name", clusters: ["a", "b"] },
  ],
  ["drain --placement p --namespace n", { kind: "drain", placements: ["p"], namespaces: ["n"] }],
  ["show", { kind: "show", folder: "cdktf.out" }],
  ["show elsewhere", { kind: "show", folder: "elsewhere" }],
  [
    "status",
    {
      kind: "status",
      out: "cdktf.out",
      login: undefined,
      kubeconfigs: [],
      watch: false,
      json: false,
      exitCode: false,
      waitMs: undefined,
      upgrades: false,
      all: false,
      sort: "state",
    },
  ],
  [
    "status --watch --out o --login msi --kubeconfig a --kubeconfig b=c",
    { watch: true, out: "o", login: "msi", kubeconfigs: ["a", "b=c"] },
  ],
  ["status --exit-code --json", { exitCode: true, json: true, waitMs: undefined }],
  ["status --all --sort version --watch", { all: true, sort: "version", watch: true }],
  ["status --wait", { waitMs: 600_000 }],
  ["status --wait 90s --json", { waitMs: 90_000, json: true }],
  [
    "verify",
    {
      kind: "verify",
      service: undefined,
      clusters: [],
      header: undefined,
      body: undefined,
      port: undefined,
      path: "/",
      connections: 20,
      maxFailed: { value: 0, of: "percent" },
      failedStatuses: ["5xx"],
      timeoutMs: 300_000,
      json: false,
    },
  ],
  [
    "verify a/b --cluster c --header X-Pod --port 8080 --path /x?y --connections 3 --timeout 1m",
    {
      service: { namespace: "a", name: "b" },
      clusters: ["c"],
      header: "x-pod",
      port: 8_080,
      path: "/x?y",
      connections: 3,
      timeoutMs: 60_000,
    },
  ],
  [
    "verify --max-failed 3 --failed-status 404,5XX --json",
    { maxFailed: { value: 3, of: "connections" }, failedStatuses: ["404", "5xx"], json: true },
  ],
  ["verify --max-failed 2.5% --failed-status none", { maxFailed: { value: 2.5 }, failedStatuses: [] }],
  ["verify --body pod=(.*)", { body: /pod=(.*)/ }],
  [
    "drill a/b --lose west --for 2m --junit x.xml --yes",
    {
      kind: "drill",
      service: { namespace: "a", name: "b" },
      lose: "west",
      forMs: 120_000,
      junit: "x.xml",
      yes: true,
      connections: 20,
      timeoutMs: 300_000,
    },
  ],
  ["drill a/b --lose west", { forMs: 60_000, junit: undefined, yes: false }],
  ["drill --restore", { kind: "restore", out: "cdktf.out", timeoutMs: 300_000 }],
  ["forget west --to east --yes", { kind: "forget", member: "west", to: "east", yes: true }],
  ["kubeconfig", { kind: "kubeconfig", names: [], overwrite: false }],
  ["kubeconfig hub east --overwrite-existing", { names: ["hub", "east"], overwrite: true }],
  ["wait hub --kubeconfig a --kubeconfig b", { kubeconfig: "b" }],
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
      failOn: ["replace,delete:outage"],
    },
  ],
  ["--version", { kind: "print", text: expect.stringMatching(/^\d+\.\d+\.\d+/) }],
])("%s", (line, expected) => {
  expect(parseCommand(line.split(" "))).toMatchObject(expected);
});

test.each([
  ["", /Missing command: wait, drain, leave, init, show, /],
  ["wiat", /unknown command 'wiat'.*Did you mean wait\?/],
  ["wait", /Missing command: hub, member, placement, service, traffic-manager/],
  ["wait hbu", /unknown command 'hbu'.*Did you mean hub\?/],
  ["wait hub --cluster c", /unknown option '--cluster'/],
  ["wait hub --membre m", /unknown option '--membre'.*Did you mean --member\?/],
  ["wait hub extra", /too many arguments for 'hub'/],
  ["wait hub --timeout", /option '--timeout <duration>' argument missing/],
  ["wait hub --timeout soon", /--timeout is "soon": give a duration such as 90s/],
  ["wait placement", /missing required argument/],
  ["wait placement ../secrets", /"\.\." isn't a Kubernetes name/],
  ["wait placement a/b/c", /The placement is "a\/b\/c"/],
  ["wait placement /b", /The placement is "\/b"/],
  ["wait placement a/", /The placement is "a\/"/],
  ["wait placement a --cluster B", /--cluster "B" isn't a Kubernetes name/],
  ["wait service name", /The service is "name"/],
  ["wait traffic-manager name", /The profile is "name"/],
  ["wait traffic-manager a/../b", /The profile is "a\/..\/b"/],
  ["wait traffic-manager ns/name --member m", /unknown option '--member'/],
  ["drain --member m", /unknown option '--member'/],
  ["leave", /missing required argument 'name'/],
  ["leave a/b", /The member "a\/b" isn't a Kubernetes name/],
  ["show a b", /too many arguments for 'show'/],
  ["status a", /too many arguments for 'status'/],
  ["status --watch --json", /'--watch' cannot be used with option '--json'/],
  ["status --sort age", /argument 'age' is invalid\. Allowed choices are state, name, version/],
  ["status --all --json", /'--all' cannot be used with option '--json'/],
  ["status --watch --exit-code", /'--watch' cannot be used with option '--exit-code'/],
  ["status --watch --wait", /'--watch' cannot be used with option '--wait/],
  ["status --wait soon", /--wait is "soon": give a duration/],
  ["status --login x", /argument 'x' is invalid. Allowed choices are azurecli/],
  ["verify front", /The service is "front"/],
  ["verify a/../b", /The service is "a\/\.\.\/b"/],
  ["verify --header a --body b", /'--header <name>' cannot be used with option '--body <regex>'/],
  ["verify --body (", /--body: Invalid regular expression/],
  ["verify --port 99999", /--port is "99999": give a whole number from 1 to 65535/],
  ["verify --max-failed 101%", /--max-failed is "101%": give a whole number of connections, or a percent/],
  ["verify --max-failed 0.5", /--max-failed is "0.5"/],
  ["verify --failed-status 5", /--failed-status is "5": give statuses such as 503 or 5xx/],
  ["verify --connections 0", /--connections is "0"/],
  ["verify --path x", /--path is "x"/],
  ["verify --watch", /unknown option '--watch'/],
  ["drill", /The service is missing: aks-fleet drill NAMESPACE\/NAME --lose MEMBER/],
  ["drill a/b", /--lose MEMBER is missing/],
  ["drill a/b --lose a/b", /--lose "a\/b" isn't a Kubernetes name/],
  ["drill a/b --lose c --for soon", /--for is "soon": give a duration/],
  ["drill a/b --restore", /give neither a service nor --lose/],
  ["forget", /missing required argument 'member'/],
  ["kubeconfig --kubeconfig x", /unknown option '--kubeconfig'/],
  ["diagram --diagram", /unknown option '--diagram'/],
  ["report --cluster c", /unknown option '--cluster'/],
  ["deploy", /missing required argument 'stack=digest'/],
  ["deploy infra", /"infra" isn't a STACK=DIGEST/],
  ["deploy infra=abc", /"infra=abc" isn't a STACK=DIGEST/],
  ["report --formt json", /Did you mean --format\?/],
  ["report --format html", /Allowed choices are markdown, text, json/],
  ["report --synth a b --out c", /'--synth' cannot be used with option '--out <folder>'/],
])("refuses: %s", (line, message) => {
  const parse = () => parseCommand(line.split(" ").filter((word) => word !== ""));
  expect(parse).toThrow(UsageProblem);
  expect(parse).toThrow(message);
});

const COMMANDS = [
  "wait hub",
  "wait member",
  "wait placement",
  "wait service",
  "wait traffic-manager",
  "drain",
  "leave",
  "show",
  "diagram",
  "report",
  "diff",
  "deploy",
  "status",
  "verify",
  "drill",
  "forget",
  "kubeconfig",
];

test.each(["", "wait", ...COMMANDS])("help of: %s", (command) => {
  const words = command.split(" ").filter((word) => word !== "");
  const { text } = parseCommand([...words, "--help"]) as { text: string };
  expect(text.split("\n")[0]).toMatch(
    new RegExp(`^Usage: ${["aks-fleet", ...words].join(" ")} \\[options\\]`),
  );
  // As wide as a terminal is at least.
  expect(text.split("\n").filter((line) => line.length > 100)).toEqual([]);
  expect(usageOf([...words, "--nope"])).toBe(
    `${text.split("\n\n")[0]}\nMore: ${["aks-fleet", ...words].join(" ")} --help`,
  );
});

test("the help names every command", () => {
  const { text } = parseCommand(["help"]) as { text: string };
  for (const command of COMMANDS) expect(text).toMatch(new RegExp(`^  ${command.split(" ")[0]} `, "m"));
});

test("durations are read and written", () => {
  expect(["45s", "30m", "1h", "1h30m"].map((text) => parseDuration("--timeout", text))).toEqual([
    45_000, 1_800_000, 3_600_000, 5_400_000,
  ]);
  expect([0, 45_400, 192_000, 3_900_000].map(formatDuration)).toEqual(["0s", "45s", "3m12s", "1h5m"]);
  expect([-5, 400_000, 47 * 3_600_000, 49 * 3_600_000].map(formatAge)).toEqual(["0s", "6m40s", "47h", "2d"]);
  for (const wrong of ["", "5", "-5s", "5 m", "0s", "5mm"])
    expect(() => parseDuration("--timeout", wrong)).toThrow(UsageProblem);
});
