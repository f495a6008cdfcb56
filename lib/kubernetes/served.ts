import { type Finding, finding } from "../checks/finding";
import { nearest } from "../checks/nearest";
import { kindsOf, knownRelease, versionsOf } from "./api-types";
import { groupOf, isBuiltIn } from "./kubernetes-object";

/**
 * Yields that Kubernetes doesn't serve a kind of its own that a selector names: the hub looks every kind up before it places
 * anything, and an override of a kind that isn't there says nothing.
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
      ? `write the version ${versions.map((one) => `"${one}"`).join(" or ")}`
      : meant === undefined
        ? "write its group, its version and its kind as its manifests do"
        : `write "${meant}"`;
  yield finding(
    "selector-kind-unserved",
    `${at}: Kubernetes ${knownRelease()} serves no ${kind} of "${apiVersion}"; ${advice}.`,
  );
}
