/** Of a terminal, in characters. */
export interface Size {
  rows: number;
  columns: number;
}

const WIPE_LINE = "\x1b[K";
const WIPE_BELOW = "\x1b[J";
const WIPE_ALL = "\x1b[2J\x1b[H";
/** What stands between is shown at once; a terminal that doesn't know these passes over them. */
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/** How much of a picture that is too large is shown of its beginning. */
const HEAD = 0.4;

/** Draws a picture over the one before, in place: nothing flickers, and nothing is added to what can be scrolled back to. */
export class Redrawer {
  private drawn = 0;
  private size: Size | undefined;

  /** What to print, with a line break after it. What doesn't fit is left out of the middle: what is wrong stands at the end. */
  draw(lines: readonly string[], size: Size): string {
    const most = Math.max(2, size.rows - 1);
    const head = Math.floor((most - 1) * HEAD);
    const tail = most - 1 - head;
    const shown =
      lines.length <= most
        ? lines
        : [...lines.slice(0, head), `… ${lines.length - head - tail} more lines`, ...lines.slice(-tail)];
    // In a window of another size the lines before may have been broken anew.
    const resized = this.size && (this.size.rows !== size.rows || this.size.columns !== size.columns);
    const back = resized ? WIPE_ALL : this.drawn > 0 ? `\x1b[${this.drawn}A\r` : "";
    this.drawn = shown.length;
    this.size = size;
    const text = shown.map((line) => cut(line, size.columns) + WIPE_LINE).join("\n");
    return BEGIN + back + text + WIPE_BELOW + END;
  }
}

/** Colours take no room. */
function cut(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are told by them
  const parts = line.split(/(\x1b\[[0-9;]*m)/);
  let room = columns;
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const fits = part.slice(0, Math.max(0, room));
      room -= part.length;
      return fits;
    })
    .join("");
}
