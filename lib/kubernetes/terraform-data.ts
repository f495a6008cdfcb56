import { TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const TYPE = "terraform_data";

/**
 * A value in Terraform's state, whose changes others can be tied to. Not CDKTF's own binding: that one runs `terraform
 * version` whenever the app is synthesized. Terraform itself has this, from version 1.4 on; no provider is needed.
 */
export class TerraformData extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly input: Record<string, unknown>,
  ) {
    super(scope, id, { terraformResourceType: TYPE });
  }

  /** What it is called in `replace_triggered_by`, which takes no expression. */
  get address(): string {
    return `${TYPE}.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes() {
    return { input: this.input };
  }
}
