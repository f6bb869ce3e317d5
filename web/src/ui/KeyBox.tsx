import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { admitted, useKey } from "../api/client.ts";
import { loadFirst } from "../state/library.ts";
import { loadVoices, refreshCredits } from "../state/session.ts";

/** Asks for an API key where no cookie has signed us in. */
export function KeyBox(): VNode {
  const [key, setKey] = useState("");
  const [refused, setRefused] = useState(false);
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    useKey(key.trim());
    await refreshCredits();
    if (!admitted.value) return setRefused(true);
    await Promise.all([loadFirst(), loadVoices()]);
  };
  return (
    <form class="key-box card" onSubmit={(event) => void enter(event)}>
      <h2>Sign in</h2>
      <p>
        Open the one-time link that the server printed when it started, or paste an API key here. <code>troubadour keys create --name me</code>{" "}
        makes one. It stays in this browser.
      </p>
      <div class="row">
        <label class="grow">
          <span>API key</span>
          <input type="password" autocomplete="off" required value={key} aria-invalid={refused} aria-describedby="key-refused"
            onInput={(event) => { setKey(event.currentTarget.value); setRefused(false); }} />
        </label>
        <button class="primary">Sign in</button>
      </div>
      <p id="key-refused" class="problem" role="alert">{refused && "The server does not know this key. Is it complete?"}</p>
    </form>
  );
}
