import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

const ROOT = join(__dirname, "..");
const LIB = join(ROOT, "lib");

/** A folder imports from those above it only, so that data flows one way. */
const FOLDERS = [
  "fleet-api",
  "checks",
  "azapi",
  "identity",
  "kubernetes",
  "network",
  "cluster",
  "fleet",
  "hub",
  "access",
  "stacks",
  "command",
];

const imports = readdirSync(LIB, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /^[\w-]+\/.*\.ts$/.test(file))
  .flatMap((file) =>
    [...readFileSync(join(LIB, file), "utf8").matchAll(/\b(?:from|import)\b\s*\(?\s*"([^"]+)"/g)].map(
      ([, module]) => ({
        file,
        folder: file.split("/")[0] as string,
        module: module as string,
      }),
    ),
  );

test("every folder of lib has its place", () => {
  const folders = readdirSync(LIB, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...FOLDERS].sort());
});

test("folders import from those above them only", () => {
  const upwards = imports.filter(({ file, folder, module }) => {
    if (!module.startsWith(".")) return false;
    const other = posix.join(posix.dirname(file), module).split("/")[0] as string;
    return FOLDERS.indexOf(other) > FOLDERS.indexOf(folder);
  });
  expect(upwards).toEqual([]);
});

test("the command, and what it shares with the constructs, load nothing of CDKTF", () => {
  const foreign = imports.filter(
    ({ file, folder, module }) =>
      ["fleet-api", "command"].includes(folder) &&
      (module.startsWith(".")
        ? !/^(fleet-api|command)\//.test(posix.join(posix.dirname(file), module))
        : /^(cdktf|constructs|@cdktf\/)/.test(module)),
  );
  expect(foreign).toEqual([]);
});

// Biome holds the sources to this; here it is what users copy.
test("the README imports providers by resource", () => {
  expect(readFileSync(join(ROOT, "README.md"), "utf8")).not.toMatch(/from "@cdktf\/provider-\w+"/);
});
