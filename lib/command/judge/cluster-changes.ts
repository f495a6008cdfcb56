import type { Content } from "../../fleet-model/contents";
import { type ClusterPreview, inOrder, titleOf } from "./cluster-preview";
import type { Masker } from "./masked";

/** What a cluster gains and loses and what changes on it, compared with before. */
export interface ClusterChanges {
  readonly cluster: string;
  readonly isNew: boolean;
  readonly isGone: boolean;
  readonly gains: readonly ObjectChange[];
  readonly loses: readonly ObjectChange[];
  readonly changes: readonly ObjectChange[];
}

export interface ObjectChange {
  readonly title: string;
  /** If it is uncertain whether it is added or removed: why. */
  readonly doubt?: string;
  /** What differs: `spec.replicas: 2 → 4`. */
  readonly fields?: readonly string[];
}

export function clusterChanges(
  before: readonly ClusterPreview[],
  after: readonly ClusterPreview[],
  masker: Masker,
): ClusterChanges[] {
  const names = [...new Set([...before, ...after].flatMap(({ name }) => name ?? []))].sort();
  return names.map((cluster) => {
    const [was, is] = [before, after].map((side) => side.find(({ name }) => name === cluster));
    const objects = (side: ClusterPreview | undefined) =>
      new Map(
        inOrder(side?.objects ?? []).flatMap((one) =>
          one.key === undefined ? [] : [[one.key, one] as const],
        ),
      );
    const [old, own] = [objects(was), objects(is)];
    const gains: ObjectChange[] = [];
    const loses: ObjectChange[] = [];
    const changes: ObjectChange[] = [];
    for (const key of new Set([...old.keys(), ...own.keys()])) {
      const [a, b] = [old.get(key), own.get(key)];
      if (a && b) {
        const fields = fieldsOf(a, b, masker);
        if (a.isThere === true && b.isThere !== true) {
          loses.push(change(b));
        } else if (a.isThere !== true && b.isThere === true) {
          gains.push(change(a));
        } else if (fields.length > 0) {
          changes.push({ ...change(b), fields });
        }
      } else if (b) {
        gains.push(change(b));
      } else if (a) {
        loses.push(change(a));
      }
    }
    return { cluster, isNew: was === undefined, isGone: is === undefined, gains, loses, changes };
  });
}

function change(content: Content): ObjectChange {
  const { isThere } = content;
  return { title: titleOf(content), ...(typeof isThere !== "boolean" && { doubt: isThere.why }) };
}

function fieldsOf(before: Content, after: Content, masker: Masker): string[] {
  if (before.object === after.object) {
    return [];
  }
  const [one, other] = masker.pair(before.object, after.object);
  return differing(one, other, "");
}

function differing(one: unknown, other: unknown, path: string): string[] {
  if (one === other || JSON.stringify(one) === JSON.stringify(other)) {
    return [];
  }
  const [a, b] = [one, other].map(entriesOf);
  if (a === undefined || b === undefined || Array.isArray(one) !== Array.isArray(other)) {
    return [`${path}: ${shown(one)} → ${shown(other)}`];
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => {
    const inner = Array.isArray(one) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return differing(a[key], b[key], inner);
  });
}

function entriesOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
