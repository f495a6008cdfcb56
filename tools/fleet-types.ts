/**
 * Writes the fields of one version of Azure's fleet API, as `__tests__/fleet/api` has them, of the models of its SDK: what
 * is required, what only Azure writes, what can be said at creation only, and which values there are.
 *
 *   npx tsx tools/fleet-types.ts MODELS.json > __tests__/fleet/api/VERSION.json
 */
import { readFileSync } from "node:fs";

/** What Azure's SDK says of the types of one version. */
export interface Models {
  readonly apiVersion: string;
  readonly types: Readonly<Record<string, Model>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

interface Model {
  readonly base: readonly string[];
  readonly fields: Readonly<Record<string, ModelField>>;
}

interface ModelField {
  readonly type: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly mutability?: readonly string[];
}

/** What is said of a field, beside that it is there. */
export interface Field {
  readonly required?: true;
  /** Only Azure writes it; what is below it is not listed. */
  readonly readOnly?: true;
  /** It can be said when the resource is made, or made anew. */
  readonly createOnly?: true;
  readonly values?: readonly string[];
}

/** Fields by path: `properties.strategy.stages[].name`, `properties.labels{}`. */
export type Fields = Readonly<Record<string, Field>>;

export interface FleetTypes {
  readonly apiVersion: string;
  /** By what follows `Microsoft.ContainerService/` in the resource type. */
  readonly types: Readonly<Record<string, Fields>>;
}

const RESOURCES: Readonly<Record<string, string>> = {
  Fleet: "fleets",
  FleetMember: "fleets/members",
  FleetUpdateStrategy: "fleets/updateStrategies",
  AutoUpgradeProfile: "fleets/autoUpgradeProfiles",
  FleetManagedNamespace: "fleets/managedNamespaces",
  ClusterMeshProfile: "fleets/clusterMeshProfiles",
  Gate: "fleets/gates",
  UpdateRun: "fleets/updateRuns",
};
const BASES = ["ProxyResource", "TrackedResource"];

/** The fields of every resource that the models have. */
export function fleetTypes({ apiVersion, types, enums }: Models): FleetTypes {
  const resources = Object.keys(types).filter((name) =>
    types[name]?.base.some((base) => BASES.includes(base) && !BASES.includes(name)),
  );
  const unnamed = resources.filter((name) => RESOURCES[name] === undefined);
  if (unnamed.length > 0) {
    throw new Error(`RESOURCES doesn't say which resource type has the models ${unnamed.join(", ")}`);
  }
  return {
    apiVersion,
    types: Object.fromEntries(
      resources.map((name): [string, Fields] => [
        RESOURCES[name] as string,
        Object.fromEntries(fieldsOf(name, "")),
      ]),
    ),
  };

  function fieldsOf(name: string, path: string): [string, Field][] {
    const { base, fields } = types[name] as Model;
    return [
      ...base.flatMap((one) => fieldsOf(one, path)),
      ...Object.entries(fields).flatMap(([field, model]) =>
        read(model, path === "" ? field : `${path}.${field}`),
      ),
    ];
  }

  function read(model: ModelField, path: string): [string, Field][] {
    const below = model.readOnly ? [] : itemsOf(model.type, path);
    const isObject = model.type in types;
    const readOnly =
      model.readOnly || (isObject && below.length > 0 && below.every(([, { readOnly }]) => readOnly));
    const createOnly = !readOnly && model.mutability !== undefined && !model.mutability.includes("update");
    const values = enums[model.type.replace(/^list\[(.*)\]$/, "$1")];
    return [
      [
        path,
        {
          ...(model.required ? { required: true } : {}),
          ...(readOnly ? { readOnly: true } : {}),
          ...(createOnly ? { createOnly: true } : {}),
          ...(values && !readOnly ? { values } : {}),
        },
      ],
      ...(readOnly ? [] : below),
    ];
  }

  function itemsOf(type: string, path: string): [string, Field][] {
    const [, container, inner = ""] = /^(list|dict)\[(?:str, )?(.+)\]$/.exec(type) ?? [];
    if (container) {
      return itemsOf(inner, `${path}${container === "list" ? "[]" : "{}"}`);
    }
    return type in types ? fieldsOf(type, path) : [];
  }
}

/** One field a line, so that the diff of two versions tells what is new. */
export function printed({ apiVersion, types }: FleetTypes): string {
  const sections = Object.entries(types).map(([type, fields]) => {
    const lines = Object.entries(fields).map(
      ([path, field]) => `      ${JSON.stringify(path)}: ${JSON.stringify(field)}`,
    );
    return `    ${JSON.stringify(type)}: {\n${lines.join(",\n")}\n    }`;
  });
  return `{\n  "apiVersion": ${JSON.stringify(apiVersion)},\n  "types": {\n${sections.join(",\n")}\n  }\n}\n`;
}

if (require.main === module) {
  const [file = ""] = process.argv.slice(2);
  process.stdout.write(printed(fleetTypes(JSON.parse(readFileSync(file, "utf8")) as Models)));
}
