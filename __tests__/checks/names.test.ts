import { Fn, TerraformVariable } from "cdktf";
import {
  checkDnsLabel,
  checkName,
  checkNamespace,
  checkObjectName,
  type NameKind,
} from "../../lib/checks/names";
import { synthStack, texts } from "../synth";

interface Case {
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
  readonly rule: string;
}

const a = (count: number) => "a".repeat(count);
const LOWER_CASE_RULE =
  "lower-case letters, digits and hyphens, and starts and ends with a letter or a digit";
const NETWORK_RULE =
  "letters, digits, underscores, hyphens and periods, starts with a letter or a digit, and ends with one or an underscore";

const UP_TO_80: Case = {
  accepts: ["a", "9", "a_", "A.b-c_d", a(80)],
  refuses: ["", "-a", "_a", ".a", "a-", "a.", "a b", "ä", a(81), `${a(80)}\n`],
  rule: `1 to 80 ${NETWORK_RULE}`,
};

const UP_TO_64: Case = {
  accepts: ["a", "9", "a_", "A.b-c_d", a(64)],
  refuses: ["", "-a", "_a", ".a", "a-", "a.", "a b", "ä", a(65)],
  rule: `1 to 64 ${NETWORK_RULE}`,
};

const CASES: Record<NameKind, Case> = {
  "resource group": {
    accepts: ["a", "_", "-", "rg-aks-eastus2", "(a).b_c-", "A1", a(90)],
    refuses: ["", "a.", ".", "a b", "a/b", "a,b", a(91), `${a(89)}.`],
    rule: "1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and does not end with a period",
  },
  "virtual network": {
    accepts: ["ab", "a_", "9.b-c_d", "aks-vnet-east", a(64)],
    refuses: ["", "a", "-a", "_a", "a-", "a.", "a b", a(65)],
    rule: `2 to 64 ${NETWORK_RULE}`,
  },
  subnet: UP_TO_80,
  "network security group": UP_TO_80,
  "network manager": UP_TO_64,
  "network group": UP_TO_64,
  peering: UP_TO_80,
  "NAT gateway": UP_TO_80,
  "public IP address": UP_TO_80,
  identity: {
    accepts: ["abc", "9__", "id-aks-eastus2", "a--", a(128)],
    refuses: ["", "ab", "-ab", "_ab", "a.b", "a b", a(129)],
    rule: "3 to 128 letters, digits, underscores and hyphens, and starts with a letter or a digit",
  },
  cluster: {
    accepts: ["a", "9", "aks-eastus2", "A_b-C", a(63)],
    refuses: ["", "-a", "a-", "_a", "a_", "a.b", "a b", a(64)],
    rule: "1 to 63 letters, digits, underscores and hyphens, and starts and ends with a letter or a digit",
  },
  "DNS prefix": {
    accepts: ["a", "9", "aks-eastus2", "A-b", a(54)],
    refuses: ["", "-a", "a-", "a_b", "a.b", a(55)],
    rule: "1 to 54 letters, digits and hyphens, and starts and ends with a letter or a digit",
  },
  "node pool": {
    accepts: ["a", "system", "pool1", a(12)],
    refuses: ["", "1pool", "Pool", "my-pool", "my_pool", a(13)],
    rule: "1 to 12 lower-case letters and digits, and starts with a letter",
  },
  fleet: {
    accepts: ["a", "9", "gbb-fleet", "a--b", a(63)],
    refuses: ["", "-a", "a-", "Gbb-fleet", "gbb_fleet", "gbb.fleet", "gbb fleet", a(64), `${a(62)}-`],
    rule: `1 to 63 ${LOWER_CASE_RULE}`,
  },
  member: {
    accepts: ["a", "9", "aks-eastus2", "a--b", a(50)],
    refuses: ["", "-a", "a-", "Aks-east", "aks_east", "aks.east", a(51), `${a(49)}-`],
    rule: `1 to 50 ${LOWER_CASE_RULE}`,
  },
  "update group": {
    accepts: ["a", "9", "canary-1", a(50)],
    refuses: ["", "-a", "a-", "Canary", "canary_1", a(51)],
    rule: `1 to 50 ${LOWER_CASE_RULE}`,
  },
  "update strategy": {
    accepts: ["a", "9", "canary-1", a(50)],
    refuses: ["", "-a", "a-", "Canary", "canary_1", a(51)],
    rule: `1 to 50 ${LOWER_CASE_RULE}`,
  },
  "update stage": {
    accepts: ["a", "9", "canary-1", a(50)],
    refuses: ["", "-a", "a-", "Canary", "canary_1", a(51)],
    rule: `1 to 50 ${LOWER_CASE_RULE}`,
  },
  "auto-upgrade profile": {
    accepts: ["a", "9", "canary-1", a(50)],
    refuses: ["", "-a", "a-", "Canary", "canary_1", a(51)],
    rule: `1 to 50 ${LOWER_CASE_RULE}`,
  },
  "managed namespace": {
    accepts: ["a", "9", "team-1", a(63)],
    refuses: ["", "-a", "a-", "Team", "team_1", a(64)],
    rule: `1 to 63 ${LOWER_CASE_RULE}`,
  },
  "cluster mesh profile": {
    accepts: ["a", "9", "team-1", a(63)],
    refuses: ["", "-a", "a-", "Team", "team_1", a(64)],
    rule: `1 to 63 ${LOWER_CASE_RULE}`,
  },
};

const kinds = Object.entries(CASES) as [NameKind, Case][];

test.each(kinds.flatMap(([kind, { accepts }]) => accepts.map((name) => [kind, name] as const)))(
  "a %s may be called %j",
  (kind, name) => {
    expect(texts(checkName(kind, name, "prop"))).toEqual([]);
  },
);

test.each(kinds.flatMap(([kind, { refuses, rule }]) => refuses.map((name) => [kind, name, rule] as const)))(
  "a %s may not be called %j",
  (kind, name, rule) => {
    const found = texts(checkName(kind, name, "prop")).map((finding) => finding.replace(" of an ", " of a "));
    expect(found).toEqual([`prop: Azure refuses "${name}" as the name of a ${kind}, which has ${rule}.`]);
  },
);

test.each(["identity", "update group"] as const)("the message says: an %s", (kind) => {
  expect(texts(checkName(kind, "-", "prop"))).toEqual([expect.stringContaining(`as the name of an`)]);
});

test("an unset name is not checked", () => {
  expect(texts(checkName("fleet", undefined, "fleetName"))).toEqual([]);
});

describe("DNS label", () => {
  test.each(["a", "9", "aks-store-demo", "a--b", a(63)])("%s is one", (name) => {
    expect(texts(checkDnsLabel("Service", name))).toEqual([]);
  });

  test.each(["", "-a", "a-", "Store", "a_b", "a.b", a(64)])("%j is not", (name) => {
    expect(texts(checkDnsLabel("Service", name))).toEqual([
      `Service "${name}" is not a DNS label: 1 to 63 ${LOWER_CASE_RULE}.`,
    ]);
  });
});

describe("namespace", () => {
  test.each(["aks-store-demo", "defaults", "kube", "fleet", "kubernetes", "my-kube-system", "fleetwide"])(
    "%s can be placed",
    (name) => {
      expect(texts(checkNamespace(name))).toEqual([]);
    },
  );

  test.each(["default", "kube-system", "kube-public", "kube-x", "fleet-system", "fleet-member-aks-eastus2"])(
    "%s is never placed",
    (name) => {
      expect(texts(checkNamespace(name))).toEqual([
        `namespace "${name}" is never placed: the fleet skips "default", "kube-*" and "fleet-*"; choose another name.`,
      ]);
    },
  );

  test("one that isn't a DNS label is refused as such", () => {
    expect(texts(checkNamespace("Store"))).toEqual([
      `namespace "Store" is not a DNS label: 1 to 63 ${LOWER_CASE_RULE}.`,
    ]);
  });

  test("one that is both gets both findings", () => {
    expect(texts(checkNamespace("kube-X"))).toEqual([
      expect.stringMatching(/is not a DNS label/),
      expect.stringMatching(/is never placed/),
    ]);
  });
});

describe("names of objects that may have periods", () => {
  test.each(["a", "0", "a.b-c", a(253)])("%s is accepted", (name) => {
    expect(texts(checkObjectName("a run", name))).toEqual([]);
  });

  test.each(["", "A", "a_b", "-a", "a.", a(254)])("%p is refused", (name) => {
    expect(texts(checkObjectName("a run", name))).toEqual([
      `name: Kubernetes refuses "${name}" as the name of a run, which has 1 to 253 lower-case letters, digits, hyphens and periods, and starts and ends with a letter or a digit; choose another name.`,
    ]);
  });

  test.each(["a..b", "a.-b", "a-.b"])("%j is refused for a part between periods", (name) => {
    expect(texts(checkObjectName("a run", name))).toEqual([
      `name: Kubernetes refuses "${name}" as the name of a run: each part between periods must start and end with a letter or a digit; choose another name.`,
    ]);
  });

  test("have their own limit if the API does", () => {
    expect(texts(checkObjectName("a run", a(63), "run", 63))).toEqual([]);
    expect(texts(checkObjectName("a run", a(64), "run", 63))).toEqual([
      expect.stringMatching(/^run: Kubernetes refuses "a+" as the name of a/),
    ]);
  });
});

test("values known only to Terraform are not checked", () => {
  expect.assertions(4);
  synthStack((stack) => {
    const variable = new TerraformVariable(stack, "name", { type: "string" });
    const tokens = [
      variable.stringValue,
      `Not_A Name-${variable.stringValue}`,
      Fn.upper(variable.stringValue),
    ];
    expect(
      tokens.flatMap((token) => kinds.flatMap(([kind]) => texts(checkName(kind, token, "prop")))),
    ).toEqual([]);
    expect(tokens.flatMap((token) => texts(checkDnsLabel("Service", token)))).toEqual([]);
    expect(tokens.flatMap((token) => texts(checkNamespace(token)))).toEqual([]);
    expect(tokens.flatMap((token) => texts(checkObjectName("a run", token)))).toEqual([]);
  });
});
