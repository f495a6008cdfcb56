import type { ClusterOptions, Command } from "./arguments";
import { connect } from "./client/kube-client";
import { loadKubeconfig } from "./client/kubeconfig";
import type { CommandContext } from "./context";
import { lookAtDrain } from "./live/drain";
import { follow, type Poll } from "./live/follow";
import { lookAtLeave } from "./live/leave";
import { lookAtHub } from "./live/wait-hub";
import { lookAtMember } from "./live/wait-member";
import { lookAtPlacement } from "./live/wait-placement";
import { lookAtService } from "./live/wait-service";
import { lookAtTrafficManager } from "./live/wait-traffic-manager";
import { systemClock } from "./terminal/clock";
import type { Target } from "./terminal/problems";

/** The commands that poll one cluster until it is ready. */
export type ClusterCommand = Extract<Command, ClusterOptions>;

export async function wait(
  command: ClusterCommand,
  { environment, print, clock = systemClock, load = loadKubeconfig }: CommandContext,
): Promise<void> {
  const subject = subjectOf(command);
  const goes = command.kind === "drain" || command.kind === "leave";
  const switchName = goes ? "AKS_FLEET_SKIP_DRAIN" : "AKS_FLEET_SKIP_WAITS";
  if (isSet(environment[switchName])) {
    print(`${subject}: skipped, because ${switchName} is set`);
    return;
  }

  const target: Target = command.kind === "member" || command.kind === "service" ? "member" : "hub";
  const client = connect(() => load(command.kubeconfig, environment), target);
  const { timeoutMs } = command;
  const until = (look: () => Promise<Poll>) =>
    follow({ subject, look, timeoutMs, clock, random: Math.random, print });

  switch (command.kind) {
    case "hub":
      return until(lookAtHub(client, command.members, clock));
    case "member":
      return until(lookAtMember(client));
    case "placement":
      return until(lookAtPlacement(client, { ...command, clock }));
    case "service": {
      const service = lookAtService(client, command);
      await until(service.look);
      // Alone on the last line, for scripts.
      return print(service.address());
    }
    case "traffic-manager": {
      const profile = lookAtTrafficManager(client, command);
      await until(profile.look);
      return print(profile.dnsName());
    }
    case "drain":
      return until(lookAtDrain(client, command));
    case "leave":
      return until(lookAtLeave(client, command.member));
  }
}

function subjectOf(command: ClusterCommand): string {
  if (command.kind === "placement") {
    return `placement ${command.namespace === undefined ? "" : `${command.namespace}/`}${command.name}`;
  }
  if (command.kind === "leave") return `member ${command.member}`;
  if (command.kind === "service") return `service ${command.namespace}/${command.name}`;
  if (command.kind === "traffic-manager") return `traffic-manager ${command.namespace}/${command.name}`;
  return command.kind;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}
