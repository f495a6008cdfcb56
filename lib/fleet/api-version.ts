import type { IConstruct } from "constructs";
import { addCheck, addWarning, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { monthsBetween, today } from "../checks/today";

/** A version of Azure's fleet API: a date, and `-preview` behind that of a preview. */
export type FleetApiVersion = `${number}-${number}-${number}` | `${number}-${number}-${number}-preview`;

/** The newest version of Azure's fleet API that is not a preview. */
export const API_VERSION = "2026-06-01";

/** The preview after it: what is in it and not in `API_VERSION` is asked for by `apiVersion`. */
export const PREVIEW_API_VERSION = "2026-06-02-preview";

/** The newest that azapi 2.12 knows the types of. */
const NEWEST_OF_AZAPI = "2026-03-02";

/** Azure takes a preview for about a year. */
const OLD_IN_MONTHS = 9;

/** The type of a part of a fleet, for an azapi resource. What azapi doesn't know it can't judge, and would refuse. */
export function typeOf(
  part: "members" | "updateStrategies" | "autoUpgradeProfiles" | "managedNamespaces" | "clusterMeshProfiles",
  version: string = API_VERSION,
): { readonly type: string; readonly schemaValidationEnabled: false | undefined } {
  return {
    type: `Microsoft.ContainerService/fleets/${part}@${version}`,
    schemaValidationEnabled: version.slice(0, NEWEST_OF_AZAPI.length) > NEWEST_OF_AZAPI ? false : undefined,
  };
}

/** Judges an API version that was chosen by hand, and says of a preview how old it is. */
export function judgeApiVersion(scope: IConstruct, version: string | undefined): void {
  addCheck(scope, () => checkApiVersion(version));
  addWarning(scope, () => checkYoungPreview(version));
}

function* checkApiVersion(version: string | undefined): Generator<Finding> {
  if (!isKnown(version)) {
    return;
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    yield finding(
      "api-version",
      `apiVersion: "${version}" is not a version of Azure's API; write a date, with or without "-preview" behind it, e.g. "${PREVIEW_API_VERSION}".`,
    );
  }
  const months = ageOfPreview(version);
  if (months !== undefined && months >= OLD_IN_MONTHS) {
    yield finding(
      "api-version-old",
      `apiVersion: "${version}" is a preview and ${months} months old, and Azure takes one for about a year; write a newer one, or leave it out for "${API_VERSION}".`,
    );
  }
}

function* checkYoungPreview(version: string | undefined): Generator<Finding> {
  const months = ageOfPreview(version);
  if (months !== undefined && months < OLD_IN_MONTHS) {
    yield finding(
      "api-version-preview",
      `apiVersion: "${version}" is a preview, ${months === 1 ? "1 month" : `${months} months`} old; Azure takes one for about a year, without support.`,
    );
  }
}

/** In whole months; undefined of what is no preview. */
function ageOfPreview(version: string | undefined): number | undefined {
  const date = isKnown(version) ? /^(\d{4}-\d{2}-\d{2})-preview$/.exec(version)?.[1] : undefined;
  const made = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(made) ? undefined : Math.max(0, monthsBetween(new Date(made), today()));
}

/**
 * Yields what a version has not: what is in preview only.
 * @param used props that are given, in the words of the finding
 * @param since the preview that had it first
 */
export function* checkPreviewOnly(
  version: string | undefined,
  used: Iterable<string>,
  since = PREVIEW_API_VERSION.slice(0, 10),
): Generator<Finding> {
  const date = version?.slice(0, 10) ?? API_VERSION;
  // What a later version that is no preview has nobody can tell yet.
  if (!isKnown(version ?? "") || (date !== API_VERSION && date >= since)) {
    return;
  }
  for (const what of used) {
    yield finding(
      "api-version-feature",
      `${what} is in preview, and the API version ${version ?? API_VERSION} doesn't have it; set apiVersion to "${PREVIEW_API_VERSION}", or leave it out.`,
    );
  }
}
