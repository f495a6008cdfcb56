/** The newest version of Azure's fleet API that is not a preview. */
export const API_VERSION = "2026-06-01";

/** The newest that azapi 2.12 knows the types of. */
const NEWEST_OF_AZAPI = "2026-03-02";

/** The type of a part of a fleet, for an azapi resource. What azapi doesn't know it can't judge, and would refuse. */
export function typeOf(
  part: "members" | "autoUpgradeProfiles" | "managedNamespaces",
  version: string = API_VERSION,
): { readonly type: string; readonly schemaValidationEnabled: false | undefined } {
  return {
    type: `Microsoft.ContainerService/fleets/${part}@${version}`,
    schemaValidationEnabled: version.slice(0, NEWEST_OF_AZAPI.length) > NEWEST_OF_AZAPI ? false : undefined,
  };
}
