import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ArmType, checkArmAction, checkArmBody, loadArmTypes } from "./arm-types";
import { withBindings } from "./bindings";
import { type Crd, checkManifest, loadCrds } from "./crd-schema";
import { checkTerraform } from "./provider-schema";
import { loadSchemas, type Schemas } from "./schemas";
import { show } from "./text";

export { checkArmAction, checkArmBody, checkManifest, checkTerraform, loadArmTypes, loadCrds, loadSchemas };

/** Where `npm run fetch-schemas` puts the providers' schemas. */
const FETCHED = join(__dirname, "../../.schemas/schemas");

/** The folder with the providers' schemas: one that is named, or what was fetched; else undefined. */
export const schemasFolder = process.env.FLEET_SCHEMAS || (existsSync(FETCHED) ? FETCHED : undefined);

const SKIPPED =
  "skipped: there are no schemas; `npm run fetch-schemas` fetches them, FLEET_SCHEMAS names a folder";
let reported = false;

/** `describe` for tests that need the schemas: where there are none, they are skipped, and it is said why. */
export function describeConformance(title: string, tests: () => void): void {
  if (schemasFolder) {
    describe(title, tests);
    return;
  }
  describe.skip(`${title} (${SKIPPED})`, tests);
  // Jest prints no title of a file in which everything is skipped.
  if (!reported) process.stderr.write(`conformance tests ${SKIPPED}\n`);
  reported = true;
}

/** Everything that a synthesized stack is held against. */
export interface Reference {
  schemas: Schemas;
  crds: Crd[];
  armTypes: ArmType[];
}

let loaded: Reference | undefined;

/** Reads the folder of the schemas, and the CRDs beside it; once for each test file. */
export function reference(): Reference {
  if (!schemasFolder) throw new Error("there are no schemas: use describeConformance()");
  loaded ??= {
    schemas: withBindings(loadSchemas(schemasFolder)),
    crds: loadCrds(join(schemasFolder, "..", "crds")),
    armTypes: loadArmTypes(schemasFolder),
  };
  return loaded;
}

/** Checks every stack of a synthesized app (the folder that holds manifest.json). */
export function checkSynthesized(outdir: string): string[] {
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { synthesizedStackPath: string }>;
  };
  return Object.entries(stacks).flatMap(([name, { synthesizedStackPath }]) => {
    const stack = JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8"));
    return checkStack(stack).map((finding) => `${name}: ${finding}`);
  });
}

/** Checks one stack: a parsed cdk.tf.json, or what Testing.synth() returns, parsed. */
export function checkStack(stack: object): string[] {
  const { schemas, crds, armTypes } = reference();
  return [
    ...checkTerraform(stack, schemas),
    ...each(stack, "resource", "kubernetes_manifest", ({ manifest }) => checkManifest(manifest, crds)),
    ...each(stack, "resource", "azapi_resource", (args) => checkAzapiResource(args, armTypes)),
    ...(["resource", "data"] as const).flatMap((mode) =>
      each(stack, mode, "azapi_resource_action", ({ type, action, body }) =>
        // Without an action, the resource itself is asked.
        action === undefined ? [] : checkArmAction(String(type), String(action), body ?? undefined, armTypes),
      ),
    ),
  ];
}

/** The arguments that azapi puts into the request are judged with the body, as Azure sees them. */
function checkAzapiResource(args: Arguments, armTypes: ArmType[]): string[] {
  const { type, name, location, tags, body } = args;
  if (typeof body === "string") return checkArmBody(String(type), body, armTypes);
  const outside = Object.fromEntries(
    Object.entries({ name, location, tags }).filter(([, value]) => value !== undefined && value !== null),
  );
  const twice = Object.keys(outside).filter((key) => key in ((body ?? {}) as object));
  return [
    ...twice.map((key) => `${key}: given both as an argument and in the body, ${show(args[key])}`),
    ...checkArmBody(String(type), { ...(body as object), ...outside }, armTypes),
  ];
}

type Arguments = Record<string, unknown>;

function each(
  stack: object,
  mode: "resource" | "data",
  type: string,
  check: (args: Arguments) => string[],
): string[] {
  const sections = stack as Record<string, Record<string, Record<string, Arguments>>>;
  return Object.entries(sections[mode]?.[type] ?? {}).flatMap(([name, args]) =>
    check(args).map((finding) => `${mode === "data" ? "data." : ""}${type}.${name}: ${finding}`),
  );
}
