import type { Environment } from "./environment";

const CODES = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

export type Colour = keyof typeof CODES;
export type Paint = (colour: Colour | undefined, text: string) => string;

/** Colours for a terminal, unless NO_COLOR is set. */
export function painter(terminal: boolean | undefined, environment: Environment): Paint {
  if (!terminal || environment.NO_COLOR) return (_, text) => text;
  return (colour, text) => (colour && text ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text);
}

export interface Cell {
  text: string;
  colour?: Colour | undefined;
}

/** Rows in columns; every cell but the last of its row is padded. */
export function table(heads: string[], rows: (Cell | string)[][], paint: Paint): string[] {
  const cells = [
    heads.map((text): Cell => ({ text, colour: "bold" })),
    ...rows.map((row) => row.map((cell) => (typeof cell === "string" ? { text: cell } : cell))),
  ];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.text.length ?? 0)));
  return cells.map((row) =>
    row
      .map(({ text, colour }, column) => {
        const gap = column === row.length - 1 ? "" : " ".repeat((widths[column] ?? 0) - text.length + 2);
        return paint(colour, text) + gap;
      })
      .join("")
      .trimEnd(),
  );
}

const COLUMNS = 100;

/** Wraps a text; continuation lines are indented further. */
export function wrapped(text: string, indent = "  "): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${indent}  `;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
