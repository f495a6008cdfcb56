import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package's root is further up from dist/lib/command than from lib/command. */
export function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      if (name === "cdktf-aks-fleet") return version;
    } catch {
      // Not here: one further up.
    }
  }
  return "unknown";
}
