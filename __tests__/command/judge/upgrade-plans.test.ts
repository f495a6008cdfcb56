import { tellerOf } from "./plans";

const reported = tellerOf("upgrades");

test.each([
  [
    "api",
    "harmless",
    "api-version-changed",
    /canary-first uses API version 2026-06-02-preview, not 2026-06-01$/,
  ],
  ["concurrency", "change", "update-strategy-changed", /canary \(aks-one\).*prod \(aks-three and aks-two\)/],
  ["disable", "risk", "auto-upgrade-changed", /disabled false → true.*upgrades nothing/],
  [
    "group",
    "change",
    "member-upgrade-reordered",
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
  expect(reported(name)).toEqual([
    expect.objectContaining({ severity, rule, text: expect.stringMatching(words) }),
  ]);
});
