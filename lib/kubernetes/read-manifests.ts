import { readFileSync } from "node:fs";
import { isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { overlaid } from "../props/overlaid";
import { isPlainObject } from "./escape";
import type { KubernetesObject } from "./kubernetes-object";

/** Something that produces objects, e.g. a cdk8s Chart. */
export interface ManifestChart {
  /** Its objects, as for `kubectl apply`. */
  toJson(): unknown[];
  readonly node?: { readonly path: string };
}

/** An object, and its source, for findings. */
export interface FoundObject {
  readonly object: KubernetesObject;
  readonly where: string;
}

/** The objects of a source, and its findings. */
export interface ReadManifests {
  readonly found: readonly FoundObject[];
  readonly findings: readonly Finding[];
}

/** Reads the objects of a YAML file with one or more documents; of a list, its items. */
export function readManifests(file: string): ReadManifests {
  if (!isKnown(file)) {
    return refused(
      finding(
        "manifest-file-unreadable",
        "file: its path is known only after apply, but files are read at synth; write it out.",
      ),
    );
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return refused(
      finding(
        "manifest-file-unreadable",
        `file: ${file} can't be read (${(error as NodeJS.ErrnoException).code}); use an existing file, relative to the app's working directory.`,
      ),
    );
  }
  const text = decodeText(bytes);
  return text === undefined
    ? refused(
        finding(
          "manifest-encoding",
          `file: ${file} is neither UTF-8, nor UTF-16 with a byte order mark; save it as UTF-8.`,
        ),
      )
    : parseManifests(text, file);
}

/** The text of a file: UTF-8, or UTF-16 with a byte order mark; undefined if it is neither. */
function decodeText(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 2).toString("hex");
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Parses the objects in a YAML string, like kubectl. */
export function parseManifests(text: string, file: string): ReadManifests {
  // Loaded on first use: most stacks have no files.
  const { parseYaml } = require("./yaml") as typeof import("./yaml");
  const documents = parseYaml(text.replace(/^\uFEFF/, ""));
  const read = documents.map((document, index): ReadManifests => {
    const where = `${file}, document ${index + 1}`;
    if ("error" in document) {
      return refused(finding("manifest-yaml", `${where}: ${document.error}`));
    }
    return document.value === null ? { found: [], findings: [] } : readObject(document.value, where);
  });
  const all = together(read);
  return all.found.length === 0 && all.findings.length === 0
    ? refused(
        finding(
          "manifest-file-empty",
          `${file} contains no objects, which \`kubectl apply\` refuses, too; add one, or remove the file.`,
        ),
      )
    : all;
}

/** Reads one object; of a list, of any kind, its items. */
export function readObject(value: unknown, where: string): ReadManifests {
  if (isPlainObject(value) && Array.isArray(value.items)) {
    const { apiVersion, kind } = value;
    // The items of e.g. a DeploymentList are Deployments, unless they have a kind.
    const ofList =
      typeof kind === "string" && /^.+List$/.test(kind)
        ? { apiVersion, kind: kind.slice(0, -"List".length) }
        : {};
    return together(
      value.items.map((item) =>
        readObject(isPlainObject(item) ? overlaid<object>(ofList, item) : item, where),
      ),
    );
  }
  return isKubernetesObject(value)
    ? { found: [{ object: value, where }], findings: [] }
    : refused(
        finding(
          "manifest-not-an-object",
          `${where}: is not a Kubernetes object; set its apiVersion, kind and metadata.name.`,
        ),
      );
}

function refused(found: Finding): ReadManifests {
  return { found: [], findings: [found] };
}

function together(read: readonly ReadManifests[]): ReadManifests {
  return { found: read.flatMap(({ found }) => found), findings: read.flatMap(({ findings }) => findings) };
}

/** Reads the objects of a chart. */
export function readChart(chart: ManifestChart, index: number): ReadManifests {
  const name = chart.node?.path ? `chart "${chart.node.path}"` : `charts[${index}]`;
  let objects: unknown[];
  try {
    objects = chart.toJson();
  } catch (error) {
    // cdk8s validates its constructs here, and throws.
    return refused(
      finding("manifest-chart-fails", `${name}: can't be synthesized: ${(error as Error).message}`),
    );
  }
  return objects.length === 0
    ? refused(finding("manifest-chart-empty", `${name} contains no objects; add one, or remove the chart.`))
    : together(objects.map((object, position) => readObject(object, `${name}, object ${position + 1}`)));
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isPlainObject(value) &&
    typeof value.apiVersion === "string" &&
    typeof value.kind === "string" &&
    isPlainObject(value.metadata) &&
    typeof value.metadata.name === "string"
  );
}
