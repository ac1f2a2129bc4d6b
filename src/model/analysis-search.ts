/** What a person looks for; an empty text is none. */
export interface AnalysisSearch {
  /** In the id, the name of the config, a label's value or the reason. */
  q: string;
  config: string;
  /** `name=value`. */
  label: string;
  /** A verdict, a state, or one of the groups `attention` and `running`. */
  result: string;
  /** How long ago it was submitted at most, as a duration. */
  last: string;
  /** Only older ones than this id. */
  before?: string;
}
