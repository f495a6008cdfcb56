import { locationOf } from "../fleet-model/member";
import { isUnknown } from "../fleet-model/unknown";
import { readStates, type States, withStates } from "./app/state";
import { readStacks } from "./app/synthesized";
import type { CommandContext } from "./context";
import { clusterChanges } from "./judge/cluster-changes";
import { clusterPreviews } from "./judge/cluster-preview";
import { isOutage, lossIn, membersAt, membersCalled, namesOf } from "./judge/loss";
import { Masker } from "./judge/masked";
import { hubsOf, type Modelled, modelOf } from "./judge/model";
import { openIn } from "./judge/open";
import { type Fleet, fleetOfStacks } from "./plan/fleet";
import { joined } from "./plan/values";
import { writeObjects } from "./render/object-files";
import { previewJson } from "./render/preview-json";
import { type FleetPreview, previewScreen } from "./render/preview-screen";
import { FinalProblem } from "./terminal/problems";
import { painter } from "./terminal/style";

export interface PreviewOptions {
  /** The synthesized app. */
  readonly folder: string;
  /** Only these clusters; empty: all. */
  readonly clusters: readonly string[];
  /** The folder to write objects to. */
  readonly out: string | undefined;
  /** The app as synthesized before the change. */
  readonly base: string | undefined;
  /** Lost members or locations. */
  readonly without: readonly string[];
  readonly json: boolean;
}

/** Shows what each cluster gets from a synthesized app. 2: a Service becomes unreachable. */
export async function preview(options: PreviewOptions, context: CommandContext): Promise<0 | 2> {
  const { folder, base, out, json } = options;
  const { environment, print, complain, terminal } = context;
  const app = readStacks(folder, "aks-fleet preview FOLDER");
  const before = base === undefined ? undefined : readStacks(base, "--base FOLDER");
  const read = await readStates(folder, app, environment);
  const { stacks, secrets } = withStates(app, read.states);
  const old = before && withStates(before, read.states);
  const masker = new Masker([...app, ...(before ?? [])], [...secrets, ...(old?.secrets ?? [])]);
  const fleets = previewed(fleetOfStacks(stacks), old && fleetOfStacks(old.stacks), read, options, masker);
  if (out !== undefined) {
    const count = writeObjects(
      out,
      fleets.map(({ name, clusters }) => ({ name: fleets.length > 1 ? name : undefined, clusters })),
      masker,
    );
    complain(`${count} objects written to ${out}.`);
  }
  const notes = notesOf(read);
  if (json) {
    print(previewJson(fleets, notes, masker));
  } else {
    for (const line of previewScreen(fleets, notes, painter(terminal, environment))) {
      print(masker.cleanWords(line));
    }
  }
  const isLost = fleets.some(({ loss }) => loss?.services.some(isOutage));
  return isLost ? 2 : 0;
}

function previewed(
  app: Fleet,
  base: Fleet | undefined,
  { states }: States,
  { clusters: only, without }: PreviewOptions,
  masker: Masker,
): FleetPreview[] {
  const deployed = new Set(
    states.flatMap(({ stack, resources }) => [...resources.keys()].map((address) => `${stack} ${address}`)),
  );
  const isDeployed = (key: string) => deployed.has(key);
  const models = hubsOf(app).map((hub) => {
    const old = base && modelOf(base, hub, { isDeployed });
    const own = modelOf(app, hub, { isDeployed, ...(old && { before: old.fleet }) });
    return { hub, old, own };
  });
  checkNames(
    models.map(({ own }) => own),
    only,
    without,
  );
  const asked = new Set(
    models.flatMap(({ own }) => only.flatMap((name) => namesOf(membersCalled(own.fleet, name)))),
  );
  const isWanted = ({ name }: { readonly name?: string | undefined }) =>
    only.length === 0 || (name !== undefined && (asked.has(name) || only.includes(name)));
  return models.map(({ hub, old, own }) => {
    const all = clusterPreviews(own);
    const lost = new Set(without.flatMap((place) => membersAt(own.fleet, place)));
    return {
      name: hub?.name,
      fleet: own.fleet,
      endpoints: own.endpoints,
      clusters: all.filter(isWanted),
      changes:
        old &&
        clusterChanges(clusterPreviews(old), all, masker).filter(({ cluster }) =>
          isWanted({ name: cluster }),
        ),
      loss: without.length === 0 ? undefined : lossIn(app, own, [...lost], { isDeployed }),
      open: openIn(own, all.filter(isWanted), without),
    };
  });
}

/** Every given name must exist: a misspelt one would find nothing wrong. */
function checkNames(models: readonly Modelled[], only: readonly string[], without: readonly string[]): void {
  const names = models.flatMap(({ fleet }) =>
    fleet.members.flatMap(({ member: { name } }) => (isUnknown(name) ? [] : [name])),
  );
  const known = names.length > 0 ? `its clusters are ${joined([...names].sort())}` : "it names no cluster";
  const missing = only.filter((name) => models.every(({ fleet }) => membersCalled(fleet, name).length === 0));
  if (missing.length > 0) {
    throw new FinalProblem(`The app has no cluster ${joined(missing)}: ${known}.`);
  }
  const nowhere = without.filter((place) =>
    models.every(({ fleet }) => membersAt(fleet, place).length === 0),
  );
  if (nowhere.length > 0) {
    const members = models.flatMap(({ fleet }) => fleet.members.map(({ member }) => member));
    const [placed, unplaced] = [
      members.map(locationOf).filter((one) => typeof one === "string"),
      members.filter((one) => isUnknown(locationOf(one)) && !isUnknown(one.name)),
    ];
    const places = placed.length > 0 ? `, in ${joined([...new Set(placed)].sort())}` : "";
    const where =
      unplaced.length > 0
        ? `; it doesn't say where ${joined(namesOf(unplaced))} ${unplaced.length === 1 ? "is" : "are"}`
        : "";
    throw new FinalProblem(
      `The app has no cluster ${joined(nowhere)}, and none in a location with that name: ${known}${places}${where}.`,
    );
  }
}

function notesOf({ unread }: States): string[] {
  if (unread.length === 0) {
    return [];
  }
  const reasons = new Map<string, string[]>();
  for (const { stack, why } of unread) {
    reasons.set(why, [...(reasons.get(why) ?? []), stack]);
  }
  return [...reasons].map(
    ([why, names]) =>
      `The state of ${joined(names)} is not read (${why}): values known only after apply are unknown, and PickN placements choose clusters as in a first deployment; a deployed one keeps its clusters.`,
  );
}
