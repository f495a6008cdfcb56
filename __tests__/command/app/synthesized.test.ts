import { ClusterResourceEnvelope } from "../../../lib";
import { readStacks } from "../../../lib/command/app/synthesized";
import { synthApp } from "../../synth";
import { shopApp } from "../preview-app";

test("what a resource takes from a local value is read in its place", () => {
  const quota = {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "high" },
    value: 7,
  };
  const build = shopApp(
    ({ hub }) =>
      void new ClusterResourceEnvelope(hub, "Envelope", {
        name: "classes",
        objects: [quota],
      }),
  );
  const manifests = synthApp(build, (outdir) =>
    readStacks(outdir).flatMap(({ json }) => Object.values(json.resource?.kubernetes_manifest ?? {})),
  ) as { manifest: { kind: string; data: Record<string, unknown> } }[];
  const [envelope] = manifests.filter(({ manifest }) => manifest.kind === "ClusterResourceEnvelope");
  expect(Object.values(envelope?.manifest.data ?? {})).toEqual([
    expect.objectContaining({ kind: "PriorityClass", value: 7 }),
  ]);
});
