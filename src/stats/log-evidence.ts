/** Logarithms of the e-values against a null: mean is different, is larger, is smaller. */
export interface LogEvidence {
  either: number;
  increase: number;
  decrease: number;
}

/** Which of the one-sided e-values are wanted; they cost a Student-t tail a term. */
export type Sides = 'none' | 'increase' | 'decrease' | 'both';
