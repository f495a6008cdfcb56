import { isKnown, quoted } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { NETWORKING_GROUP } from "../../fleet-api/groups";
import { groupOf, type KubernetesObject } from "../../kubernetes/kubernetes-object";
import { isClusterScoped } from "../../kubernetes/scope";
import type { INamespace } from "./namespace-base";
import { Workloads } from "./workloads";

interface NamedObject {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly name?: string;
}

/** Checks that this app adds all objects that are selected by name to the namespace. */
export function* checkNamed(
  selectors: readonly NamedObject[],
  namespace: INamespace,
  field = "selectors",
): Generator<Finding> {
  if (namespace.workloadsElsewhere) {
    return;
  }
  const objects = [
    ...namespace.workloads.flatMap(({ objects }) =>
      objects.map(({ apiVersion, kind, metadata }) => ({
        group: groupOf(apiVersion),
        kind,
        name: metadata.name,
      })),
    ),
    ...namespace._contents.secrets.map(({ name }) => ({ group: "", kind: "Secret", name })),
    // The export reports a missing Service.
    ...namespace.exports.flatMap(({ serviceName: name }) => [
      { group: NETWORKING_GROUP, kind: "ServiceExport", name },
      { group: "", kind: "Service", name },
    ]),
    ...namespace._contents.others.flatMap(({ manifestInput }) => {
      const { apiVersion, kind, metadata } = manifestInput as unknown as KubernetesObject;
      return { group: groupOf(apiVersion), kind, name: metadata.name };
    }),
  ];
  const scopes = Workloads._customScopes(namespace);
  for (const [index, selector] of selectors.entries()) {
    const { group = "", version = "v1", kind, name } = selector;
    const names = objects
      .filter((object) => object.group === group && object.kind === kind)
      .map((object) => object.name);
    const isDecidable =
      isKnown(name) && name !== "" && isKnown(kind) && isKnown(group) && names.every(isKnown);
    if (
      isDecidable &&
      !names.includes(name) &&
      !isClusterScoped({ apiVersion: group ? `${group}/${version}` : version, kind }, scopes)
    ) {
      yield finding(
        "selector-object-unknown",
        `${field}[${index}].name: this app adds no ${kind} "${name}" to namespace "${namespace.name}"; its objects of that kind are: ${quoted(new Set(names))}. Select one of them, or set workloadsElsewhere on the namespace if the object is applied outside this app.`,
      );
    }
  }
}
