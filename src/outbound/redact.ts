/** Shorter forms would hide words that merely look alike. */
const LEAST_ENCODED = 6;

/**
 * Makes a function that hides secrets in what another side says, which is shown to users and may repeat
 * what it was sent: as it is, in capitals or small letters, escaped for JSON, encoded for a URL or a form,
 * and in Base64, also in the middle of something longer that was encoded (`user:password`).
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeRegex).join('|'), 'gi');
  return (text) => text.replaceAll(pattern, '[redacted]');
}

function formsOf(secret: string): string[] {
  const encoded = [
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Forms(Buffer.from(secret)),
  ];
  return [secret, ...encoded.filter(({ length }) => length >= LEAST_ENCODED)];
}

/** Base64 writes three bytes as four letters, so that a text has three forms, by where in a group it begins. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const bits = 8 * (before + bytes.length);
    // letters that hold bits of a neighbour differ with it
    const own = text.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$/-]/g, String.raw`\$&`);
}
