import { Resource } from "@cdktf/provider-null/lib/resource";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { marked } from "../../fleet-api/wait-command";

const MARK = markOf("Password");

/** A password generated once, on the first deployment, and kept in Terraform's state: 122 random bits. */
export class Password extends Construct {
  /** Whether something is a Password. */
  static isPassword(x: unknown): x is Password {
    return isMarked(x, MARK);
  }

  private readonly resource: Resource;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    markAs(this, MARK);
    this.resource = new Resource(this, "Resource", {
      triggers: { ...marked("password"), value: "${sensitive(uuid())}" },
      lifecycle: { ignoreChanges: ["triggers"] },
    });
  }

  /** The password, sensitive in Terraform's output. */
  get value(): string {
    return Fn.sensitive(Fn.lookupNested(this.resource.triggers, ["value"]));
  }
}
