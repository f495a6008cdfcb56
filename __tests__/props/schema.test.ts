import { readFileSync } from "node:fs";
import { propsSchema, SCHEMA_FILE } from "../../tools/props-schema";

test("the schema says what the types say: `npm run schema` writes it", () => {
  expect(readFileSync(SCHEMA_FILE, "utf8")).toBe(propsSchema());
}, 300_000);
