import { isDeepStrictEqual } from "node:util";
import { identityOf, type KubernetesObject } from "../../lib/fleet-model/identity";
import { type Overridden, overriding, readOverrides } from "../../lib/fleet-model/overrides";
import type { Value } from "../../lib/fleet-model/value";
import vectors from "./vectors/overrides.json";

interface Case {
  id: string;
  kind: string;
  placement: string;
  objects: string[];
  clusters: string[];
  overrides: { name: string; namespace?: string; index: number; spec: Value }[];
  result: Record<string, Expected>;
}

interface Expected {
  clusterOverrides?: string[];
  overrides?: string[];
  objects?: (Value | undefined)[];
  error?: string;
  stage?: string;
  failedObject?: number;
}

const objects = vectors.objects as unknown as Record<string, KubernetesObject>;
const clusters = vectors.clusters as unknown as Record<string, { labels?: Record<string, string> }>;
const cases = vectors.cases as unknown as Case[];

const kinds = [...new Set(cases.map(({ kind }) => kind))];

test.each(kinds)("what the fleet answered: %s", (kind) => {
  const ofKind = cases.filter((one) => one.kind === kind);
  const answers = ofKind.map((one) => [one.id, Object.fromEntries(answersTo(one))]);
  expect(answers).toEqual(ofKind.map(({ id, result }) => [id, mapped(result)]));
});

function answersTo(given: Case): [string, Expected][] {
  const selected = given.objects.map((key) => {
    const object = objects[key] as KubernetesObject;
    return { object, identity: identityOf(object), isSelected: true as const };
  });
  const get = overriding(readOverrides(given.overrides), given.placement, selected);
  return given.clusters.map((name) => [
    name,
    asInVectors(get({ name, labels: { known: clusters[name]?.labels ?? {} } }), given),
  ]);
}

/** Without what Go prints of a selector, and what Kubernetes says to explain a value. */
function mapped(result: Record<string, Expected>): Record<string, Expected> {
  return Object.fromEntries(
    Object.entries(result).map(([name, expected]) => [
      name,
      expected.error === undefined
        ? expected
        : {
            ...expected,
            error: expected.error
              .replace(/ &LabelSelector\{.*\}(?=: )/, "")
              .replace(/(Invalid value: [^:]*): .*/, "$1"),
          },
    ]),
  );
}

function asInVectors({ overrides, objects: results, failure, doubt }: Overridden, given: Case): Expected {
  const names = overrides.map(({ override: { name, namespace, index }, isCertain }) => {
    const text = `${namespace === undefined ? "" : `${namespace}/`}${name}-${index}`;
    return { namespace, name: isCertain === true ? text : `perhaps ${text}` };
  });
  const clusterOverrides = names.filter(({ namespace }) => namespace === undefined).map(({ name }) => name);
  const others = names.filter(({ namespace }) => namespace !== undefined).map(({ name }) => name);
  return {
    ...(clusterOverrides.length > 0 && { clusterOverrides }),
    ...(others.length > 0 && { overrides: others }),
    ...(doubt && { error: `perhaps: ${doubt.why}` }),
    ...(failure
      ? {
          stage: failure.stage,
          error: errorOf(failure, given),
          ...(failure.object !== undefined && { failedObject: failure.object }),
        }
      : {
          objects: results.map(({ object, isThere }, index) => {
            const before = objects[given.objects[index] as string];
            return !isThere
              ? (null as unknown as Value)
              : isDeepStrictEqual(object, before)
                ? "unchanged"
                : object;
          }),
        }),
  };
}

/** The whole text of the fleet, in which the model has the reason. */
function errorOf(
  { stage, reason, override, object }: NonNullable<Overridden["failure"]>,
  given: Case,
): string {
  if (stage === "pick") {
    return `unexpected behavior which cannot be handled by the controller: ${reason}`;
  }
  const { kind, metadata } = objects[given.objects[object as number] as string] as unknown as {
    kind: string;
    metadata: { name: string; namespace?: string };
  };
  const at = metadata.namespace === undefined ? "" : ` in namespace "${metadata.namespace}"`;
  const snapshot = `${override?.namespace === undefined ? "Cluster" : ""}ResourceOverrideSnapshot`;
  return `failed to process the request due to a client error: ${snapshot} "${override?.name}-${override?.index}" failed to apply on ${kind} "${metadata.name}"${at}: ${reason}`;
}
