import { type Finding, finding } from "../checks/finding";
import { nearest } from "../checks/nearest";
import { kindsOf, knownRelease, versionsOf } from "./api-types";
import { groupOf, isBuiltIn } from "./kubernetes-object";

/**
 * Checks that Kubernetes serves the kind of a selector, if it is one of its own: the hub looks up every kind before it places
 * anything, and silently ignores overrides of unknown kinds.
 */
export function* checkServed(at: string, apiVersion: string, kind: string): Generator<Finding> {
  const kinds = kindsOf(apiVersion);
  if (!isBuiltIn(apiVersion) || kinds.includes(kind)) {
    return;
  }
  const versions = versionsOf(groupOf(apiVersion), kind);
  const meant = nearest(kind, kinds);
  const advice =
    versions.length > 0
      ? `use the version ${versions.map((one) => `"${one}"`).join(" or ")}`
      : meant === undefined
        ? "use the group, version and kind of its manifests"
        : `use "${meant}"`;
  yield finding(
    "selector-kind-unserved",
    `${at}: Kubernetes ${knownRelease()} serves no ${kind} in "${apiVersion}"; ${advice}.`,
  );
}
