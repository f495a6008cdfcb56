import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Content } from "../../fleet-model/contents";
import { isUnknown } from "../../fleet-model/unknown";
import type { ClusterPreview } from "../judge/cluster-preview";
import type { Masker } from "../judge/masked";
import { FinalProblem } from "../terminal/problems";
import { toYaml } from "./yaml";

/** Marks a folder as written by this command, which may then overwrite it. */
const MARK = ".aks-fleet-preview";
const MARKED = "Written by aks-fleet preview, which deletes the folders here before it writes again.\n";

/** Not a possible name of a namespace or cluster. */
const CLUSTER_WIDE = "_cluster";
const PERHAPS = "_perhaps";
/** If no cluster is known: what any chosen one gets. */
const ANY = "_any";

export interface Written {
  /** A parent folder for those of the clusters. @default - none */
  readonly name: string | undefined;
  readonly clusters: readonly ClusterPreview[];
}

/** Writes each cluster's objects to its own folder, one file per object. Uncertain objects get a separate folder. */
export function writeObjects(folder: string, fleets: readonly Written[], masker: Masker): number {
  prepare(folder);
  const made = new Set<string>();
  const texts = new WeakMap<object, string>();
  let count = 0;
  const all = fleets.flatMap(({ name: fleet, clusters }) =>
    clusters.map((one) => ({ ...one, around: fleet === undefined ? [] : [asFile(fleet)] })),
  );
  for (const { name, objects, around } of all) {
    for (const content of objects) {
      const file = fileOf(content);
      if (file === undefined) {
        continue;
      }
      const path = join(folder, ...around, ...(content.isThere === true ? [] : [PERHAPS]), name ?? ANY, file);
      if (!made.has(dirname(path))) {
        mkdirSync(dirname(path), { recursive: true });
        made.add(dirname(path));
      }
      const object = content.object as object;
      const text = texts.get(object) ?? `${toYaml(masker.clean(content.object)).join("\n")}\n`;
      texts.set(object, text);
      writeFileSync(path, text);
      count += 1;
    }
  }
  return count;
}

/** Where an object goes, in the folder of its cluster: `shop/deployment.apps_front.yaml`. */
function fileOf({ identity: { group, kind, namespace, name }, object }: Content): string | undefined {
  if (isUnknown(name) || isUnknown(namespace) || isUnknown(object) || typeof object !== "object") {
    return undefined;
  }
  const type = [kind.toLowerCase(), ...(group === "" ? [] : [group])].join(".");
  return join(
    namespace === undefined ? CLUSTER_WIDE : asFile(namespace),
    `${asFile(type)}_${asFile(name)}.yaml`,
  );
}

/** Names of roles may hold characters that file systems reject or don't distinguish. */
function asFile(name: string): string {
  return name.replace(/[^a-z0-9.-]/g, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** Deletes everything from an earlier run, and nothing else. */
function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder, { withFileTypes: true });
    if (found.length > 0) {
      if (!found.some(({ name }) => name === MARK) || readFileSync(join(folder, MARK), "utf8") !== MARKED) {
        throw new FinalProblem(
          `--out: ${folder} is not empty and was not written by this command: choose another folder, or empty it.`,
        );
      }
      for (const { name } of found.filter((one) => one.isDirectory() && !one.name.startsWith("."))) {
        rmSync(join(folder, name), { recursive: true });
      }
    }
    writeFileSync(join(folder, MARK), MARKED);
  } catch (error) {
    throw error instanceof FinalProblem
      ? error
      : new FinalProblem(`--out: ${folder} can't be written: ${(error as Error).message}.`);
  }
}
