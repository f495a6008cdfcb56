import { tellerOf } from "./plans";

const reported = tellerOf("mesh");

/** Those that are not harmless, in the order of the report, and the rules of those that are. */
function summary(name: string): [string[], string[]] {
  const effects = reported(name);
  const isHarmless = ({ severity }: { severity: string }) => severity === "harmless";
  return [
    effects
      .filter((one) => !isHarmless(one))
      .map(({ severity, rule, text }) => `${severity} ${rule}: ${text}`),
    [...new Set(effects.filter(isHarmless).map(({ rule }) => rule))],
  ];
}

test.each<[string, RegExp[]]>([
  ["meshsel", [/^outage mesh-member-leaves: cluster mesh shop no longer has three: /]],
  [
    "unmesh",
    [
      /^outage mesh-member-leaves: member three leaves cluster mesh shop \(with two\): /,
      /^change member-relabelled: member three /,
    ],
  ],
  [
    "leave",
    [
      /^outage mesh-member-leaves: member three leaves cluster mesh shop \(with two\): /,
      /^risk member-leaves: member three /,
    ],
  ],
  [
    "replace",
    [
      /^outage member-replaced: member two /,
      /^outage mesh-member-leaves: member two leaves cluster mesh shop \(with three\) until it is recreated: /,
    ],
  ],
  [
    "nomesh",
    [
      /^outage mesh-deleted: cluster mesh shop .*: pods of three and two no longer reach each other/,
      /^risk mesh-member-unlabelled: 3 members lose their labels for a moment.*one, three and two/,
    ],
  ],
  ["ring", [/^change member-relabelled: member three /]],
])("%s is told by what becomes of members", (name, expected) => {
  const [texts, harmless] = summary(name);
  expect(texts).toEqual(expected.map((one) => expect.stringMatching(one)));
  expect(harmless).toEqual(["mesh-applied"]);
});
