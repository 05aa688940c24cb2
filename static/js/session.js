// Says, some minutes before, that somebody will be signed out for doing nothing, and lets them stay;
// without this script the page says beforehand how long the session lasts. Once somebody is signed
// out, in this tab or another, nothing of theirs stays here to be read: the page makes way for the
// one that asks who it is. Where words were typed and not sent, they stay, covered, until the same
// person is signed in again.

const WARN = 300; // seconds before the end

const { person, signIn, signOut, stillHere, posted } = document.body.dataset; // person "": nobody is in
const main = document.querySelector("main");
const notice = document.createElement("div");
notice.className = "app-session__notice app-no-print";
notice.tabIndex = -1;
notice.setAttribute("role", "status"); // said politely; the focus stays where it is

const tabs = new BroadcastChannel("session");

// An open channel would keep a page that everybody may read out of the cache for *Back*.
if (person !== undefined) tabs.postMessage({ person });
if (!person) tabs.close();

function say(text, control) {
  const words = document.createElement("p");
  words.textContent = text;
  notice.replaceChildren(words, ...(control ? [control] : []));
}

function words() {
  const kept = [...document.forms].map((form) =>
    [...new FormData(form)]
      .filter(([name]) => name !== "csrfmiddlewaretoken")
      .map(([name, value]) => [name, value.name ?? value]),
  );
  return JSON.stringify(kept);
}

const atFirst = words();
const cameBack = posted !== undefined; // with what was typed, it may be
const covered = () => document.body.classList.contains("app-covered");

let timer = null; // of the notice before the end

// Whether this page's own person is signed in; null where the site does not answer.
async function isIn() {
  try {
    const reply = await fetch(stillHere, { headers: { Accept: "application/json" } });
    return !reply.redirected && reply.ok && String((await reply.json()).person) === person;
  } catch {
    return null;
  }
}

// Nobody is signed in any more, or somebody else.
function leave() {
  clearTimeout(timer);
  if (!cameBack && words() === atFirst) {
    location.replace(location.pathname + location.search);
    return;
  }
  document.body.classList.add("app-covered");
  const title = document.createElement("p"); // the page's own heading is hidden, not gone
  title.className = "nhsuk-heading-m";
  title.setAttribute("role", "heading");
  title.setAttribute("aria-level", "1");
  title.textContent = "You are signed out";
  const link = document.createElement("a");
  link.href = signIn;
  link.target = "_blank";
  link.textContent = "Sign in again (opens in a new tab)";
  say("What you typed is still on this page, hidden. Sign in again, then go on here.", link);
  notice.prepend(title);
}

// The same person is signed in again, as the site says and no other tab: what was typed can be sent,
// with a token of the new session.
async function comeBack() {
  const reply = await fetch(signOut);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (!token || page.body.dataset.person !== person) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
    field.value = token.value;
  }
  document.body.classList.remove("app-covered");
  say("You are signed in again. You can go on here.");
}


// --- its end, in good time
function watch(place) {
  const idle = Number(place.dataset.sessionIdle);
  const left = Number(place.dataset.sessionLeft); // of the session as a whole; 0: long enough

  let ends = 0; // a computer that slept wakes up late

  function used() {
    clearTimeout(timer);
    ends = Date.now() + idle * 1000;
    if (idle) timer = setTimeout(warn, (idle - WARN) * 1000);
  }

  function warn() {
    const rest = ends - Date.now();
    if (rest <= 0) return leave();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nhsuk-button nhsuk-button--secondary nhsuk-u-margin-bottom-0";
    button.textContent = "Stay signed in";
    button.addEventListener("click", stay);
    const minutes = Math.ceil(rest / 60000);
    const when = `${minutes} minute${minutes === 1 ? "" : "s"}`;
    say(`You will be signed out in ${when}, because you did nothing here for a while.`, button);
    timer = setTimeout(leave, rest);
  }

  async function stay() {
    const still = await isIn();
    if (still === null) {
      return say("The site cannot be reached. Copy what you typed before you leave this page.");
    }
    if (!still) return leave();
    used();
    tabs.postMessage({ person });
    say("You stay signed in.");
    return notice.focus(); // the button that had the focus is gone
  }

  document.addEventListener("session:used", used);
  used();
  if (left) setTimeout(leave, left * 1000);
}

const place = document.querySelector("[data-session]");
if (place) watch(place);

// Another page was opened, here or in another tab: of this person, who used the session; or not.
if (person) {
  main.append(notice);
  tabs.addEventListener("message", async ({ data }) => {
    if (covered()) {
      await comeBack();
    } else if (data.person !== person) {
      if (!(await isIn())) leave();
      return;
    } else {
      notice.replaceChildren();
    }
    if (!covered()) document.dispatchEvent(new Event("session:used"));
  });
}
