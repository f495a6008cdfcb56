export type { ClusterSimulation, SimulatedObject } from "./testing/cluster-simulation";
export {
  FleetSimulation,
  type FleetSimulationOptions,
  type SimulatedMember,
  type SimulatedTaint,
} from "./testing/fleet-simulation";
export { type FleetMatchers, fleetMatchers } from "./testing/matchers";
export type { Choice, PlacementSimulation } from "./testing/placement-simulation";
export type { ServiceSimulation } from "./testing/service-simulation";
