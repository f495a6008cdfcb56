import { TrafficManagerExternalEndpoint } from "@cdktf/provider-azurerm/lib/traffic-manager-external-endpoint";
import { Construct } from "constructs";
import { addCheck } from "../checks/check";
import { checkLocation } from "../checks/locations";
import { isMarked, markAs, markOf } from "../checks/marked";
import { checkInteger } from "../checks/values";
import { checkedProps } from "../props/check-props";
import type { GlobalDnsName } from "./global-dns-name";

export interface GlobalDnsEndpointProps {
  readonly dnsName: GlobalDnsName;
  /** Name of the endpoint, unique among those of the DNS name. */
  readonly name: string;
  /** A public IPv4 address or a host name. */
  readonly address: string;
  /** Short name of the endpoint's Azure location: `Performance` routing answers with the nearest. */
  readonly location: string;
  /** Its weight with `Weighted` routing, 1 to 1000. @default 1 */
  readonly weight?: number;
}

const MARK = markOf("GlobalDnsEndpoint");

/** An address that a GlobalDnsName returns while it is healthy: an external endpoint of Traffic Manager. */
export class GlobalDnsEndpoint extends Construct {
  /** Whether something is a GlobalDnsEndpoint. */
  static isGlobalDnsEndpoint(x: unknown): x is GlobalDnsEndpoint {
    return isMarked(x, MARK);
  }

  readonly resource: TrafficManagerExternalEndpoint;

  constructor(scope: Construct, id: string, props: GlobalDnsEndpointProps) {
    super(scope, id);
    markAs(this, MARK);
    const {
      dnsName,
      name,
      address,
      location,
      weight = 1,
    } = checkedProps(this, "GlobalDnsEndpointProps", props);
    this.resource = new TrafficManagerExternalEndpoint(this, "Resource", {
      profileId: dnsName.resource.id,
      name,
      target: address,
      endpointLocation: location,
      weight,
    });
    addCheck(this, () => [...checkLocation(location), ...checkInteger("weight", weight, 1, 1000)]);
  }
}
