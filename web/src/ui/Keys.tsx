import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { current, media, seek, skipSection, timeS, toggle } from "../state/player.ts";

const STEP_S = 5;

interface Shortcut {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  readonly run: () => void;
}

const SHORTCUTS: readonly Shortcut[] = [
  { keys: [" ", "k"], shown: "Space", does: "play or pause", run: () => toggle() },
  { keys: ["ArrowLeft"], shown: "←", does: "5 seconds back", run: () => seek(timeS.value - STEP_S) },
  { keys: ["ArrowRight"], shown: "→", does: "5 seconds on", run: () => seek(timeS.value + STEP_S) },
  { keys: ["["], shown: "[", does: "to the section before", run: () => skipSection(-1) },
  { keys: ["]"], shown: "]", does: "to the next section", run: () => skipSection(1) },
  { keys: ["Home", "0"], shown: "Home", does: "to the beginning", run: () => seek(0) },
  { keys: ["m"], shown: "M", does: "sound off or on", run: () => (media.muted = !media.muted) },
];

/** Controls that want these keys for themselves. */
const busy = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null;
const pressable = (target: EventTarget | null): boolean => target instanceof Element && target.closest("button, a, summary") !== null;

/** The keyboard, everywhere on the page; `?` shows what it can do. */
export function Keys(): VNode {
  const help = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
      if (event.key === "?") return help.current?.showModal();
      const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(event.key));
      if (shortcut === undefined || current.value === null || (event.key === " " && pressable(event.target))) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <dialog ref={help} class="keys" aria-labelledby="keys-title" onClick={(event) => { if (event.target === help.current) help.current?.close(); }}>
      <h2 id="keys-title">Keys</h2>
      <dl>{SHORTCUTS.map(({ shown, does }) => <><dt><kbd>{shown}</kbd></dt><dd>{does}</dd></>)}</dl>
      <form method="dialog"><button class="primary">Close</button></form>
    </dialog>
  );
}
