/** Songs in the making: ordered here, asked after until all are final. They outlive a reload of the page. */
import { signal } from "@preact/signals";
import { ApiError, createSongs, getTask } from "../api/client.ts";
import type { Song } from "../api/shapes.ts";
import { createBody, type Draft } from "../logic/draft.ts";
import { stageIndex } from "../logic/stages.ts";
import { loadFirst } from "./library.ts";
import { store, stored } from "./memory.ts";
import { refreshCredits, tell } from "./session.ts";

export interface Work {
  readonly taskId: string;
  readonly label: string;
  readonly startedAt: number;
  readonly songs: readonly Song[];
  readonly stage: string;
  readonly progress: number | null;
  readonly error: string;
  readonly unreachable: boolean;
}

type Ordered = Pick<Work, "taskId" | "label" | "startedAt">;

const PLACE = "works";
const POLL_MS = 1_500;
const SLOWEST_POLL_MS = 20_000;
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

const begun = (ordered: Ordered): Work => ({ ...ordered, songs: [], stage: "", progress: null, error: "", unreachable: false });

export const works = signal<readonly Work[]>([]);

function keep(next: readonly Work[]): void {
  works.value = next;
  store(PLACE, next.map(({ taskId, label, startedAt }): Ordered => ({ taskId, label, startedAt })));
}

const change = (taskId: string, news: Partial<Work>): void =>
  keep(works.value.map((work) => (work.taskId === taskId ? { ...work, ...news } : work)));

export const dismiss = (taskId: string): void => keep(works.value.filter((work) => work.taskId !== taskId));

/** Orders two songs from the form. Throws ApiError when the server refuses. */
export async function order(draft: Draft): Promise<void> {
  const taskId = await createSongs(createBody(draft));
  const label = (draft.mode === "describe" ? draft.description : draft.title || draft.tags || draft.lyrics).trim();
  keep([begun({ taskId, label: label.split("\n")[0]?.slice(0, 120) ?? "", startedAt: Date.now() }), ...works.value]);
  void refreshCredits();
  void follow(taskId);
}

/** Goes on with what was in the making when the page was left. */
export function resume(): void {
  const recent = stored<Ordered[]>(PLACE, []).filter((each) => Date.now() - each.startedAt < FORGOTTEN_AFTER_MS);
  keep(recent.map(begun));
  for (const { taskId } of recent) void follow(taskId);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isKept = (taskId: string): boolean => works.value.some((work) => work.taskId === taskId);

async function follow(taskId: string): Promise<void> {
  for (let waitMs = POLL_MS; isKept(taskId); await pause(waitMs)) {
    try {
      const answer = await getTask(taskId);
      waitMs = POLL_MS;
      if (answer.finished) return await finish(taskId, answer.songs, answer.error);
      change(taskId, { songs: answer.songs, stage: answer.stage, progress: answer.progress, unreachable: false });
    } catch (error) {
      const final = error instanceof ApiError && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);
      if (final) return change(taskId, { error: error.message });
      waitMs = Math.min(waitMs * 2, SLOWEST_POLL_MS);
      change(taskId, { unreachable: true });
    }
  }
}

async function finish(taskId: string, songs: readonly Song[], error: string): Promise<void> {
  void refreshCredits();
  await loadFirst();
  const failed = error || songs.find((song) => song.state === "failed")?.error || "";
  if (failed !== "") change(taskId, { error: failed, songs });
  else {
    dismiss(taskId);
    tell(`${songs[0]?.title || "Your song"} is ready: ${songs.length === 1 ? "one take" : `${songs.length} takes`}.`);
  }
}

/** How far a work is: the stage that its least advanced song is in (-1: it waits), and the whole from 0 to 1. */
export function advance(work: Work): { stage: number; done: number } {
  const unfinished = work.songs.filter((song) => song.state !== "succeeded" && song.state !== "failed");
  const said = work.stage || unfinished.find((song) => song.stage !== "")?.stage || "";
  const each = unfinished.map((song) => song.progress).filter((value) => value !== null);
  const done = work.progress ?? (each.length > 0 ? each.reduce((a, b) => a + b, 0) / each.length : 0);
  return { stage: stageIndex(said), done: Math.min(1, Math.max(0, done > 1 ? done / 100 : done)) };
}
