import { memberNamespace } from "../fleet-api/members";
import { complainOf, reach } from "./app-command";
import type { Command } from "./arguments";
import type { CommandContext } from "./context";
import { type Forgetting, lookAtForgotten } from "./live/forget";
import { LEAVING } from "./live/member-health";
import { systemClock } from "./terminal/clock";
import { FinalProblem, PassingProblem } from "./terminal/problems";

/** Cleans up after a member that is lost for good, and reports what it can't clean up. */
export async function forget(
  { member: asked, to, yes, ...command }: Extract<Command, { kind: "forget" }>,
  context: CommandContext,
): Promise<void> {
  const { print, complain, ask, clock = systemClock } = context;
  const { reached, deployed } = await reach(command, context);
  complainOf(deployed, complain);
  const nameOf = (given: string) => {
    const members = reached.flatMap(({ fleet }) => fleet.members);
    return members.find((one) => [one.name, one.cluster, one.key].includes(given))?.name ?? given;
  };
  const member = nameOf(asked);
  const [first, ...others] = reached.filter(
    ({ fleet }) => reached.length === 1 || fleet.members.some(({ name }) => name === member),
  );
  if (first === undefined || others.length > 0) {
    throw new FinalProblem(`forget ${member}: it is unclear in which fleet; choose one with --out.`);
  }
  const { fleet, clusters } = first;
  const { hub } = clusters;
  if (hub === undefined) {
    throw new FinalProblem(
      `forget ${member}: no deployed stack says how to reach the hub: give --kubeconfig FILE`,
    );
  }
  const found = await lookAtForgotten(
    { ...clusters, hub },
    member,
    to === undefined ? undefined : nameOf(to),
    clock.now(),
  );
  const subject = `forget ${member}`;
  if (found.cleanUps.length === 0) print(`${subject}: nothing left to clean up`);
  else {
    print(`${subject}: cleaning up`);
    for (const { text } of found.cleanUps) print(`  - ${text}`);
    if (!yes && ask === undefined) {
      throw new FinalProblem(
        `${subject}: nothing was changed. This session isn't interactive: --yes skips the confirmation.`,
      );
    }
    if (!yes && !(await ask?.("Clean up?"))) throw new FinalProblem(`${subject}: nothing was changed.`);
  }
  const failed: string[] = [];
  for (const { text, act } of found.cleanUps) {
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof FinalProblem || problem instanceof PassingProblem)) throw problem;
      failed.push(`${text}: ${problem.message.replace(/; trying again$/, "")}`);
    }
  }
  for (const line of rest(member, fleet.id, found)) print(line);
  if (failed.length > 0) {
    throw new FinalProblem(`${subject}: not done:\n${failed.map((line) => `  - ${line}`).join("\n")}`);
  }
}

/** What this command can't do, and who can. */
function rest(member: string, fleetId: string, { stubborn, claims, exports, kept }: Forgetting): string[] {
  const [, group = "GROUP", name = "FLEET"] =
    /\/resourceGroups\/([^/]+)\/.*\/fleets\/([^/]+)$/i.exec(fleetId) ?? [];
  const remove = `az fleet member delete --resource-group ${group} --fleet-name ${name} --name ${member} --yes`;
  return [
    "",
    "Meanwhile, keep outOfService: true on it in the app and deploy; no stage waits for it.",
    ...(stubborn.length > 0
      ? [
          `  placement ${stubborn.join(", ")} would choose it again: it names it or tolerates every taint. outOfService excludes it.`,
          "  One that names no other member can't be narrowed: remove it from the app.",
        ]
      : []),
    ...(claims.length > 0
      ? [
          `  ${claims.join(", ")}: its address was there. Move the entry to another member in the app and deploy. While the deployment`,
          `  waits for the Service, run forget ${member} --to MEMBER to transfer the claim; not before, or the new address gets no endpoints.`,
        ]
      : []),
    "",
    "Only Azure can remove it from the fleet:",
    `  ${remove}`,
    ...(exports.length > 0
      ? [
          `  The hub refuses while it still holds the member's exports ("Please delete serviceExport …"): ${exports.join(", ")}.`,
          "  Only the member's own agents may delete them: the hub protects the namespace, and only Azure can bypass that.",
          "  Open an Azure support request with the fleet's id to delete them, or the MemberCluster with spec.deleteOptions.validationMode: Skip:",
          `    fleet: ${fleetId || "the id of the fleet"}`,
          `    namespace: ${memberNamespace(member)}`,
          ...kept.map((one) => `    ${one}`),
        ]
      : []),
    "",
    `If it comes back after all, remove the taint ${LEAVING} (kubectl edit memberclusters ${member}),`,
    "  then outOfService, and deploy.",
    "",
    `Once it has left, remove ${member} from the app and deploy with AKS_FLEET_SKIP_DRAIN=1.`,
  ];
}
