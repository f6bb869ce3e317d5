/** The Studio: writes a request, shows how it becomes a song, plays it. It uses only the public API. */
import { render } from "preact";
import { App } from "./ui/App.tsx";
import { loadFirst } from "./state/library.ts";
import { loadVoices, refreshCredits } from "./state/session.ts";
import { resume } from "./state/works.ts";
import "./studio.css";

const address = new URL(location.href);
if (address.searchParams.has("token")) {
  // The one-time link has been used by now; nobody should bookmark it.
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}

const root = document.getElementById("studio");
if (root !== null) render(<App />, root);

await refreshCredits();
await Promise.all([loadFirst(), loadVoices()]);
resume();
