import type { components } from '../../openapi.d.ts';
import type { Dialect } from '../../http/dialect.ts';
import type { Handlers } from '../../http/operation.ts';

type Schemas = components['schemas'];
export type GateWord = Schemas['GateWord'];
export type AnalysisRequest = Schemas['AnalysisRequest'];

/** The gate of one deployer: what it answers, and how it reads and refuses. */
export interface Gate extends Pick<Dialect, 'read' | 'formatFault'> {
  handlers: Handlers;
}
