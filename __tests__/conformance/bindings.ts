import { readFileSync } from "node:fs";
import type { Attribute, Block, Schemas } from "./schemas";

/** Types that no schema file lists, by the module of CDKTF that binds them. */
const UNLISTED = {
  azurerm_subnet_nat_gateway_association: "subnet-nat-gateway-association",
  azurerm_subnet_route_table_association: "subnet-route-table-association",
};

/** The schemas, and what CDKTF's bindings of azurerm say of the types that they lack. */
export function withBindings(schemas: Schemas): Schemas {
  const unlisted = Object.entries(UNLISTED).filter(([type]) => !(type in schemas.resource));
  const resource = Object.fromEntries(unlisted.map(([type, module]) => [type, blockOf(module)]));
  return { ...schemas, resource: { ...schemas.resource, ...resource } };
}

/** The arguments of a resource that has texts only: the members of the interface that its binding is configured by. */
export function blockOf(module: string): Block {
  const file = require.resolve(`@cdktf/provider-azurerm/lib/${module}`).replace(/\.js$/, ".d.ts");
  const [, members] =
    /export interface \w+Config extends [^{]*\{([\s\S]*?)\n\}/.exec(readFileSync(file, "utf8")) ?? [];
  const attributes = [...(members ?? "").matchAll(/^ {4}readonly (\w+)(\??): string;$/gm)].map(
    ([, name = "", optional]): [string, Attribute] => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === "id"
        ? { type: "string", optional: true, computed: true }
        : { type: "string", ...(optional ? { optional: true } : { required: true }) },
    ],
  );
  return { attributes: Object.fromEntries(attributes) };
}
