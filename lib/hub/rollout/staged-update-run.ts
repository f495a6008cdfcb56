import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";
import { addCheck } from "../../checks/check";
import { finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { onHub } from "../../fleet/on-hub";
import { checkedProps } from "../../props/check-props";
import type { INamespace } from "../namespace/namespace-base";
import type { IResourcePlacement } from "../placement/placement";
import { type UpdateRunOptions, updateRunManifest } from "./update-run";
import type { IStagedUpdateStrategy } from "./update-strategy";

export interface StagedUpdateRunProps extends UpdateRunOptions {
  /** The namespace of the run, its placement and its strategy. */
  readonly namespace: INamespace;
  /** A ResourcePlacement of the namespace with `rolloutType` `External`. A change starts a new run. */
  readonly placement: IResourcePlacement;
  /** The stages. A change starts a new run. */
  readonly strategy: IStagedUpdateStrategy;
}

const MARK = markOf("StagedUpdateRun");

/**
 * Rolls out what a ResourcePlacement selects to its members, stage by stage. It runs once: after that, changes of the
 * placement stay on the hub until a run with a new name. Removing or renaming it ends it where it is; what it has rolled
 * out stays on the members.
 */
export class StagedUpdateRun extends Construct {
  /** Whether something is a StagedUpdateRun. */
  static isStagedUpdateRun(x: unknown): x is StagedUpdateRun {
    return isMarked(x, MARK);
  }

  readonly namespace: INamespace;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: StagedUpdateRunProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "StagedUpdateRunProps", props);
    const { namespace, placement, strategy, ...options } = props;
    this.namespace = namespace;
    onHub(this, namespace.fleet, { namespace, placement, strategy });
    this.name = props.name;
    this.manifest = updateRunManifest(this, {
      ...options,
      kind: "StagedUpdateRun",
      namespace: namespace.name,
      placement,
      strategy,
      dependsOn: [
        ...namespace.dependables,
        ...placement.dependables,
        ...strategy.dependables,
        ...(props.dependsOn ?? []),
      ],
    });
    addCheck(this, function* () {
      if (strategy.namespace !== namespace) {
        yield finding(
          "update-run-strategy-namespace",
          `strategy: "${strategy.name}" is in the namespace "${strategy.namespace.name}", and the run in "${namespace.name}" can only use strategies of its own namespace; add one there.`,
        );
      }
      if (placement.namespace !== namespace) {
        yield finding(
          "staged-run-placement-namespace",
          `placement: "${placement.name}" is in the namespace "${placement.namespace.name}", and the run in "${namespace.name}" can only use placements of its own namespace; add the run there.`,
        );
      }
    });
  }
}
