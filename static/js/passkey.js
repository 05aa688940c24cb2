// Passkeys: a form with data-passkey asks the browser for a passkey when it is sent, and goes out
// with the answer in its field "credential". What the server and the browser exchange is JSON in
// which bytes are base64url text (WebAuthn, level 3).

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }));

const ceremonies = {
  async create({ publicKey }) {
    const credential = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
        excludeCredentials: withBytes(publicKey.excludeCredentials),
        // A key that finds the account by itself and asks for a PIN or a fingerprint.
        authenticatorSelection: {
          ...publicKey.authenticatorSelection,
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
      },
    });
    const { response } = credential;
    return answer(credential, {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports ? response.getTransports() : [],
    });
  },

  async get({ publicKey }) {
    const credential = await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        allowCredentials: withBytes(publicKey.allowCredentials),
      },
    });
    const { response } = credential;
    return answer(credential, {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    });
  },
};

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function options(form) {
  if (form.dataset.passkeyOptions) {
    return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  }
  const reply = await fetch(form.dataset.passkeyOptionsUrl, {
    headers: { Accept: "application/json" },
  });
  if (!reply.ok) throw new Error(`The server answered ${reply.status}.`);
  return reply.json();
}

function explain(error) {
  if (!window.PublicKeyCredential || error.name === "SecurityError") {
    return "Passkeys do not work in this browser or at this address. Use another way.";
  }
  if (error.name === "InvalidStateError") {
    return "This device has a passkey for your account already.";
  }
  if (error.name === "NotAllowedError") {
    return "No passkey was used. Try again, or use another way.";
  }
  return "The passkey did not work. Try again, or use another way.";
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const message = form.querySelector("[data-passkey-error]");
    message.hidden = true;
    try {
      const data = await options(form);
      const creating = form.dataset.passkey === "create";
      const credential = creating
        ? await ceremonies.create(data.creation_options)
        : await ceremonies.get(data.request_options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      message.textContent = explain(error);
      message.hidden = false;
    }
  });
}
