import { HubStack, InfraStack, MemberStack, PlacementPolicy } from "../../lib";
import { readStack, resources, synthApp } from "../synth";
import { evaluate } from "../terraform";

const stacks = synthApp(
  (app) => {
    const infra = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      members: {
        norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] },
        sweden: { location: "swedencentral", addressSpace: ["10.12.0.0/16"] },
      },
    });
    const hub = new HubStack(app, "hub", { fleet: infra.fleet });
    const namespace = hub.addNamespace("shop", { workloadsElsewhere: true });
    namespace.exportService("web");
    hub.addPlacement(namespace.name, { namespace, policy: PlacementPolicy.all() });
    const norway = new MemberStack(app, "norway", { hub, member: infra.member("norway") });
    norway.addMultiClusterService("web", { namespace });
    new MemberStack(app, "sweden", { hub, member: infra.member("sweden") });
  },
  (outdir) => Object.fromEntries(["hub", "norway", "sweden"].map((id) => [id, readStack(outdir, id)])),
);

/** Whether a plan goes on, where the block of the provider leads to one cluster, and manifests to another. */
function passes(id: string, named: string, reached: string | undefined): boolean {
  const guard = resources(stacks[id] as never, "kubernetes_resources", "data").ReachedCluster as {
    lifecycle: { postcondition: { condition: string }[] };
  };
  const [{ condition = "" } = {}] = guard.lifecycle.postcondition;
  return (
    evaluate(condition, {
      self: { objects: reached === undefined ? [] : [{ metadata: { uid: reached } }] },
      data: { kubernetes_namespace_v1: { NamedCluster: { metadata: [{ uid: named }] } } },
    }) === true
  );
}

test.each(["hub", "norway"])("%s: manifests go to the cluster that the stack names, or nowhere", (id) => {
  expect(passes(id, "a", "a")).toBe(true);
  expect(passes(id, "a", "b")).toBe(false);
});

test("both ways ask for the namespace that every cluster has", () => {
  const { NamedCluster } = resources(stacks.hub as never, "kubernetes_namespace_v1", "data");
  const { ReachedCluster } = resources(stacks.hub as never, "kubernetes_resources", "data");
  expect(NamedCluster).toEqual({ metadata: { name: "kube-system" } });
  expect(ReachedCluster).toMatchObject({
    api_version: "v1",
    kind: "Namespace",
    field_selector: "metadata.name=kube-system",
  });
});

test("a stack without manifests asks nothing", () => {
  expect(resources(stacks.sweden as never, "kubernetes_resources", "data")).toEqual({});
});
