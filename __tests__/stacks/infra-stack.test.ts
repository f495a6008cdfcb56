import { type InfraMemberProps, InfraStack } from "../../lib";
import { appFindings, readStack, synthApp } from "../synth";

/** What is said of the stack itself, with these members. */
function said(members: Record<string, InfraMemberProps>): string[] {
  const found = appFindings(
    (app) => void new InfraStack(app, "infra", { fleetName: "shop", fleetLocation: "westeurope", members }),
  );
  return found.filter((finding) => finding.startsWith("infra: "));
}

test("a fleet without members is refused", () => {
  expect(said({})).toEqual([
    "infra: members: is empty, and a fleet without members places nothing; add a member.",
  ]);
});

const norway = { location: "norwayeast", addressSpace: ["10.11.0.0/16"] };

test.each(["", "Norway", "norway_1", "-norway", "norway-", "norway east", "Fleet", "Hub", "Peerings"])(
  "%j can't be a key: names are made of it",
  (key) => {
    expect(said({ [key]: norway })).toEqual([
      `infra: members: the key "${key}" is not valid; as part of names, a key has lower-case letters, digits and hyphens, and starts and ends with a letter or a digit; write e.g. "east".`,
    ]);
  },
);

test("keys that differ in what no construct id has are both refused", () => {
  const poland = { location: "polandcentral", addressSpace: ["10.12.0.0/16"] };
  expect(said({ "A/b": norway, "A--b": poland })).toHaveLength(2);
});

test.each(["azurerm", "azapi", "null"])("%j is a provider of the stack, and can't be a key", (key) => {
  expect(said({ [key]: norway })).toEqual([
    `infra: members: the key "${key}" is the id of a provider in this stack; use another, e.g. "east".`,
  ]);
});

test.each(["n", "norway-1", "1st"])("%j can be a key", (key) => {
  expect(said({ [key]: norway })).toEqual([]);
});

test.each([true, false])("a plan asks Azure first, where that is wanted: %j", (enablePreflight) => {
  const stack = synthApp(
    (app) =>
      void new InfraStack(app, "infra", {
        fleetName: "shop",
        fleetLocation: "westeurope",
        members: { norway },
        enablePreflight,
      }),
    (outdir) => readStack(outdir, "infra"),
  );
  expect(stack.provider.azapi).toMatchObject([{ enable_preflight: enablePreflight }]);
});
