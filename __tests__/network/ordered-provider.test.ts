import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, TerraformVariable } from "cdktf";
import { OrderedProvider } from "../../lib/network/ordered-provider";
import { readStack, synthApp } from "../synth";

/** The second azurerm provider of a stack, as it is synthesized. */
function second(change: (like: AzurermProvider, stack: TerraformStack) => void, after: readonly string[]) {
  return synthApp(
    (app) => {
      const stack = new TerraformStack(app, "stack");
      const like = new AzurermProvider(stack, "azurerm", { features: [{}] });
      new OrderedProvider(stack, "Ordered", { alias: "later", like, after: () => after });
      // Whatever is set, also later.
      change(like, stack);
    },
    (outdir) => readStack(outdir, "stack").provider.azurerm?.[1],
  );
}

const FIRST = ["azurerm_virtual_network.a.name", "azurerm_virtual_network.b.name"];

test("it is like the first, but for its alias", () => {
  expect(
    second((like) => {
      like.tenantId = "11111111-1111-1111-1111-111111111111";
      like.subscriptionId = "22222222-2222-2222-2222-222222222222";
      like.addOverride("use_oidc", true);
    }, []),
  ).toEqual({
    alias: "later",
    features: [{}],
    tenant_id: "11111111-1111-1111-1111-111111111111",
    subscription_id: "22222222-2222-2222-2222-222222222222",
    use_oidc: true,
  });
  expect(second(() => undefined, [])).toEqual({ alias: "later", features: [{}] });
});

test("its subscription is the first's, and names what comes before", () => {
  const of = (change: (like: AzurermProvider, stack: TerraformStack) => void) =>
    second(change, FIRST)?.subscription_id;
  expect(of(() => undefined)).toBe(`\${[${FIRST.join(", ")}, null][2]}`);
  expect(
    of((like) => {
      like.subscriptionId = "22222222";
    }),
  ).toBe(`\${[${FIRST.join(", ")}, "22222222"][2]}`);
  expect(
    of((like, stack) => {
      like.subscriptionId = new TerraformVariable(stack, "subscription", {}).stringValue;
    }),
  ).toBe(`\${[${FIRST.join(", ")}, var.subscription][2]}`);
});
