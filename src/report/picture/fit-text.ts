/** Widths of letters in parts of the size of the font, as DejaVu Sans Bold has them at most: a text is never too long. */
const NARROW = 0.4;
const USUAL = 0.72;
const WIDE = 1.05;

const characters = new Intl.Segmenter();

/** How wide a text is at most, in pixels. */
export function widthOf(text: string, size: number): number {
  let parts = 0;
  for (const { segment } of characters.segment(text)) parts += partOf(segment);
  return parts * size;
}

function partOf(character: string): number {
  if (/^[iljtfrI1.,:;'|!()[\] /-]$/.test(character)) return NARROW;
  return /^[mwMW%@→✔✖◐⚠]$/.test(character) || character > '\u2fff' ? WIDE : USUAL;
}

/** The text, or as much of it as fits with an ellipsis. */
export function cutText(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  let kept = '';
  for (const { segment } of characters.segment(text)) {
    if (widthOf(`${kept}${segment}…`, size) > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** In lines broken at white space; the last one of these ends in an ellipsis where there is more. */
export function wrapText(
  text: string,
  size: number,
  room: { width: number; lines: number },
): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lines: string[] = [];
  let current = '';
  for (const [index, word] of words.entries()) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current === '' || widthOf(longer, size) <= room.width) current = longer;
    else if (lines.length === room.lines - 1)
      return [...lines, cutText(`${current} ${words.slice(index).join(' ')}`, size, room.width)];
    else {
      lines.push(cutText(current, size, room.width));
      current = word;
    }
  }
  return current === '' ? lines : [...lines, cutText(current, size, room.width)];
}
