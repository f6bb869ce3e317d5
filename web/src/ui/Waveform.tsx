import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import WaveSurfer from "wavesurfer.js";
import Regions from "wavesurfer.js/dist/plugins/regions.js";
import type { Section, Song } from "../api/shapes.ts";
import { lastBegun } from "../logic/karaoke.ts";
import { clock, spokenClock } from "../logic/time.ts";
import { current, lengthS, load, media, play, playing, seek, timeS } from "../state/player.ts";

const HEIGHT_PX = 96;
const KEY_STEP_S = 5;
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The form of the song above its waveform. The picture belongs to the loudspeaker while it plays this song. */
export function Waveform({ song }: { song: Song }): VNode {
  const box = useRef<HTMLDivElement>(null);
  const mine = current.value?.id === song.id;
  const sections = song.facts?.sections ?? [];

  useEffect(() => {
    if (box.current === null) return undefined;
    const regions = Regions.create();
    const wave = WaveSurfer.create({
      container: box.current,
      height: HEIGHT_PX,
      url: mine ? media.currentSrc || song.audioUrl : song.audioUrl,
      ...(mine && { media }),
      ...(song.peaks !== null && { peaks: [song.peaks as number[]], duration: song.durationS || lengthS.value }),
      normalize: true,
      barWidth: 2,
      barGap: 2,
      barRadius: 2,
      waveColor: colour("--wave"),
      progressColor: colour("--accent"),
      cursorColor: colour("--ink"),
      cursorWidth: 2,
      interact: mine,
      dragToSeek: mine,
      hideScrollbar: true,
      plugins: [regions],
      ...(nonce !== "" && { cspNonce: nonce }),
    });
    wave.on("decode", () => {
      for (const [index, section] of sections.entries())
        regions.addRegion({ start: section.startS, end: section.endS, drag: false, resize: false, color: index % 2 === 0 ? colour("--region") : "transparent" });
    });
    if (!mine) wave.on("click", (share) => void play(song, share * song.durationS));
    const repaint = (): void => wave.setOptions({ waveColor: colour("--wave"), progressColor: colour("--accent"), cursorColor: colour("--ink") });
    const night = matchMedia("(prefers-color-scheme: dark)");
    night.addEventListener("change", repaint);
    return () => {
      night.removeEventListener("change", repaint);
      wave.destroy();
    };
  }, [song.id, song.peaks, song.facts, mine]);

  return (
    <div class="waveform">
      {sections.length > 0 && <Form song={song} sections={sections} mine={mine} />}
      <Slider song={song} mine={mine}><div ref={box} class="wave" /></Slider>
    </div>
  );
}

interface SliderProps {
  song: Song;
  mine: boolean;
  children: VNode;
}

/** The waveform as a slider, for keyboards and screen readers. */
function Slider({ song, mine, children }: SliderProps): VNode {
  const now = mine ? Math.floor(timeS.value) : 0;
  const length = (mine && lengthS.value) || song.durationS;
  const to = (toS: number): void => {
    load(song);
    seek(toS);
  };
  const steps: Record<string, number> = { ArrowLeft: now - KEY_STEP_S, ArrowRight: now + KEY_STEP_S, Home: 0, End: length };
  return (
    <div class="slider" role="slider" tabIndex={0} aria-label="Position in the song" aria-valuemin={0} aria-valuemax={Math.round(length)} aria-valuenow={now}
      aria-valuetext={`${spokenClock(now)} of ${spokenClock(length)}`}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        to(step);
      }}>
      {children}
    </div>
  );
}

interface FormProps {
  song: Song;
  sections: readonly Section[];
  mine: boolean;
}

function Form({ song, sections, mine }: FormProps): VNode {
  const now = mine ? lastBegun(sections, timeS.value) : -1;
  const length = song.durationS || sections.at(-1)?.endS || 1;
  return (
    <ol class="form" aria-label="Sections">
      {sections.map((section, index) => (
        <li style={{ insetInlineStart: `${(section.startS / length) * 100}%`, inlineSize: `${((section.endS - section.startS) / length) * 100}%` }}>
          <button type="button" data-kind={section.kind} aria-current={index === now ? "true" : undefined} title={`${section.name}, ${clock(section.startS)}`}
            onClick={() => (playing.value && mine ? seek(section.startS) : void play(song, section.startS))}>
            {section.name}
          </button>
        </li>
      ))}
    </ol>
  );
}
