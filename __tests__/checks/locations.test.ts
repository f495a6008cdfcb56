import { checkLocation } from "../../lib/checks/locations";
import { cluster } from "../cluster/clusters";
import { findings, texts } from "../synth";

describe("location", () => {
  test.each(["eastus2", "westus", "francecentral", "uaenorth"])("%s is one", (location) => {
    expect(texts(checkLocation(location))).toEqual([]);
  });

  test.each([
    ["East US 2", "eastus2"],
    ["West Europe", "westeurope"],
    ["eastUS2", "eastus2"],
    ["east-us-2", "eastus2"],
    [" eastus2", "eastus2"],
    ["(US) East US 2", "useastus2"],
  ])("%j is not; the message has the short name %s", (location, short) => {
    expect(texts(checkLocation(location))).toEqual([
      `location: "${location}" is not the short name of a location, as the fleet's labels have it; write "${short}" (\`az account list-locations\` lists them).`,
    ]);
  });

  test("the message names the given prop", () => {
    expect(texts(checkLocation("East US 2", "fleetLocation"))).toEqual([
      expect.stringMatching(/^fleetLocation: "East US 2" is not /),
    ]);
  });

  test("an unset value is not checked", () => {
    expect(texts(checkLocation(undefined))).toEqual([]);
  });

  test.each(["", "日本東部", "2"])(
    "%j: the message does not tell to write what is no location",
    (location) => {
      const [finding, ...others] = checkLocation(location);
      expect(others).toEqual([]);
      expect(finding).toMatch(/ is not the short name of a location/);
      expect(finding).not.toMatch(/write "\d*"/);
    },
  );
});

test.each([
  ["westeurop", "westeurope"],
  ["estus2", "eastus2"],
  ["swedencentrall", "swedencentral"],
])("%s is refused, and %s proposed", (location, meant) => {
  const found = findings((scope) => void cluster(scope, "east", {}, { location }));
  expect(found).toEqual([
    expect.stringMatching(
      new RegExp(`^stack/east/Network: location: "${location}" is not an Azure location .*"${meant}"`),
    ),
  ]);
});

test("without a similar name, none is suggested", () => {
  expect(texts(checkLocation("moonbase"))).toEqual([expect.stringMatching(/; write one/)]);
});
