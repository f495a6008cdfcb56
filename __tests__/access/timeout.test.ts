import { HubStack, InfraStack, MemberStack, PlacementPolicy } from "../../lib";
import { appFindings } from "../synth";

/** What is said of waits with a timeout, and of a subscription. */
function said(timeout: string | undefined, subscriptionId?: string): string[] {
  return appFindings((app) => {
    const infra = new InfraStack(app, "infra", {
      fleetName: "shop",
      fleetLocation: "westeurope",
      subscriptionId,
      members: { norway: { location: "norwayeast", addressSpace: ["10.11.0.0/16"] } },
    });
    const hub = new HubStack(app, "hub", { fleet: infra.fleet, subscriptionId });
    const namespace = hub.addNamespace("shop", { workloadsElsewhere: true });
    namespace.exportService("web");
    hub.addPlacement(namespace.name, { namespace, policy: PlacementPolicy.all(), timeout });
    const member = new MemberStack(app, "member", { hub, member: infra.member("norway"), subscriptionId });
    member.addMultiClusterService("web", { namespace, timeout });
  });
}

test.each(["90s", "30m", "1h", "1h30m", undefined])("%j is a timeout", (timeout) => {
  expect(said(timeout)).toEqual([]);
});

test.each(["", "30", "30 m", "1d", "-5m", "half an hour", "0s", "30m; rm"])("%j is none", (timeout) => {
  const text = `timeout: "${timeout}" is not a duration; write e.g. "90s", "30m" or "1h30m".`;
  expect(said(timeout)).toEqual([
    `infra: in another stack: [hub/PlacementWait-shop] ${text}`,
    `infra: in another stack: [member/ServiceWait-shop-web] ${text}`,
  ]);
});

test("a subscription is told by its id", () => {
  expect(said(undefined, "production")).toEqual(
    ["infra: in another stack: [hub] ", "infra: in another stack: [member] ", "infra: "].map(
      (at) =>
        `${at}subscriptionId: "production" is not a subscription id, which is a GUID; \`az account show --query id\` prints it.`,
    ),
  );
  expect(said(undefined, "0b1f6471-1bf0-4dda-aec3-cb9272f09590")).toEqual([]);
});
