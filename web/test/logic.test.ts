import assert from "node:assert/strict";
import { test } from "node:test";
import { localLink, readSong, readTask } from "../src/api/shapes.ts";
import { createBody, EMPTY, limitsOf, MODELS, problems, withMark, type Draft } from "../src/logic/draft.ts";
import { commonWords, karaokeLines, lastBegun, sungLines, writtenLines } from "../src/logic/karaoke.ts";
import { stageIndex, STAGES } from "../src/logic/stages.ts";
import { ago, clock, spokenClock } from "../src/logic/time.ts";

const ORIGIN = "http://studio.local:8000";
const draft = (change: Partial<Draft>): Draft => ({ ...EMPTY, ...change });
const sung = (text: string, startS: number, part = "vocals") => ({ text, startS, endS: startS + 0.3, part });

test("a clock shows minutes and padded seconds, and hours when there are some", () => {
  assert.deepEqual([0, 7, 187, 3727, NaN].map(clock), ["0:00", "0:07", "3:07", "1:02:07", "0:00"]);
  assert.equal(spokenClock(61), "1 minute 1 second");
});

test("what happened lately is told in words, what happened long ago by its date", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  assert.equal(ago(new Date("2026-11-24T11:59:40Z"), now), "just now");
  assert.equal(ago(new Date("2026-11-24T11:55:00Z"), now), "5 minutes ago");
  assert.equal(ago(new Date("2026-11-23T12:00:00Z"), now), "yesterday");
  assert.match(ago(new Date("2026-10-01T12:00:00Z"), now), /2026/);
});

test("every stage that the server names has its place, in order", () => {
  const named = ["brief", "plan", "score", "stems", "singing", "mix", "files"].map(stageIndex);
  assert.deepEqual(named, STAGES.map((_, index) => index));
  assert.deepEqual([stageIndex("queued"), stageIndex(""), stageIndex(null)], [-1, -1, -1]);
  assert.deepEqual([stageIndex("vocals"), stageIndex("drums"), stageIndex("writing the score"), stageIndex("writing files")], [4, 3, 2, 6]);
});

test("a description becomes a body of description mode and says nothing that was left empty", () => {
  assert.deepEqual(createBody(draft({ description: " rain ", tags: "ignored", voice: "f", seed: "7" })), {
    custom_mode: false, mv: EMPTY.model, gpt_description_prompt: "rain", vocal_gender: "f", seed: 7,
  });
});

test("lyrics become custom mode, an instrumental has neither words nor voice", () => {
  const words = createBody(draft({ mode: "lyrics", lyrics: "[Verse]\nla", tags: "folk", voice: "wren", metre: "3/4" }));
  assert.deepEqual(words, { custom_mode: true, mv: EMPTY.model, prompt: "[Verse]\nla", tags: "folk", voice: "wren", time_signature: "3/4" });
  const music = createBody(draft({ mode: "instrumental", lyrics: "[Verse]\nla", tags: "jazz", voice: "wren" }));
  assert.deepEqual(music, { custom_mode: true, mv: EMPTY.model, tags: "jazz", make_instrumental: true });
});

test("an empty form, a wrong number and a text that is too long are named by field", () => {
  assert.deepEqual(Object.keys(problems(EMPTY)), ["description"]);
  assert.deepEqual(Object.keys(problems(draft({ description: "x", bpm: "fast", duration: "5", seed: "1.5" }))).sort(), ["bpm", "duration", "seed"]);
  for (const model of MODELS) {
    const longest = limitsOf(model).description;
    assert.deepEqual(problems(draft({ model, description: "x".repeat(longest) })), {});
    assert.match(problems(draft({ model, description: "x".repeat(longest + 1) })).description ?? "", /Shorten it by 1\./);
  }
});

test("a mark stands on a line of its own, wherever the caret is", () => {
  assert.deepEqual(withMark("", 0, "Verse"), { text: "[Verse]\n", caret: 8 });
  assert.equal(withMark("one line", 8, "Chorus").text, "one line\n\n[Chorus]\n");
  const middle = withMark("one\ntwo", 4, "Bridge");
  assert.equal(middle.text, "one\n\n[Bridge]\ntwo");
  assert.equal(middle.text.slice(middle.caret), "two");
});

test("the longest common subsequence pairs equal words in order", () => {
  assert.deepEqual(commonWords(["a", "b", "c", "d"], ["b", "x", "d"]), [[1, 0], [3, 2]]);
  assert.deepEqual(commonWords(["", "a"], ["", "a"]), [[1, 1]]);
});

test("written words find their times, across marks, case and punctuation", () => {
  const lines = karaokeLines("[Verse]\nRain, rain\n(go away)", [sung("rain", 1), sung("Rain", 2), sung("go", 3, "backing_vocals"), sung("away", 4, "backing_vocals")], []);
  assert.deepEqual(lines.map((line) => line.tokens.map((token) => token.word)), [[null], [0, 1], [2, 3]]);
  assert.deepEqual(lines.map((line) => [line.kind, line.backing]), [["mark", false], ["words", false], ["words", true]]);
});

test("words that are sung otherwise than written make lines of their own, under their sections", () => {
  const words = [sung("one", 1), sung("two", 1.4), sung("one", 8), sung("two", 8.4)];
  const sections = [{ name: "Verse 1", kind: "verse", startS: 0, endS: 7 }, { name: "Verse 2", kind: "verse", startS: 7, endS: 20 }];
  const lines = karaokeLines("something else", words, sections);
  assert.deepEqual(lines, sungLines(words, sections));
  assert.deepEqual(lines.map((line) => line.tokens.map((token) => token.text).join(" ")), ["Verse 1", "one two", "Verse 2", "one two"]);
});

test("backing singers who double the lead leave the lines as written, and sing the brackets themselves", () => {
  const [lead, backing] = ["vocals", "backing_vocals"];
  const words = [sung("home", 1, lead), sung("home", 1, backing), sung("again", 2, lead), sung("again", 2, backing), sung("ooh", 3, backing)];
  const lines = karaokeLines("Home again (ooh)", words, []);
  assert.deepEqual(lines[0]?.tokens.map((token) => token.word), [0, 2, 4]);
});

test("without times the lyrics are shown as written", () => {
  assert.deepEqual(karaokeLines("a b", [], []), writtenLines("a b"));
});

test("the last word that has begun is found, none before the first", () => {
  const items = [{ startS: 1 }, { startS: 2 }, { startS: 2 }, { startS: 5 }];
  assert.deepEqual([0.5, 1, 2, 4, 9].map((time) => lastBegun(items, time)), [-1, 0, 2, 2, 3]);
});

test("a file's link is followed under the page's own host, and nothing but a web address is followed", () => {
  assert.equal(localLink("http://127.0.0.1:8000/files/t/a%20b.mp3?x=1", ORIGIN), `${ORIGIN}/files/t/a%20b.mp3?x=1`);
  assert.deepEqual(["javascript:alert(1)", "data:text/html,x", "nonsense", ""].map((link) => localLink(link, ORIGIN)), ["", "", "", ""]);
});

test("a clip is read leniently: numbers in strings, nulls, files as links or objects", () => {
  const song = readSong({ clip_id: "c", state: "odd", duration: "12.5", title: null, seed: 7, peaks: [[0, 1]], files: { mp3: { url: "/files/a" }, stems: { drums: "/files/d" } } }, ORIGIN);
  assert.deepEqual([song?.state, song?.durationS, song?.title, song?.seed, song?.peaks], ["pending", 12.5, "", "7", [0, 1]]);
  assert.deepEqual(song?.files.map((file) => [file.kind, file.name]), [["mp3", ""], ["stems", "drums"]]);
  assert.equal(readSong({ title: "no id" }, ORIGIN), null);
});

test("a task ends with its clips or with a failure, and never on a 202", () => {
  const clips = [{ clip_id: "a", state: "succeeded" }, { clip_id: "b", state: "failed" }];
  assert.equal(readTask(200, { code: 200, data: clips }, ORIGIN).finished, true);
  assert.equal(readTask(202, { code: 202, data: clips }, ORIGIN).finished, false);
  assert.equal(readTask(200, { code: 200, data: [{ clip_id: "a", state: "running" }] }, ORIGIN).finished, false);
  assert.equal(readTask(200, { type: "timeout", error: "too slow", data: [] }, ORIGIN).error, "too slow");
});
