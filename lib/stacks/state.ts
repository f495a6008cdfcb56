import { join, relative, resolve } from "node:path";
import { App, AzurermBackend, LocalBackend, type TerraformStack } from "cdktf";
import { checkedArguments, checkedProps } from "../props/check-props";

export interface StateProps {
  /** Storage account that keeps the state; the deploying identity is "Storage Blob Data Contributor" there. @default - files in the app's folder */
  readonly storageAccountName?: string;
  /** @default "tfstate" */
  readonly containerName?: string;
}

/** Says where the state of a stack is kept: `terraform.<stack>.tfstate` in the app's folder, or a storage account. */
export function keepState(stack: TerraformStack, props: StateProps = {}): void {
  checkedArguments("KeepStateArguments", { stack }, "keepState");
  props = checkedProps(stack, "StateProps", props, "keepState");
  const name = stack.node.id;
  if (props.storageAccountName) {
    new AzurermBackend(stack, {
      storageAccountName: props.storageAccountName,
      containerName: props.containerName ?? "tfstate",
      key: `${name}.tfstate`,
      useAzureadAuth: true,
    });
  } else {
    // Relative, so that what is synthesized is the same in every folder; CDKTF would write the folder's path.
    const stackFolder = resolve(App.of(stack).outdir, "stacks", name);
    new LocalBackend(stack, {
      path: join(relative(stackFolder, process.cwd()), `terraform.${name}.tfstate`).replaceAll("\\", "/"),
    });
  }
}
