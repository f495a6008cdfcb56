import { join, relative, resolve } from "node:path";
import { App, AzurermBackend, LocalBackend, type TerraformStack } from "cdktf";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
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
  addCheck(stack, () => checkNames(props));
  // An empty name is no wish for files in a folder: a variable of a pipeline is missing.
  if (props.storageAccountName !== undefined) {
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

/** Azure's rules for the names of storage accounts and of their containers. */
function* checkNames({ storageAccountName, containerName }: StateProps): Generator<Finding> {
  if (isKnown(storageAccountName) && !/^[a-z0-9]{3,24}$/.test(storageAccountName)) {
    yield finding(
      "storage-account-name",
      `storageAccountName: "${storageAccountName}" is not the name of a storage account, which has 3 to 24 lower-case letters and digits; correct it, or leave it out to keep the state in files.`,
    );
  }
  if (isKnown(containerName) && !/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(containerName)) {
    yield finding(
      "storage-container-name",
      `containerName: "${containerName}" is not the name of a container, which has 3 to 63 lower-case letters, digits and single hyphens, and starts and ends with a letter or a digit; correct it.`,
    );
  }
}
