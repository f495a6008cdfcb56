import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Content } from "../../fleet-model/contents";
import { isUnknown } from "../../fleet-model/unknown";
import type { ClusterPreview } from "../judge/cluster-preview";
import type { Masker } from "../judge/masked";
import { FinalProblem } from "../terminal/problems";
import { toYaml } from "./yaml";

/** By it a folder is known to be written by this command, which may then write it anew. */
const MARK = ".aks-fleet-preview";
const MARKED = "Written by aks-fleet preview, which removes the folders here before it writes again.\n";

/** No namespace and no cluster is called so. */
const CLUSTER_WIDE = "_cluster";
const PERHAPS = "_perhaps";
/** Where none is known: what whichever is chosen gets. */
const ANY = "_any";

export interface Written {
  /** A folder around those of the clusters. @default - none */
  readonly name: string | undefined;
  readonly clusters: readonly ClusterPreview[];
}

/** Writes the objects of each cluster into a folder of its own, one a file. What may only be there has one apart. */
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

/** Names of roles may hold what no file system keeps apart, or takes. */
function asFile(name: string): string {
  return name.replace(/[^a-z0-9.-]/g, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** Nothing of an earlier time may stay beside what is written now, and nothing of anybody else may go. */
function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder, { withFileTypes: true });
    if (found.length > 0) {
      if (!found.some(({ name }) => name === MARK) || readFileSync(join(folder, MARK), "utf8") !== MARKED) {
        throw new FinalProblem(
          `--out: ${folder} is not empty, and not written by this command: name another folder, or empty it.`,
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
