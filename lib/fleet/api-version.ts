import type { IConstruct } from "constructs";
import { addCheck, addWarning, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { monthsBetween, today } from "../checks/today";
import { API_VERSION, PREVIEW_API_VERSION } from "../fleet-api/azure-versions";

/** A version of Azure's fleet API: a date, with the suffix `-preview` for a preview. */
export type FleetApiVersion = `${number}-${number}-${number}` | `${number}-${number}-${number}-preview`;

/** The newest version in azapi 2.12's schemas. */
const NEWEST_OF_AZAPI = "2026-03-02";

/** Azure supports a preview version for about a year. */
const OLD_IN_MONTHS = 9;

/** The type of a fleet's child resource, for azapi. Schema validation is off for versions that azapi doesn't know, as it would refuse them. */
export function typeOf(
  part: "members" | "updateStrategies" | "autoUpgradeProfiles" | "managedNamespaces" | "clusterMeshProfiles",
  version: string = API_VERSION,
): { readonly type: string; readonly schemaValidationEnabled: false | undefined } {
  return {
    type: `Microsoft.ContainerService/fleets/${part}@${version}`,
    schemaValidationEnabled: version.slice(0, NEWEST_OF_AZAPI.length) > NEWEST_OF_AZAPI ? false : undefined,
  };
}

/** Checks an API version set by the app, and warns about previews with their age. */
export function addApiVersionChecks(scope: IConstruct, version: string | undefined): void {
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
      `apiVersion: "${version}" is not an Azure API version; write a date, optionally with the suffix "-preview", e.g. "${PREVIEW_API_VERSION}".`,
    );
  }
  const months = ageOfPreview(version);
  if (months !== undefined && months >= OLD_IN_MONTHS) {
    yield finding(
      "api-version-old",
      `apiVersion: "${version}" is a preview version, ${months} months old, and Azure supports them for about a year; write a newer one, or leave it out for "${API_VERSION}".`,
    );
  }
}

function* checkYoungPreview(version: string | undefined): Generator<Finding> {
  const months = ageOfPreview(version);
  if (months !== undefined && months < OLD_IN_MONTHS) {
    yield finding(
      "api-version-preview",
      `apiVersion: "${version}" is a preview version, ${months === 1 ? "1 month" : `${months} months`} old; Azure keeps them for about a year, without a support commitment.`,
    );
  }
}

/** The age of a preview version in whole months; undefined for other versions. */
function ageOfPreview(version: string | undefined): number | undefined {
  const date = isKnown(version) ? /^(\d{4}-\d{2}-\d{2})-preview$/.exec(version)?.[1] : undefined;
  const made = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(made) ? undefined : Math.max(0, monthsBetween(new Date(made), today()));
}

/**
 * Refuses preview features that an API version doesn't have.
 * @param used the features used, as in the finding
 * @param since the date of the first preview with them
 */
export function* checkPreviewOnly(
  version: string | undefined,
  used: Iterable<string>,
  since = PREVIEW_API_VERSION.slice(0, 10),
): Generator<Finding> {
  const date = version?.slice(0, 10) ?? API_VERSION;
  // Unknown for later versions that are not previews.
  if (!isKnown(version ?? "") || (date !== API_VERSION && date >= since)) {
    return;
  }
  for (const what of used) {
    yield finding(
      "api-version-feature",
      `${what} is in preview, and not in the API version ${version ?? API_VERSION}; set apiVersion to "${PREVIEW_API_VERSION}", or leave it out.`,
    );
  }
}
