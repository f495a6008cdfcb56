import { isKnown } from "./check";
import { type Finding, finding } from "./finding";
import { nearest } from "./nearest";

/** Short names of Azure's locations in every cloud (`az account list-locations`, and Azure's list of regions). */
const LOCATIONS = new Set(
  `australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth
  brazilsoutheast brazilus canadacentral canadaeast centralindia centralus centraluseuap chilecentral denmarkeast
  eastasia eastus eastus2 eastus2euap eastus3 finlandcentral francecentral francesouth germanynorth germanywestcentral
  greececentral indiasouthcentral indonesiacentral israelcentral israelnorthwest italynorth japaneast japanwest
  jioindiacentral jioindiawest koreacentral koreasouth malaysiasouth malaysiawest mexicocentral newzealandnorth
  northcentralus northeastus5 northeurope norwayeast norwaywest polandcentral qatarcentral saudiarabiaeast
  southafricanorth southafricawest southcentralus southcentralus2 southcentralus3 southeastasia southeastus
  southeastus3 southeastus5 southindia southwestus spaincentral swedencentral swedensouth switzerlandnorth
  switzerlandwest taiwannorth taiwannorthwest uaecentral uaenorth uksouth ukwest westcentralus westeurope westindia
  westus westus2 westus3
  chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3
  usdodcentral usdodeast usgovarizona usgoviowa usgovtexas usgovvirginia ussecwest usseceast ussecwestcentral
  usnateast usnatwest`.split(/\s+/),
);

/** Checks a location: Azure and the fleet's labels use the short name, e.g. `eastus2`. */
export function* checkLocation(location: string | undefined, prop = "location"): Generator<Finding> {
  if (!isKnown(location)) {
    return;
  }
  if (!/^[a-z][a-z0-9]*$/.test(location)) {
    const short = location.toLowerCase().replace(/[^a-z0-9]/g, "");
    const write = /^[a-z]/.test(short) ? `write "${short}"` : 'write e.g. "eastus2"';
    yield finding(
      "location-short-name",
      `${prop}: "${location}" is not the short name of a location, as the fleet's labels have it; ${write} (\`az account list-locations\` lists them).`,
    );
  } else if (!LOCATIONS.has(location)) {
    const meant = nearest(location, [...LOCATIONS]);
    yield finding(
      "location-unknown",
      `${prop}: "${location}" is not an Azure location known to this library; ${meant ? `did you mean "${meant}"?` : "write one that is"} (\`az account list-locations\` lists them). If it is new at Azure, use acknowledge(app, "location-unknown", "…").`,
    );
  }
}
