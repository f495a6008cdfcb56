import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import {
  ClusterStagedUpdateStrategy,
  Fleet,
  InfraStack,
  Namespace,
  PlacementPolicy,
  Secret,
} from "../../lib";
import { checkLocation } from "../../lib/checks/locations";
import {
  checkDnsLabel,
  checkName,
  checkNamespace,
  checkObjectName,
  type NameKind,
} from "../../lib/checks/names";
import { checkKey, checkValue, isSubdomain } from "../../lib/checks/values";

fc.configureGlobal({ seed: 20250301, numRuns: 50 });

/** What is said of a text by one rule. */
type Judge = (text: string) => string | undefined;

interface Rule {
  readonly min: number;
  readonly max: number;
  /** The characters that can stand anywhere, at the start, at the end. */
  readonly any: string;
  readonly first: string;
  readonly last: string;
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const LETTERS = `${LOWER}${LOWER.toUpperCase()}`;
const DIGITS = "0123456789";
const CHARACTERS: Record<string, string> = {
  letters: LETTERS,
  "lower-case letters": LOWER,
  digits: DIGITS,
  hyphens: "-",
  underscores: "_",
  periods: ".",
  parentheses: "()",
};
/** What people write by mistake. */
const MISTAKES = [
  ...LETTERS,
  ...DIGITS,
  ..."-_.()/ \t\n:@#%$!&\\\"'*+,;<=>?[]^`{|}~",
  "\u00a0",
  "é",
  "ß",
  "K",
  "日",
  "🚀",
];

/** Reads a rule in its own words, from "1 to 63 lower-case letters, …" on. */
function ruleIn(sentence: string): Rule {
  const [, min = "0", max, words = ""] = /(?:(\d+)|up) to (\d+) (.*)/s.exec(sentence) ?? [];
  const [list = ""] = words.split(/,? (?:and )?(?:starts|starting|does|no|from) |\./);
  const any = list.split(/, | and /).map((word) => {
    if (CHARACTERS[word] === undefined) {
      throw new Error(`"${word}" is not in the words that this test can read: ${sentence}`);
    }
    return CHARACTERS[word];
  });
  const only = (allowed: string) => [...any.join("")].filter((char) => allowed.includes(char)).join("");
  const [start] =
    /(?:start(?:s|ing) (?:and end(?:s|ing) )?with|from) a letter(?: or a digit)?/.exec(words) ?? [];
  const first = start ? only(start.endsWith("digit") ? LETTERS + DIGITS : LETTERS) : any.join("");
  const last = /start(?:s|ing) and end(?:s|ing) with|to one/.test(words)
    ? first
    : /ends with one or an underscore/.test(words)
      ? `${first}_`
      : only(any.join("").replace(/does not end with a period/.test(words) ? "." : "", ""));
  return { min: Number(min), max: Number(max), any: any.join(""), first, last };
}

const oneOf = (chars: string | readonly string[]) => fc.constantFrom(...chars);

/** Any text of a length that a rule allows. */
function ofLength({ any, first, last }: Rule, length: number): fc.Arbitrary<string> {
  return length === 1
    ? oneOf([...first].filter((char) => last.includes(char)))
    : fc
        .tuple(
          oneOf(first),
          fc.array(oneOf(any), { minLength: length - 2, maxLength: length - 2, size: "max" }),
          oneOf(last),
        )
        .map(([head, middle, tail]) => [head, ...middle, tail].join(""));
}

/** Any text that a rule allows, often as short or as long as it may be. */
function allowed(rule: Rule): fc.Arbitrary<string> {
  const shortest = Math.max(rule.min, 1);
  return fc
    .oneof(fc.constantFrom(shortest, rule.max), fc.integer({ min: shortest, max: rule.max }))
    .chain((length) => ofLength(rule, length));
}

/** A text with one of its characters, wherever, replaced. */
function spoilt(text: fc.Arbitrary<string>, chars: readonly string[]): fc.Arbitrary<string> {
  // Those that other rules allow are the likeliest to slip through.
  const likely = chars.filter((char) => "-_.AZ09".includes(char));
  const char = fc.oneof(...[likely, chars].filter(({ length }) => length > 0).map(oneOf));
  return fc.tuple(text, fc.nat(), char).map(([given, place, char]) => {
    const at = place % given.length;
    return given.slice(0, at) + char + given.slice(at + 1);
  });
}

function by(id: string, found: Iterable<string>): string | undefined {
  return [...found].find((message) => message.endsWith(` [${id}]`));
}

/** Judges by the check of a construct that is made of the text. */
function byConstruct(id: string, build: (scope: Construct, text: string) => Construct): Judge {
  const stack = new TerraformStack(new App(), "stack");
  let made = 0;
  return (text) => {
    made += 1;
    return by(id, build(new Construct(stack, `${made}`), text).node.validate());
  };
}

function someFleet(scope: Construct) {
  return Fleet.fromFleetAttributes(scope, "Fleet", { fleetName: "fleet", resourceGroupName: "rg" });
}

interface Case {
  readonly judge: Judge;
  /** What the message doesn't say. */
  readonly sentence?: string;
  /** Characters that mean something beyond the sentence. */
  readonly beside?: string;
  /** Where no sentence of the message limits the length. */
  readonly anyLength?: boolean;
  readonly numRuns?: number;
}

const KINDS = {
  "resource group": true,
  "virtual network": true,
  subnet: true,
  "network security group": true,
  "network manager": true,
  "network group": true,
  peering: true,
  "NAT gateway": true,
  "public IP address": true,
  identity: true,
  cluster: true,
  "DNS prefix": true,
  "node pool": true,
  fleet: true,
  member: true,
  "update group": true,
  "update strategy": true,
  "update stage": true,
  "auto-upgrade profile": true,
  "cluster mesh profile": true,
  "managed namespace": true,
} satisfies Record<NameKind, true>;

const CASES: Record<string, Case> = {
  ...Object.fromEntries(
    (Object.keys(KINDS) as NameKind[]).map((kind) => [
      kind,
      { judge: (name: string) => [...checkName(kind, name, "name")][0] },
    ]),
  ),
  "DNS label": { judge: (name) => [...checkDnsLabel("placement", name)][0] },
  object: { judge: (name) => by("object-name", checkObjectName("a run", name)) },
  "object that is kept in a label": {
    judge: (name) => by("object-name", checkObjectName("a run", name, "name", 63)),
  },
  // What stands before a slash is a DNS name.
  "key of a label": { judge: (key) => [...checkKey("key", key, "label")][0], beside: "/" },
  "value of a label": { judge: (value) => [...checkValue("value", value, "label")][0] },
  stage: {
    judge: byConstruct(
      "update-stage-name",
      (scope, name) => new ClusterStagedUpdateStrategy(scope, "Strategy", { name: "s", stages: [{ name }] }),
    ),
    numRuns: 20,
  },
  "key of a Secret": {
    judge: byConstruct("secret-key", (scope, key) => {
      const namespace = new Namespace(scope, "Namespace", { fleet: someFleet(scope), name: "store" });
      return new Secret(scope, "Secret", { namespace, name: "secret", data: { [key]: "" } });
    }),
    numRuns: 20,
    sentence: "1 to 253 letters, digits, hyphens, underscores and periods",
  },
  "member of a policy": {
    judge: (name) => {
      const fleet = someFleet(new TerraformStack(new App(), "stack"));
      return by("policy-member-name", PlacementPolicy.onMembers(name)._check(fleet));
    },
    // The hub takes them; Azure makes no such member.
    beside: ".",
  },
  "key of a member": {
    judge: (key) => {
      const stack = new InfraStack(new App(), "infra", {
        fleetName: "fleet",
        fleetLocation: "westus",
        members: { [key]: { location: "eastus2", addressSpace: ["10.1.0.0/16"] } },
      });
      return by("member-key", stack.node.validate());
    },
    sentence: "1 to 40 lower-case letters, digits and hyphens, from a letter or a digit to one",
    anyLength: true,
    numRuns: 8,
  },
};

describe.each(Object.entries(CASES))("%s: what is said is what holds", (_, given) => {
  const { judge, beside = "", anyLength = false, numRuns } = given;
  const rule = ruleIn(given.sentence ?? judge("*") ?? "");
  const runs = numRuns ? { numRuns } : {};
  const accepted = (text: string) => expect([text, judge(text)]).toEqual([text, undefined]);
  const refused = (text: string) => expect([text, judge(text)]).not.toEqual([text, undefined]);

  test("any text by the rule is accepted", () => {
    fc.assert(fc.property(allowed(rule), accepted), runs);
  });

  test("any other character is refused at any position", () => {
    const others = MISTAKES.filter((char) => !(rule.any + beside).includes(char));
    fc.assert(fc.property(spoilt(allowed(rule), others), refused), runs);
  });

  test("a character that can't start or end a text is refused there", () => {
    const starts = [...rule.any].filter((char) => !(rule.first + beside).includes(char));
    const ends = [...rule.any].filter((char) => !(rule.last + beside).includes(char));
    const text = allowed({ ...rule, min: Math.max(rule.min, 2) });
    const wrong = [
      ...(starts.length > 0
        ? [fc.tuple(oneOf(starts), text).map(([char, good]) => char + good.slice(1))]
        : []),
      ...(ends.length > 0
        ? [fc.tuple(text, oneOf(ends)).map(([good, char]) => good.slice(0, -1) + char)]
        : []),
    ];
    if (wrong.length > 0) {
      fc.assert(fc.property(fc.oneof(...wrong), refused), runs);
    }
  });

  test("a shorter or a longer text is refused", () => {
    if (anyLength) {
      return;
    }
    const longer = fc.integer({ min: 1, max: 300 }).chain((more) => ofLength(rule, rule.max + more));
    fc.assert(fc.property(longer, refused), runs);
    fc.assert(fc.property(ofLength(rule, rule.max + 1), refused), runs);
    if (rule.min > 1) {
      fc.assert(fc.property(ofLength(rule, rule.min - 1), refused), runs);
    }
    (rule.min > 0 ? refused : accepted)("");
  });
});

const LABEL = ruleIn("1 to 63 lower-case letters, digits and hyphens, from a letter or a digit to one");
const label = allowed({ ...LABEL, max: 20 });
const subdomain = fc.array(label, { minLength: 1, maxLength: 10 }).map((parts) => parts.join("."));

describe("names with periods", () => {
  test("labels with periods between them are accepted", () => {
    fc.assert(
      fc.property(subdomain, (name) => {
        expect([isSubdomain(name), [...checkObjectName("a run", name)]]).toEqual([true, []]);
      }),
    );
  });

  test("a part that is empty, or starts or ends with a hyphen, is refused, and nothing else is said of it", () => {
    const wrong = fc.oneof(
      fc.constant(""),
      label.map((part) => `-${part}`),
      label.map((part) => `${part}-`),
    );
    fc.assert(
      fc.property(subdomain, wrong, label, (before, part, after) => {
        const found = [...checkObjectName("a run", `${before}.${part}.${after}`)];
        expect(found).toEqual([expect.stringMatching(/ \[object-name-part\]$/)]);
      }),
    );
  });

  test("a key may have such a name and one slash before it", () => {
    const name = allowed(
      ruleIn("1 to 63 letters, digits, hyphens, underscores and periods, from a letter or a digit to one"),
    );
    fc.assert(
      fc.property(subdomain, name, (prefix, key) => {
        expect([...checkKey("key", `${prefix}/${key}`, "taint")]).toEqual([]);
        for (const wrong of [`${prefix}/`, `/${key}`, `${prefix}/${prefix}/${key}`, `${prefix}_/${key}`]) {
          expect([wrong, ...checkKey("key", wrong, "taint")]).toHaveLength(2);
        }
      }),
    );
  });
});

describe("namespaces", () => {
  test("only the prefixes of the fleet and Kubernetes are refused", () => {
    fc.assert(
      fc.property(oneOf(["kube-", "fleet-"]), label, (prefix, rest) => {
        const reserved = ` [namespace-reserved]`;
        expect([...checkNamespace(prefix + rest)]).toEqual([expect.stringContaining(reserved)]);
        expect([...checkNamespace(`x${prefix}${rest}`)]).toEqual([]);
      }),
    );
  });
});

describe("locations", () => {
  test("the suggestion in the message is accepted", () => {
    const written = fc.array(oneOf(MISTAKES), { maxLength: 20 }).map((chars) => chars.join(""));
    fc.assert(
      fc.property(written, (location) => {
        for (const message of checkLocation(location)) {
          const [, proposed] = /; write (?:e\.g\. )?"([^"]*)"/.exec(message) ?? [];
          // What is short need not be a location.
          expect([...checkLocation(proposed)].join()).not.toContain("is not the short name");
        }
      }),
    );
  });
});
