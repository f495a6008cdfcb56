import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "../../../lib/command/judge/rules/rule";
import { report } from "../../../lib/command/report";

const FOLDER = join(__dirname, "cases");

interface Case {
  readonly severity: Severity;
  /** What the effects say, of whichever severity. */
  readonly says: readonly (string | RegExp)[];
  readonly never?: readonly (string | RegExp)[];
}

/** Plans that were judged wrong once, each of a kind of its own. */
const CASES: Record<string, Case> = {
  "005-pool-to-zero": {
    severity: "outage",
    says: ["node pool user of aks-eastus2", "every pod on it is evicted"],
    never: ["azurerm_kubernetes_cluster_node_pool"],
  },
  "010-cni-overlay-in-place": { severity: "outage", says: ["aks-eastus2", "overlay", "reachable only"] },
  "015-peering-access-off": {
    severity: "outage",
    says: ["aks-eastus2 and aks-westus2 can't reach each other"],
  },
  "017-nsg-allow-becomes-deny": {
    severity: "outage",
    says: ["AllowInternetInbound", "Internet", "is blocked"],
  },
  "022-role-principal-changed": {
    severity: "risk",
    says: [
      /is revoked from 33333333-3333-3333-3333-333333333333/,
      /is granted to 99999999-9999-9999-9999-999999999999/,
    ],
    never: [/given (anew )?to 33333333/],
  },
  "023-role-becomes-owner": {
    severity: "risk",
    says: [
      /"Owner" on .*aks-subnet-east is granted/,
      /"Network Contributor" on .*aks-subnet-east is revoked/,
    ],
    never: [/"Network Contributor".* is given/],
  },
  "030-pickall-to-pickfixed-false-outage": {
    severity: "risk",
    says: ["the hub refuses", "PickAll", "PickFixed"],
    never: ["removed", "no longer chooses"],
  },
  "031-placement-policy-removed": {
    severity: "risk",
    says: ["the hub refuses", "policy"],
    never: ["removed from", "not set", "changes its type"],
  },
  "032-placement-external": { severity: "risk", says: ["only by staged update runs", "can't be reverted"] },
  "033-placement-maxunavailable-100": {
    severity: "risk",
    says: ["25%", "100%", "aks-eastus2 and aks-westus2 at the same time"],
  },
  "040-mcs-public-to-internal": {
    severity: "outage",
    says: ["the public address of store-front is lost"],
    never: ["taken away"],
  },
  "042-image-change-told-as-x-to-x": {
    severity: "change",
    says: ["store-front:2.2.0", "store-front:2.3.0"],
  },
  "043-deployment-replicas-0": {
    severity: "outage",
    says: ["store-front", "0 replicas", "aks-eastus2 and aks-westus2"],
  },
  "049-crd-deleted": { severity: "outage", says: ["queues.example.com", "every object of its kind"] },
  "050-pvc-deleted": { severity: "outage", says: ["orders", "data", "can't be undone"] },
  "051-override-deletes-workload": {
    severity: "outage",
    says: ["no-west", "Deployment store-front is removed from aks-westus2"],
    never: ["aks-eastus2"],
  },
  "053-override-becomes-delete": {
    severity: "outage",
    says: ["Deployment store-front is removed from aks-westus2"],
    never: ["aks-eastus2"],
  },
  "055-envelope-drops-object": {
    severity: "outage",
    says: ["Deployment worker is removed from aks-eastus2 and aks-westus2"],
    never: ["ResourceQuota q is removed"],
  },
  "070-check-fails-told-nothing": { severity: "risk", says: ["check.api_reachable", "does not answer"] },
  "075-action-invocation-told-nothing": { severity: "outage", says: ["aks-eastus2", "stop"] },
  "078-forget-create-unknown": {
    severity: "outage",
    says: ["aks-eastus2", "dns_prefix", "unmanaged"],
    never: ["doesn't know"],
  },
  "089-workload-identity-off": { severity: "risk", says: ["aks-eastus2", "workload identity"] },
  "095-autoscaler-off-told-as-more-nodes": {
    severity: "risk",
    says: ["autoscaler", "aks-eastus2"],
    never: ["more nodes", "fewer nodes"],
  },
  "101-deployment-selector-immutable": {
    severity: "risk",
    says: ["selector", "the API refuses"],
    never: ["restart"],
  },
  "103-service-made-headless": { severity: "outage", says: ["store-front", "headless"] },
  "106-pickn-zero": {
    severity: "outage",
    says: ["aks-store-demo", "removed from aks-eastus2 and aks-westus2"],
  },
  "108-selection-scope-namespace-only": {
    severity: "outage",
    says: ["aks-store-demo", "removed from aks-eastus2 and aks-westus2"],
  },
  "110-resourceplacement-selector-dropped": {
    severity: "outage",
    says: ["Deployment store-front is removed from aks-eastus2 and aks-westus2"],
    never: ["settings"],
  },
  "113-member-label-takes-placement-away": {
    severity: "outage",
    says: ["aks-westus2", "gold", "silver", "aks-store-demo"],
    never: ["aks-eastus2"],
  },
  "114-member-removed-noise-and-lost-caveat": {
    severity: "outage",
    says: ["cluster aks-westus2 is deleted", "the hub refuses while it still exports"],
    never: [
      "elsewhere on the cluster",
      "clusterSelectorTerms",
      "nsg-west",
      "node pool user",
      "id-aks-westus2",
    ],
  },
  "118-typed-deployment-replicas-0": { severity: "outage", says: ["Deployment web", "0 replicas"] },
  "124-cronjob-pods-restart": { severity: "change", says: ["nightly", "x:1", "x:2"], never: ["restart"] },
  "125-values-reordered": { severity: "harmless", says: [], never: ["→"] },
  "131-unknown-pod-subnet-rotates-nodes": {
    severity: "risk",
    says: ["cluster aks-eastus2", "pod_subnet_id", "known after apply", "new nodes"],
  },
  "133-nsg-rule-unknown-source": { severity: "risk", says: ["AllowInternetInbound", "known after apply"] },
};

/** Those that are still judged wrong. */
const OPEN: readonly string[] = [];

test("each plan has its verdict", () => {
  expect(Object.keys(CASES).sort()).toEqual(
    readdirSync(FOLDER)
      .map((file) => file.replace(".json", ""))
      .sort(),
  );
});

for (const [name, { severity, says, never = [] }] of Object.entries(CASES)) {
  (OPEN.includes(name) ? test.failing : test)(name, () => {
    const { text, status } = report({
      operands: [`plan=${join(FOLDER, name)}.json`],
      format: "json",
      out: undefined,
      synth: false,
      gate: new Map(),
      allowed: [],
      diagram: false,
    });
    const reported = JSON.parse(text) as {
      severity: Severity;
      effects: { severity: Severity; text: string; rule: string }[];
    };
    const effects = reported.effects.map((one) => `${one.severity} (${one.rule}): ${one.text}`).join("\n");
    expect([reported.severity, effects]).toEqual([severity, effects]);
    for (const words of says) expect(effects).toMatch(words);
    for (const words of never) expect(effects).not.toMatch(words);
    expect(status).toBe(2);
  });
}
