import type { Construct } from "constructs";
import type { Login } from "./lib/access/login";
import type { PrivateHubProps } from "./lib/fleet/private-hub";
import type { Principal } from "./lib/identity/principal";
import { inspectProps } from "./lib/props/check-props";
import { overlaid } from "./lib/props/overlaid";
import type { NewMemberProps } from "./lib/stacks/infra-member";
import type { InfraStackProps } from "./lib/stacks/infra-stack";

/** A member as it can be described in JSON. */
export type MemberSettings = Omit<NewMemberProps, "config" | "admins" | "network" | "cluster">;

/** A fleet with one namespace on it, as it can be described in JSON: in the context of `cdktf.json`. */
export interface FleetSettings extends Omit<PrivateHubProps, "hubNetwork"> {
  readonly fleetName: string;
  readonly fleetLocation: string;
  readonly fleetResourceGroupName?: string;
  readonly existingFleetResourceGroupName?: string;
  readonly hubDnsPrefix?: string;
  readonly hubVmSize?: string;
  readonly members: Record<string, MemberSettings>;
  /** What connects the members' networks. */
  readonly connectivity?: InfraStackProps["connectivity"];
  /** Key of the member at which connections come in. */
  readonly entry: string;
  /** Keys of the members at which connections come in, each at an address of its own, in place of `entry`'s one. */
  readonly entries?: readonly string[];
  /** One DNS name over the addresses: `<globalDnsName>.trafficmanager.net`. */
  readonly globalDnsName?: string;
  readonly namespace: string;
  /** Node size and count of members that don't name their own. */
  readonly vmSize?: string;
  readonly nodeCount?: number;
  readonly admins?: readonly Principal[];
  /** Who only plans, such as the pipeline of pull requests. */
  readonly planners?: readonly Principal[];
  readonly login?: Login;
  /** Says that all stages run where private APIs are reachable. */
  readonly insideNetwork?: boolean;
  readonly preventDestroy?: boolean;
  /** Whether a plan asks Azure if it would take the fleet and what is part of it. */
  readonly enablePreflight?: boolean;
  readonly subscriptionId?: string;
  readonly tags?: Record<string, string>;
  readonly stateStorageAccountName?: string;
  readonly stateContainerName?: string;
}

/** What of a fleet the context sets; a member that is null is left out. */
interface FleetContext extends Partial<Omit<FleetSettings, "members">> {
  readonly members?: Record<string, Partial<MemberSettings> | null>;
}

/**
 * `defaults` with what the app's context sets under `fleet`. A member of the context is laid over the default of its key;
 * `null` leaves that member out.
 * @throws if a setting does not exist, is of the wrong kind, or is missing; all of them are named
 */
export function readSettings(scope: Construct, defaults: FleetSettings): FleetSettings {
  const given: FleetContext | undefined = scope.node.tryGetContext("fleet");
  const context = inspectProps<FleetContext>("FleetContext", given === undefined ? {} : given, "fleet");
  const settings = inspectProps("FleetSettings", laidOver(defaults, context.value ?? {}), "fleet");
  const findings = [...context.findings, ...settings.findings];
  if (findings.length > 0 || settings.value === undefined) {
    throw new Error(`The context of the app (cdktf.json) can't be used:\n  ${findings.join("\n  ")}`);
  }
  return settings.value;
}

function laidOver(defaults: FleetSettings, { members = {}, ...settings }: FleetContext): FleetSettings {
  const keys = new Set([...Object.keys(defaults.members), ...Object.keys(members)]);
  const kept = [...keys].filter((key) => members[key] !== null);
  return {
    ...overlaid(defaults, settings),
    members: Object.fromEntries(
      kept.map((key) => [
        key,
        overlaid<Partial<MemberSettings>>(defaults.members[key] ?? {}, members[key] ?? {}),
      ]),
    ) as Record<string, MemberSettings>,
  };
}
