/**
 * Lyrics as they are shown: lines of tokens, each with the time at which it is sung, when the song's facts tell it.
 *
 * The words of the facts are what is sung, in order; the lyrics are what was written. Both are matched by their longest
 * common subsequence. Where too little matches (unmarked words may be sung in another order, or more than once), the lines
 * are made from the sung words themselves.
 */
import type { Section, TimedWord } from "../api/shapes.ts";

export interface Token {
  readonly text: string;
  /** Index into the timed words; null: not sung, or its time is not known. */
  readonly word: number | null;
}

export interface Line {
  readonly kind: "mark" | "words";
  readonly backing: boolean;
  readonly tokens: readonly Token[];
}

const ENOUGH_MATCHED = 0.8;
const LINE_GAP_S = 0.9;
const LONGEST_LINE_WORDS = 10;
/** A word that begins this shortly before a section belongs to it. */
const PICK_UP_S = 0.25;

const plain = (text: string): string => text.toLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "");

/** The lines of written lyrics, untimed: `[Verse]` marks, and words. */
export function writtenLines(lyrics: string): Line[] {
  return lyrics
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const mark = /^\[(.*)\]$/.exec(line);
      if (mark) return { kind: "mark", backing: false, tokens: [{ text: mark[1]?.trim() ?? "", word: null }] };
      const tokens = line.split(/\s+/).map((text) => ({ text, word: null }));
      return { kind: "words", backing: /^\(.*\)$/.test(line), tokens };
    });
}

/** Pairs of indices (into a, into b) of a longest common subsequence. O(|a|·|b|); songs have some hundred words. */
export function commonWords(a: readonly string[], b: readonly string[]): Array<readonly [number, number]> {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const same = a[i] !== "" && a[i] === b[j];
      best[i * width + j] = same
        ? 1 + (best[(i + 1) * width + j + 1] ?? 0)
        : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  const pairs: Array<readonly [number, number]> = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] !== "" && a[i] === b[j]) pairs.push([i++, j++]);
    else if ((best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** Which words of the facts the lead sings, and which the backing singers. Indices into the words, in order. */
export interface Tracks {
  readonly lead: readonly number[];
  readonly backing: readonly number[];
}

export function tracksOf(words: readonly TimedWord[]): Tracks {
  const indices = words.map((_, index) => index);
  const isBacking = (index: number): boolean => words[index]?.part.startsWith("backing") ?? false;
  return { lead: indices.filter((index) => !isBacking(index)), backing: indices.filter(isBacking) };
}

/** For each token of the written words whether it stands in (brackets), which may span several tokens of a line. */
function inBrackets(tokens: readonly Token[]): boolean[] {
  let depth = 0;
  return tokens.map(({ text }) => {
    const opened = depth + (text.match(/\(/g)?.length ?? 0);
    depth = Math.max(0, opened - (text.match(/\)/g)?.length ?? 0));
    return opened > 0;
  });
}

/** Written lines whose tokens know their words' times; lines made from the sung words when the two do not agree. */
export function karaokeLines(lyrics: string, words: readonly TimedWord[], sections: readonly Section[]): Line[] {
  const lines = writtenLines(lyrics);
  if (words.length === 0) return lines;
  const written = lines.flatMap((line) => {
    const backing = inBrackets(line.tokens);
    return line.kind === "mark" ? [] : line.tokens.map((token, index) => ({ text: plain(token.text), backing: backing[index] ?? false }));
  });
  const tracks = tracksOf(words);
  const timesOf = (track: readonly number[], backing: boolean): Map<number, number> => {
    const places = written.flatMap((token, place) => (token.backing === backing ? [place] : []));
    const pairs = commonWords(places.map((place) => written[place]?.text ?? ""), track.map((index) => plain(words[index]?.text ?? "")));
    return new Map(pairs.map(([a, b]) => [places[a] ?? -1, track[b] ?? -1]));
  };
  const lead = timesOf(tracks.lead, false);
  const spoken = tracks.lead.filter((index) => plain(words[index]?.text ?? "") !== "");
  if (lead.size < ENOUGH_MATCHED * spoken.length) return sungLines(words, sections);
  const times = new Map([...lead, ...timesOf(tracks.backing, true)]);
  let place = 0;
  return lines.map((line) =>
    line.kind === "mark" ? line : { ...line, tokens: line.tokens.map((token) => ({ ...token, word: times.get(place++) ?? null })) },
  );
}

/** Lines from what the lead sings: a pause or a full line ends one; section names stand between them. */
export function sungLines(words: readonly TimedWord[], sections: readonly Section[]): Line[] {
  const { lead, backing } = tracksOf(words);
  const lines: Line[] = [];
  let open: Token[] = [];
  let last: TimedWord | undefined;
  let named: Section | undefined;
  const close = (): void => {
    if (open.length > 0) lines.push({ kind: "words", backing: lead.length === 0, tokens: open });
    open = [];
  };
  for (const index of lead.length > 0 ? lead : backing) {
    const word = words[index];
    if (word === undefined) continue;
    const gap = last === undefined || word.startS - last.endS > LINE_GAP_S;
    const section = sections.findLast((each) => each.startS <= word.startS + PICK_UP_S);
    if (gap || open.length >= LONGEST_LINE_WORDS || section !== named) close();
    if (section !== undefined && section !== named) lines.push({ kind: "mark", backing: false, tokens: [{ text: section.name, word: null }] });
    named = section ?? named;
    open.push({ text: word.text.trim(), word: index });
    last = word;
  }
  close();
  return lines;
}

/** The index of the last item that has begun at `timeS`; -1 before the first. Items are sorted by start. */
export function lastBegun(items: ReadonlyArray<{ readonly startS: number }>, timeS: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.startS ?? Infinity) <= timeS) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
