import { TerraformStack } from "cdktf";
import { keepState } from "../../lib";
import { appFindings, readStack, synthApp } from "../synth";

const backend = (props: Parameters<typeof keepState>[1]) =>
  synthApp(
    (app) => keepState(new TerraformStack(app, "infra"), props),
    (outdir) => readStack(outdir, "infra").terraform.backend,
  );

test("in a storage account, under the stack's name", () => {
  expect(backend({ storageAccountName: "shopstate" })).toEqual({
    azurerm: {
      storage_account_name: "shopstate",
      container_name: "tfstate",
      key: "infra.tfstate",
      use_azuread_auth: true,
    },
  });
});

test("in a file, where none is named", () => {
  expect(backend({ storageAccountName: undefined })).toHaveProperty("local");
});

test.each([
  [{ storageAccountName: "" }, /storageAccountName: "" is not/],
  [{ storageAccountName: "Shop-State" }, /storageAccountName: "Shop-State" is not/],
  [{ storageAccountName: "ab" }, /storageAccountName: "ab" is not/],
  [{ storageAccountName: "shopstate", containerName: "tf--state" }, /containerName: "tf--state" is not/],
  [{ storageAccountName: "shopstate", containerName: "" }, /containerName: "" is not/],
  [{ storageAccountName: "shopstate", containerName: "State" }, /containerName: "State" is not/],
])("%j is refused", (props, expected) => {
  expect(appFindings((app) => keepState(new TerraformStack(app, "infra"), props))).toEqual([
    expect.stringMatching(expected),
  ]);
});
