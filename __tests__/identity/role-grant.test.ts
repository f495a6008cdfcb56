import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { type Principal, ROLES, RoleGrant } from "../../lib";
import { SUBNET_ID, SUBSCRIPTION } from "../existing";
import { address, at, reference } from "../network/references";
import { findings, resources, synthStack } from "../synth";
import { ALICE, PIPELINE, TEAM } from "./principals";

const ROLE_OF_SUBSCRIPTION =
  "/subscriptions/${data.azurerm_client_config.ClientConfig.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/";

function grant(scope: Construct, principal?: Pick<Principal, "objectId" | "type">): RoleGrant {
  const group = new ResourceGroup(scope, "Group", { name: "rg", location: "westus" });
  return new RoleGrant(scope, "Role", { roleId: ROLES.networkContributor, resourceId: group.id, principal });
}

test("the roles are Azure's", () => {
  expect(ROLES).toEqual({
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    fleetRbacClusterAdmin: "18ab4d3d-a1bf-4477-8ad9-8359bc988f69",
    fleetHubAgent: "de2b316d-7a2c-4143-b4cd-c148f6a355a1",
    aksClusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    fleetHubClusterUser: "850c5848-fc51-4a9a-8823-f220370626e3",
  });
});

test("by default the identity that deploys has the role; a later run by another does not take it away", () => {
  const stack = synthStack((scope) => void grant(scope));
  expect(resources(stack, "azurerm_role_assignment")).toEqual({
    "Role/Resource": {
      scope: reference(stack, "Group"),
      role_definition_id: `${ROLE_OF_SUBSCRIPTION}4d97b98b-1d4f-4787-a291-c67834d212e7`,
      principal_id: "${data.azurerm_client_config.ClientConfig.object_id}",
      lifecycle: { ignore_changes: ["principal_id"] },
    },
  });
});

describe("the role is that of the resource's subscription, as Azure answers it", () => {
  const roleOn = (resourceId: string, subscriptionId?: string) => {
    const roleId = ROLES.networkContributor;
    const stack = synthStack((scope) => {
      const token = new TerraformVariable(scope, "id", { type: "string" }).stringValue;
      const id = resourceId.replace("TOKEN", token);
      new RoleGrant(scope, "Role", { roleId, resourceId: id, subscriptionId });
    });
    return at(stack, "Role/Resource").role_definition_id;
  };
  const role = "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7";

  test("as an id says it", () => {
    expect(roleOn(SUBNET_ID)).toBe(`/subscriptions/${SUBSCRIPTION}${role}`);
    expect(roleOn(`/subscriptions/${SUBSCRIPTION}`)).toBe(`/subscriptions/${SUBSCRIPTION}${role}`);
  });

  test("as the provider says it, where only Terraform knows the id", () => {
    expect(roleOn("TOKEN")).toBe(`${ROLE_OF_SUBSCRIPTION}4d97b98b-1d4f-4787-a291-c67834d212e7`);
    expect(roleOn("/providers/Microsoft.Management/managementGroups/all")).toMatch(/ClientConfig/);
  });

  test("as it is told", () => {
    expect(roleOn("TOKEN", "other")).toBe(`/subscriptions/other${role}`);
  });
});

test.each([
  ["a user, whose type azurerm looks up", ALICE, {}],
  ["a group", TEAM, { principal_type: "Group" }],
  [
    "a service principal, maybe so new that not every copy of the directory knows it",
    PIPELINE,
    { principal_type: "ServicePrincipal", skip_service_principal_aad_check: true },
  ],
  ["a user", { ...ALICE, type: "User" as const }, { principal_type: "User" }],
])("a principal that is named is %s; when its object id changes the role follows", (_, principal, type) => {
  const stack = synthStack((scope) => void grant(scope, principal));
  expect(at(stack, "Role/Resource")).toEqual({
    scope: reference(stack, "Group"),
    role_definition_id: `${ROLE_OF_SUBSCRIPTION}4d97b98b-1d4f-4787-a291-c67834d212e7`,
    principal_id: principal.objectId,
    ...type,
  });
});

test("what must exist before is in its depends_on", () => {
  const stack = synthStack((scope) => {
    const first = new ResourceGroup(scope, "First", { name: "first", location: "westus" });
    new RoleGrant(scope, "Role", {
      roleId: ROLES.networkContributor,
      resourceId: "/subscriptions/x",
      dependsOn: [first],
    });
  });
  expect(at(stack, "Role/Resource").depends_on).toEqual([address(stack, "First")]);
});

describe("object id", () => {
  test.each([
    "alice@example.com",
    "",
    "11111111-1111-4111-8111-11111111111",
    "{11111111-1111-4111-8111-111111111111}",
    "11111111111141118111111111111111",
    "g1111111-1111-4111-8111-111111111111",
  ])("%j is none", (objectId) => {
    expect(findings((scope) => void grant(scope, { objectId }))).toEqual([
      `stack/Role: objectId: "${objectId}" is not an Entra ID object id, which is a GUID; \`az ad signed-in-user show --query id\`, \`az ad group show\` and \`az ad sp show\` print them.`,
    ]);
  });

  test.each([ALICE.objectId, "ABCDEF01-2345-6789-abcd-ef0123456789"])("%s is one", (objectId) => {
    expect(findings((scope) => void grant(scope, { objectId }))).toEqual([]);
  });

  test("one that only Terraform knows is passed on unjudged", () => {
    const stack = synthStack((scope) => {
      const variable = new TerraformVariable(scope, "admin", { type: "string" });
      grant(scope, { objectId: variable.stringValue });
    });
    expect(at(stack, "Role/Resource").principal_id).toBe("${var.admin}");
  });
});
