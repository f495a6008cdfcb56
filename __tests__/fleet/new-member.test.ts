import { InfraStack } from "../../lib";
import { PLACES, type Place } from "../network/networks";
import { readStack, type StackJson, synthApp } from "../synth";

function infra(...places: Place[]): StackJson {
  return synthApp(
    (app) => {
      new InfraStack(app, "infra", {
        fleetName: "gbb-fleet",
        fleetLocation: "westus",
        members: Object.fromEntries(places.map((place) => [place, PLACES[place]])),
      });
    },
    (outdir) => readStack(outdir, "infra"),
  );
}

/** Every block of a kind by its address. */
function blocks(kind: "resource" | "data", stack: StackJson): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(stack[kind]).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, block]) => [`${type}.${id}`, block]),
    ),
  );
}

const before = infra("east", "west");
const known = new Set(Object.keys(blocks("resource", before)));

describe.each([
  ["last", ["east", "west", "south"]],
  ["first", ["south", "east", "west"]],
  ["in between", ["east", "south", "west"]],
] as [string, Place[]][])("a third member, %s", (_, places) => {
  const after = infra(...places);

  test("changes no address", () => {
    expect(Object.keys(blocks("resource", after))).toEqual(expect.arrayContaining([...known]));
    expect(Object.keys(blocks("data", after))).toEqual(
      expect.arrayContaining(Object.keys(blocks("data", before))),
    );
  });

  test("adds its own network, cluster, peerings and membership, and nothing else", () => {
    const added = Object.entries(blocks("resource", after))
      .filter(([address]) => !known.has(address))
      .map(([, block]) => (block["//"] as { metadata: { path: string } }).metadata.path);
    expect(added.sort()).toEqual([
      "infra/Fleet/south/Resource",
      "infra/MemberWait-south/Resource",
      "infra/Peerings/east-to-south",
      "infra/Peerings/south-to-east",
      "infra/Peerings/south-to-west",
      "infra/Peerings/west-to-south",
      "infra/south/Cluster/Admin/Resource",
      "infra/south/Cluster/Identity",
      "infra/south/Cluster/Resource",
      "infra/south/Cluster/SubnetRole/Resource",
      "infra/south/Network/AllowInternetInbound",
      "infra/south/Network/NetworkSecurityGroup",
      "infra/south/Network/NetworkSecurityGroupAssociation",
      "infra/south/Network/ResourceGroup",
      "infra/south/Network/Subnet",
      "infra/south/Network/VirtualNetwork",
    ]);
  });

  test("changes the content of nothing but the wait for all members; others only wait for it as well", () => {
    const blocksAfter = blocks("resource", after);
    const changed: string[] = [];
    for (const [address, block] of Object.entries(blocks("resource", before))) {
      const { depends_on: dependsOn = [], ...content } = block;
      const { depends_on: dependsOnAfter = [], ...contentAfter } = blocksAfter[address] ?? {};
      if (!/^null_resource\.(HubWait|Leave)_/.test(address)) {
        expect({ [address]: contentAfter }).toEqual({ [address]: content });
      }
      const stillThere = (dependsOnAfter as string[]).filter((dependency) => known.has(dependency));
      expect({ [address]: stillThere.sort() }).toEqual({ [address]: [...(dependsOn as string[])].sort() });
      if ((dependsOnAfter as string[]).length > stillThere.length) {
        changed.push((block["//"] as { metadata: { path: string } }).metadata.path);
      }
    }
    expect(changed.sort()).toEqual(["infra/HubWait/Resource", "infra/Leave/Resource"]);
    expect(blocks("data", after)).toEqual(blocks("data", before));
  });

  test("changes no output of the others", () => {
    expect(after.output).toMatchObject(before.output);
  });
});

test("the order of the members changes no content", () => {
  const content = (stack: StackJson) =>
    Object.fromEntries(
      Object.entries(blocks("resource", stack))
        .filter(([address]) => !address.startsWith("null_resource.HubWait_"))
        .map(([address, { depends_on: dependsOn = [], ...block }]) => [
          address,
          { ...block, depends_on: [...(dependsOn as string[])].sort() },
        ]),
    );
  expect(content(infra("west", "east"))).toEqual(content(before));
});
