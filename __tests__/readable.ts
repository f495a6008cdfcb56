import { basename } from "node:path";
import type { StackJson } from "./synth";

/** What a reviewer reads: without CDKTF's metadata, versions, and what every wait repeats. */
export function readable(stack: StackJson): unknown {
  const { terraform: _versionsAndBackend, ...rest } = stack;
  return JSON.parse(JSON.stringify(rest), (key, value) => {
    if (key === "//") {
      return undefined;
    }
    // From a temporary folder to this one; reproducible.test.ts holds what it is in the app's own folder.
    if (key === "path" && String(value).endsWith(".tfstate")) {
      return basename(value);
    }
    if (key === "interpreter") {
      return ["node", "-e", "<launcher>", "--"];
    }
    if (key === "AKS_FLEET_KUBECONFIG") {
      return /"server":"(.*?)","certificate/.exec(value)?.[1];
    }
    return value;
  });
}
