/** A command as readers and shells know it. */
export interface CommandText {
  name: string;
  summary: string;
  help: string;
}

/** One word after `canary`. */
export interface Command {
  /** What `--help` prints. */
  help: string;
  /** Resolves with the exit code; a Fault thrown ends with 3 and its message. */
  run(args: string[]): Promise<number>;
  /** A crash keeps Node's own report and code, for a process whose exit is no verdict. */
  crashesAsNode?: boolean;
}
