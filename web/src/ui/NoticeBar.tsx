import { useEffect } from "preact/hooks";
import type { VNode } from "preact";
import { notice } from "../state/session.ts";
import { CloseIcon } from "./icons.tsx";

const NEWS_LAST_MS = 8_000;

/** One sentence about what happened, and what to do. News go by themselves; errors stay until they are closed. */
export function NoticeBar(): VNode {
  const shown = notice.value;
  useEffect(() => {
    if (shown?.kind !== "news") return undefined;
    const timer = setTimeout(() => (notice.value = null), NEWS_LAST_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown !== null && (
        <div class={`notice ${shown.kind}`}>
          <p><strong>{shown.text}</strong>{shown.advice !== "" && <> {shown.advice}</>}</p>
          <button type="button" class="round" aria-label="Close this message" onClick={() => (notice.value = null)}><CloseIcon /></button>
        </div>
      )}
    </div>
  );
}
