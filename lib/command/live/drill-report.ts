import { type Cell, type Paint, table } from "../terminal/style";
import type { Address, Prediction, Verdict } from "./drill-verdict";

/** The results of a drill: each cluster's share by address and phase, then the checks. */
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
    ...clusters.map((cluster) => cluster.toUpperCase() || "(UNKNOWN)"),
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
  const marks = { passed: "ok", failed: "FAILED", skipped: "not checked" } as const;
  const colours = { passed: "green", failed: "red", skipped: "yellow" } as const;
  return [
    ...(shown.length > 0 ? table(head, lines, paint) : []),
    "",
    ...predictions.flatMap(({ address, prediction }) =>
      prediction === undefined
        ? []
        : [`the model predicts for the loss of ${member}: ${address.name} ${prediction.text}`],
    ),
    ...predictions.flatMap(({ address }) =>
      address.member === member
        ? [
            `the entry of ${address.name} is ${member}: the drill keeps that address, which a real loss would take down.`,
          ]
        : [],
    ),
    "",
    ...checks.map(
      ({ name, state, text }) => `${paint(colours[state], marks[state].padEnd(10))}  ${name}: ${text}`,
    ),
  ];
}
