import { type InfraMemberProps, InfraStack } from "../../lib";
import { appFindings } from "../synth";

/** What is said of the stack itself, with these members. */
function said(members: Record<string, InfraMemberProps>): string[] {
  const found = appFindings(
    (app) => void new InfraStack(app, "infra", { fleetName: "shop", fleetLocation: "westeurope", members }),
  );
  return found.filter((finding) => finding.startsWith("infra: "));
}

test("a fleet without members is refused", () => {
  expect(said({})).toEqual(["infra: members: is empty; a fleet without members places nothing."]);
});

const norway = { location: "norwayeast", addressSpace: ["10.11.0.0/16"] };

test.each(["Norway", "norway_1", "-norway", "norway-", "norway east"])(
  "%j can't be a key: names are made of it",
  (key) => {
    expect(said({ [key]: norway })).toEqual([
      `infra: members: the key "${key}" becomes part of names; write it with lower-case letters, digits and hyphens, e.g. "east".`,
    ]);
  },
);

test.each(["n", "norway-1", "1st"])("%j can be a key", (key) => {
  expect(said({ [key]: norway })).toEqual([]);
});
