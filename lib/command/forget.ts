import { memberNamespace } from "../fleet-api/members";
import { complainOf, reach } from "./app-command";
import type { Command } from "./arguments";
import type { CommandContext } from "./context";
import { type Forgetting, lookAtForgotten } from "./live/forget";
import { LEAVING } from "./live/member-health";
import { systemClock } from "./terminal/clock";
import { FinalProblem, PassingProblem } from "./terminal/problems";

/** Cleans what can be cleaned of a member that will not come back, and says what can't. */
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
    throw new FinalProblem(`forget ${member}: it is not clear of which fleet: name one's app with --out.`);
  }
  const { fleet, clusters } = first;
  const { hub } = clusters;
  if (hub === undefined) {
    throw new FinalProblem(
      `forget ${member}: no deployed stack tells how the hub is reached: --kubeconfig FILE`,
    );
  }
  const found = await lookAtForgotten(
    { ...clusters, hub },
    member,
    to === undefined ? undefined : nameOf(to),
    clock.now(),
  );
  const subject = `forget ${member}`;
  if (found.cleanUps.length === 0) print(`${subject}: nothing is left that can be cleaned`);
  else {
    print(`${subject}: what can be cleaned`);
    for (const { text } of found.cleanUps) print(`  - ${text}`);
    if (!yes && ask === undefined) {
      throw new FinalProblem(`${subject}: nothing is done. Nobody is there to be asked: --yes does it.`);
    }
    if (!yes && !(await ask?.("Clean it?"))) throw new FinalProblem(`${subject}: nothing is done.`);
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

/** What is not this command's to do, and whose it is. */
function rest(member: string, fleetId: string, { stubborn, claims, exports, kept }: Forgetting): string[] {
  const [, group = "GROUP", name = "FLEET"] =
    /\/resourceGroups\/([^/]+)\/.*\/fleets\/([^/]+)$/i.exec(fleetId) ?? [];
  const remove = `az fleet member delete --resource-group ${group} --fleet-name ${name} --name ${member} --yes`;
  return [
    "",
    "Meanwhile: keep outOfService: true on it in the app, and deploy; no stage waits for it.",
    ...(stubborn.length > 0
      ? [
          `  placement ${stubborn.join(", ")} would take it again, by its name or because it tolerates every taint: outOfService narrows it.`,
          "  One that names no other member can't be narrowed: take it out of the app.",
        ]
      : []),
    ...(claims.length > 0
      ? [
          `  ${claims.join(", ")}: its address was there. Move the entry to another member in the app, and deploy; while that`,
          `  waits for the Service, forget ${member} --to MEMBER gives MEMBER the claim. Earlier its address would lead nowhere.`,
        ]
      : []),
    "",
    "Only Azure can take it out of the fleet:",
    `  ${remove}`,
    ...(exports.length > 0
      ? [
          `  The hub refuses that as long as it keeps its exports ("Please delete serviceExport …"): ${exports.join(", ")}.`,
          "  Its own agents delete them, and nobody else may: the hub guards its namespace, and who may skip the check is Azure alone.",
          "  Ask Azure's support, for the fleet's id, to delete them, or to delete the MemberCluster with spec.deleteOptions.validationMode: Skip:",
          `    fleet: ${fleetId || "the id of the fleet"}`,
          `    namespace: ${memberNamespace(member)}`,
          ...kept.map((one) => `    ${one}`),
        ]
      : []),
    "",
    `Should it come back all the same: take the taint ${LEAVING} off it (kubectl edit memberclusters ${member}),`,
    "  then outOfService, and deploy.",
    "",
    `When it has left, take ${member} out of the app, and deploy with AKS_FLEET_SKIP_DRAIN=1.`,
  ];
}
