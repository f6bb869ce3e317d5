/** Times as people read them. */

/** Seconds as `3:07`; longer than an hour as `1:02:07`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "0:00";
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** The same for a screen reader: `3 minutes 7 seconds`. */
export function spokenClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  const count = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;
  return minutes > 0 ? `${count(minutes, "minute")} ${count(rest, "second")}` : count(rest, "second");
}

const STEPS: ReadonlyArray<readonly [limitS: number, unitS: number, unit: Intl.RelativeTimeFormatUnit]> = [
  [60, 1, "second"],
  [3_600, 60, "minute"],
  [86_400, 3_600, "hour"],
  [7 * 86_400, 86_400, "day"],
];

/** When something happened, seen from `now`: "5 minutes ago", later than a week its date. */
export function ago(then: Date, now: Date, locale = "en"): string {
  const passedS = (now.getTime() - then.getTime()) / 1000;
  if (!Number.isFinite(passedS)) return "";
  if (passedS < 45) return "just now";
  const step = STEPS.find(([limitS]) => passedS < limitS);
  if (step === undefined) return then.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" });
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.max(1, Math.floor(passedS / step[1])), step[2]);
}
