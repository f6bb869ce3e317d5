import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { STAGES } from "../logic/stages.ts";
import { clock } from "../logic/time.ts";
import { advance, dismiss, works, type Work } from "../state/works.ts";
import { CloseIcon } from "./icons.tsx";
import { SongCard } from "./SongCard.tsx";

export function Works(): VNode | null {
  if (works.value.length === 0) return null;
  return (
    <div class="works">
      <h2>In the making</h2>
      {works.value.map((work) => <WorkCard key={work.taskId} work={work} />)}
    </div>
  );
}

function WorkCard({ work }: { work: Work }): VNode {
  const failed = work.error !== "";
  const ready = work.songs.filter((song) => song.state === "succeeded");
  const named = work.songs.find((song) => song.title !== "")?.title;
  return (
    <article class={`work card ${failed ? "failed" : ""}`}>
      <header>
        <h3>{named ?? (work.label || "New songs")}</h3>
        {failed ? (
          <button type="button" class="round" aria-label="Remove from the list" onClick={() => dismiss(work.taskId)}><CloseIcon /></button>
        ) : (
          <Elapsed since={work.startedAt} />
        )}
      </header>
      {failed ? <p class="problem" role="alert">{work.error} Nothing was charged for what was not made.</p> : <Progress work={work} />}
      {work.unreachable && <p class="hint">The server does not answer just now; the song is kept there, and this page asks again.</p>}
      {ready.length > 0 && <ul class="songs">{ready.map((song) => <SongCard key={song.id} song={song} />)}</ul>}
    </article>
  );
}

function Elapsed({ since }: { since: number }): VNode {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time class="elapsed" aria-hidden="true">{clock((now - since) / 1000)}</time>;
}

/** Notes on a staff, one for each stage: written once it is done. */
const STEP_X = 100 / STAGES.length;
const HEIGHTS = [32, 28, 24, 28, 16, 20, 12];

function Progress({ work }: { work: Work }): VNode {
  const { stage, done } = advance(work);
  const label = stage < 0 ? "Waiting for a free player" : STAGES[stage]?.label;
  return (
    <div class="progress">
      <p class="stage-now" role="status">
        <b>{label}</b>
        {done > 0 && <span>{Math.round(done * 100)} %</span>}
      </p>
      <div class="bar" role="progressbar" aria-label="The whole" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(done * 100)}>
        <span style={{ inlineSize: `${Math.max(done * 100, 1)}%` }} />
      </div>
      <ol class="stages">
        {STAGES.map(({ label: name }, index) => {
          const state = index < stage ? "done" : index === stage ? "now" : "ahead";
          return (
            <li class={state} aria-current={state === "now" ? "step" : undefined} style={{ inlineSize: `${STEP_X}%` }}>
              <svg viewBox="0 0 40 48" aria-hidden="true" focusable="false" preserveAspectRatio="xMidYMid meet">
                <g transform={`translate(20 ${HEIGHTS[index]})`}>
                  <ellipse rx="5.2" ry="3.9" transform="rotate(-20)" />
                  {(HEIGHTS[index] ?? 0) > 22 ? <path d="M4.6-1.4V-21" /> : <path d="M-4.6 1.4V21" />}
                </g>
              </svg>
              <span>{name}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
