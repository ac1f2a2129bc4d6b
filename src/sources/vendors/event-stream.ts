/** One event of a `text/event-stream` that has ended. */
export interface StreamEvent {
  /** `message` where none is named. */
  event: string;
  /** Its lines of data, joined. */
  data: string;
}

/** The events of a whole stream, by the rules of server-sent events; one without data is none. */
export function readEvents(body: string): StreamEvent[] {
  return body
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .map(readEvent)
    .filter(({ data }) => data !== '');
}

function readEvent(block: string): StreamEvent {
  const fields = block
    .split('\n')
    .filter((line) => !line.startsWith(':'))
    .map((line) => /^([^:]*):? ?([^]*)$/.exec(line)!.slice(1));
  const all = (wanted: string) =>
    fields.filter(([name]) => name === wanted).map(([, value = '']) => value);
  return { event: all('event').at(-1) ?? 'message', data: all('data').join('\n') };
}
