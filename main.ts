import { App } from "cdktf";
import { context } from "./cdktf.json";
import {
  HubStack,
  type IFleetMember,
  InfraStack,
  keepState,
  MemberStack,
  Password,
  PlacementPolicy,
  readSettings,
} from "./lib";

/** Two AKS clusters in two regions, a fleet over them, the AKS store on both, and one address for it. */
export function build(app: App): App {
  const settings = readSettings(app, {
    fleetName: "gbb-fleet",
    fleetLocation: "westus",
    members: {
      east: { location: "eastus2", addressSpace: ["10.1.0.0/16"], subnetPrefix: "10.1.0.0/24" },
      west: { location: "westus2", addressSpace: ["10.2.0.0/16"], subnetPrefix: "10.2.0.0/24" },
    },
    namespace: "aks-store-demo",
    entry: "east",
  });
  const { login, insideNetwork, subscriptionId, entry } = settings;

  const infra = new InfraStack(app, "infra", settings);
  const { fleet } = infra;

  const hub = new HubStack(app, "hub", { fleet, login, insideNetwork, subscriptionId });
  const store = hub.addNamespace(settings.namespace);
  const password = new Password(hub, "QueuePassword").value;
  store.addSecret("rabbitmq-secrets", { RABBITMQ_DEFAULT_USER: "store", RABBITMQ_DEFAULT_PASS: password });
  store.addSecret("order-service-secrets", { ORDER_QUEUE_USERNAME: "store", ORDER_QUEUE_PASSWORD: password });
  store.addWorkloads("Store", { files: ["aks-store-demo.yaml"] });
  store.exportService("store-front");
  const locations = fleet.members.map(({ cluster }) => cluster.location);
  hub.addPlacement(store, PlacementPolicy.inLocations(...new Set(locations)));

  // Each member has a stack, as connections can come in at any: the fleet imports a Service once, so that the entry's stack
  // comes last, when nothing is left where it was before.
  const at = (member: IFleetMember) =>
    new MemberStack(app, `member-${member.key}`, { hub, member, login, insideNetwork, subscriptionId });
  const entrance = infra.member(entry);
  const others = fleet.members.filter((member) => member !== entrance).map(at);
  const front = at(entrance);
  front.addMultiClusterService({ namespace: store, serviceName: "store-front" });
  for (const other of others) front.addDependency(other);

  for (const stack of [infra, hub, ...others, front]) {
    keepState(stack, {
      storageAccountName: settings.stateStorageAccountName,
      containerName: settings.stateContainerName,
    });
  }
  return app;
}

if (require.main === module) {
  build(new App({ context })).synth();
}
