// Saves a form with data-autosave to that address while somebody writes, a few seconds after the
// last key. The server refuses what was written from older words, so nothing of anybody is lost;
// then, or when it cannot be reached, the page says so and keeps what was typed.

const PAUSE = 3000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = null;
  let saving = null; // the save under way
  let stopped = false; // somebody else saved: a person must look at both texts

  const say = (text) => {
    status.textContent = text;
  };

  async function save() {
    timer = null;
    const sent = new FormData(form);
    let reply;
    try {
      reply = await fetch(form.dataset.autosave, { method: "POST", body: sent });
    } catch {
      say("Not saved: the site cannot be reached. We try again while you write.");
      timer = setTimeout(start, 5 * PAUSE);
      return;
    }
    const type = reply.headers.get("Content-Type") || "";
    const answer = type.startsWith("application/json") ? await reply.json() : {};
    if (reply.ok && answer.revision) {
      form.elements.seen.value = answer.revision;
      const time = new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
      say(`Saved by itself at ${time}.`);
      document.dispatchEvent(new Event("session:used"));
    } else {
      stopped = [403, 409, 410].includes(reply.status);
      say(answer.why || "Not saved by itself. Press Save.");
    }
  }

  function start() {
    saving = save().finally(() => {
      saving = null;
    });
  }

  form.addEventListener("input", () => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => (saving ? saving.then(start) : start()), PAUSE);
  });

  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    timer = null;
    stopped = true;
    if (!saving) return;
    // The save under way would make this one look late: wait for its revision first.
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
  });
}
