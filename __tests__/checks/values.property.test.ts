import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import fc from "fast-check";
import {
  ClusterResourcePlacementDisruptionBudget,
  type ClusterResourceSelector,
  ClusterStagedUpdateStrategy,
  type UpdateStage,
} from "../../lib";
import { checkInteger, checkQuantity } from "../../lib/checks/values";
import { checkStrategy } from "../../lib/hub/placement/placement-strategy";
import { checkSelectors } from "../../lib/hub/placement/resource-selector";
import { placementCalled } from "../hub/fixtures";

fc.configureGlobal({ seed: 20250301, numRuns: 50 });

const oneOf = (chars: string) => fc.constantFrom(...chars);

const stack = new TerraformStack(new App(), "stack");
let made = 0;

/** What one rule says of a construct. */
function said(id: string, build: (scope: Construct) => Construct): string | undefined {
  made += 1;
  return build(new Construct(stack, `${made}`))
    .node.validate()
    .find((message) => message.endsWith(` [${id}]`));
}

test("accepts integers within the bounds, refuses all others, and names the bounds", () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(), fc.integer(), fc.double(), (min, more, whole, fraction) => {
      const max = min + more;
      for (const value of [min, max, min - 1, max + 1, whole, fraction]) {
        const good = Number.isInteger(value) && value >= min && value <= max;
        expect([value, ...checkInteger("n", value, min, max)]).toEqual(
          good ? [value] : [value, expect.stringContaining(`n: ${value} is out of bounds`)],
        );
      }
    }),
  );
  expect([...checkInteger("n", -1, 0, 7)]).toEqual([expect.stringContaining("from 0 to 7")]);
});

describe("quantities", () => {
  const digits = fc.stringMatching(/^\d{1,12}$/);
  const number = fc.oneof(
    digits,
    fc.tuple(digits, digits).map(([whole, part]) => `${whole}.${part}`),
    digits.map((part) => `.${part}`),
    digits.map((whole) => `${whole}.`),
  );
  const unit = fc.oneof(
    fc.constantFrom("", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"),
    fc.tuple(oneOf("eE"), fc.constantFrom("", "+", "-"), fc.nat({ max: 99 })).map((parts) => parts.join("")),
  );
  const quantity = fc.tuple(fc.constantFrom("", "+", "-"), number, unit).map((parts) => parts.join(""));

  test("a number, with or without a unit of Kubernetes, is accepted", () => {
    fc.assert(
      fc.property(quantity, (value) => expect([value, ...checkQuantity("q", value)]).toEqual([value])),
    );
  });

  test("with any other character in it, it is refused", () => {
    fc.assert(
      fc.property(quantity, fc.nat(), oneOf(" ,_/xBbiKg%$\n"), (given, place, char) => {
        const at = place % (given.length + 1);
        const value = given.slice(0, at) + char + given.slice(at);
        // "1M" with an i behind is "1Mi".
        fc.pre(!/^[+-]?[\d.]+([KMGTPE]i|[kmnu])$/.test(value));
        expect([value, ...checkQuantity("q", value)]).toHaveLength(2);
      }),
    );
  });

  test("a unit alone is not a quantity", () => {
    fc.assert(fc.property(unit, (value) => expect([value, ...checkQuantity("q", value)]).toHaveLength(2)));
  });
});

describe("numbers and percentages of members", () => {
  const strategy = (name: "maxUnavailable" | "maxSurge") => (value: number | string) =>
    [...checkStrategy({ [name]: value })].find((message) => message.endsWith(" [rollout-limit-value]"));
  const cases: [string, number, (value: number | string) => string | undefined][] = [
    ["maxUnavailable", 0, strategy("maxUnavailable")],
    ["maxSurge", 0, strategy("maxSurge")],
    [
      "minAvailable",
      0,
      (minAvailable) =>
        said(
          "budget-limit-value",
          (scope) =>
            new ClusterResourcePlacementDisruptionBudget(scope, "Budget", {
              placement: placementCalled("p"),
              minAvailable,
            }),
        ),
    ],
    [
      "maxConcurrency",
      1,
      (maxConcurrency) =>
        said(
          "update-stage-max-concurrency",
          (scope) =>
            new ClusterStagedUpdateStrategy(scope, "Strategy", {
              name: "s",
              stages: [{ name: "one", maxConcurrency }],
            }),
        ),
    ],
  ];

  test.each(cases)("%s: what the message says is what holds", (_, least, judge) => {
    const message = judge("*") ?? "";
    expect(message).toContain(`of ${least} or more`);
    expect(message).toContain(`"${least}%" to "100%"`);
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(-1, 0, 1, 99, 100, 101), fc.integer({ min: -20, max: 120 })),
        (count) => {
          expect([count, judge(count) === undefined]).toEqual([count, count >= least]);
          expect([count, judge(`${count}%`) === undefined]).toEqual([count, count >= least && count <= 100]);
          for (const wrong of [count + 0.5, `${count + 0.5}%`, `${count} %`, `%${count}`, `${count}%%`]) {
            expect([wrong, judge(wrong)]).not.toEqual([wrong, undefined]);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("the time that a stage waits", () => {
  const judge = (waitTime: string) => {
    const stages: UpdateStage[] = [{ name: "one", afterStageTasks: [{ type: "TimedWait", waitTime }] }];
    return said(
      "update-stage-wait-time",
      (scope) => new ClusterStagedUpdateStrategy(scope, "Strategy", { name: "s", stages }),
    );
  };
  const amount = fc.oneof(
    fc.integer({ min: 1, max: 10_000 }).map(String),
    fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 99 })).map(([whole, part]) => `${whole}.${part}`),
  );
  const part = fc.tuple(amount, oneOf("hms")).map(([count, unit]) => count + unit);
  const time = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));

  test("hours, minutes and seconds are accepted", () => {
    fc.assert(
      fc.property(time, (text) => expect([text, judge(text)]).toEqual([text, undefined])),
      { numRuns: 20 },
    );
  });

  test("leading zeros, other units and no time at all are refused", () => {
    const wrong = fc.oneof(
      time.map((text) => `0${text}`).filter((text) => !/^0\./.test(text)),
      fc.tuple(amount, fc.constantFrom("d", "ms", "w", "", " h", "H")).map((parts) => parts.join("")),
      time.map((text) => `-${text}`),
      fc.array(oneOf("hms").map((unit) => `0${unit}`)).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(wrong, (text) => expect([text, judge(text)]).not.toEqual([text, undefined])),
      { numRuns: 40 },
    );
  });
});

describe("the API that a selector names", () => {
  const judge = (field: "group" | "version" | "kind", value: string) => {
    const selector: ClusterResourceSelector = { group: "apps", version: "v1", kind: "Thing", [field]: value };
    const rules = { clusterScoped: true, namespaced: true, advice: "" };
    return [...checkSelectors([selector], new Map(), rules)].filter((message) =>
      message.endsWith(`-${field}]`),
    );
  };

  test("kinds start with a capital and have letters and digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,62}$/), oneOf("-_. /sé"), (kind, char) => {
        expect([kind, ...judge("kind", kind)]).toEqual([kind]);
        for (const wrong of [`${char}${kind}`, kind.toLowerCase(), `${kind}${"a".repeat(63)}`]) {
          expect([wrong, ...judge("kind", wrong)]).toHaveLength(2);
        }
      }),
    );
  });

  test("versions have no group, and groups no version", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^v[1-9](alpha[1-9]|beta[1-9])?$/), (version) => {
        expect([version, ...judge("version", version)]).toEqual([version]);
        expect(judge("version", `apps/${version}`)).toHaveLength(1);
        expect(judge("version", version.toUpperCase())).toHaveLength(1);
        expect(judge("group", `apps/${version}`)).toHaveLength(1);
      }),
    );
  });
});
