import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { Song } from "../api/shapes.ts";
import { karaokeLines, lastBegun, tracksOf, type Line } from "../logic/karaoke.ts";
import { current, play, playing, timeS } from "../state/player.ts";

/** A word stays lit this long after its end unless the next one begins. */
const AFTERGLOW_S = 0.6;

/** The words, lit as they are sung; a click on a word goes there. */
export function LyricsView({ song }: { song: Song }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const words = song.facts?.words ?? [];
  const lines = useMemo(() => karaokeLines(song.lyrics, words, song.facts?.sections ?? []), [song]);
  const timed = words.length > 0;

  // The light moves sixty times a second, so it is set on the elements themselves.
  useEffect(() => {
    if (box.current === null || !timed) return undefined;
    const spans = new Map([...box.current.querySelectorAll<HTMLElement>("[data-word]")].map((span) => [Number(span.dataset["word"]), span]));
    const { lead, backing } = tracksOf(words);
    const tracks = [lead, backing].map((indices) => ({ indices, times: indices.map((index) => ({ startS: words[index]?.startS ?? 0 })) }));
    const lit: Array<HTMLElement | undefined> = [];
    let line: HTMLElement | null = null;
    return effect(() => {
      const nowS = current.value?.id === song.id ? timeS.value : -1;
      for (const [track, { indices, times }] of tracks.entries()) {
        const index = indices[lastBegun(times, nowS)];
        const sounding = index !== undefined && nowS < (words[index]?.endS ?? 0) + AFTERGLOW_S;
        const span = sounding ? spans.get(index) : undefined;
        if (span === lit[track]) continue;
        lit[track]?.classList.remove("lit");
        span?.classList.add("lit");
        lit[track] = span;
      }
      const next = (lit[0] ?? lit[1])?.closest<HTMLElement>(".line") ?? null;
      if (next === null || next === line) return;
      line?.classList.remove("here");
      next.classList.add("here");
      line = next;
      if (playing.peek()) bringIntoView(box.current, next);
    });
  }, [lines]);

  if (lines.length === 0) return <p class="hint">This song has no words.</p>;
  return (
    <div ref={box} class={`lyrics ${timed ? "timed" : ""}`} tabIndex={0} role="region" aria-label="Lyrics">
      {lines.map((line) => <LineView line={line} go={(index) => void play(song, words[index]?.startS ?? 0)} />)}
    </div>
  );
}

function LineView({ line, go }: { line: Line; go: (word: number) => void }): VNode {
  if (line.kind === "mark") return <h3 class="mark-line">{line.tokens[0]?.text}</h3>;
  return (
    <p class={`line ${line.backing ? "backing" : ""}`}>
      {line.tokens.map(({ text, word }) => (word === null ? <span>{text} </span> : <span data-word={word} onClick={() => go(word)}>{text} </span>))}
    </p>
  );
}

/** Scrolls the lyrics, and never the page; at once for those who want no motion. */
function bringIntoView(box: HTMLElement | null, line: HTMLElement): void {
  if (box === null || box.scrollHeight <= box.clientHeight) return;
  const top = line.offsetTop - box.offsetTop - box.clientHeight * 0.38;
  box.scrollTo({ top, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}
