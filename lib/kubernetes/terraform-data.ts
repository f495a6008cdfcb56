import { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const TYPE = "terraform_data";

/**
 * A value in Terraform's state whose changes can trigger replacements. CDKTF's own binding runs `terraform version` at every
 * synthesis, so this doesn't use it. Built into Terraform since 1.4, without a provider.
 */
export class TerraformData extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly input: Record<string, unknown>,
  ) {
    super(scope, id, { terraformResourceType: TYPE });
  }

  /** Its address for `replace_triggered_by`, which accepts no expressions. */
  get address(): string {
    return `${TYPE}.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes() {
    return { input: this.input };
  }
}
