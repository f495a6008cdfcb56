/**
 * Loaded before an app: what it makes carries the run's id, so that runs don't meet, and what is left of one can be found. All
 * is in resource groups, which get the id as a suffix and a tag; so do DNS names, which are there once in all of Azure. AKS
 * hands a cluster's tags on to the group of its nodes.
 */
import { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { App, Aspects, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { HubStack, InfraStack } from "../lib";
import { RUN_TAG } from "./run-tag";

const run = process.env.INTEG_RUN;
if (!run) {
  throw new Error("INTEG_RUN: the id of the run is not set; start this by `npm run integ`.");
}

const { synth } = App.prototype;
App.prototype.synth = function synthOwn() {
  for (const stack of this.node.findAll().filter(TerraformStack.isStack)) {
    Aspects.of(stack).add({ visit: makeOwn });
  }
  return synth.call(this);
};

function makeOwn(construct: IConstruct): void {
  if (construct instanceof ResourceGroup) {
    construct.name = `${construct.nameInput}-${run}`;
  }
  if (construct instanceof ResourceGroup || construct instanceof KubernetesCluster) {
    construct.tags = { ...construct.tagsInput, [RUN_TAG]: String(run) };
  }
}

const { addDnsLoadBalancer } = HubStack.prototype;
HubStack.prototype.addDnsLoadBalancer = function addOwn(name, options) {
  return addDnsLoadBalancer.call(this, `${name}-${run}`, {
    ...options,
    serviceName: options.serviceName ?? name,
  });
};

const { addGlobalDnsName } = InfraStack.prototype;
InfraStack.prototype.addGlobalDnsName = function addOwn(name, options) {
  return addGlobalDnsName.call(this, `${name}-${run}`, options);
};
