import type { ExportBundle } from '../../analysis/again/bundle.ts';
import type { ImportBundle } from '../../analysis/again/import-bundle.ts';
import type { Read } from '../../analysis/read.ts';
import { operatorOf } from '../../http/admission/operator-of.ts';
import type { Rejudge } from '../../analysis/again/rejudge.ts';
import { Fault } from '../../errors.ts';
import type { Handlers } from '../../http/operation.ts';
import type { Rejudgement, RejudgementSummary } from '../../model/rejudgement.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import { formatAnalysis, formatJudgement } from './format.ts';
import { formatRejudgementSummary } from './format-asked.ts';

type Schemas = components['schemas'];

export interface RejudgementParts {
  store: Store;
  rejudge: Rejudge;
  exportBundle: ExportBundle;
  importBundle: ImportBundle;
  read: Read;
}

/** Handlers of further judgements, here and elsewhere, by operation id. */
export function rejudgementHandlers({
  store,
  rejudge,
  exportBundle,
  importBundle,
  read,
}: RejudgementParts): Handlers {
  return {
    async exportBundle({ parameters }) {
      const id = parameters['id'] as string;
      const name = `attachment; filename="${id}.bundle.json"`;
      const json = await exportBundle(id);
      return { status: 200, json, headers: { 'content-disposition': name } };
    },
    async importBundle(call) {
      const by = operatorOf(call, 'the bundle was not imported');
      const { id, isNew } = await importBundle(call.body as Schemas['Bundle'], call.signal, by);
      const json = formatAnalysis(await read.detail(id));
      const headers = { location: `/api/v1/analyses/${id}` };
      return { status: isNew ? 201 : 200, json, headers };
    },
    async rejudge({ parameters, body, caller, signal }) {
      const id = parameters['id'] as string;
      const made = await rejudge(id, body as Schemas['RejudgeRequest'], signal, caller);
      const json = formatRejudgement(made);
      return { status: 201, json, headers: { location: addressOf(made) } };
    },
    async getRejudgement({ parameters }) {
      const [id, own] = [parameters['id'] as string, parameters['rejudgement'] as string];
      const found = await store.rejudgements.get(id, own);
      if (found !== undefined) return { status: 200, json: formatRejudgement(found) };
      throw new Fault('not-found', `analysis "${id}" has no further judgement "${own}"`, {
        subject: `analysis "${id}"`,
      });
    },
  };
}

function addressOf({ analysisId, id }: RejudgementSummary): string {
  return `/api/v1/analyses/${analysisId}/rejudgements/${id}`;
}

function formatRejudgement({ judgement, ...summary }: Rejudgement): Schemas['Rejudgement'] {
  return { ...formatRejudgementSummary(summary), judgement: formatJudgement(judgement) };
}
