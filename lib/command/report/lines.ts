/** More differences than this are no diff that anybody reads. */
const MOST_EDITS = 600;
const CONTEXT = 3;

type Edit = " " | "-" | "+";

/** The lines of two texts as a diff, with a few of what stays around each change; `…` for what is left out. */
export function diffLines(before: readonly string[], after: readonly string[]): string[] {
  const edits = compare(before, after);
  const near = new Array<boolean>(edits.length).fill(false);
  for (const [index, [edit]] of edits.entries()) {
    if (edit === " ") continue;
    near.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  }
  const lines: string[] = [];
  for (const [index, [edit, line]] of edits.entries()) {
    if (near[index]) lines.push(`${edit} ${line}`.trimEnd());
    else if (near[index - 1] || index === 0) lines.push("  …");
  }
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): [Edit, string][] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const same = (line: string): [Edit, string] => [" ", line];
  return [
    ...before.slice(0, start).map(same),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** Myers' algorithm: the fewest lines taken away and added. */
function shortest(a: readonly string[], b: readonly string[]): [Edit, string][] {
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, MOST_EDITS); edits++) {
    trace.push(new Map(reached));
    const next = new Map(reached);
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (next.get(k - 1) ?? 0) < (next.get(k + 1) ?? 0));
      let x = down ? (next.get(k + 1) ?? 0) : (next.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a, b);
    }
    reached = next;
  }
  return [...a.map((line): [Edit, string] => ["-", line]), ...b.map((line): [Edit, string] => ["+", line])];
}

function walkBack(
  trace: readonly Map<number, number>[],
  a: readonly string[],
  b: readonly string[],
): [Edit, string][] {
  const lines: [Edit, string][] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reached = trace[edits] as Map<number, number>;
    const k = x - y;
    const down = k === -edits || (k !== edits && (reached.get(k - 1) ?? 0) < (reached.get(k + 1) ?? 0));
    const from = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (reached.get(from) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      lines.push([" ", a[x - 1] as string]);
      x--;
      y--;
    }
    if (edits === 0) break;
    if (down) {
      lines.push(["+", b[y - 1] as string]);
      y--;
    } else {
      lines.push(["-", a[x - 1] as string]);
      x--;
    }
  }
  return lines.reverse();
}
