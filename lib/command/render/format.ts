export const FORMATS = ["markdown", "text", "json"] as const;
export type Format = (typeof FORMATS)[number];

const ENDINGS: Record<string, Format> = { md: "markdown", txt: "text", json: "json" };

/** The format for a file's extension, if it has one. */
export function formatOf(file: string): Format | undefined {
  return ENDINGS[/\.(\w+)$/.exec(file)?.[1] ?? ""];
}
