import type { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { finding } from "../../checks/finding";
import { checkNamespace } from "../../checks/names";
import type { IFleet } from "../../fleet/fleet";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import { NamespaceBase } from "./namespace-base";

/** An existing namespace of the hub. */
export class ImportedNamespace extends NamespaceBase {
  readonly fleet: IFleet;
  readonly name: string;
  readonly workloadsElsewhere = true;
  readonly _itself = [];

  constructor(scope: Construct, id: string, fleet: IFleet, namespaceName: string) {
    super(scope, id);
    const given = checkedProps(this, "ImportedNamespace", { fleet, name: namespaceName });
    this.fleet = given.fleet;
    this.name = given.name;
    onHub(this, this.fleet);
    addCheck(this, () => checkNamespace(this.name));
    addCheck(this, () =>
      this._contents.itself
        .filter(({ object: { metadata } }) =>
          [metadata.labels, metadata.annotations].some((given) => Object.keys(given ?? {}).length > 0),
        )
        .map(({ where }) =>
          finding(
            "namespace-exists",
            `${where}: sets labels or annotations of the namespace "${this.name}", but it is imported, so this app can't change it; remove them, or create the namespace in this app (new Namespace).`,
          ),
        ),
    );
  }
}
