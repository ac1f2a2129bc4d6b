/** What processes tell each other: at most once, so that whoever waits for it looks for itself now and then, too. */
export type Topic = 'changed' | 'accepted';

/** Rows that are claimed to be worked on. */
export type Claimable = 'executions' | 'deliveries';

/** What is begun and ended as this process becomes the one that keeps house, and ceases to be it. */
export interface House {
  begin(): void;
  end(): void;
}

/** What the processes that share a store have in common. */
export interface Peers {
  /** Whether other processes may use the store at the same time. */
  isShared: boolean;
  /** Epoch milliseconds, by one clock for all of them. */
  now(): number;
  /** Renews the lease of a row that this process has claimed for as long as the work lasts. */
  whileWorking<T>(table: Claimable, id: string, work: () => Promise<T>): Promise<T>;
  /** From now on this process keeps house whenever no other one that lives does. */
  keepHouse(house: House): void;
  /** Whether it is this one that does, at the moment. */
  isHouseKeeper(): boolean;
  tell(topic: Topic, id: string): void;
  /** Of what others tell. */
  onTold(topic: Topic, listener: (id: string) => void): void;
  /** Whether anything is judged; an operator may switch that off for all of them. */
  judging: { isOn(): boolean; set(isOn: boolean): Promise<void> };
}
