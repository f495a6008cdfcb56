import { unwrapped } from "../../lib/fleet-model/envelopes";
import { Unknown } from "../../lib/fleet-model/unknown";
import type { Value } from "../../lib/fleet-model/value";

const KIND = { group: "placement.kubernetes-fleet.io", version: "v1beta1", name: "e" };
const CLUSTER = { ...KIND, kind: "ClusterResourceEnvelope" };
const NAMESPACED = { ...KIND, kind: "ResourceEnvelope", namespace: "app" };
const quota = (namespace?: Value) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "q", ...(namespace !== undefined && { namespace }) },
});

test("an envelope's contents are unpacked unchanged", () => {
  expect(unwrapped({ data: { "q.yaml": quota("app") } }, NAMESPACED)).toEqual({ objects: [quota("app")] });
  expect(unwrapped({ data: { "q.yaml": quota() } }, CLUSTER)).toEqual({ objects: [quota()] });
});

test.each([
  [CLUSTER, quota("app"), "cluster resource envelope"],
  [NAMESPACED, quota(), "cluster scope"],
  [NAMESPACED, quota("other"), "other/q"],
  [NAMESPACED, { metadata: {} }, "parse"],
])("what doesn't belong there stops the placement (%#)", (envelope, object, text) => {
  expect(
    unwrapped({ data: { fine: envelope === CLUSTER ? quota() : quota("app"), x: object } }, envelope),
  ).toEqual({
    objects: [],
    failure: expect.stringContaining(text),
  });
});

test("its scope may be unknown", () => {
  const later = new Unknown("it is known only after apply");
  expect(unwrapped({ data: later }, CLUSTER)).toEqual({ objects: [], doubt: later });
  expect(unwrapped({ data: { q: quota(later) } }, NAMESPACED)).toMatchObject({ doubt: later });
});
