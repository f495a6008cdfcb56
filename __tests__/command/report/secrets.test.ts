import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { FORMATS, type Format } from "../../../lib/command/render/format";
import { report } from "../../../lib/command/report";
import { FinalProblem } from "../../../lib/command/terminal/problems";
import { madeObject, madePlan } from "./made";

// The same cases in every run: what a random one finds would fail changes that have nothing to do with it.
fc.configureGlobal({ seed: 20250301 });

const PLANS = join(__dirname, "plans");
const REAL = readdirSync(PLANS).map((file) => [file, readFileSync(join(PLANS, file), "utf8")] as const);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aks-fleet-secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(plan: string) {
  const file = join(folder, "plan.infra.json");
  writeFileSync(file, plan);
  const out = join(__dirname, "app");
  const format = "text";
  return report({ operands: [file], format, out, synth: false, gate: new Map(), allowed: [], diagram: true });
}

function reported(plan: string, format: Format): string {
  return read(plan).textIn(format);
}

/** Whatever comes out: the report in every form, or the message of what is wrong. */
function everyForm(plan: string): string {
  try {
    return FORMATS.map(read(plan).textIn).join("\n");
  } catch (error) {
    if (!(error instanceof FinalProblem)) throw error;
    return error.message;
  }
}

let planted = 0;
const secret = () => `PLANTED-${String(planted++).padStart(6, "0")}-SECRET`;

/** The value with a secret at every place that the tree calls sensitive, and in every text, also deep inside. */
function plant(value: Json | undefined, tree: Json | undefined, inside = false): Json | undefined {
  const here = inside || tree === true;
  if (Array.isArray(value)) {
    const filled = here && value.length === 0 ? [""] : value;
    return filled.map((one, index) => plant(one, Array.isArray(tree) ? tree[index] : false, here) as Json);
  }
  if (typeof value === "object" && value !== null) {
    const branches = typeof tree === "object" && tree !== null && !Array.isArray(tree) ? tree : {};
    // What is known after apply has no value yet, but its tree marks it.
    const missing = Object.keys(branches).filter((key) => branches[key] === true && !(key in value));
    return Object.fromEntries([
      ...Object.entries(value).map(([key, inner]) => [key, plant(inner, branches[key], here) as Json]),
      ...missing.map((key) => [key, secret()]),
    ]);
  }
  return here ? secret() : value;
}

interface Change {
  [key: string]: Json | undefined;
}

/** A real plan in which secrets are planted, and stand once more in a JSON string and in the middle of a text. */
function plantAll(text: string): string {
  const plan = JSON.parse(text);
  for (const list of [plan.resource_changes, plan.resource_drift, Object.values(plan.output_changes ?? {})]) {
    for (const one of list ?? []) {
      const change: Change = one.change ?? one;
      for (const side of ["before", "after"]) {
        const first = planted;
        change[side] = plant(change[side], change[`${side}_sensitive`]);
        const values = change[side];
        if (planted === first || typeof values !== "object" || values === null || Array.isArray(values))
          continue;
        const last = `PLANTED-${String(planted - 1).padStart(6, "0")}-SECRET`;
        values.tags = {
          json: JSON.stringify({ list: [last], deep: JSON.stringify({ inner: last }) }),
          base64: Buffer.from(last).toString("base64"),
          text: `${side}: it is ${last}, you see`,
        };
      }
      // What changes is shown: so let all of it change.
      if (one.change) one.change.actions = ["update"];
    }
  }
  return JSON.stringify(plan);
}

const leaks = (text: string) =>
  /PLANTED-\d|SECRET/.test(text) ||
  [...text.matchAll(/[A-Za-z0-9+/]{24,}=*/g)].some(([word]) =>
    /PLANTED-/.test(Buffer.from(word, "base64").toString("latin1")),
  );

test.each(REAL)("no secret of %s gets out, in any form", (_, text) => {
  const before = planted;
  const plan = plantAll(text);
  expect(planted - before).toBeGreaterThan(/_sensitive":\{[^}]*"kube_config/.test(text) ? 3 : -1);
  for (const format of FORMATS) expect(leaks(reported(plan, format))).toBe(false);
});

test("a secret that nothing hides would be seen", () => {
  const plan = plantAll(REAL.find(([file]) => file === "infra-tag-change.json")?.[1] as string);
  const bare = plan
    .replace(/"(before|after)_sensitive":/g, '"ignored":')
    .replace(/"sensitive_values":/g, '"ignored":');
  expect(leaks(reported(bare, "json"))).toBe(true);
});

test("lists, JSON strings and Secrets are masked, whatever shape the trees have", () => {
  const values = (word: string) => ({
    name: "x",
    list: [{ key: `${word}-list-secret` }],
    whole: { deep: [`${word}-whole-secret`] },
    odd: `${word}-odd-secret`,
    text: JSON.stringify({ nested: JSON.stringify([`${word}-list-secret`]), pin: 4711 }),
    pin: 4711,
  });
  const tree = { list: [{ key: true }], whole: true, odd: { not: [true] }, pin: true };
  const plan = madePlan([
    {
      address: "a.b",
      actions: ["update"],
      before: values("old"),
      after: values("new"),
      before_sensitive: tree,
      after_sensitive: tree,
    },
    {
      address: "a.half",
      actions: ["update"],
      before: { key: "clear-before" },
      after: { key: "half-secret" },
      after_sensitive: { key: true },
    },
    madeObject(
      ["update"],
      "Secret",
      "s",
      { stringData: { k: "old-k8s-secret" } },
      { stringData: { k: "new-k8s-secret" } },
    ),
  ]);
  const all = everyForm(plan);
  expect(all).not.toMatch(/-secret|clear-before|4711/);
  expect(all).toContain("(sensitive value, changed)");
});

test("what is sensitive on one side only, or only elsewhere in the plan, is masked too", () => {
  const short = { key: true };
  const plan = madePlan(
    [
      {
        address: "a.was",
        actions: ["update"],
        before: { key: "s3cr" },
        after: { key: "n0w" },
        before_sensitive: short,
      },
      madeObject(["update"], "Secret", "s", { data: { key: "czNjcg==", other: "bjB3" } }, { data: {} }),
      {
        address: "a.reads",
        actions: ["create"],
        after: { note: "it is read-from-a-source, and kept-in-the-plan" },
      },
    ],
    {
      prior_state: {
        values: {
          root_module: {
            child_modules: [
              { resources: [{ values: { k: "read-from-a-source" }, sensitive_values: { k: true } }] },
            ],
          },
        },
      },
      planned_values: {
        root_module: { resources: [{ values: { k: "kept-in-the-plan" }, sensitive_values: { k: true } }] },
      },
    },
  );
  const all = everyForm(plan);
  expect(all).not.toMatch(/s3cr|n0w|czNjcg|bjB3|read-from|kept-in/);
  expect(all).toContain("it is (sensitive value), and (sensitive value)");
});

test("a value that passes between stacks is masked as an output, and readable where the plan shows it", () => {
  const outputs = {
    before: "/fleets/shop-of-us",
    after: null,
    before_sensitive: true,
    after_sensitive: true,
  };
  const plan = madePlan(
    [
      {
        address: "a.b",
        actions: ["update"],
        before: { id: "/fleets/shop-of-us", n: 1 },
        after: { id: "/fleets/other", n: 2 },
      },
    ],
    {
      output_changes: {
        "cross-stack-output-id": { actions: ["delete"], ...outputs },
        own: { actions: ["delete"], ...outputs, before: "own-secret-value" },
      },
    },
  );
  const text = reported(plan, "text");
  expect(text).toContain('- id: "/fleets/shop-of-us"');
  expect(text).not.toContain("own-secret-value");
  expect(text.match(/\(sensitive value\)/g)).toHaveLength(2);
});

// ---- Fuzz -------------------------------------------------------------------------------------------------------------

const WEIRD: Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  "",
  "x".repeat(300),
  "`".repeat(5),
  "</details>",
  "${a}",
  [],
  {},
  [[]],
  "__proto__",
  { __proto__x: 1 },
  "\u0000\u202e",
];

/**
 * The places of a plan that may be mutated; where secrets and their trees are stays as it is. What stands in clear is a
 * secret only as long as the plan calls it one elsewhere: without that place nobody could know.
 */
function places(value: Json, path: string[] = [], found: string[][] = []): string[][] {
  if (typeof value !== "object" || value === null) return found;
  const inValues = path.some((key) => key === "before" || key === "after");
  for (const key of Object.keys(value)) {
    if (/sensitive/.test(key)) continue;
    const inner = (value as { [key: string]: Json })[key] as Json;
    const tells = inValues && !path.includes("tags") && key !== "tags" && hasPlanted(inner);
    if (!tells) found.push([...path, key]);
    places(inner, [...path, key], found);
  }
  return found;
}

function hasPlanted(value: Json): boolean {
  return JSON.stringify(value).includes("PLANTED-");
}

function mutate(plan: Json, path: string[], value: Json | undefined): void {
  let inner = plan as { [key: string]: Json };
  for (const key of path.slice(0, -1)) {
    if (typeof inner[key] !== "object" || inner[key] === null) return;
    inner = inner[key] as { [key: string]: Json };
  }
  const last = path[path.length - 1] as string;
  if (value === undefined) delete inner[last];
  else inner[last] = value;
}

test("mutated plans never crash it, and never show a secret", () => {
  const sources = REAL.filter(([file]) =>
    /tag-change|narrowed|cluster-replaced|member-create/.test(file),
  ).map(([, text]) => {
    const plan = plantAll(text);
    return { plan, paths: places(JSON.parse(plan)) };
  });
  const weird = fc.oneof(fc.constantFrom(...WEIRD, undefined), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(
      fc.nat(sources.length - 1),
      fc.array(fc.tuple(fc.nat(), weird), { minLength: 1, maxLength: 12 }),
      (which, mutations) => {
        const { plan, paths } = sources[which] as (typeof sources)[number];
        const json = JSON.parse(plan);
        for (const [at, value] of mutations)
          mutate(json, paths[at % paths.length] as string[], value as Json);
        expect(leaks(everyForm(JSON.stringify(json)))).toBe(false);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

test("any text is a plan or a problem that is said", () => {
  const [, text] = REAL[0] as (typeof REAL)[number];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.nat(text.length - 2).map((end) => text.slice(0, end)),
      ),
      (any) => {
        expect(everyForm(any)).toMatch(/isn't JSON|is empty|is JSON but not a plan|has format|not a plan/);
      },
    ),
    { numRuns: 300 },
  );
  const deep = `{"format_version":"1.2","resource_changes":[{"address":"a.b","change":{"actions":["update"],"after":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}}]}`;
  expect(everyForm(deep)).toMatch(/too deeply nested/);
});
