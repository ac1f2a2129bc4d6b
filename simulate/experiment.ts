/** A table of the documentation: tasks that may run anywhere and in any order, and how they are shown. */
export interface Experiment<Task, Result> {
  title: string;
  /** `effort` 1 = the full number of runs. */
  tasks(effort: number): Task[];
  run(task: Task): Result;
  /** Markdown; results in the order of the tasks. */
  render(tasks: Task[], results: Result[]): string;
}

/** At least one, however short. */
export function runsFor(full: number, effort: number): number {
  return Math.max(1, Math.round(full * effort));
}
