import { InfraStack, MultiRegionFleet } from "../../lib";
import { appFindings, readStack, refusal, type StackJson, synthApp } from "../synth";

const FLEET = {
  fleetName: "shop",
  fleetLocation: "westeurope",
  tags: { team: "shop" },
  vmSize: "Standard_D8s_v5",
};
const NORWAY = { location: "norwayeast", addressSpace: ["10.11.0.0/16"] };
const SWEDEN = { location: "swedencentral", addressSpace: ["10.10.0.0/16"] };
const POLAND = { location: "polandcentral", addressSpace: ["10.12.0.0/16"], peered: true };

/** The stack without CDKTF's lists of what was overridden, and with dependencies in one order. */
function content(build: (infra: InfraStack) => void, members = {}): unknown {
  const stack = synthApp(
    (app) => build(new InfraStack(app, "infra", { ...FLEET, members })),
    (outdir) => readStack(outdir, "infra"),
  );
  return JSON.parse(JSON.stringify(stack), (key, value) =>
    key === "depends_on" ? [...value].sort() : value,
  );
}

test("a member that is added is made as one of the props is", () => {
  const added = content(
    (infra) => {
      infra.addMember("norway", NORWAY);
      infra.addMember("poland", POLAND);
    },
    { sweden: SWEDEN },
  ) as StackJson;
  const given = content(() => {}, { sweden: SWEDEN, norway: NORWAY, poland: POLAND }) as StackJson;
  expect(Object.keys(added.resource.azurerm_virtual_network_peering ?? {})).toHaveLength(6);
  expect(added).toEqual(given);
});

test("the stack knows it, and has its place in waits and outputs", () => {
  const names: string[] = [];
  const stack = content((infra) => {
    const member = infra.addMember("norway", NORWAY);
    expect(infra.member("norway")).toBe(member);
    names.push(member.memberName);
  }) as StackJson;
  expect(JSON.stringify(stack.resource.null_resource)).toContain(`wait hub --member ${names[0]} `);
  expect(stack.output).toHaveProperty("norway_kubeconfig_command");
  expect(stack.output.aks_fleet?.value).toMatchObject({ members: { norway: { name: "aks-norway" } } });
});

test.each([
  ["", /\n {2}\[infra\] members: the key "" /],
  ["sweden", /\n {2}\[infra\] the fleet/],
])("the key %j is refused at once", (key, said) => {
  expect(
    refusal(() =>
      synthApp(
        (app) =>
          new InfraStack(app, "infra", { ...FLEET, members: { sweden: SWEDEN } }).addMember(key, NORWAY),
        () => {},
      ),
    ),
  ).toMatch(said);
});

test.each(["Norway", "azapi"])("the key %j is refused by a check", (key) => {
  const found = appFindings((app) => {
    const infra = new InfraStack(app, "infra", { ...FLEET, members: { sweden: SWEDEN } });
    infra.addMember(key, NORWAY);
  });
  expect(found).toContainEqual(expect.stringMatching(`^infra: members: the key "${key}" `));
});

test("a member that joins past the stack is refused: nothing would peer it or wait for it", () => {
  const found = appFindings((app) => {
    const infra = new InfraStack(app, "infra", { ...FLEET, members: { sweden: SWEDEN } });
    const other = new InfraStack(app, "other", {
      fleetName: "other",
      fleetLocation: "westeurope",
      fleetResourceGroupName: "rg-other",
      members: { norway: NORWAY },
    });
    infra.fleet.addMember("norway", { cluster: other.member("norway").cluster });
  });
  expect(found).toContainEqual(expect.stringMatching(/^infra: member "norway" joined by Fleet\.addMember/));
});

describe("MultiRegionFleet", () => {
  const stacks = (build: (fleet: MultiRegionFleet) => void) =>
    synthApp(
      (app) =>
        build(
          new MultiRegionFleet(app, "Shop", {
            ...FLEET,
            members: { sweden: SWEDEN },
            login: "workloadidentity",
            subscriptionId: "00000000-0000-0000-0000-000000000001",
            stateStorageAccountName: "stshop",
          }),
        ),
      (outdir) =>
        Object.fromEntries(
          ["infra", "hub", "member-sweden", "member-norway"].map((name) => [name, readStack(outdir, name)]),
        ),
    );

  test("says login, subscription and state once for all stacks", () => {
    const all = stacks((fleet) => {
      fleet.addMember("norway", NORWAY);
      expect(fleet.entry("norway").member).toBe(fleet.infra.member("norway"));
    });
    for (const [name, stack] of Object.entries(all)) {
      expect(stack.terraform.backend).toEqual({
        azurerm: {
          storage_account_name: "stshop",
          container_name: "tfstate",
          key: `${name}.tfstate`,
          use_azuread_auth: true,
        },
      });
      const provider = (stack.provider.azurerm ?? stack.provider.azapi)?.[0];
      expect(provider?.subscription_id).toBe("00000000-0000-0000-0000-000000000001");
      expect(JSON.stringify(stack)).toContain("workloadidentity");
      expect(JSON.stringify(stack)).not.toContain("azurecli");
    }
  });

  test("has no entry at a member that there isn't", () => {
    expect(refusal(() => stacks((fleet) => void fleet.entry("norway")))).toContain(
      '\n  [infra] the fleet has no member "norway"; its members are "sweden".',
    );
  });

  test("what is wrong with its props is said with the member that is missing because of it", () => {
    const misspelt = { ...FLEET, fleetLocation: undefined as never, fleetLocaton: "westeurope" };
    const said = refusal(() =>
      synthApp(
        (app) => new MultiRegionFleet(app, "Shop", { ...misspelt, members: {} }).entry("sweden"),
        () => {},
      ),
    );
    expect(said).toMatch(/\n {2}\[Shop\] fleetLocaton: .*"fleetLocation"/);
    expect(said).toMatch(/\n {2}\[infra\] the fleet has no member "sweden"/);
  });

  test("a key with a blank is refused by its check", () => {
    const members = { "Sweden Central": SWEDEN, "Sweden-Central": NORWAY };
    const found = appFindings((app) => void new MultiRegionFleet(app, "Shop", { ...FLEET, members }));
    expect(found).toContainEqual(expect.stringMatching(/^infra: members: the key "Sweden Central" /));
  });

  test("a key that is not a string is refused with all else", () => {
    const found = appFindings((app) => {
      const fleet = new MultiRegionFleet(app, "Shop", { ...FLEET, members: { sweden: SWEDEN } });
      fleet.addMember(undefined as never, { ...NORWAY, addressSpace: ["10.11.0.0/33"] });
    });
    expect(found.join("\n")).toMatch(/key: is missing/);
    expect(found.join("\n")).toContain("10.11.0.0/33");
  });

  test("a second one in an app is refused at once", () => {
    const said = refusal(() =>
      stacks((fleet) => new MultiRegionFleet(fleet.node.root as never, "Other", { ...FLEET, members: {} })),
    );
    expect(said).toMatch(/\n {2}\[Other\] the app/);
  });
});
