import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findings } from "../../synth";
import { namespaceWith } from "../fixtures";

const deployment = (container: string, apiVersion = "apps/v1", kind = "Deployment") => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec:
  selector: { matchLabels: { a: b } }
  template:
    metadata: { labels: { a: b } }
    spec: { containers: [{ name: c, image: nginx, ${container} }] }
`;

test.each([
  ["resource", deployment("resource: {}")],
  ['"A"', deployment("env: [{ name: A, value: x }, { name: A, value: y }]")],
  ["extensions/v1beta1", deployment("env: []", "extensions/v1beta1")],
  ["Deplyment", deployment("env: []", "apps/v1", "Deplyment")],
  ["web", `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { a: ${"x".repeat(2 ** 21)} }\n`],
])("an object that the API would refuse is refused: %s", (named, yaml) => {
  const found = findings((stack) => void namespaceWith(stack, yaml));
  expect(found.join("\n")).toContain(named);
});

test("a Latin-1 file is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "aks-fleet-latin-"));
  const file = join(folder, "latin.yaml");
  writeFileSync(
    file,
    Buffer.from("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: caf\xe9 }\n", "latin1"),
  );
  const found = findings((stack) => {
    const namespace = namespaceWith(stack, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n");
    namespace.addWorkloads("Latin", { files: [file] });
  });
  rmSync(folder, { recursive: true });
  expect(found.join("\n")).toContain("latin.yaml");
});
