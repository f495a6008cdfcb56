import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { dependable, type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { addCheck, isKnown } from "../../checks/check";
import { type Finding, finding } from "../../checks/finding";
import { isMarked, markAs, markOf } from "../../checks/marked";
import { checkDnsLabel, checkNameOnce } from "../../checks/names";
import { checkInteger } from "../../checks/values";
import { onHub } from "../../fleet/on-hub";
import { NETWORKING_V1BETA1 } from "../../fleet-api/groups";
import { appliedManifest } from "../../kubernetes/applied-manifest";
import { omitUndefined } from "../../kubernetes/omit-undefined";
import { checkedProps } from "../../props/check-props";
import { checkExported } from "../namespace/service-exported";
import { TrafficManagerProfile } from "./traffic-manager-profile";

export interface TrafficManagerBackendProps {
  /** The profile, in the Service's namespace. A change replaces the backend. */
  readonly profile: TrafficManagerProfile;
  /**
   * Name of an exported Service of the profile's namespace. On every member it must be type LoadBalancer, with a public
   * address that has a DNS label. A change replaces the backend.
   */
  readonly serviceName: string;
  /** 1 to 63 lower-case letters, digits and hyphens. @default - the Service's name */
  readonly name?: string;
  /**
   * Weight of the Service in the profile, from 0 (no clients) to 1000. It is divided among members by the weights of their
   * exports, each rounded up: with 1, all members have the same weight, whatever their exports'. @default 1
   */
  readonly weight?: number;
  /** Created before the backend, and deleted after it. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const MARK = markOf("TrafficManagerBackend");

/** Adds a Service, on all members that export it, to a TrafficManagerProfile. It stays on the hub. */
export class TrafficManagerBackend extends Construct {
  /** Whether something is a TrafficManagerBackend. */
  static isTrafficManagerBackend(x: unknown): x is TrafficManagerBackend {
    return isMarked(x, MARK);
  }

  readonly profile: TrafficManagerProfile;
  readonly serviceName: string;
  readonly name: string;
  readonly manifest: Manifest;

  constructor(scope: Construct, id: string, props: TrafficManagerBackendProps) {
    super(scope, id);
    markAs(this, MARK);
    props = checkedProps(this, "TrafficManagerBackendProps", props);
    const { profile, serviceName, weight } = props;
    const { namespace } = profile;
    this.profile = profile;
    onHub(this, namespace.fleet, { profile });
    this.serviceName = serviceName;
    this.name = props.name ?? serviceName;
    this.manifest = appliedManifest(this, "Resource", {
      manifest: {
        apiVersion: NETWORKING_V1BETA1,
        kind: "TrafficManagerBackend",
        metadata: { name: this.name, namespace: namespace.name },
        spec: omitUndefined({ profile: { name: profile.name }, backend: { name: serviceName }, weight }),
      },
      immutable: { profile: profile.name, backend: serviceName },
    });
    // Deleted before its profile, as the fleet removes the members' addresses from it.
    this.manifest.dependsOn = Lazy.listValue({
      produce: () => [...namespace.dependables, profile.manifest, ...(props.dependsOn ?? [])].map(dependable),
    });
    profile._backends.push(this);
    addCheck(this, () => this.check(weight));
  }

  private *check(weight: number | undefined): Generator<Finding> {
    const { profile, name, serviceName } = this;
    yield* checkDnsLabel("TrafficManagerBackend", name);
    yield* checkExported(profile.namespace, serviceName);
    yield* checkInteger("weight", weight, 0, 1000);
    for (const other of profile._backends.filter((candidate) => candidate !== this)) {
      if (isKnown(serviceName) && other.serviceName === serviceName) {
        yield finding(
          "traffic-manager-backend-twice",
          `serviceName: Service "${serviceName}" is already a backend of profile "${profile.name}", at ${other.node.path}; remove one of the two.`,
        );
      }
    }
    const inNamespace = TrafficManagerProfile._all(this)
      .filter(({ namespace }) => namespace === profile.namespace)
      .flatMap(({ backends }) => backends);
    yield* checkNameOnce(this, "backend", name, inNamespace);
  }
}
