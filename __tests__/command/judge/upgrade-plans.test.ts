import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../../../lib/command/report";

interface Change {
  readonly address: string;
  readonly change: { readonly before: unknown };
}

/** Ten plans that azapi 2.12 made of one fleet: what is the same in all of them, and what each changes. */
const { base, changes, ...plan } = JSON.parse(
  readFileSync(join(__dirname, "plans/upgrades.json"), "utf8"),
) as { base: Change[]; changes: Record<string, Change[]> };

function told(name: string) {
  const changed = new Map(changes[name]?.map((one) => [one.address, one]));
  const resource_changes = base.map(
    (one) =>
      changed.get(one.address) ?? {
        ...one,
        change: { ...one.change, after: one.change.before, after_unknown: {} },
      },
  );
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-plan-"));
  try {
    const file = join(folder, "plan.json");
    writeFileSync(file, JSON.stringify({ ...plan, resource_changes, configuration: { root_module: {} } }));
    const { text } = report({
      operands: [`infra=${file}`],
      format: "json",
      out: join(__dirname, "../report/app"),
      synth: false,
      gate: new Map(),
      allowed: [],
      diagram: false,
    });
    return JSON.parse(text) as { effects: { severity: string; rule: string; text: string }[] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ["concurrency", "change", "update-strategy-changed", /canary \(aks-one\).*prod \(aks-three and aks-two\)/],
  ["disable", "risk", "auto-upgrade-changed", /disabled false → true.*upgrades nothing/],
  [
    "group",
    "change",
    "member-upgraded-otherwise",
    /aks-two is upgraded in stage canary of strategy canary-first, no longer in stage prod, by later runs$/,
  ],
  ["image", "risk", "auto-upgrade-changed", /stable is recreated.*Consistent → Latest/],
  [
    "nostage",
    "risk",
    "member-in-no-stage",
    /aks-two is no longer in stage prod of strategy canary-first, nor in any other/,
  ],
  ["onestage", "risk", "update-strategy-leaves-out", /omit aks-three and aks-two/],
  ["quota", "risk", "managed-namespace-quota-shrinks", /CPU limits 8 → 4/],
  ["target", "risk", "auto-upgrade-changed", /Stable → TargetKubernetesVersion.*latest patch of 1\.34/],
  [
    "ungate",
    "risk",
    "update-strategy-unguarded",
    /no longer wait for an approval \("Canaries are well"\) before prod/,
  ],
  ["wait", "risk", "update-strategy-unguarded", /no longer wait for 24 h before prod/],
])("%s: %s", (name, severity, rule, words) => {
  expect(told(name).effects).toEqual([
    expect.objectContaining({ severity, rule, text: expect.stringMatching(words) }),
  ]);
});
