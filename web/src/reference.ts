/** The API reference: whole without this script, which remembers the language, copies, searches while typing, and sends a call. */
import "./reference.css";

const REMEMBERED = "troubadour-docs-language";
const TYPING_MS = 160;

const all = <T extends Element>(selector: string, within: ParentNode = document): T[] => [...within.querySelectorAll<T>(selector)];

/** One choice of language for every sample of every page. */
function rememberLanguage(): void {
  const choose = (language: string): void => {
    for (const input of all<HTMLInputElement>(`.tabs input[value="${CSS.escape(language)}"]`)) {
      input.checked = true;
      const tabs = input.closest<HTMLElement>(".tabs");
      const label = input.parentElement;
      if (tabs && label) tabs.scrollLeft = label.offsetLeft - tabs.offsetLeft - 40;
    }
  };
  const before = localStorage.getItem(REMEMBERED);
  if (before) choose(before);
  for (const input of all<HTMLInputElement>(".tabs input"))
    input.addEventListener("change", () => {
      localStorage.setItem(REMEMBERED, input.value);
      choose(input.value);
    });
}

/** A button in the corner of every block of code. */
function offerCopies(): void {
  if (!navigator.clipboard) return;
  for (const block of all<HTMLElement>("pre.code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("code")?.textContent ?? "");
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    const frame = document.createElement("div");
    frame.className = "copied";
    block.replaceWith(frame);
    frame.append(block, button);
  }
}

/** The server's own results, shown under the box while one types. */
function searchWhileTyping(): void {
  const form = document.querySelector<HTMLFormElement>(".search");
  const box = form?.querySelector<HTMLInputElement>("input");
  const finds = form?.querySelector<HTMLElement>(".finds");
  if (!form || !box || !finds) return;
  let timer = 0;
  let asked = 0;
  const show = async (): Promise<void> => {
    const mine = ++asked;
    const words = box.value.trim();
    if (!words) return void (finds.hidden = true);
    const answer = await fetch(`/docs/search?q=${encodeURIComponent(words)}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const results = page.querySelector(".results") ?? page.querySelector(".found p");
    finds.replaceChildren(...(results ? [document.importNode(results, true)] : []));
    finds.hidden = false;
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void show(), TYPING_MS);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) finds.hidden = true;
  });
  form.addEventListener("keydown", (event) => {
    const links = all<HTMLAnchorElement>("a", finds);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") finds.hidden = true;
    if (!step || finds.hidden || !links.length) return;
    event.preventDefault();
    const place = links.indexOf(document.activeElement as HTMLAnchorElement) + step;
    (place < 0 ? box : links[Math.min(place, links.length - 1)])?.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
}

/** Sends the call that the form describes, and shows the answer as it came. */
function offerTrying(): void {
  for (const section of all<HTMLDetailsElement>("details.try")) {
    section.hidden = false;
    const form = section.querySelector("form");
    const heard = section.querySelector<HTMLElement>(".heard");
    if (!form || !heard) continue;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = new FormData(form);
      const value = (name: string): string => String(given.get(name) ?? "");
      let path = section.dataset["path"] ?? "";
      const query = new URLSearchParams();
      for (const input of all<HTMLInputElement>("input[data-place]", form)) {
        if (input.dataset["place"] === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
        else if (input.value) query.set(input.name, input.value);
      }
      const headers: Record<string, string> = { "X-Requested-With": "docs" };
      if (value("key")) headers["Authorization"] = `Bearer ${value("key").trim()}`;
      const body = form.querySelector<HTMLTextAreaElement>("textarea")?.value;
      if (body !== undefined) headers["Content-Type"] = "application/json";
      heard.replaceChildren("Waiting for the answer …");
      try {
        const method = section.dataset["method"] ?? "GET";
        const answer = await fetch(path + (query.size ? `?${query}` : ""), { method, headers, body: body ?? null });
        show(heard, answer, await answer.text());
      } catch (error) {
        heard.replaceChildren(`The server did not answer (${String(error)}).`);
      }
    });
  }
}

function show(heard: HTMLElement, answer: Response, text: string): void {
  const status = document.createElement("b");
  status.className = `status ${answer.ok ? (answer.status === 200 ? "good" : "wait") : "bad"}`;
  status.textContent = String(answer.status);
  const line = document.createElement("p");
  line.append(status, ` x-request-id ${answer.headers.get("x-request-id") ?? ""}`);
  const block = document.createElement("pre");
  block.className = "code";
  block.textContent = pretty(text);
  heard.replaceChildren(line, block);
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

rememberLanguage();
offerCopies();
searchWhileTyping();
offerTrying();
document.querySelector(".tree [aria-current]")?.scrollIntoView({ block: "nearest" });
