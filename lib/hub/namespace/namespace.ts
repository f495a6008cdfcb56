import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { type ITerraformDependable, Lazy } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { allMarked, isMarked } from "../../checks/marked";
import { checkNamespace } from "../../checks/names";
import { checkLabels } from "../../checks/values";
import type { IFleet } from "../../fleet/fleet";
import { onHub } from "../../fleet/on-hub";
import { isSameFleet } from "../../fleet/same-fleet";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { escapeTemplates } from "../../kubernetes/escape";
import { checkManagedBy } from "../../kubernetes/labels";
import { filledMap } from "../../kubernetes/omit-undefined";
import { checkedProps } from "../../props/check-props";
import { ImportedNamespace } from "./imported-namespace";
import { type INamespace, NAMESPACE_MARK, NamespaceBase } from "./namespace-base";

export interface NamespaceProps {
  /** The fleet with the hub. */
  readonly fleet: IFleet;
  /** 1 to 63 lower-case letters, digits and hyphens; not `default`, `kube-*` or `fleet-*`, which the fleet never places. */
  readonly name: string;
  /** Labels of the namespace, on the hub and on members. @default - none */
  readonly labels?: Record<string, string>;
  /**
   * Whether workloads are also added outside this app, which turns off the checks for missing Services, exports, and objects
   * selected or overridden by name.
   * @default false
   */
  readonly workloadsElsewhere?: boolean;
  /** Created before the namespace, and deleted after it. @default - none */
  readonly dependsOn?: ITerraformDependable[];
}

/** A namespace on the hub. A ClusterResourcePlacement that selects it copies it to members, with its contents. */
export class Namespace extends NamespaceBase {
  /** Whether something is an INamespace, created by this app or imported. */
  static isNamespace(x: unknown): x is INamespace {
    return isMarked(x, NAMESPACE_MARK);
  }

  /**
   * Imports an existing namespace of the fleet's hub, e.g. of another app, or a managed one. Its contents and placements are
   * unknown to this app.
   */
  static fromNamespaceName(scope: Construct, id: string, fleet: IFleet, namespaceName: string): INamespace {
    return new ImportedNamespace(scope, id, fleet, namespaceName);
  }

  /** All namespaces of an app, created or imported. @internal */
  static _all(scope: IConstruct): readonly INamespace[] {
    return allMarked<INamespace>(scope, NAMESPACE_MARK);
  }

  readonly fleet: IFleet;
  readonly name: string;
  readonly workloadsElsewhere: boolean;
  readonly manifest: Manifest;

  /** @internal */
  get _itself(): readonly Manifest[] {
    return [this.manifest];
  }

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    props = checkedProps(this, "NamespaceProps", props);
    const { name, labels } = props;
    this.fleet = props.fleet;
    this.name = name;
    this.workloadsElsewhere = props.workloadsElsewhere ?? false;
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name,
          // Workloads that include the namespace itself may still be added.
          labels: Lazy.anyValue({
            produce: () => escapeTemplates(filledMap(this.described("labels", labels))),
          }),
          annotations: Lazy.anyValue({
            produce: () => escapeTemplates(filledMap(this.described("annotations"))),
          }),
        },
      },
      dependsOn: props.dependsOn,
    });
    this._dependables.push(this.manifest);
    onHub(this, this.fleet);
    addCheck(this, () => this.check(labels));
  }

  private *check(labels: Record<string, string> | undefined): Generator<Finding> {
    yield* checkNamespace(this.name);
    yield* checkLabels("labels", labels);
    yield* checkManagedBy("labels", labels);
    yield* this.checkItself(labels);
    for (const other of Namespace._all(this)) {
      const isSame = isKnown(this.name) && other.name === this.name && isSameFleet(other.fleet, this.fleet);
      if (other !== this && isSame) {
        yield finding(
          "namespace-name-twice",
          `name: the namespace "${this.name}" is also ${other._itself.length > 0 ? "created" : "imported"} at ${other.node.path}; use that one, or give one of them another name.`,
        );
      }
    }
  }

  /** Labels or annotations of the namespace, including those of its own manifest among its workloads. */
  private described(
    field: "labels" | "annotations",
    own: Record<string, string> = {},
  ): Record<string, string> {
    const written = this._contents.itself.map(({ object }) => object.metadata[field]);
    return Object.assign({}, ...written, own);
  }

  private *checkItself(labels: Record<string, string> = {}): Generator<Finding> {
    const reported = new Map(Object.entries(labels).map(([key, value]) => [`labels/${key}`, value]));
    for (const { object, where } of this._contents.itself) {
      for (const field of ["labels", "annotations"] as const) {
        for (const [key, value] of Object.entries(object.metadata[field] ?? {})) {
          const other = reported.get(`${field}/${key}`);
          if (other !== undefined && other !== value) {
            yield finding(
              "namespace-described-twice",
              `${field}["${key}"]: is "${other}", but "${value}" in ${where}; use the same value in both.`,
            );
          }
          reported.set(`${field}/${key}`, value);
        }
      }
      yield* checkLabels(`${where}: labels`, object.metadata.labels as Record<string, string> | undefined);
    }
  }
}
