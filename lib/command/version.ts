import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package: further up from dist/lib/command than from lib/command. */
export function packageFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      if (packageIn(folder).name === "cdktf-aks-fleet") return folder;
    } catch {
      // Not here: try one level up.
    }
  }
  throw new Error("the package cdktf-aks-fleet is incomplete: its package.json is missing");
}

export function version(): string {
  return packageIn(packageFolder()).version;
}

function packageIn(folder: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
