import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  parseManifests as parse,
  type ReadManifests,
  readManifests as read,
} from "../../lib/kubernetes/read-manifests";
import { yamlFile } from "../hub/fixtures";
import { texts } from "../synth";

const plain = ({ found, findings }: ReadManifests) => ({ found, findings: texts(findings) });
const parseManifests = (yaml: string, file: string) => plain(parse(yaml, file));
const readManifests = (file: string) => plain(read(file));

const HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
const head = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
const NO_OBJECT = "is not a Kubernetes object; set its apiVersion, kind and metadata.name.";

/** The value of `field` in an object that has this line of YAML. */
function fieldOf(yaml: string): unknown {
  const { found, findings } = parseManifests(`${HEAD}${yaml}\n`, "f.yaml");
  expect(findings).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0]?.object.field;
}

describe("a value as kubectl reads it", () => {
  test.each<[string, unknown]>([
    ["field: 0644", 420],
    ["field: 0x1F", 31],
    ["field: 1_000", 1000],
    ["field: 1e3", 1000],
    ["field: 1.5", 1.5],
    ["field: 0o644", 420],
    ["field: 0b101", 5],
    ["field: 08", 8],
    ["field: 1234e5678", "1234e5678"],
    ["field: .5", 0.5],
    ["field: +1", 1],
    ["field: y", true],
    ["field: 9007199254740993", 9007199254740993n],
    ["field: 18446744073709551615", 18446744073709551615n],
    ["field: !!binary aGVsbG8=", "hello"],
    ["field: !!str 12", "12"],
    ["field: { 1.10: a, 0644: b, y: c }", { "1.1": "a", "420": "b", true: "c" }],
    ["field: yes", true],
    ["field: No", false],
    ["field: on", true],
    ["field: OFF", false],
    ["field: true", true],
    ["field: 'yes'", "yes"],
    ['field: "0644"', "0644"],
    ["field: ~", null],
    ["field:", null],
    ["field: null", null],
    ["field: 22:22", "22:22"],
    ["field: 1:30:00", "1:30:00"],
    ["field: 190:20:30.15", "190:20:30.15"],
    ["field: 2024-01-31", "2024-01-31"],
    ["field: 2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"],
    ["field: 1.2.3", "1.2.3"],
    ["field: 10.1.0.0/16", "10.1.0.0/16"],
    ["field: 100m", "100m"],
    ["field: |\n  a\n  b\n", "a\nb\n"],
    ["field: >-\n  a\n  b\n", "a b"],
    ["field: {}", {}],
    ["field: []", []],
    ["field: { 8080: a }", { "8080": "a" }],
  ])("%j", (yaml, value) => {
    expect(fieldOf(yaml)).toEqual(value);
  });

  test("anchors, and merge keys whose own fields win", () => {
    expect(
      fieldOf(
        "base: &base { cpu: 1, memory: 2 }\nfield:\n  alias: *base\n  merged: { <<: *base, memory: 3, more: 4 }\n",
      ),
    ).toEqual({ alias: { cpu: 1, memory: 2 }, merged: { cpu: 1, memory: 3, more: 4 } });
  });

  test("of a file with carriage returns or a byte order mark", () => {
    expect(fieldOf("field: |\r\n  a\r\n  b\r\n")).toBe("a\nb\n");
    expect(parseManifests(`\uFEFF${HEAD}`, "f.yaml")).toEqual({
      found: [{ object: head, where: "f.yaml, document 1" }],
      findings: [],
    });
  });
});

describe("the documents of a file", () => {
  test.each([
    ["nothing", ""],
    ["a comment", "# nothing here\n"],
    ["empty documents", "---\n---\n# a comment\n---\nnull\n...\n"],
    ["an empty List", "apiVersion: v1\nkind: List\nitems: []\n"],
  ])("none in %s, and kubectl refuses a file of none", (_case, yaml) => {
    expect(parseManifests(yaml, "f.yaml")).toEqual({
      found: [],
      findings: [
        "f.yaml contains no objects, which `kubectl apply` refuses, too; add one, or remove the file.",
      ],
    });
  });

  test("in their order, with comments and empty ones between them", () => {
    const yaml = `# first\n---\n${HEAD}---\n# nothing\n---\n${HEAD.replace("name: a", "name: b")}---\n`;
    const { found, findings } = parseManifests(yaml, "f.yaml");
    expect(findings).toEqual([]);
    expect(found).toEqual([
      { object: head, where: "f.yaml, document 1" },
      { object: { ...head, metadata: { name: "b" } }, where: "f.yaml, document 3" },
    ]);
  });

  test("a List gives its items", () => {
    const item = (name: string) => `- { apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} } }\n`;
    const yaml = `apiVersion: v1\nkind: List\nitems:\n${item("a")}${item("b")}---\n${HEAD.replace("name: a", "name: c")}`;
    const { found, findings } = parseManifests(yaml, "f.yaml");
    expect(findings).toEqual([]);
    expect(found.map(({ object }) => object.metadata.name)).toEqual(["a", "b", "c"]);
  });
});

describe("what is wrong is said, with the file and the number of the document", () => {
  test.each([
    ["a text", "hello", [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["a list", "- a\n- b\n", [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["no kind", "apiVersion: v1\nmetadata: { name: a }\n", [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["no apiVersion", "kind: ConfigMap\nmetadata: { name: a }\n", [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["no metadata", "apiVersion: v1\nkind: ConfigMap\n", [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["no name", HEAD.replace("name: a", "generateName: a"), [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["a number as name", HEAD.replace("name: a", "name: 1"), [`f.yaml, document 1: ${NO_OBJECT}`]],
    ["an item of a List", "apiVersion: v1\nkind: List\nitems: [3]\n", [`f.yaml, document 1: ${NO_OBJECT}`]],
    [
      "a key twice",
      `${HEAD}---\n${HEAD}data: { a: x }\ndata: { b: x }\n`,
      [expect.stringMatching(/^f\.yaml, document 2: Map keys must be unique at line 9, column 1/)],
    ],
    [
      "a syntax error",
      `${HEAD}---\n# nothing\n---\n${HEAD}data: @x\n`,
      [
        expect.stringMatching(
          /^f\.yaml, document 3: Plain value cannot start with reserved character @ at line 10, column 7/,
        ),
      ],
    ],
    [
      "a tab as indentation",
      "apiVersion: v1\n\tkind: A\n",
      [
        expect.stringMatching(
          /^f\.yaml, document 1: Tabs are not allowed as indentation at line 2, column 1/,
        ),
      ],
    ],
  ])("%s", (_case, yaml, expected) => {
    expect(parseManifests(yaml, "f.yaml").findings).toEqual(expected);
  });

  test("once for each document, and the others are read", () => {
    const { found, findings } = parseManifests(`hello\n---\n${HEAD}---\n[]\n`, "f.yaml");
    expect(findings).toEqual([`f.yaml, document 1: ${NO_OBJECT}`, `f.yaml, document 3: ${NO_OBJECT}`]);
    expect(found.map(({ object }) => object)).toEqual([head]);
  });

  test.each([
    ["an alias without an anchor", `${HEAD}---\n${HEAD}data: *nowhere\n`],
    ["more aliases than are let through", bomb()],
  ])("%s", (_case, yaml) => {
    expect(parseManifests(yaml, "f.yaml").findings).toEqual([
      expect.stringMatching(/^f\.yaml, document \d: .+/),
    ]);
  });

  test("the sentence is whole", () => {
    expect(parseManifests("a: 1\na: 2\n", "f.yaml").findings[0]).not.toMatch(/:$/);
  });
});

describe("a list of a kind", () => {
  const item = (name: string, more = "") => `{ ${more} metadata: { name: ${name} } }`;

  test("gives its items, which are of its kind where they don't say so, also in another list", () => {
    const inner = `{ apiVersion: v1, kind: ConfigMapList, items: [${item("a")}, ${item("b", "apiVersion: v1, kind: Secret,")}] }`;
    const { found, findings } = parseManifests(`apiVersion: v1\nkind: List\nitems: [${inner}]\n`, "f.yaml");
    expect(findings).toEqual([]);
    expect(found.map(({ object }) => object)).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
      { apiVersion: "v1", kind: "Secret", metadata: { name: "b" } },
    ]);
  });
});

describe("what JSON can't hold is refused", () => {
  test.each([
    ["a number without end", "field: .inf"],
    ["bytes that are no text", "field: !!binary /w=="],
    ["a key that is nothing", "field: { ~: a }"],
    ["keys that are the same as texts", "field: { 420: a, 0644: b }"],
    ["a control character", "field: a\u0001"],
    ["an alias of itself", "field: &a [*a]"],
  ])("%s", (_case, yaml) => {
    expect(parseManifests(`${HEAD}${yaml}\n`, "f.yaml").findings).toEqual([
      expect.stringMatching(/^f\.yaml, document 1: .+ at line \d/),
    ]);
  });
});

describe("a file's encoding", () => {
  const write = (bytes: Buffer) => {
    const file = yamlFile("");
    writeFileSync(file, bytes);
    return file;
  };

  test.each([
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${HEAD}`)],
    ["UTF-16", Buffer.from(`\uFEFF${HEAD}`, "utf16le")],
    ["UTF-16, the other way round", Buffer.from(`\uFEFF${HEAD}`, "utf16le").swap16()],
  ])("%s is read", (_case, bytes) => {
    expect(readManifests(write(bytes)).found.map(({ object }) => object)).toEqual([head]);
  });

  test("Latin-1 is refused", () => {
    const file = write(Buffer.from(`${HEAD}data: { a: caf\u00e9 }\n`, "latin1"));
    expect(readManifests(file)).toEqual({
      found: [],
      findings: [`file: ${file} is neither UTF-8, nor UTF-16 with a byte order mark; save it as UTF-8.`],
    });
  });
});

describe("a file", () => {
  test("is read", () => {
    const file = yamlFile(HEAD);
    expect(readManifests(file)).toEqual({
      found: [{ object: head, where: `${file}, document 1` }],
      findings: [],
    });
  });

  test("that is not there", () => {
    const file = join(__dirname, "nowhere.yaml");
    expect(readManifests(file)).toEqual({
      found: [],
      findings: [
        `file: ${file} can't be read (ENOENT); use an existing file, relative to the app's working directory.`,
      ],
    });
  });

  test("that is a folder", () => {
    expect(readManifests(__dirname).findings).toEqual([
      `file: ${__dirname} can't be read (EISDIR); use an existing file, relative to the app's working directory.`,
    ]);
  });
});

/** Aliases of aliases. */
function bomb(): string {
  const aliases = (name: string) => Array.from({ length: 20 }, () => `*${name}`).join(", ");
  return `${HEAD}a: &a [x]\nb: &b [${aliases("a")}]\nc: &c [${aliases("b")}]\nd: &d [${aliases("c")}]\ne: [${aliases("d")}]\n`;
}
