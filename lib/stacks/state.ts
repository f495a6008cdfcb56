import { join, relative, resolve } from "node:path";
import { App, AzurermBackend, LocalBackend, type TerraformStack } from "cdktf";
import { addCheck, isKnown } from "../checks/check";
import { type Finding, finding } from "../checks/finding";
import { checkedArguments, checkedProps } from "../props/check-props";

export interface StateProps {
  /** Storage account for the state; the deploying identity needs "Storage Blob Data Contributor" on it. @default - files in the app's folder */
  readonly storageAccountName?: string;
  /** @default "tfstate" */
  readonly containerName?: string;
}

/** Sets the backend of a stack: `terraform.<stack>.tfstate` in the app's folder, or a storage account. */
export function keepState(stack: TerraformStack, props: StateProps = {}): void {
  checkedArguments("KeepStateArguments", { stack }, "keepState");
  props = checkedProps(stack, "StateProps", props, "keepState");
  const name = stack.node.id;
  addCheck(stack, () => checkNames(props));
  // An empty name most likely means an unset pipeline variable, so it is an error and not the default.
  if (props.storageAccountName !== undefined) {
    new AzurermBackend(stack, {
      storageAccountName: props.storageAccountName,
      containerName: props.containerName ?? "tfstate",
      key: `${name}.tfstate`,
      useAzureadAuth: true,
    });
  } else {
    // Relative, so synthesis gives the same result in every folder; CDKTF would write an absolute path.
    const stackFolder = resolve(App.of(stack).outdir, "stacks", name);
    new LocalBackend(stack, {
      path: join(relative(stackFolder, process.cwd()), `terraform.${name}.tfstate`).replaceAll("\\", "/"),
    });
  }
}

/** Azure's rules for names of storage accounts and containers. */
function* checkNames({ storageAccountName, containerName }: StateProps): Generator<Finding> {
  if (isKnown(storageAccountName) && !/^[a-z0-9]{3,24}$/.test(storageAccountName)) {
    yield finding(
      "storage-account-name",
      `storageAccountName: "${storageAccountName}" is not a storage account name, which has 3 to 24 lower-case letters and digits; correct it, or remove it to keep the state in files.`,
    );
  }
  if (isKnown(containerName) && !/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(containerName)) {
    yield finding(
      "storage-container-name",
      `containerName: "${containerName}" is not a container name, which has 3 to 63 lower-case letters, digits and single hyphens, and starts and ends with a letter or a digit; correct it.`,
    );
  }
}
