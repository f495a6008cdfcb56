/**
 * Writes lib/props/schema.json: what the types say of every props object that lib/props/check-props.ts checks when an app
 * runs, where JavaScript and JSON know no types. Each call of it is found in lib, and the type of its argument read.
 *
 *   npm run schema
 */
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import type { Node, Schema } from "../lib/props/schema";

const ROOT = join(__dirname, "..");
export const SCHEMA_FILE = join(ROOT, "lib/props/schema.json");

/** Functions whose arguments are described: `(…, "Name", value, …)`. */
const DOORS = ["checkedProps", "inspectProps", "checkedArguments"];

/** The schema that the types of lib make, as text. */
export function propsSchema(): string {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const program = ts.createProgram(
    ["lib/index.ts", "lib/testing.ts", "settings.ts"].map((file) => join(ROOT, file)),
    options,
  );
  const reader = new TypeReader(program.getTypeChecker());
  const sources = program.getSourceFiles().filter(({ fileName }) => {
    const path = relative(ROOT, fileName);
    return (path.startsWith("lib") && !path.startsWith(join("lib", "props"))) || path === "settings.ts";
  });
  for (const source of sources) {
    visit(source, (call) => reader.readDoor(call));
  }
  return printed(reader.schema);
}

function visit(node: ts.Node, see: (call: ts.CallExpression) => void): void {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && DOORS.includes(node.expression.text)) {
    see(node);
  }
  ts.forEachChild(node, (child) => visit(child, see));
}

/** One field a line, so that a change of a prop is a change of a line. */
function printed(schema: Schema): string {
  const types = Object.entries(schema)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, node]) => {
      if (typeof node !== "object" || !("fields" in node)) {
        return `  ${JSON.stringify(name)}: ${JSON.stringify(node)}`;
      }
      const { fields, ...rest } = node;
      const lines = Object.entries(fields).map(
        ([field, type]) => `      ${JSON.stringify(field)}: ${JSON.stringify(type)}`,
      );
      const others = Object.entries(rest).map(([key, value]) => `    "${key}": ${value},\n`);
      return `  ${JSON.stringify(name)}: {\n${others.join("")}    "fields": {\n${lines.join(",\n")}\n    }\n  }`;
    });
  return `{\n${types.join(",\n")}\n}\n`;
}

class TypeReader {
  readonly schema: Record<string, Node> = {};
  private readonly types = new Map<string, ts.Type>();

  constructor(private readonly checker: ts.TypeChecker) {}

  readDoor(call: ts.CallExpression): void {
    const at = call.arguments.findIndex((argument) => ts.isStringLiteral(argument));
    const [name, value] = call.arguments.slice(at);
    if (at < 0 || !name || !ts.isStringLiteral(name) || !value) {
      throw new Error(`${place(call)}: the name of the type is not written in the call.`);
    }
    const [explicit] = call.typeArguments ?? [];
    const type = explicit
      ? this.checker.getTypeFromTypeNode(explicit)
      : this.checker.getTypeAtLocation(value);
    this.define(name.text, type, call);
  }

  private define(name: string, type: ts.Type, at: ts.Node): string {
    const before = this.types.get(name);
    if (before && before !== type && this.checker.typeToString(before) !== this.checker.typeToString(type)) {
      throw new Error(`${place(at)}: "${name}" is the name of another type already.`);
    }
    if (!before) {
      this.types.set(name, type);
      this.schema[name] = this.read(type, at, name);
    }
    return name;
  }

  /** @param own the name that the type is defined by just now */
  private read(type: ts.Type, at: ts.Node, own?: string): Node {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) {
      return "any";
    }
    if (flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) {
      return "text";
    }
    if (flags & ts.TypeFlags.Number) {
      return "number";
    }
    if (flags & ts.TypeFlags.BooleanLike) {
      return "flag";
    }
    if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)) {
      return "nothing";
    }
    if (flags & ts.TypeFlags.Null) {
      return "null";
    }
    if (type.isStringLiteral() || type.isNumberLiteral()) {
      return { oneOf: [type.value] };
    }
    if (type.isUnion()) {
      return this.readUnion(type, at, own);
    }
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { list: this.read(item as ts.Type, at) };
    }
    if (type.getCallSignatures().length > 0) {
      return "function";
    }
    return this.readObject(type, at, own);
  }

  private readUnion(union: ts.UnionType, at: ts.Node, own?: string): Node {
    const given = union.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never)));
    // Tokens are taken wherever a value is.
    const types = given.filter((type) => nameOf(type) !== "IResolvable");
    const literals = types.flatMap((type) =>
      type.isStringLiteral() || type.isNumberLiteral() ? [type.value] : [],
    );
    const objects = types.filter((type) => this.isPlain(type));
    const others = types.filter(
      (type) => !type.isStringLiteral() && !type.isNumberLiteral() && !objects.includes(type),
    );
    const all: Node[] = [
      ...(literals.length > 0 ? [{ oneOf: literals }] : []),
      ...(objects.length > 1 ? [this.merged(objects, at)] : objects.map((type) => this.read(type, at, own))),
      ...others.map((type) => this.read(type, at)),
    ];
    const nodes = unique(all);
    const [first] = nodes;
    if (first === undefined) {
      return "nothing";
    }
    return nodes.length === 1 ? first : { anyOf: nodes };
  }

  /** What must be given of one of several objects or of another is judged by checks: here each field is known. */
  private merged(types: readonly ts.Type[], at: ts.Node): Node {
    const all = types.map((type) => this.fieldsOf(type, at));
    const names = [...new Set(all.flatMap((fields) => Object.keys(fields).map(bare)))];
    const fields = names.map((name): [string, Node] => {
      const found = all.map((one) => one[name] ?? one[`${name}?`]);
      const required = all.every((one) => one[name] !== undefined);
      const nodes = unique(found.filter((node) => node !== undefined && node !== "nothing") as Node[]);
      const node = nodes.length > 1 ? joined(nodes) : (nodes[0] ?? "nothing");
      return [required ? name : `${name}?`, node];
    });
    return { fields: Object.fromEntries(fields) };
  }

  private readObject(type: ts.Type, at: ts.Node, own?: string): Node {
    const name = nameOf(type);
    if (name === "ITerraformDependable") {
      return "dependable";
    }
    const isMarked = type.symbol?.getJsDocTags(this.checker).some((tag) => tag.name === "marked");
    if (name !== undefined && (isMarked || (type.isClass() && isOfLib(type)))) {
      return this.reference(name, { is: name });
    }
    if (!this.isPlain(type)) {
      const required = type
        .getProperties()
        .filter((property) => !(property.flags & ts.SymbolFlags.Optional) && isOwn(property, type))
        .map((property) => property.name)
        .sort();
      if (name === undefined) {
        throw new Error(`${place(at)}: ${this.checker.typeToString(type)} can't be described.`);
      }
      return this.reference(name, { has: required });
    }
    const declared = type.getProperties().flatMap(({ declarations = [] }) => declarations);
    if (declared.some((declaration) => /@cdktf\/provider-/.test(fileOf(declaration)))) {
      // A provider's own: its release says what there is.
      return { open: true, fields: {} };
    }
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index && type.getProperties().length === 0) {
      return { map: this.read(index.type, at) };
    }
    if (own === undefined && name !== undefined && isOfLib(type)) {
      return this.define(name, type, at);
    }
    return { ...(index ? { open: true } : {}), fields: this.fieldsOf(type, at) };
  }

  private reference(name: string, node: Node): string {
    this.schema[name] = node;
    return name;
  }

  private fieldsOf(type: ts.Type, at: ts.Node): Record<string, Node> {
    return Object.fromEntries(
      this.checker.getPropertiesOfType(type).map((property) => {
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        const ofProperty = this.checker.getTypeOfSymbol(property);
        return [optional ? `${property.name}?` : property.name, this.fieldOf(property, ofProperty, at)];
      }),
    );
  }

  private fieldOf(property: ts.Symbol, type: ts.Type, at: ts.Node): Node {
    const [file = ""] = (property.declarations ?? []).map(fileOf);
    // What CDKTF takes of every resource is its own.
    if (/\/node_modules\/cdktf\//.test(file) && !["dependsOn", "provider"].includes(property.name)) {
      return "any";
    }
    const node = this.read(type, at);
    const tags = property.getJsDocTags().map(({ name }) => name);
    if (tags.includes("judgedByItself") && typeof node === "object" && "list" in node) {
      return { list: "any" };
    }
    const isSecret = tags.includes("secret");
    return isSecret ? JSON.parse(JSON.stringify(node).replaceAll('"text"', '"secret"')) : node;
  }

  /** Whether something is a mere object of values: no construct, nor another thing that does something. */
  private isPlain(type: ts.Type): boolean {
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || this.checker.isArrayType(type)) {
      return false;
    }
    return (
      type.getCallSignatures().length === 0 &&
      nameOf(type) !== "ITerraformDependable" &&
      !type.isClass() &&
      !type
        .getProperties()
        .some(
          (property) =>
            property.flags & ts.SymbolFlags.Method ||
            (property.name === "node" && nameOf(this.checker.getTypeOfSymbol(property)) === "Node"),
        )
    );
  }
}

function joined(nodes: readonly Node[]): Node {
  const oneOf = nodes.flatMap((node) => (typeof node === "object" && "oneOf" in node ? node.oneOf : []));
  const others = nodes.filter((node) => !(typeof node === "object" && "oneOf" in node));
  const all: Node[] = [...(oneOf.length > 0 ? [{ oneOf: [...new Set(oneOf)] }] : []), ...others];
  return all.length === 1 ? (all[0] as Node) : { anyOf: all };
}

function unique(nodes: readonly Node[]): Node[] {
  return [...new Map(nodes.map((node) => [JSON.stringify(node), node])).values()];
}

function bare(field: string): string {
  return field.replace(/\?$/, "");
}

function nameOf(type: ts.Type): string | undefined {
  const name = type.aliasSymbol?.name ?? type.symbol?.name;
  return name === "__type" || name === "__object" ? undefined : name;
}

/** Whether a file is of this package, and not of another. */
function isOurs(file: string): boolean {
  return file.startsWith(`${ROOT}/`) && !file.includes("/node_modules/");
}

function isOfLib(type: ts.Type): boolean {
  const [declaration] = (type.aliasSymbol ?? type.symbol).declarations ?? [];
  return declaration !== undefined && isOurs(fileOf(declaration));
}

/** Whether a member is public, and is not what every construct of some release has; but for `node`, by which it is one. */
function isOwn({ name, declarations = [] }: ts.Symbol, type: ts.Type): boolean {
  const [own] = (type.symbol.declarations ?? []).map(fileOf);
  return declarations.every(
    (declaration) =>
      !(ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) &&
      (name === "node" || fileOf(declaration).startsWith(join(ROOT, "lib/")) || fileOf(declaration) === own),
  );
}

function fileOf(declaration: ts.Declaration): string {
  return declaration.getSourceFile().fileName;
}

function place(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, source.fileName)}:${line + 1}`;
}

if (require.main === module) {
  writeFileSync(SCHEMA_FILE, propsSchema());
}
