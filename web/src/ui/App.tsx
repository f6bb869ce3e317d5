import type { VNode } from "preact";
import { admitted } from "../api/client.ts";
import { openSong, pane } from "../state/route.ts";
import { works } from "../state/works.ts";
import { Compose } from "./Compose.tsx";
import { Dock } from "./Dock.tsx";
import { Header } from "./Header.tsx";
import { KeyBox } from "./KeyBox.tsx";
import { Keys } from "./Keys.tsx";
import { Library } from "./Library.tsx";
import { NoticeBar } from "./NoticeBar.tsx";
import { SongPage } from "./SongPage.tsx";
import { Works } from "./Works.tsx";

export function App(): VNode {
  const id = openSong.value;
  return (
    <>
      <a class="skip" href="#content">Skip to the content</a>
      <Header />
      <NoticeBar />
      <main id="content" tabIndex={-1}>
        {!admitted.value && <KeyBox />}
        {id === null ? <FirstPage /> : <SongPage key={id} id={id} />}
      </main>
      <Dock />
      <Keys />
    </>
  );
}

function FirstPage(): VNode {
  const tab = (name: "write" | "songs", label: string): VNode => (
    <button type="button" aria-pressed={pane.value === name} onClick={() => (pane.value = name)}>
      {label}
      {name === "songs" && works.value.length > 0 && <span class="dot" aria-label=", in the making" />}
    </button>
  );
  return (
    <div class="first-page" data-pane={pane.value}>
      <div class="panes" role="group" aria-label="What to show">
        {tab("write", "Write")}
        {tab("songs", "Songs")}
      </div>
      <section class="write" aria-label="New song">
        <Compose />
      </section>
      <section class="listen" aria-label="Your songs">
        <Works />
        <Library />
      </section>
    </div>
  );
}
