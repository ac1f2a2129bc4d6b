import type { components } from '../../openapi.d.ts';
import { formatInstant } from '../../report/format.ts';
import { withoutControls } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { renderJson } from '../output/json.ts';
import { parseSubject } from '../parse-options.ts';
import { renderTable } from '../render-table.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { connect, SERVER_HELP } from './connect.ts';

type Delivery = components['schemas']['Delivery'];

const OPTIONS = { json: { type: 'boolean' }, ...SERVER_OPTIONS } as const;

export const deliveriesCommand: Command = {
  help: `Usage: canary deliveries ID [OPTIONS]

Shows which events of an analysis were sent to whom, and how that went.

  --json               as GET /api/v1/analyses/{id}/deliveries answers them, with every attempt

${SERVER_HELP}

Exit codes: 0 shown, 3 the server gave no answer.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const { subject: id, values } = parseSubject('deliveries', what, OPTIONS, args);
    const { client } = await connect(values);
    const deliveries = await client.deliveries(id);
    process.stdout.write(values.json === true ? renderJson(deliveries) : inText(deliveries));
    return 0;
  },
};

function inText(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return 'no deliveries\n';
  const rows = deliveries.map((delivery) =>
    [
      formatInstant(Date.parse(delivery.createdAt)),
      delivery.event,
      delivery.state,
      String(delivery.attempts.length),
      lastAnswer(delivery),
      delivery.url,
    ].map(withoutControls),
  );
  const header = ['CREATED', 'EVENT', 'STATE', 'TRIES', 'LAST ANSWER', 'RECEIVER'];
  return `${renderTable([header, ...rows]).join('\n')}\n`;
}

function lastAnswer({ attempts }: Delivery): string {
  const last = attempts.at(-1);
  return last?.error ?? String(last?.status ?? '');
}
