const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The series of a canary are found by a UUID in Kayenta. Here it is the canary's own ULID in another
 * notation: both are 128 bits, so nothing needs to be stored to get back. Undefined for other ids.
 */
export function pairListIdOf(executionId: string): string | undefined {
  if (!ULID.test(executionId)) return undefined;
  const bits = Array.from(executionId).reduce(
    (sum, letter) => sum * 32n + BigInt(ALPHABET.indexOf(letter)),
    0n,
  );
  const hex = bits.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The canary whose series a pair list id means; undefined for texts that are no UUID. */
export function executionIdOf(pairListId: string): string | undefined {
  if (!UUID.test(pairListId)) return undefined;
  let bits = BigInt(`0x${pairListId.replaceAll('-', '')}`);
  let ulid = '';
  for (let place = 0; place < 26; place += 1) {
    ulid = ALPHABET[Number(bits % 32n)] + ulid;
    bits /= 32n;
  }
  return ulid;
}
