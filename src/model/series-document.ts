import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { damaged, decodeDocument, encodeDocument } from './document.ts';

const HEADER_BYTES = 4;
const NUMBER_BYTES = 8;
/** A sum over the content, so that a damaged file never shows other numbers. */
const WITH_CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** A few bytes that were made for it become as many as memory holds: a bundle comes from elsewhere. */
const AT_MOST = { maxOutputLength: 2 ** 28 };
/** Fewer are written as they are: compressing costs as much for ten as for ten thousand, and saves little. */
const COMPRESSED_FROM = 4096;
/** In front of what is not compressed, where a zstd frame has a mark of its own; then its CRC-32. */
const PLAIN_MARK = 0x6e616c70;
const PLAIN_BYTES = 8;

/**
 * Plain data that are mostly lists of numbers, as few bytes: a document in which each list is a reference
 * `{"$numbers": [first, count]}` into the numbers that follow it as doubles, little-endian; all of it
 * compressed (zstd) unless it is smaller than `compressedFrom` bytes. The list sets it apart from user maps, which hold strings only.
 */
export function encodeSeries(
  value: unknown,
  { compressedFrom = COMPRESSED_FROM } = {},
): Uint8Array<ArrayBuffer> {
  const lists: Lists = { lists: [], count: 0 };
  const header = Buffer.from(encodeDocument(refer(value, lists)));
  const bytes = Buffer.alloc(HEADER_BYTES + header.length + lists.count * NUMBER_BYTES);
  bytes.writeUInt32LE(header.length);
  header.copy(bytes, HEADER_BYTES);
  const view = viewOf(bytes, HEADER_BYTES + header.length);
  let at = 0;
  for (const list of lists.lists) {
    for (const number of list) {
      view.setFloat64(at, number, true);
      at += NUMBER_BYTES;
    }
  }
  return new Uint8Array(
    bytes.length < compressedFrom ? plain(bytes) : zstdCompressSync(bytes, WITH_CHECKSUM),
  );
}

export function decodeSeries<T>(encoded: Uint8Array): T {
  const bytes = unpack(Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength));
  const start = HEADER_BYTES + bytes.readUInt32LE();
  const document = decodeDocument<unknown>(bytes.toString('utf8', HEADER_BYTES, start));
  const view = viewOf(bytes, start);
  return resolve(document, (first, count) => {
    const list: number[] = [];
    for (let i = 0; i < count; i++) list.push(view.getFloat64((first + i) * NUMBER_BYTES, true));
    return list;
  }) as T;
}

function plain(bytes: Buffer): Buffer {
  const front = Buffer.alloc(PLAIN_BYTES);
  front.writeUInt32LE(PLAIN_MARK);
  front.writeUInt32LE(crc32(bytes), 4);
  return Buffer.concat([front, bytes]);
}

function unpack(given: Buffer): Buffer {
  try {
    if (given.readUInt32LE() !== PLAIN_MARK) return zstdDecompressSync(given, AT_MOST);
    const bytes = given.subarray(PLAIN_BYTES);
    if (given.readUInt32LE(4) === crc32(bytes)) return bytes;
    throw new Error('the checksum of stored series is wrong');
  } catch (thrown) {
    throw damaged(thrown);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer, start: number): DataView {
  return new DataView(buffer, byteOffset + start, byteLength - start);
}

/** The lists of numbers found so far, and how many numbers they have together. */
interface Lists {
  lists: number[][];
  count: number;
}

function refer(value: unknown, found: Lists): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return mapMembers(value, (item) => refer(item, found));
  if (!isNumbers(value)) return value.map((item) => refer(item, found));
  const first = found.count;
  found.lists.push(value);
  found.count += value.length;
  return { $numbers: [first, value.length] };
}

function isNumbers(list: unknown[]): list is number[] {
  for (const item of list) if (typeof item !== 'number') return false;
  return list.length > 0;
}

function resolve(value: unknown, listAt: (first: number, count: number) => number[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, listAt));
  if ('$numbers' in value && Array.isArray(value.$numbers)) {
    const [first, count] = value.$numbers as [number, number];
    return listAt(first, count);
  }
  return mapMembers(value, (item) => resolve(item, listAt));
}

/** Several times as fast as `Object.fromEntries`; like it, it makes a member of any name, `__proto__` too. */
function mapMembers(value: object, change: (item: unknown) => unknown): object {
  const made: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') Object.defineProperty(made, key, { ...OWN, value: change(item) });
    else made[key] = change(item);
  }
  return made;
}

const OWN = { enumerable: true, configurable: true, writable: true };
