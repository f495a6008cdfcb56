import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface IntegApp {
  readonly name: string;
  /** The program, from the repository's root. */
  readonly program: string;
  /** Whether its addresses are reached from here. */
  readonly isPublic: boolean;
}

const ROOT = join(__dirname, "..");

/** Not deployed by themselves, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "existing-clusters": "it needs clusters and a network that exist",
};

const PRIVATE = ["internal-load-balancer"];

/** main.ts, and every example that can be deployed by itself. */
export function allApps(): IntegApp[] {
  const examples = readdirSync(join(ROOT, "examples"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .filter((name) => !(name in LEFT_OUT))
    .sort();
  return [
    { name: "main", program: "main.ts", isPublic: true },
    ...examples.map((name) => ({
      name,
      program: `examples/${name}.ts`,
      isPublic: !PRIVATE.includes(name),
    })),
  ];
}

/** The apps of these names; all where none is named. @throws if there is no such app */
export function appsCalled(names: readonly string[]): IntegApp[] {
  const all = allApps();
  return (names.length === 0 ? all.map(({ name }) => name) : [...new Set(names)]).map((name) => {
    const app = all.find((one) => one.name === name);
    if (!app) {
      const why = LEFT_OUT[name] ?? `there are ${all.map((one) => one.name).join(", ")}`;
      throw new Error(`${name}: can't be deployed; ${why}.`);
    }
    return app;
  });
}
