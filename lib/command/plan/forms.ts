import type { Change } from "./plan";
import { asManifest, asUnknown, typedKind } from "./typed";
import { isObject, listOf, type Path, textOf, type Values } from "./values";

/**
 * A change in the form that the rules read. Several resource types can create the same thing: an object by a manifest or a typed
 * resource, an Azure resource by azurerm or azapi. The rules know manifests and azurerm.
 */
export function inOneForm(change: Change): Change {
  const kind = typedKind(change.type);
  if (kind) {
    const manifest = (values: Values | undefined) => values && { manifest: asManifest(kind, values) };
    return {
      ...change,
      type: "kubernetes_manifest",
      before: manifest(change.before),
      after: manifest(change.after),
      unknown: isObject(change.unknown) ? { manifest: asUnknown(change.unknown) } : undefined,
      forces: change.forces.map((path) => ["manifest", ...path.filter((key) => key !== 0)]),
    };
  }
  return isArm(change.type) ? ofArm(change) : change;
}

/** The same for a synthesized block. */
export function blockInOneForm(
  type: string,
  values: Values,
): { readonly type: string; readonly values: Values } {
  const kind = typedKind(type);
  if (kind) {
    return { type: "kubernetes_manifest", values: { manifest: asManifest(kind, values) } };
  }
  const arm = isArm(type) ? armOf(values) : "";
  const form = FORMS[arm];
  return form ? { type: form.type, values: translated(values, form, arm) ?? values } : { type, values };
}

function isArm(type: string): boolean {
  return type === "azapi_resource" || type === "azapi_update_resource";
}

/** The Azure API type. */
function armOf(values: Values | undefined): string {
  return textOf(values?.type)?.split("@")[0]?.toLowerCase() ?? "";
}

/** azurerm's names for an Azure resource and the parts of its body. `*` in a path is every list item. */
interface Form {
  readonly type: string;
  readonly names: Readonly<Record<string, string>>;
}

const POOL: Readonly<Record<string, string>> = {
  availabilityZones: "zones",
  count: "node_count",
  enableAutoScaling: "auto_scaling_enabled",
  enableEncryptionAtHost: "host_encryption_enabled",
  enableFIPS: "fips_enabled",
  enableNodePublicIP: "node_public_ip_enabled",
  enableUltraSSD: "ultra_ssd_enabled",
  kubeletConfig: "kubelet_config",
  kubeletDiskType: "kubelet_disk_type",
  linuxOSConfig: "linux_os_config",
  maxCount: "max_count",
  maxPods: "max_pods",
  minCount: "min_count",
  mode: "mode",
  name: "name",
  nodeLabels: "node_labels",
  nodeTaints: "node_taints",
  orchestratorVersion: "orchestrator_version",
  osDiskSizeGB: "os_disk_size_gb",
  osDiskType: "os_disk_type",
  osSKU: "os_sku",
  podSubnetID: "pod_subnet_id",
  scaleSetPriority: "priority",
  vmSize: "vm_size",
  vnetSubnetID: "vnet_subnet_id",
};

const prefixed = (names: Readonly<Record<string, string>>, from: string, to: string) =>
  Object.fromEntries(Object.entries(names).map(([key, name]) => [`${from}.${key}`, `${to}.${name}`]));

const RULE = {
  access: "access",
  direction: "direction",
  priority: "priority",
  protocol: "protocol",
  sourceAddressPrefix: "source_address_prefix",
  sourceAddressPrefixes: "source_address_prefixes",
  sourcePortRange: "source_port_range",
  sourcePortRanges: "source_port_ranges",
  destinationAddressPrefix: "destination_address_prefix",
  destinationAddressPrefixes: "destination_address_prefixes",
  destinationPortRange: "destination_port_range",
  destinationPortRanges: "destination_port_ranges",
};

const PEERING = {
  allowVirtualNetworkAccess: "allow_virtual_network_access",
  allowForwardedTraffic: "allow_forwarded_traffic",
  allowGatewayTransit: "allow_gateway_transit",
  useRemoteGateways: "use_remote_gateways",
  "remoteVirtualNetwork.id": "remote_virtual_network_id",
};

const ROUTE = {
  addressPrefix: "address_prefix",
  nextHopType: "next_hop_type",
  nextHopIpAddress: "next_hop_in_ip_address",
};

/** By Azure API type, in lower case. */
const FORMS: Readonly<Record<string, Form>> = {
  "microsoft.containerservice/managedclusters": {
    type: "azurerm_kubernetes_cluster",
    names: {
      "sku.tier": "sku_tier",
      "properties.kubernetesVersion": "kubernetes_version",
      "properties.dnsPrefix": "dns_prefix",
      "properties.nodeResourceGroup": "node_resource_group",
      "properties.disableLocalAccounts": "local_account_disabled",
      "properties.diskEncryptionSetID": "disk_encryption_set_id",
      "properties.enableRBAC": "role_based_access_control_enabled",
      "properties.oidcIssuerProfile.enabled": "oidc_issuer_enabled",
      "properties.securityProfile.workloadIdentity.enabled": "workload_identity_enabled",
      "properties.securityProfile.azureKeyVaultKms.enabled": "key_management_service",
      "properties.autoUpgradeProfile.upgradeChannel": "automatic_upgrade_channel",
      "properties.autoUpgradeProfile.nodeOSUpgradeChannel": "node_os_upgrade_channel",
      "properties.apiServerAccessProfile.authorizedIPRanges":
        "api_server_access_profile.0.authorized_ip_ranges",
      "properties.apiServerAccessProfile.enablePrivateCluster": "private_cluster_enabled",
      "properties.apiServerAccessProfile.disableRunCommand": "run_command_disabled",
      "properties.aadProfile.enableAzureRBAC":
        "azure_active_directory_role_based_access_control.0.azure_rbac_enabled",
      "properties.aadProfile.adminGroupObjectIDs":
        "azure_active_directory_role_based_access_control.0.admin_group_object_ids",
      "properties.addonProfiles.azurepolicy.enabled": "azure_policy_enabled",
      "properties.addonProfiles.omsagent.enabled": "oms_agent",
      "properties.addonProfiles.azureKeyvaultSecretsProvider.enabled": "key_vault_secrets_provider",
      "properties.addonProfiles.httpApplicationRouting.enabled": "http_application_routing_enabled",
      "properties.addonProfiles.ingressApplicationGateway.enabled": "ingress_application_gateway",
      "properties.ingressProfile.webAppRouting.enabled": "web_app_routing",
      "properties.serviceMeshProfile.mode": "service_mesh_profile.0.mode",
      "properties.storageProfile.diskCSIDriver.enabled": "storage_profile.0.disk_driver_enabled",
      "properties.storageProfile.fileCSIDriver.enabled": "storage_profile.0.file_driver_enabled",
      "properties.storageProfile.blobCSIDriver.enabled": "storage_profile.0.blob_driver_enabled",
      "properties.workloadAutoScalerProfile.keda.enabled": "workload_autoscaler_profile.0.keda_enabled",
      "properties.networkProfile.networkPlugin": "network_profile.0.network_plugin",
      "properties.networkProfile.networkPluginMode": "network_profile.0.network_plugin_mode",
      "properties.networkProfile.networkPolicy": "network_profile.0.network_policy",
      "properties.networkProfile.networkDataplane": "network_profile.0.network_data_plane",
      "properties.networkProfile.podCidr": "network_profile.0.pod_cidr",
      "properties.networkProfile.serviceCidr": "network_profile.0.service_cidr",
      "properties.networkProfile.dnsServiceIP": "network_profile.0.dns_service_ip",
      "properties.networkProfile.outboundType": "network_profile.0.outbound_type",
      "properties.networkProfile.loadBalancerSku": "network_profile.0.load_balancer_sku",
      ...prefixed(POOL, "properties.agentPoolProfiles.*", "default_node_pool.*"),
    },
  },
  "microsoft.containerservice/managedclusters/agentpools": {
    type: "azurerm_kubernetes_cluster_node_pool",
    names: Object.fromEntries(Object.entries(POOL).map(([key, name]) => [`properties.${key}`, name])),
  },
  "microsoft.network/virtualnetworks": {
    type: "azurerm_virtual_network",
    names: {
      "properties.addressSpace.addressPrefixes": "address_space",
      "properties.dhcpOptions.dnsServers": "dns_servers",
    },
  },
  "microsoft.network/virtualnetworks/subnets": {
    type: "azurerm_subnet",
    names: { "properties.addressPrefix": "address_prefix", "properties.addressPrefixes": "address_prefixes" },
  },
  "microsoft.network/virtualnetworks/virtualnetworkpeerings": {
    type: "azurerm_virtual_network_peering",
    names: Object.fromEntries(Object.entries(PEERING).map(([key, name]) => [`properties.${key}`, name])),
  },
  "microsoft.network/networksecuritygroups": {
    type: "azurerm_network_security_group",
    names: {
      "properties.securityRules.*.name": "security_rule.*.name",
      ...prefixed(RULE, "properties.securityRules.*.properties", "security_rule.*"),
    },
  },
  "microsoft.network/networksecuritygroups/securityrules": {
    type: "azurerm_network_security_rule",
    names: Object.fromEntries(Object.entries(RULE).map(([key, name]) => [`properties.${key}`, name])),
  },
  "microsoft.network/routetables/routes": {
    type: "azurerm_route",
    names: Object.fromEntries(Object.entries(ROUTE).map(([key, name]) => [`properties.${key}`, name])),
  },
  "microsoft.network/routetables": {
    type: "azurerm_route_table",
    names: {
      "properties.routes.*.name": "route.*.name",
      ...prefixed(ROUTE, "properties.routes.*.properties", "route.*"),
    },
  },
  "microsoft.network/natgateways": { type: "azurerm_nat_gateway", names: {} },
  "microsoft.network/publicipaddresses": { type: "azurerm_public_ip", names: {} },
  "microsoft.managedidentity/userassignedidentities": { type: "azurerm_user_assigned_identity", names: {} },
  "microsoft.authorization/roleassignments": {
    type: "azurerm_role_assignment",
    names: {
      "properties.roleDefinitionId": "role_definition_id",
      "properties.principalId": "principal_id",
      "properties.principalType": "principal_type",
    },
  },
  "microsoft.resources/resourcegroups": { type: "azurerm_resource_group", names: {} },
};

function ofArm(change: Change): Change {
  const arm =
    textOf((change.after ?? change.before)?.type)
      ?.split("@")[0]
      ?.toLowerCase() ?? "";
  const form = FORMS[arm];
  if (form === undefined) {
    return change;
  }
  const isUpdate = change.type === "azapi_update_resource";
  return {
    ...change,
    type: form.type,
    // Deleting an update resource leaves its target unchanged.
    action:
      isUpdate && change.action === "delete"
        ? "forget"
        : isUpdate && change.action === "create"
          ? "update"
          : change.action,
    before:
      translated(change.before, form, arm) ??
      (isUpdate ? translated({ ...change.after, body: undefined }, form, arm) : undefined),
    after: translated(change.after, form, arm),
    unknown: isObject(change.unknown) ? translatedBody(change.unknown, form) : change.unknown,
    forces: change.forces.map((path) => translatedPath(path, form)),
  };
}

function translated(values: Values | undefined, form: Form, arm: string): Values | undefined {
  if (values === undefined) {
    return undefined;
  }
  const { body: _, type: __, parent_id: parent, ...rest } = values;
  const id = textOf(values.resource_id) ?? textOf(parent) ?? "";
  const owner = (segment: string) => new RegExp(`/${segment}/([^/]+)`, "i").exec(id)?.[1];
  const name = textOf(values.name) ?? (values.resource_id ? id.split("/").pop() : undefined);
  const network = owner("virtualNetworks");
  return {
    ...rest,
    ...(name !== undefined && { name }),
    ...(network !== undefined &&
      arm !== "microsoft.network/virtualnetworks" && { virtual_network_name: network }),
    ...(owner("networkSecurityGroups") && { network_security_group_name: owner("networkSecurityGroups") }),
    ...(arm.endsWith("/agentpools") && {
      kubernetes_cluster_id: parent ?? id.replace(/\/agentPools\/.*$/i, ""),
    }),
    ...(arm.endsWith("/roleassignments") && { scope: parent }),
    ...translatedBody(values, form),
  };
}

/** The parts of a body with azurerm names; the rest is kept as is. */
function translatedBody(values: Values, { names }: Form): Values {
  const result: Values = {};
  const rest: Values = {};
  const body = typeof values.body === "string" ? parsed(values.body) : values.body;
  if (body === true) {
    return { body };
  }
  const walk = (value: unknown, key: string, path: readonly (string | number)[]) => {
    const name = names[key];
    if (name !== undefined) {
      const places = path.filter((one) => typeof one === "number");
      put(
        result,
        name.split(".").map((one) => (one === "*" ? (places.shift() as number) : one === "0" ? 0 : one)),
        value,
      );
    } else if (isObject(value)) {
      for (const [inner, one] of Object.entries(value))
        walk(one, key ? `${key}.${inner}` : inner, [...path, inner]);
    } else if (Array.isArray(value) && Object.keys(names).some((one) => one.startsWith(`${key}.*`))) {
      for (const [index, one] of listOf(value).entries()) walk(one, `${key}.*`, [...path, index]);
    } else if (key !== "") {
      put(rest, path, value);
    }
  };
  walk(body, "", []);
  return { ...result, ...(Object.keys(rest).length > 0 && { body: rest }) };
}

function translatedPath(path: Path, { names }: Form): Path {
  if (path[0] !== "body") {
    return path;
  }
  const places = path.filter((one): one is number => typeof one === "number");
  const name =
    names[
      path
        .slice(1)
        .map((one) => (typeof one === "number" ? "*" : one))
        .join(".")
    ];
  return name === undefined
    ? path
    : name.split(".").map((one) => (one === "*" ? (places.shift() ?? 0) : one === "0" ? 0 : one));
}

function put(into: Values, path: readonly (string | number)[], value: unknown): void {
  let here: Record<string | number, unknown> = into;
  for (const [index, key] of path.entries()) {
    if (index === path.length - 1) {
      here[key] = value;
      return;
    }
    here[key] ??= typeof path[index + 1] === "number" ? [] : {};
    here = here[key] as Record<string | number, unknown>;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
