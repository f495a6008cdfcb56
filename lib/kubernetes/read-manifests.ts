import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { type Finding, finding } from "../checks/finding";
import { isPlainObject } from "./escape";
import type { KubernetesObject } from "./kubernetes-object";

/** Something that makes objects, such as a Chart of cdk8s. */
export interface ManifestChart {
  /** Its objects, as `kubectl apply` would take them. */
  toJson(): unknown[];
  readonly node?: { readonly path: string };
}

/** An object, and where it comes from, for findings. */
export interface FoundObject {
  readonly object: KubernetesObject;
  readonly where: string;
}

/** The objects of a source, and what is wrong with it. */
export interface ReadManifests {
  readonly found: readonly FoundObject[];
  readonly findings: readonly Finding[];
}

/** Reads the objects of a YAML file of one or more documents; a `List` gives its items. */
export function readManifests(file: string): ReadManifests {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return {
      found: [],
      findings: [
        finding(
          "manifest-file-unreadable",
          `file: ${file} can't be read (${(error as NodeJS.ErrnoException).code}); relative paths start at the folder that the app runs in.`,
        ),
      ],
    };
  }
  return parseManifests(text, file);
}

/** Parses YAML as kubectl does: by YAML 1.1 (`0644` is octal, `yes` is true), without its dates and base-60 numbers. */
export function parseManifests(text: string, file: string): ReadManifests {
  const found: FoundObject[] = [];
  const findings: Finding[] = [];
  const documents = parseAllDocuments(text, {
    version: "1.1",
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === "string" || (tag.format !== "TIME" && !tag.tag.endsWith(":timestamp")),
      ),
  });
  for (const [index, document] of (Array.isArray(documents) ? documents : []).entries()) {
    const where = `${file}, document ${index + 1}`;
    let value: unknown;
    try {
      // An alias without its anchor is found only here, and thrown.
      const [error] = document.errors;
      if (error) {
        throw error;
      }
      value = document.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      findings.push(finding("manifest-yaml", `${where}: ${(error as Error).message.split(/:?\n/)[0]}`));
      continue;
    }
    if (value === null || value === undefined) {
      continue;
    }
    const read = readObject(value, where);
    found.push(...read.found);
    findings.push(...read.findings);
  }
  if (found.length === 0 && findings.length === 0) {
    findings.push(
      finding("manifest-file-empty", `${file} holds no object: \`kubectl apply\` refuses such a file, too.`),
    );
  }
  return { found, findings };
}

/** Takes one object as it is; a `List` gives its items. */
export function readObject(value: unknown, where: string): ReadManifests {
  const found: FoundObject[] = [];
  const findings: Finding[] = [];
  const items = isPlainObject(value) && value.kind === "List" ? value.items : [value];
  for (const item of Array.isArray(items) ? items : [items]) {
    if (isKubernetesObject(item)) {
      found.push({ object: item, where });
    } else {
      findings.push(
        finding(
          "manifest-not-an-object",
          `${where}: is not an object of Kubernetes; it has an apiVersion, a kind and a metadata.name.`,
        ),
      );
    }
  }
  return { found, findings };
}

/** Takes the objects of a chart. */
export function readChart(chart: ManifestChart, index: number): ReadManifests {
  const name = chart.node?.path ? `chart "${chart.node.path}"` : `charts[${index}]`;
  let objects: unknown[];
  try {
    objects = chart.toJson();
  } catch (error) {
    // cdk8s validates its constructs here, and throws.
    return {
      found: [],
      findings: [
        finding("manifest-chart-fails", `${name}: can't be synthesized: ${(error as Error).message}`),
      ],
    };
  }
  const read = objects.map((object, position) => readObject(object, `${name}, object ${position + 1}`));
  return {
    found: read.flatMap(({ found }) => found),
    findings:
      read.length === 0
        ? [finding("manifest-chart-empty", `${name} holds no object; add some to it, or leave it out.`)]
        : read.flatMap(({ findings }) => findings),
  };
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
