import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A type as `terraform providers schema -json` writes it: "string", ["list", "string"], ["object", {...}]. */
export type TerraformType =
  | string
  | ["list" | "set" | "map", TerraformType]
  | ["object", Record<string, TerraformType>]
  | ["tuple", TerraformType[]];

export interface Attribute {
  type?: TerraformType;
  nested_type?: { nesting_mode: string; attributes: Record<string, Attribute> };
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  deprecated?: boolean;
  description?: string;
}

export interface BlockType {
  nesting_mode: string;
  block: Block;
  min_items?: number;
  max_items?: number;
}

export interface Block {
  attributes?: Record<string, Attribute>;
  block_types?: Record<string, BlockType>;
  deprecated?: boolean;
}

/** What all providers together know, each by the name that Terraform JSON uses. */
export interface Schemas {
  provider: Record<string, Block>;
  resource: Record<string, Block>;
  data: Record<string, Block>;
}

/** Reads every provider's schema in the folder; other JSON files in it are passed over. */
export function loadSchemas(folder: string): Schemas {
  const all: Schemas = {
    provider: {},
    resource: structuredClone(BUILT_IN.resource),
    data: structuredClone(BUILT_IN.data),
  };
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const { provider_schemas = {} } = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProviderSchemas;
    for (const [source, schema] of Object.entries(provider_schemas)) {
      all.provider[source.split("/").at(-1) as string] = schema.provider?.block ?? {};
      for (const [type, { block }] of Object.entries(schema.resource_schemas ?? {}))
        all.resource[type] = block;
      for (const [type, { block }] of Object.entries(schema.data_source_schemas ?? {}))
        all.data[type] = block;
    }
  }
  return all;
}

interface ProviderSchemas {
  provider_schemas?: Record<
    string,
    {
      provider?: { block: Block };
      resource_schemas?: Record<string, { block: Block }>;
      data_source_schemas?: Record<string, { block: Block }>;
    }
  >;
}

/** The two types of Terraform's own provider, which no schema file lists. */
const BUILT_IN: Pick<Schemas, "resource" | "data"> = {
  resource: {
    terraform_data: {
      attributes: {
        input: { type: "dynamic", optional: true },
        triggers_replace: { type: "dynamic", optional: true },
        output: { type: "dynamic", computed: true },
        id: { type: "string", computed: true },
      },
    },
  },
  data: {
    terraform_remote_state: {
      attributes: {
        backend: { type: "string", required: true },
        config: { type: "dynamic", optional: true },
        defaults: { type: "dynamic", optional: true },
        workspace: { type: "string", optional: true },
        outputs: { type: "dynamic", computed: true },
      },
    },
  },
};
