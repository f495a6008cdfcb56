const REGIONS = ["swedencentral", "norwayeast", "polandcentral", "westeurope", "uksouth"];

/** So many members, in five regions. */
export const memberSettings = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    key: `m${index}`,
    location: REGIONS[index % REGIONS.length] as string,
    addressSpace: [`10.${index}.0.0/16`],
    serviceCidr: "172.16.0.0/16",
  }));
