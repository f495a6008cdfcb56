import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { dependablesFor, stackOf } from "../../lib/checks/stack-of";

function stackWithResource(app: App, id: string): { stack: TerraformStack; resource: Resource } {
  const stack = new TerraformStack(app, id);
  new NullProvider(stack, "null");
  return { stack, resource: new Resource(new Construct(stack, "Scope"), "Resource") };
}

test("the stack of a construct at any depth; none for constructs of the app", () => {
  const app = new App();
  const { stack, resource } = stackWithResource(app, "one");
  expect(stackOf(resource)).toBe(stack);
  expect(stackOf(stack)).toBe(stack);
  expect(stackOf(new Construct(app, "Imported"))).toBeUndefined();
});

describe("the dependencies of a stack's constructs", () => {
  test("its own resources are depended on, and the stacks of the others", () => {
    const app = new App();
    const [one, two, three] = ["one", "two", "three"].map((id) => stackWithResource(app, id));
    if (!one || !two || !three) {
      throw new Error("three stacks");
    }
    const all = [one.resource, two.resource, three.resource];
    expect(dependablesFor(two.resource, all)).toEqual([two.resource]);
    expect(two.stack.dependencies).toEqual([one.stack, three.stack]);
    expect(dependablesFor(two.resource, all)).toEqual([two.resource]);
    expect(two.stack.dependencies).toHaveLength(2);
  });

  test("a literal address is passed on", () => {
    const { resource } = stackWithResource(new App(), "one");
    const address = { fqn: "azurerm_subnet.other" };
    expect(dependablesFor(resource, [address])).toEqual([address]);
  });
});
