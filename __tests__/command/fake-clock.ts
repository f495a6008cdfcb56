import type { Clock } from "../../lib/command/terminal/clock";

/** Time passes only while somebody sleeps; ticks come in it where they belong. */
export class FakeClock implements Clock {
  private time = 0;
  private readonly ticks = new Set<{ every: number; next: number; tick: () => void }>();

  now(): number {
    return this.time;
  }

  async sleep(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.ticks].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.time = due.next;
      due.next += due.every;
      due.tick();
    }
    this.time = end;
  }

  every(ms: number, tick: () => void): () => void {
    const entry = { every: ms, next: this.time + ms, tick };
    this.ticks.add(entry);
    return () => this.ticks.delete(entry);
  }
}
