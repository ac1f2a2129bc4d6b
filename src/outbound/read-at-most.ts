const PAGE_BYTES = 1024 * 1024;
/** Of a body that is too long nobody reads more than the words of an error. */
const TOLD_BYTES = 64 * 1024;

/** A body as UTF-8, as far as it is kept. */
export interface BodyText {
  text: string;
  truncated: boolean;
}

/**
 * Reads a body up to a limit and leaves it there, which closes its connection: the rest is never sent. One
 * that goes on gives its first 64 KiB.
 *
 * Bytes are collected in memory that grows in place and is given back at once and by hand. A list of
 * buffers is freed when the garbage collector next happens to run, and leaves the process's heap so full
 * of holes that 40 answers of 200 MB kept half a gigabyte for good.
 */
export async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BodyText> {
  const memory = new ArrayBuffer(0, { maxByteLength: maxBytes });
  let size = 0;
  try {
    for await (const chunk of body) {
      append(memory, size, chunk.subarray(0, maxBytes - size));
      size += chunk.length;
      if (size > maxBytes) break;
    }
    const truncated = size > maxBytes;
    const kept = truncated ? Math.min(maxBytes, TOLD_BYTES) : size;
    return { text: Buffer.from(memory, 0, kept).toString('utf8'), truncated };
  } finally {
    memory.resize(0);
  }
}

function append(memory: ArrayBuffer, size: number, bytes: Uint8Array): void {
  const needed = size + bytes.length;
  if (needed > memory.byteLength) {
    const pages = Math.ceil(needed / PAGE_BYTES) * PAGE_BYTES;
    memory.resize(Math.min(pages, memory.maxByteLength));
  }
  new Uint8Array(memory).set(bytes, size);
}
