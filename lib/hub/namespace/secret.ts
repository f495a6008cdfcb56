import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { checkObjectName } from "../../checks/names";
import { onHub } from "../../fleet/on-hub";
import { escapeTemplates } from "../../kubernetes/escape";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "./namespace-base";

export interface SecretOptions {
  /** Values by key, not base64-encoded, e.g. `{ password: new Password(this, "Password").value }`. Keys have 1 to 253 letters, digits, hyphens, underscores and periods. @secret */
  readonly data: Record<string, string>;
}

export interface SecretProps extends SecretOptions {
  /** The Secret's namespace. */
  readonly namespace: INamespace;
  /** 1 to 253 lower-case letters, digits, hyphens and periods, starting and ending with a letter or a digit. */
  readonly name: string;
}

const MARK = markOf("Secret");

/**
 * An Opaque Secret in a namespace of the hub. Terraform hides its values, unlike those of a manifest. They are in the state,
 * in the hub's copies of placed objects, and on each member.
 */
export class Secret extends Construct {
  /** Whether something is a Secret. */
  static isSecret(x: unknown): x is Secret {
    return isMarked(x, MARK);
  }

  readonly name: string;
  readonly resource: SecretV1;

  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "SecretProps", props);
    const { namespace, name, data } = props;
    this.name = name;
    onHub(this, namespace.fleet, { namespace });
    this.resource = new SecretV1(this, "Resource", {
      metadata: { name, namespace: namespace.name },
      data: escapeTemplates(data),
    });
    this.resource.dependsOn = namespace._dependsOn();
    namespace._contents.secrets.push(this);
    addCheck(this, function* () {
      yield* checkObjectName("a Secret", name);
      for (const key of Object.keys(data)) {
        if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key)) {
          yield finding(
            "secret-key",
            `data: "${key}" is not a valid key for Secret "${name}"; use 1 to 253 letters, digits, hyphens, underscores and periods.`,
          );
        }
      }
    });
  }
}
