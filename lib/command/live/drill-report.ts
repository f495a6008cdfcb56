import { type Cell, type Paint, table } from "../terminal/style";
import type { Address, Prediction, Verdict } from "./drill-verdict";

/** What a drill has shown: the share of each cluster by address and phase, then what was looked at. */
export function drillReport(
  { rows, checks }: Verdict,
  member: string,
  predictions: readonly { address: Address; prediction: Prediction | undefined }[],
  paint: Paint,
): string[] {
  const clusters = [
    ...new Set(rows.flatMap(({ address, answers }) => [...address.expected, ...answers.keys()])),
  ].sort();
  const shown = rows.filter(({ connections }) => connections > 0);
  const head = [
    "ADDRESS",
    "PHASE",
    "CONNECTIONS",
    "FAILED",
    ...clusters.map((cluster) => cluster.toUpperCase() || "(NOT TOLD)"),
  ];
  const lines = shown.map(({ address, phase, connections, failed, answers }): (Cell | string)[] => {
    const answered = connections - failed;
    return [
      phase === shown.find((one) => one.address === address)?.phase ? address.name : "",
      phase,
      String(connections),
      { text: String(failed), colour: failed > 0 ? "red" : undefined },
      ...clusters.map((cluster) => {
        const count = answers.get(cluster) ?? 0;
        return count === 0 ? "-" : `${count} (${Math.round((100 * count) / answered)}%)`;
      }),
    ];
  });
  const marks = { passed: "ok", failed: "FAILED", skipped: "not judged" } as const;
  const colours = { passed: "green", failed: "red", skipped: "yellow" } as const;
  return [
    ...(shown.length > 0 ? table(head, lines, paint) : []),
    "",
    ...predictions.flatMap(({ address, prediction }) =>
      prediction === undefined
        ? []
        : [`the model, of the loss of ${member}: ${address.name} ${prediction.text}`],
    ),
    ...predictions.flatMap(({ address }) =>
      address.member === member
        ? [`${address.name} enters at ${member}: the drill leaves that address, which the loss would take.`]
        : [],
    ),
    "",
    ...checks.map(
      ({ name, state, text }) => `${paint(colours[state], marks[state].padEnd(10))}  ${name}: ${text}`,
    ),
  ];
}
