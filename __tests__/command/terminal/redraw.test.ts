import { Redrawer, type Size } from "../../../lib/command/terminal/redraw";

/** A terminal, as far as a redrawn picture needs one. */
class Terminal {
  readonly lines: string[] = [""];
  scrolled = 0;
  private row = 0;
  private column = 0;

  constructor(private readonly size: Size) {}

  print(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told by them
    for (const part of `${text}\n`.match(/\x1b\[[?\d;]*[a-zA-Z]|[\s\S]/g) ?? []) this.take(part);
  }

  private take(part: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told by them
    const [, count = "", command] = /^\x1b\[([?\d;]*)([a-zA-Z])$/.exec(part) ?? [];
    if (part === "\n") this.down();
    else if (part === "\r") this.column = 0;
    else if (command === "A") this.row -= Number(count);
    else if (command === "K") this.lines[this.row] = (this.lines[this.row] ?? "").slice(0, this.column);
    else if (command === "J" && count === "") this.lines.length = this.row + 1;
    else if (command === "J") this.lines.fill("");
    else if (command === "H") this.row = this.column = 0;
    else if (command === undefined) this.write(part);
  }

  private write(letter: string): void {
    if (this.column >= this.size.columns) this.down();
    const line = (this.lines[this.row] ?? "").padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + letter + line.slice(this.column + 1);
    this.column += 1;
  }

  private down(): void {
    this.column = 0;
    this.row += 1;
    if (this.row === this.size.rows) {
      this.lines.shift();
      this.scrolled += 1;
      this.row -= 1;
    }
    this.lines[this.row] ??= "";
  }
}

const SIZE = { rows: 6, columns: 10 };

test("each picture replaces the one before, whichever is longer, and nothing scrolls", () => {
  const [terminal, redrawer] = [new Terminal(SIZE), new Redrawer()];
  for (const lines of [["one", "two"], ["a longer one", "b", "c", "d"], ["end"]]) {
    terminal.print(redrawer.draw(lines, SIZE));
    expect(terminal.lines).toEqual([...lines.map((line) => line.slice(0, 10)), ""]);
  }
  expect(terminal.scrolled).toBe(0);
});

test("what was there before stays above", () => {
  const [terminal, redrawer] = [new Terminal(SIZE), new Redrawer()];
  terminal.print("$ aks-fleet");
  terminal.print(redrawer.draw(["one"], SIZE));
  terminal.print(redrawer.draw(["two"], SIZE));
  expect(terminal.lines).toEqual(["$ aks-flee", "t", "two", ""]);
});

test("what doesn't fit is left out of the middle, and it is said how much", () => {
  const [terminal, redrawer] = [new Terminal(SIZE), new Redrawer()];
  for (let time = 0; time < 3; time++) {
    terminal.print(redrawer.draw([..."123456789", "verdict"], SIZE));
    expect(terminal.lines).toEqual(["1", "… 6 more l", "8", "9", "verdict", ""]);
  }
  expect(terminal.scrolled).toBe(0);
});

test("colours take no room, and a line that is cut doesn't leave one on", () => {
  const text = new Redrawer().draw(["\x1b[31m0123456789abc\x1b[0m"], SIZE);
  expect(text).toContain("\x1b[31m0123456789\x1b[0m\x1b[K");
});

test("in a window of another size all is drawn anew", () => {
  const redrawer = new Redrawer();
  redrawer.draw(["one"], SIZE);
  expect(redrawer.draw(["one"], SIZE)).not.toContain("\x1b[2J");
  expect(redrawer.draw(["one"], { ...SIZE, columns: 9 })).toContain("\x1b[2J");
});
