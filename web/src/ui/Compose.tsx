import { useRef, useState } from "preact/hooks";
import type { ComponentChildren, VNode } from "preact";
import { ApiError, writeWords, type Words } from "../api/client.ts";
import { EMPTY, limitsOf, LONGEST_LYRICS_IDEA, MARKS, METRES, MODELS, problems, RANGES, SCALES, TONICS, withMark, type Field, type Mode, type Problems } from "../logic/draft.ts";
import { draft, put } from "../state/form.ts";
import { pane } from "../state/route.ts";
import { complain, voices } from "../state/session.ts";
import { order } from "../state/works.ts";

const MODES: ReadonlyArray<readonly [Mode, string]> = [
  ["describe", "Describe it"],
  ["lyrics", "My lyrics"],
  ["instrumental", "Instrumental"],
];

type TextField = Exclude<Field, "mode">;

export function Compose(): VNode {
  const [found, setFound] = useState<Problems>({});
  const [sending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const now = draft.value;
  const limits = limitsOf(now.model);

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wrong = problems(draft.value);
    setFound(wrong);
    const first = Object.keys(wrong)[0];
    if (first !== undefined) {
      const field = form.current?.querySelector<HTMLElement>(`[name="${first}"]`);
      field?.closest("details")?.setAttribute("open", "");
      return field?.focus();
    }
    setSending(true);
    try {
      await order(draft.value);
      pane.value = "songs";
      scrollTo({ top: 0 }); // where its progress is shown
    } catch (error) {
      complain(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <form ref={form} class="compose card" noValidate onSubmit={(event) => void send(event)}>
      <h1>What shall we sing?</h1>
      <fieldset class="modes">
        <legend class="unseen">How to order</legend>
        {MODES.map(([mode, label]) => (
          <label>
            <input type="radio" name="mode" checked={now.mode === mode} onChange={() => { put("mode", mode); setFound({}); }} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>

      {now.mode === "describe" && (
        <Text name="description" label="The song" rows={4} limit={limits.description} problem={found.description}
          placeholder="A rainy-night synthwave song about the last train home, sung by a woman"
          hint="Subject, style, mood, instruments, tempo, key: say as much or as little as you like. The words are written for you." />
      )}
      {now.mode === "lyrics" && <Lyrics problem={found.lyrics} />}
      {now.mode !== "describe" && (
        <>
          <Text name="tags" label={now.mode === "lyrics" ? "Style" : "What it should sound like"} limit={limits.tags} problem={found.tags}
            placeholder={now.mode === "lyrics" ? "indie folk, acoustic guitar, warm" : "slow jazz trio, brushes, upright bass, night"} />
          <div class="pair">
            <Text name="title" label="Title" optional limit={limits.title} problem={found.title} />
            <Text name="negativeTags" label="Leave out" optional limit={limits.negativeTags} problem={found.negativeTags} placeholder="drums, choir" />
          </div>
        </>
      )}
      {now.mode !== "instrumental" && <VoiceChoice />}
      <Advanced found={found} />

      <div class="send">
        <button class="primary" disabled={sending}>{sending ? "Sending…" : "Make two songs"}</button>
        <button type="button" class="quiet" onClick={() => { draft.value = { ...EMPTY, mode: draft.value.mode, model: draft.value.model }; setFound({}); }}>
          Clear
        </button>
      </div>
    </form>
  );
}

interface TextProps {
  name: TextField;
  label: string;
  rows?: number;
  limit?: number;
  optional?: boolean;
  placeholder?: string;
  hint?: string;
  problem?: string | undefined;
}

function Text({ name, label, rows, limit, optional, placeholder, hint, problem }: TextProps): VNode {
  const value = draft.value[name];
  const shared = {
    id: `field-${name}`, name, value, placeholder, "aria-invalid": problem !== undefined, "aria-describedby": `note-${name}`,
    onInput: (event: { currentTarget: { value: string } }) => put(name, event.currentTarget.value),
  };
  return (
    <Labelled name={name} label={label} optional={optional} hint={hint} problem={problem}
      count={limit !== undefined && value.length > limit * 0.6 ? `${value.length} / ${limit}` : undefined}>
      {rows === undefined ? <input type="text" {...shared} /> : <textarea rows={rows} {...shared} />}
    </Labelled>
  );
}

interface LabelledProps {
  name: string;
  label: string;
  optional?: boolean | undefined;
  hint?: string | undefined;
  problem?: string | undefined;
  count?: string | undefined;
  children: ComponentChildren;
}

function Labelled({ name, label, optional, hint, problem, count, children }: LabelledProps): VNode {
  return (
    <div class="field">
      <div class="label-row">
        <label for={`field-${name}`}>{label}{optional && <small> optional</small>}</label>
        {count && <small class="count">{count}</small>}
      </div>
      {children}
      <p id={`note-${name}`} class={problem ? "problem" : "hint"} role={problem ? "alert" : undefined}>{problem ?? hint}</p>
    </div>
  );
}

function Lyrics({ problem }: { problem: string | undefined }): VNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const [helping, setHelping] = useState(false);
  const value = draft.value.lyrics;
  const insert = (mark: string): void => {
    const box = area.current;
    const next = withMark(value, box?.selectionStart ?? value.length, mark);
    put("lyrics", next.text);
    queueMicrotask(() => {
      box?.focus();
      requestAnimationFrame(() => box?.setSelectionRange(next.caret, next.caret));
    });
  };
  return (
    <>
      <Labelled name="lyrics" label="Lyrics" problem={problem} count={value.length > 0 ? `${value.length} / ${limitsOf(draft.value.model).lyrics}` : undefined}
        hint="Marks give the form. Lines in (brackets) are for the backing singers.">
        <div class="marks" role="group" aria-label="Put in a section mark">
          {MARKS.map((mark) => <button type="button" class="mark" onClick={() => insert(mark)}>{mark}</button>)}
        </div>
        <textarea ref={area} id="field-lyrics" name="lyrics" rows={11} class="lyrics-box" spellcheck value={value} aria-invalid={problem !== undefined}
          aria-describedby="note-lyrics" placeholder={"[Verse]\nBoats come home at dusk\n\n[Chorus]\nHarbour lights, keep burning"}
          onInput={(event) => put("lyrics", event.currentTarget.value)} />
      </Labelled>
      {helping ? <WordHelp close={() => setHelping(false)} /> : (
        <button type="button" class="quiet" onClick={() => setHelping(true)}>Write words for me…</button>
      )}
    </>
  );
}

/** Two drafts of words from an idea; the chosen one goes into the form. */
function WordHelp({ close }: { close: () => void }): VNode {
  const [idea, setIdea] = useState("");
  const [busy, setBusy] = useState(false);
  const [drafts, setDrafts] = useState<readonly Words[]>([]);
  const [problem, setProblem] = useState("");
  const ask = async (): Promise<void> => {
    if (idea.trim() === "") return setProblem("Say what the words should be about.");
    setBusy(true);
    setProblem("");
    try {
      setDrafts(await writeWords(idea.trim()));
    } catch (error) {
      setProblem(error instanceof ApiError ? `${error.message} ${error.advice}` : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="word-help">
      <div class="row">
        <label class="grow">
          <span>What should the words be about?</span>
          <input type="text" maxLength={LONGEST_LYRICS_IDEA} value={idea} onInput={(event) => setIdea(event.currentTarget.value)}
            onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); void ask(); } }} />
        </label>
        <button type="button" disabled={busy} onClick={() => void ask()}>{busy ? "Writing…" : "Write"}</button>
        <button type="button" class="quiet" onClick={close}>Close</button>
      </div>
      <p class="problem" role="alert">{problem}</p>
      {drafts.length > 0 && (
        <div class="drafts">
          {drafts.map((words) => (
            <article>
              <h3>{words.title}</h3>
              <pre tabIndex={0}>{words.lyrics}</pre>
              <button type="button" onClick={() => { draft.value = { ...draft.value, lyrics: words.lyrics, title: draft.value.title || words.title }; close(); }}>
                Take these
              </button>
            </article>
          ))}
        </div>
      )}
    </div>
  );
}

interface SelectProps {
  name: TextField;
  label: string;
  children: ComponentChildren;
}

function Select({ name, label, children }: SelectProps): VNode {
  return (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <select id={`field-${name}`} name={name} value={draft.value[name]} onChange={(event) => put(name, event.currentTarget.value)}>{children}</select>
    </div>
  );
}

function VoiceChoice(): VNode {
  return (
    <Select name="voice" label="Voice">
      <option value="">The one that suits the song</option>
      <option value="f">A woman's</option>
      <option value="m">A man's</option>
      {voices.value.length > 0 && (
        <optgroup label="A singer">
          {voices.value.map((voice) => <option value={voice.id}>{voice.name}{voice.about !== "" && ` (${voice.about})`}</option>)}
        </optgroup>
      )}
    </Select>
  );
}

function Advanced({ found }: { found: Problems }): VNode {
  const [tonic = "", scale = "major"] = draft.value.key.split(" ");
  const numeric = (name: "seed" | "bpm" | "duration", label: string, placeholder: string): VNode => (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <input id={`field-${name}`} name={name} type="text" inputMode={RANGES[name].whole ? "numeric" : "decimal"} value={draft.value[name]} placeholder={placeholder}
        aria-invalid={found[name] !== undefined} aria-describedby={`note-${name}`} onInput={(event) => put(name, event.currentTarget.value)} />
      <p id={`note-${name}`} class="problem">{found[name]}</p>
    </div>
  );
  return (
    <details class="advanced">
      <summary>Tempo, key, length, seed</summary>
      <div class="grid">
        {numeric("bpm", "Tempo (bpm)", "from the style")}
        {numeric("duration", "Length (s)", "from the words")}
        <div class="field">
          <label for="field-key">Key</label>
          <div class="joined">
            <select id="field-key" name="key" value={tonic} onChange={(event) => put("key", event.currentTarget.value === "" ? "" : `${event.currentTarget.value} ${scale}`)}>
              <option value="">any</option>
              {TONICS.map((name) => <option value={name}>{name.replace("#", "♯").replace(/b$/, "♭")}</option>)}
            </select>
            <select aria-label="Scale" disabled={tonic === ""} value={scale} onChange={(event) => put("key", `${tonic} ${event.currentTarget.value}`)}>
              {SCALES.map((name) => <option value={name}>{name}</option>)}
            </select>
          </div>
        </div>
        <Select name="metre" label="Metre">
          <option value="">any</option>
          {METRES.map((metre) => <option value={metre}>{metre}</option>)}
        </Select>
        {numeric("seed", "Seed", "drawn")}
        <Select name="model" label="Model id">
          {MODELS.map((model) => <option value={model}>{model}</option>)}
        </Select>
      </div>
      <p class="hint">The same words, seed and version give the same song, to the sample.</p>
    </details>
  );
}
