import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

/** The stacks of a synthesized app, each behind those that it depends on. */
export function stacksInOrder(outdir: string): string[] {
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as Manifest;
  const ordered = new Set<string>();
  const put = (name: string): void => {
    for (const before of stacks[name]?.dependencies ?? []) {
      put(before);
    }
    ordered.add(name);
  };
  Object.keys(stacks).sort().forEach(put);
  return [...ordered];
}
