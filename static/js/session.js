// Says, some minutes before, that somebody will be signed out for doing nothing, and lets them stay.
// Once signed out, what they typed is still on the page: whoever signs in again in another tab goes
// on in this one. Without this script the page says beforehand how long the session lasts.

const WARN = 300; // seconds before the end

const place = document.querySelector("[data-session]");
const { sessionPerson: person, sessionToken: token } = place.dataset;
const idle = Number(place.dataset.sessionIdle);
const left = Number(place.dataset.sessionLeft); // of the session as a whole; 0: long enough
const tabs = new BroadcastChannel("session");
const notice = place.parentElement.appendChild(document.createElement("div"));
notice.className = "app-session__notice app-no-print";
notice.tabIndex = -1;
notice.setAttribute("role", "status"); // said politely; the focus stays where it is

let timer = null;
let ends = 0; // a computer that slept wakes up late
let over = false;

function say(text, control) {
  const words = document.createElement("p");
  words.textContent = text;
  notice.replaceChildren(words, ...(control ? [control] : []));
}

function used() {
  over = false;
  notice.replaceChildren();
  clearTimeout(timer);
  ends = Date.now() + idle * 1000;
  if (idle) timer = setTimeout(warn, (idle - WARN) * 1000);
}

function warn() {
  const rest = ends - Date.now();
  if (rest <= 0) return end();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary nhsuk-u-margin-bottom-0";
  button.textContent = "Stay signed in";
  button.addEventListener("click", stay);
  const minutes = Math.ceil(rest / 60000);
  const when = `${minutes} minute${minutes === 1 ? "" : "s"}`;
  say(`You will be signed out in ${when}, because you did nothing here for a while.`, button);
  timer = setTimeout(end, rest);
}

async function stay() {
  try {
    const reply = await fetch(place.dataset.sessionStay, { headers: { Accept: "application/json" } });
    if (reply.redirected || !reply.ok) return end();
    used();
    tabs.postMessage({ person });
    say("You stay signed in.");
    return notice.focus(); // the button that had the focus is gone
  } catch {
    return say("The site cannot be reached. Copy what you typed before you leave this page.");
  }
}

function end() {
  over = true;
  clearTimeout(timer);
  const link = document.createElement("a");
  link.href = place.dataset.sessionSignIn;
  link.target = "_blank";
  link.textContent = "Sign in again (opens in a new tab)";
  say("You are signed out. What you typed is still on this page. Sign in again, then go on here.", link);
}

// Another page of this person was opened, here or in another tab: the session was used.
tabs.addEventListener("message", ({ data }) => {
  if (data.person !== person) return;
  const back = over;
  if (data.token) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      field.value = data.token;
    }
  }
  used();
  if (back) say("You are signed in again. You can go on here.");
});

document.addEventListener("session:used", used);
used();
if (left) setTimeout(end, left * 1000);
tabs.postMessage({ person, token });
