import type { VNode } from "preact";
import { apiKey, useKey } from "../api/client.ts";
import { credits, refreshCredits } from "../state/session.ts";
import { HOME } from "../state/route.ts";
import { Logo } from "./icons.tsx";

/** From here on, a number of credits means that the account has no limit. */
const NO_LIMIT = 1_000_000;

export function Header(): VNode {
  return (
    <header class="top">
      <a class="brand" href={HOME}>
        <Logo />
        <span>Troubadour</span>
      </a>
      <nav aria-label="Page">
        <CreditsView />
        {apiKey.value !== "" && (
          <button type="button" class="quiet" onClick={() => { useKey(""); void refreshCredits(); }}>Forget the key</button>
        )}
        <a href="/docs">API</a>
      </nav>
    </header>
  );
}

function CreditsView(): VNode | null {
  if (credits.value === null) return null;
  const total = credits.value.credits + credits.value.extra;
  if (total >= NO_LIMIT) return <span class="credits">no limit on songs</span>;
  const title = `${credits.value.credits} in the plan, ${credits.value.extra} extra; two songs cost 15`;
  return <span class="credits" title={title}><b>{total.toLocaleString("en")}</b> credits</span>;
}
