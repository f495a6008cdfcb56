import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../../../lib/command/report";

interface Change {
  readonly address: string;
  readonly change: { readonly before: unknown };
}

export interface TellingEffect {
  readonly severity: string;
  readonly rule: string;
  readonly text: string;
}

/** Tells of plans that azapi 2.12 made of one fleet: a file has what is the same in all of them, and what each changes. */
export function tellerOf(name: string): (change: string) => readonly TellingEffect[] {
  const { base, changes, ...plan } = JSON.parse(
    readFileSync(join(__dirname, `plans/${name}.json`), "utf8"),
  ) as { base: Change[]; changes: Record<string, Change[]> };
  return (change) => {
    const changed = new Map(changes[change]?.map((one) => [one.address, one]));
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
      return (JSON.parse(text) as { effects: TellingEffect[] }).effects;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}
