/** What a song goes through, in order, as the musician's path has it. */

export interface Stage {
  readonly label: string;
  /** Words by which the API may name this stage; the first stage that has one in the text is meant. */
  readonly words: readonly string[];
}

export const STAGES: readonly Stage[] = [
  { label: "Reading", words: ["read", "brief"] },
  { label: "Planning", words: ["plan", "decid"] },
  { label: "Writing the score", words: ["scor", "writ", "compos"] },
  { label: "Playing", words: ["play", "band", "stem", "render"] },
  { label: "Singing", words: ["sing", "vocal", "voice", "sung"] },
  { label: "Mixing", words: ["mix", "balanc", "master"] },
  { label: "Encoding", words: ["encod", "file", "sav", "stor", "finish", "done"] },
];

/** Words that name one stage although another's word stands in them: the voice is rendered, the files are written. */
const EXCEPTIONS: ReadonlyArray<readonly [word: string, index: number]> = [
  ["encod", 6],
  ["file", 6],
  ["sing", 4],
  ["vocal", 4],
];

const WAITING = /^\s*$|queue|wait|pending/;
const PLAYING = 3;

/** The index of the stage that the API's text names; -1 while it waits. Any other word names a part that is being played. */
export function stageIndex(text: string | null | undefined): number {
  const said = (text ?? "").toLowerCase();
  if (WAITING.test(said)) return -1;
  const exception = EXCEPTIONS.find(([word]) => said.includes(word));
  if (exception !== undefined) return exception[1];
  const index = STAGES.findIndex((stage) => stage.words.some((word) => said.includes(word)));
  return index < 0 ? PLAYING : index;
}
