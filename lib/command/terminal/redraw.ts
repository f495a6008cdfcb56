/** A terminal's size, in characters. */
export interface Size {
  rows: number;
  columns: number;
}

const WIPE_LINE = "\x1b[K";
const WIPE_BELOW = "\x1b[J";
const WIPE_ALL = "\x1b[2J\x1b[H";
/** Output between these is shown in one step; terminals that don't support them ignore them. */
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/** How much of an oversized screen is used for its start. */
const HEAD = 0.4;

/** Redraws a screen in place, without flicker and without filling the scrollback. */
export class Redrawer {
  private drawn = 0;
  private size: Size | undefined;

  /** What to print, without the final line break. The middle is cut if it doesn't fit: problems are at the end. */
  draw(lines: readonly string[], size: Size): string {
    const most = Math.max(2, size.rows - 1);
    const head = Math.floor((most - 1) * HEAD);
    const tail = most - 1 - head;
    const shown =
      lines.length <= most
        ? lines
        : [...lines.slice(0, head), `… ${lines.length - head - tail} more lines`, ...lines.slice(-tail)];
    // After a resize, earlier lines may have been rewrapped.
    const resized = this.size && (this.size.rows !== size.rows || this.size.columns !== size.columns);
    const back = resized ? WIPE_ALL : this.drawn > 0 ? `\x1b[${this.drawn}A\r` : "";
    this.drawn = shown.length;
    this.size = size;
    const text = shown.map((line) => cut(line, size.columns) + WIPE_LINE).join("\n");
    return BEGIN + back + text + WIPE_BELOW + END;
  }
}

/** Colour codes take no room. */
function cut(line: string, columns: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they mark colours
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
