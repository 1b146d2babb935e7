// The page's own script: no library, no build. Every text of others goes through `textContent`; the widget's HTML, which
// is escaped where it is made, stands in a shadow root of its own.
const $ = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
const SOON = 1000, WIDGET_SOON = 8000;
let words = {}, chosen = null, shownTalk = "";

const ask = async (path, body) => {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(path, request);
  if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
  return answer;
};

const make = (name, text, kind = "") => {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
};

// ── the campaign and its phone ──────────────────────────────────────────────────────────────────────────────────────

const stateWord = (state) => words[state === "sent" ? "sent_state" : state] ?? state;
const nameOf = (person) => person.name || words.nobody;

function showPeople(people) {
  const list = $("people");
  while (list.children.length > people.length) list.lastChild.remove();
  people.forEach((person, index) => {
    let button = list.children[index]?.firstChild;
    if (!button) {
      button = make("button", "");
      button.append(make("span", ""), make("span", "", "state"));
      const item = make("li", "");
      item.append(button);
      list.append(item);
    }
    button.onclick = () => { chosen = person.phone; show(); };
    button.setAttribute("aria-pressed", String(person.phone === chosen));
    button.children[0].textContent = nameOf(person);
    button.children[1].textContent = stateWord(person.state);
    button.children[1].classList.toggle("good", ["delivered", "read", "answered"].includes(person.state));
  });
}

function bubble(message) {
  const box = make("div", "", message.mine ? "bubble mine" : "bubble");
  for (const [index, part] of message.text.split(/\*([^*\n]+)\*/).entries()) {
    box.append(index % 2 ? make("strong", part) : part);
  }
  const at = new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const ticks = { delivered: " ✓✓", read: " ✓✓", sent: " ✓" }[message.status] ?? "";
  const foot = make("small", message.mine ? at : `${at}${ticks}`);
  if (!message.mine) foot.setAttribute("aria-label", `${at} ${stateWord(message.status)}`);
  box.append(foot);
  return box;
}

function showPhone(people) {
  const person = people.find((one) => one.phone === chosen);
  $("phone-title").textContent = person ? words.phone_of.replace("{name}", nameOf(person)) : words.phone;
  const messages = person?.messages ?? [];
  const drawn = JSON.stringify([chosen, messages]);
  if (drawn === shownTalk) return;
  shownTalk = drawn;
  const talk = $("talk");
  talk.replaceChildren(...(messages.length ? messages.map(bubble) : [make("p", words.nothing, "dim")]));
  talk.scrollTop = talk.scrollHeight;
}

function showTried(tried) {
  const list = $("tried");
  const texts = tried.length ? tried.map((what) => words[what]) : [words.tried_nothing];
  if (list.children.length === texts.length && list.lastChild.textContent === texts.at(-1)) return;
  list.classList.toggle("none", !tried.length);
  list.replaceChildren(...texts.map((text) => make("li", text)));
  list.scrollTop = list.scrollHeight;
}

async function show() {
  try {
    const state = await (await ask("/state")).json();
    const phones = state.people.map((person) => person.phone);
    if (!phones.includes(chosen)) chosen = null;
    chosen ??= state.people.find((person) => person.messages.length)?.phone ?? phones[0] ?? null;
    for (const name of ["ended", "sent", "second"]) $(name).textContent = state[name];
    $("second").parentElement.classList.toggle("wrong", state.second > 0);
    $("campaign").textContent = state.campaign;
    showPeople(state.people);
    showPhone(state.people);
    showTried(state.tried);
    $("gone").textContent = "";
  } catch {
    $("gone").textContent = words.gone ?? "";
  }
}

$("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !chosen) return;
  $("text").value = "";
  await ask("/say", { phone: chosen, text });
  await show();
});

// ── the widget: what CloudWatch does with a `cwdb-action` ───────────────────────────────────────────────────────────

const root = $("widget").attachShadow({ mode: "open" });

async function widget(event = {}) {
  const fields = Object.fromEntries([...root.querySelectorAll("input[name]")].map((field) => [field.name, field.value]));
  const context = { theme: dark.matches ? "dark" : "light", forms: { all: fields }, timezone: { offsetISO: offset() } };
  const html = await (await ask("/widget", { ...event, widgetContext: context })).text();
  root.innerHTML = `<style>cwdb-action{display:none} :focus-visible{outline:3px solid;outline-offset:2px}</style>${html}`;
  for (const action of root.querySelectorAll("cwdb-action")) {
    const button = action.previousElementSibling;
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    const press = () => {
      const sure = action.getAttribute("confirmation");
      if (!sure || confirm(sure)) widget(JSON.parse(action.textContent));
    };
    button.addEventListener("click", press);
    button.addEventListener("keydown", (key) => {
      if (key.key === "Enter" || key.key === " ") { key.preventDefault(); press(); }
    });
  }
  for (const form of root.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => { event.preventDefault(); form.querySelector(".btn")?.click(); });
  }
}

function offset() {
  const minutes = -new Date().getTimezoneOffset();
  const part = (number) => String(Math.abs(number)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${part(Math.trunc(minutes / 60))}:${part(minutes % 60)}`;
}

// Whoever reads a call or types a phone is not interrupted.
const isInUse = () => root.activeElement !== null || root.querySelector("input")?.value;

// ── begin ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const given = await (await ask("/words")).json();
words = given.words;
document.documentElement.lang = given.language;
document.title = words.title;
for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = words[element.dataset.placeholder];
for (const what of given.tricks) {
  const button = make("button", words[what]);
  button.onclick = async () => { await ask("/try", { what }); await show(); };
  $("tricks").append(button);
}
await show();
setInterval(show, SOON);
const refresh = () => widget().catch(() => {});
await refresh();
setInterval(() => { if (!isInUse()) refresh(); }, WIDGET_SOON);
dark.addEventListener("change", refresh);
