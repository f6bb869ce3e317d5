/** Small drawings. They say nothing to a screen reader: the control beside them has a name. */
import type { VNode } from "preact";

const icon = (...paths: string[]): (() => VNode) => () => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    {paths.map((path) => <path d={path} />)}
  </svg>
);

export const PlayIcon = icon("M8 5.1c0-.8.9-1.3 1.6-.9l10.3 6.3c.8.5.8 1.6 0 2.1L9.6 19c-.7.4-1.6-.1-1.6-.9z");
export const PauseIcon = icon("M6.5 4.5h3.2c.5 0 .8.4.8.8v13.4c0 .5-.4.8-.8.8H6.5c-.5 0-.8-.4-.8-.8V5.3c0-.5.4-.8.8-.8zM14.3 4.5h3.2c.5 0 .8.4.8.8v13.4c0 .5-.4.8-.8.8h-3.2c-.5 0-.8-.4-.8-.8V5.3c0-.5.4-.8.8-.8z");
export const BackIcon = icon("M11.5 5.5 5 12l6.5 6.5 1.4-1.4L8.8 13H19v-2H8.8l4.1-4.1z");
export const PreviousIcon = icon("M6 5h2v14H6zM19 6.2v11.6c0 .8-.9 1.3-1.6.8L9.3 12.8a1 1 0 0 1 0-1.6l8.1-5.8c.7-.5 1.6 0 1.6.8z");
export const NextIcon = icon("M16 5h2v14h-2zM5 6.2v11.6c0 .8.9 1.3 1.6.8l8.1-5.8a1 1 0 0 0 0-1.6L6.6 5.4C5.9 4.9 5 5.4 5 6.2z");
export const DownloadIcon = icon("M11 4h2v9.2l3.3-3.3 1.4 1.4L12 17l-5.7-5.7 1.4-1.4 3.3 3.3zM5 18.5h14v2H5z");
export const CloseIcon = icon("m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z");
export const VolumeIcon = icon("M4 9.5h3.5L12 5.5v13l-4.5-4H4zM14.5 8.2a5 5 0 0 1 0 7.6l1.3 1.5a7 7 0 0 0 0-10.6z");
export const AgainIcon = icon("M12 5a7 7 0 1 1-6.8 8.6l1.9-.5A5 5 0 1 0 8.2 8.7L10.5 11H4.5V5l2.3 2.3A7 7 0 0 1 12 5z");

export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path class="staff" d="M4 9h24M4 13h24M4 17h24M4 21h24M4 25h24" />
      <g class="notes">
        <ellipse cx="11.2" cy="22.6" rx="4" ry="3" transform="rotate(-20 11.2 22.6)" />
        <ellipse cx="22.2" cy="19.4" rx="4" ry="3" transform="rotate(-20 22.2 19.4)" />
        <path d="M13.4 8.6 26 5v4.2l-11 3.1v10.3h-1.6zM24.4 7h1.6v12.4h-1.6z" />
      </g>
    </svg>
  );
}
