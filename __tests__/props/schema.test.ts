import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TYPES } from "../../lib/props/fit";
import { propsSchema, SCHEMA_FILE } from "../../tools/props-schema";

const LIB = join(__dirname, "../../lib");

test("the schema says what the types say: `npm run schema` writes it", () => {
  expect(readFileSync(SCHEMA_FILE, "utf8")).toBe(propsSchema());
}, 300_000);

test("every class that a prop takes has its mark", () => {
  const classes = Object.values(TYPES).flatMap((type) =>
    typeof type === "object" && "is" in type ? [type.is] : [],
  );
  const sources = readdirSync(LIB, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(LIB, file), "utf8"))
    .join("\n");
  expect(classes).toContain("INamespace");
  expect(classes.filter((name) => !sources.includes(`markOf("${name}")`))).toEqual([]);
});
