import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = join(__dirname, "goldens");

/**
 * Compares with a file, byte for byte. After a change that is wanted, `AKS_FLEET_GOLDENS=write npx jest report` writes the
 * files anew, for you to read the difference; never where CI is set.
 */
export function expectGolden(name: string, text: string): void {
  const file = join(FOLDER, name);
  if (process.env.AKS_FLEET_GOLDENS === "write" && !process.env.CI) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, "utf8") : `(there is no ${name})`).toBe(text);
}
