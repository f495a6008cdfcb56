import { structuredPatch } from "diff";

const CONTEXT = 3;
/** Nobody reads a diff with more differences than this. */
const MOST_EDITS = 600;

/** A line diff of two texts, with some context around each change; `…` for omitted lines. */
export function diffLines(before: readonly string[], after: readonly string[]): string[] {
  const patch = structuredPatch("", "", text(before), text(after), "", "", {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)];
  let end = 1;
  const lines = patch.hunks.flatMap((hunk) => {
    const gap = hunk.oldStart > end ? ["  …"] : [];
    end = hunk.oldStart + hunk.oldLines;
    return [...gap, ...hunk.lines.map((line) => `${line[0]} ${line.slice(1)}`.trimEnd())];
  });
  return lines.length > 0 && end <= before.length ? [...lines, "  …"] : lines;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
