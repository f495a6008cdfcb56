import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { type Finding, finding } from "../checks/finding";
import { isPlainObject } from "../manifest/escape";
import type { KubernetesObject } from "./kubernetes-object";

/** The objects of a file, and what is wrong with it. */
export interface ReadManifests {
  readonly objects: readonly KubernetesObject[];
  readonly findings: readonly Finding[];
}

/** Reads the objects of a YAML file of one or more documents; a `List` gives its items. */
export function readManifests(file: string): ReadManifests {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return {
      objects: [],
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
  const objects: KubernetesObject[] = [];
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
    const items = isPlainObject(value) && value.kind === "List" ? value.items : [value];
    for (const item of Array.isArray(items) ? items : [items]) {
      if (isKubernetesObject(item)) {
        objects.push(item);
      } else {
        findings.push(
          finding(
            "manifest-not-an-object",
            `${where}: is not an object of Kubernetes; it has an apiVersion, a kind and a metadata.name.`,
          ),
        );
      }
    }
  }
  if (objects.length === 0 && findings.length === 0) {
    findings.push(
      finding("manifest-file-empty", `${file} holds no object: \`kubectl apply\` refuses such a file, too.`),
    );
  }
  return { objects, findings };
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
