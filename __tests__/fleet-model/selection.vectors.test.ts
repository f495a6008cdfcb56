import { type Hub, readHub } from "../../lib/fleet-model/hub";
import type { Identity, KubernetesObject } from "../../lib/fleet-model/identity";
import type { Kind, Scope } from "../../lib/fleet-model/kinds";
import { selectResources } from "../../lib/fleet-model/selection";
import type { Value } from "../../lib/fleet-model/value";
import vectors from "./vectors/selection.json";

interface Case {
  id: string;
  kind: string;
  hub: string;
  placement: string;
  enableWorkload: boolean;
  selectors: Value[] | null;
  result: { selected?: string[]; envelopes?: number; contents?: Value[]; error?: string };
}

const cases = vectors.cases as unknown as Case[];
const served = Object.entries(vectors.kinds).map(([text, { plural, scope }]) => {
  const [apiVersion = "", kind = ""] = text.split(" ");
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { group, version, kind, plural, scope: scope as Scope };
});
const scopeOf = ({ group, version, kind }: Kind): Scope | undefined =>
  served.find((one) => one.group === group && one.version === version && one.kind === kind)?.scope;

const hubs = Object.entries(vectors.hubs as unknown as Record<string, KubernetesObject[]>).flatMap(
  ([name, objects]) =>
    [true, false].map((runsWorkloads) => [
      `${name} ${runsWorkloads}`,
      readHub({ objects, scopeOf, runsWorkloads } satisfies Hub),
    ]),
);
const hubOf = new Map(hubs as [string, ReturnType<typeof readHub>][]);

test.each([...new Set(cases.map(({ kind }) => kind))])("what the fleet selected: %s", (kind) => {
  const ofKind = cases.filter((one) => one.kind === kind);
  expect(ofKind.map((one) => [one.id, answerTo(one)])).toEqual(
    ofKind.map(({ id, result }) => [
      id,
      { ...result, ...(result.error && { error: reasonOf(result.error) }) },
    ]),
  );
});

function answerTo({
  hub,
  enableWorkload,
  placement,
  selectors,
  result,
}: Case): Case["result"] & { doubt?: unknown } {
  const [name = "", namespace] = placement.split("/").reverse();
  const read = hubOf.get(`${hub} ${enableWorkload}`) as ReturnType<typeof readHub>;
  const { objects, failure, ...open } = selectResources(read, { name, namespace }, selectors ?? []);
  // In a real cache the list has no order, here it has: a reserved namespace may come first, and nothing is selected.
  const { doubt, ...unknown } = open;
  expect([undefined, "which of several namespaces comes first isn't fixed"]).toContain(doubt?.why);
  if (failure !== undefined) {
    return { error: String(failure), ...unknown };
  }
  return {
    selected: objects.map(({ identity }) => textOf(identity)),
    envelopes: objects.filter(({ identity }) => identity.kind.endsWith("Envelope")).length,
    ...(result.contents && { contents: objects.map(({ object }) => object) }),
    ...(objects.some(({ isSelected }) => isSelected !== true) && { doubt: true }),
    ...unknown,
  };
}

function textOf({ group, version, kind, namespace = "", name }: Identity): string {
  return `${group}/${version}/${kind} ${namespace}/${name}`;
}

/** What the fleet says without the class of the error, by kinds where it has their plurals. */
function reasonOf(error: string): string {
  return error
    .replace(/^[^:]*: /, "")
    .replace(/(\S*)\/(\S+), Resource=(\w+)/, (text, group, version, plural) => {
      const kind = served.find(
        (one) => one.group === group && one.version === version && one.plural === plural,
      );
      return kind ? `${group}/${version}, Kind=${kind.kind}` : text;
    });
}
