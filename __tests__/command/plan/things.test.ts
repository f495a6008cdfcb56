import { type Thing, Things } from "../../../lib/command/plan/things";

function thing(address: string, values: Thing["values"], stack = "infra"): Thing {
  const type = address.split(".")[0] as string;
  return {
    stack,
    address,
    type,
    values,
    isSynthesized: false,
    references: () => [],
    api: () => undefined,
  };
}

const cluster = (address: string, name: string, resource_group_name: string, stack?: string) =>
  thing(`azurerm_kubernetes_cluster.${address}`, { name, resource_group_name }, stack);

const id = (group: string, name: string) =>
  `/subscriptions/0/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;

describe("what an id leads to", () => {
  const things = new Things([
    cluster("east", "aks-one", "rg-east"),
    cluster("west", "AKS-one", "rg-west"),
    cluster("other", "aks-two", "rg-east"),
    thing("azurerm_virtual_network.one", { name: "aks-one", resource_group_name: "rg-east" }),
  ]);

  test("is found whatever the case of its name, in its own group", () => {
    const keyOf = (one: string) => things.byId(one, "managedClusters", "infra")?.key;
    expect(keyOf(id("rg-east", "AKS-ONE"))).toBe("infra azurerm_kubernetes_cluster.east");
    expect(keyOf(id("RG-WEST", "aks-one"))).toBe("infra azurerm_kubernetes_cluster.west");
  });

  test("is nothing of the app where no resource of that kind has the name", () => {
    expect(things.byId(id("rg-east", "aks-three"), "managedClusters", "infra")).toEqual({
      segment: "managedClusters",
      key: undefined,
      name: "aks-three",
    });
  });

  test("is what is in the same stack, of several with one name in one group", () => {
    const both = new Things([cluster("a", "aks", "rg", "one"), cluster("b", "aks", "rg", "two")]);
    expect(both.byName("managedClusters", "aks", { group: "rg", stack: "two" }).key).toBe(
      "two azurerm_kubernetes_cluster.b",
    );
  });
});
