import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const REAL = join(__dirname, "../__tests__/command/report/plans/infra-node-count.json");

/** Writes a plan of 2,000 changes, made of a real one's. @returns its size in MB */
export function writePlan(file: string): number {
  const real = JSON.parse(readFileSync(REAL, "utf8"));
  const cluster = real.resource_changes.find(
    ({ change }: { change: { actions: string[] } }) => change.actions[0] === "update",
  );
  const { kube_config_raw: _, ...values } = cluster.change.before;
  const resource_changes = Array.from({ length: 2_000 }, (_, index) => {
    const name = `aks-${index}`;
    const before = { ...values, name, kube_config: undefined };
    const after = { ...before, tags: { number: String(index) } };
    const change = { ...cluster.change, before, after };
    return { ...cluster, address: `azurerm_kubernetes_cluster.${name}`, name, change };
  });
  const text = JSON.stringify({ ...real, resource_changes });
  writeFileSync(file, text);
  return text.length / 1e6;
}
