/*
 * Small comforts. Every page works without them, and the server has the last word on everything
 * they hint at. No eval, no inline style, no storage: nothing typed here outlives the page.
 */
(() => {
  "use strict";

  const all = (selector, root = document) => root.querySelectorAll(selector);

  // Pages in other languages bring the words; {n} stands for a number.
  const words = JSON.parse(document.querySelector("meta[name=azukari-words]")?.content || "{}");
  const word = (text, n) => (words[text] ?? text).replace("{n}", n);

  // ------------------------------------------------------------------ numbers, four by four

  // 平成26年総務省令第85号 第5条: the check digit of an individual number.
  const checkDigit = (eleven) => {
    let sum = 0;
    for (let n = 1; n <= 11; n += 1) {
      sum += Number(eleven[11 - n]) * (n <= 6 ? n + 1 : n - 5);
    }
    const rest = sum % 11;
    return rest <= 1 ? 0 : 11 - rest;
  };

  const halfWidth = (text) =>
    text.replace(/[\uFF10-\uFF19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
  // Spaces, dots and every dash a keyboard, a spreadsheet or a scan may put between groups.
  const bare = (text) =>
    halfWidth(text).replace(/[\s\u3000.,・\-\u2010-\u2015\u2212\u30FC\uFF0D\uFF70]/g, "");
  const grouped = (digits) => digits.replace(/(.{4})(?=.)/g, "$1 ");

  const hintOf = (input) => document.getElementById(`${input.id}_hint`);
  const say = (node, text, tone) => {
    if (!node || (node.textContent === text && node.dataset.tone === tone)) return;
    node.textContent = text;
    node.dataset.tone = tone;
  };

  const regroup = (input) => {
    const clean = bare(input.value);
    const shown = /^\d*$/.test(clean) ? grouped(clean) : input.value;
    if (shown === input.value) return;
    const before = bare(input.value.slice(0, input.selectionEnd ?? input.value.length)).length;
    input.value = shown;
    const caret = before + Math.floor(Math.max(before - 1, 0) / 4);
    if (document.activeElement === input) input.setSelectionRange(caret, caret);
  };

  // A form prefix stands before both names, so the twin is named by its end only.
  const isTwin = (input, other) =>
    Boolean(input.dataset.sameAs) &&
    other.name === input.name.slice(0, input.name.lastIndexOf("-") + 1) + input.dataset.sameAs;
  const twinOf = (input) =>
    [...all("[data-digits]", input.form)].find((other) => isTwin(input, other));

  const judge = (input) => {
    const digits = bare(input.value);
    const hint = hintOf(input);
    if (!digits) return say(hint, "", "neutral");
    if (/\D/.test(digits)) return say(hint, word("数字だけを入力してください。"), "warning");
    if (digits.length < 12) return say(hint, word("あと{n}桁です。", 12 - digits.length), "neutral");
    if (digits.length > 12) return say(hint, word("{n}桁多く入力されています。", digits.length - 12), "warning");
    const other = twinOf(input);
    if (other && bare(other.value) !== digits) {
      return say(hint, word("1回目に入力した番号と違います。もう一度ご確認ください。"), "warning");
    }
    if (checkDigit(digits) !== Number(digits[11])) {
      return say(hint, word("検査用数字が合いません。番号確認書類をもう一度ご確認ください。"), "warning");
    }
    return say(hint, word(other ? "1回目と同じ番号です。" : "12桁そろいました。"), "success");
  };

  const judgeWithTwin = (input) => {
    judge(input);
    for (const twin of all("[data-same-as]", input.form)) {
      if (isTwin(twin, input) && twin.value) judge(twin);
    }
  };

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-digits]") || event.isComposing) return;
    regroup(input);
    judgeWithTwin(input);
  });
  document.addEventListener("compositionend", (event) => {
    if (!event.target.matches?.("[data-digits]")) return;
    regroup(event.target);
    judgeWithTwin(event.target);
  });
  document.addEventListener("formdata", (event) => {
    for (const input of all("[data-digits]", event.target)) {
      if (input.name && !input.disabled) event.formData.set(input.name, bare(input.value));
    }
  });

  // ------------------------------------------------------------------ a form is sent once

  const setSent = (form, sent) => {
    form.toggleAttribute("data-sent", sent);
    if (sent) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    for (const button of all("button[type=submit], button:not([type])", form)) {
      if (sent) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-once]")) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    // The pressed button's own name and value are read after this event, so only mark it.
    setSent(form, true);
    // A download leaves the page standing: let the form be used again.
    if (form.dataset.once === "again") setTimeout(() => setSent(form, false), 4000);
  });

  // ------------------------------------------------------------------ a shown number hides again

  const hideSecret = (box) => {
    for (const secret of all("[data-secret]", box)) {
      secret.textContent = secret.dataset.gone;
      secret.removeAttribute("data-secret");
    }
    const clock = box.querySelector("[data-seconds]");
    if (clock) clock.textContent = "番号を隠しました。もう一度見るときは、表示の手続きを行ってください。";
    const voice = box.querySelector("[data-say]");
    if (voice) voice.textContent = "番号を隠しました。";
    box.removeAttribute("data-shown");
  };

  const countDown = (box) => {
    const clock = box.querySelector("[data-seconds]");
    if (!clock || box.hasAttribute("data-counting")) return;
    box.setAttribute("data-counting", "");
    const end = Date.now() + Number(clock.dataset.seconds) * 1000;
    const timer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (!box.hasAttribute("data-shown")) clearInterval(timer);
      else if (left <= 0) {
        clearInterval(timer);
        hideSecret(box);
      } else clock.textContent = `${left}秒で隠れます。`;
    }, 250);
  };

  // ------------------------------------------------------------------ marked rows

  const countTicks = () => {
    const ticks = [...all("[data-ticks]")];
    const marked = ticks.filter((tick) => tick.checked).length;
    for (const place of all("[data-ticked]")) {
      place.textContent = marked
        ? `${marked.toLocaleString("ja-JP")}${place.dataset.unit}を選択中`
        : "一覧で選んだものに：";
    }
    for (const master of all("[data-ticks-all]")) {
      master.checked = marked > 0 && marked === ticks.length;
      master.indeterminate = marked > 0 && marked < ticks.length;
    }
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-ticks-all]")) {
      for (const tick of all("[data-ticks]")) tick.checked = event.target.checked;
    }
    if (event.target.matches("[data-ticks], [data-ticks-all]")) countTicks();
  });

  // ------------------------------------------------------------------ buttons

  const copy = async (button) => {
    const voice = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(button.dataset.copies);
      voice.textContent = "写しました。";
    } catch {
      voice.textContent = "写せませんでした。文字を選んで写してください。";
    }
  };

  const togglePassword = (button) => {
    const input = document.getElementById(button.dataset.shows);
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    button.textContent = word(show ? "隠す" : "表示する");
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(
      "[data-opens], [data-closes], [data-copies], [data-shows], [data-prints]",
    );
    if (!target) return;
    if (target.matches("[data-opens]")) {
      const box = document.getElementById(target.dataset.opens);
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
      if (box?.showModal && plain) {
        event.preventDefault();
        box.showModal();
      }
    } else if (target.matches("[data-closes]")) target.closest("dialog").close();
    else if (target.matches("[data-copies]")) copy(target);
    else if (target.matches("[data-shows]")) togglePassword(target);
    else window.print();
  });

  // ------------------------------------------------------------------ "/" goes to the search

  const typing = (node) => node.closest?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const search = document.querySelector("[data-search], .filters input[type=text], .filters input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // ------------------------------------------------------------------ a name drawn by finger

  // Lines of points within the field's 1000 × 300, kept in a hidden field as "x,y x,y;x,y".
  const wakeSignature = (box) => {
    const field = document.getElementById(box.dataset.signature);
    const pad = box.querySelector("canvas");
    const pen = pad.getContext("2d");
    let lines = [];
    let line = null;
    Object.assign(pen, { lineWidth: 6, lineCap: "round", lineJoin: "round" });
    const point = (event) => {
      const place = pad.getBoundingClientRect();
      const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
      return [
        within((event.clientX - place.left) / place.width, pad.width),
        within((event.clientY - place.top) / place.height, pad.height),
      ];
    };
    const keep = () => {
      field.value = lines.map((one) => one.map((p) => p.join(",")).join(" ")).join(";");
    };
    pad.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      line = [point(event)];
      lines.push(line);
      pen.beginPath();
      pen.moveTo(...line[0]);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!line) return;
      const now = point(event);
      const last = line[line.length - 1];
      if (Math.hypot(now[0] - last[0], now[1] - last[1]) < 6) return;
      line.push(now);
      pen.lineTo(...now);
      pen.stroke();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      pad.addEventListener(end, () => {
        line = null;
        keep();
      });
    }
    box.querySelector("[data-clears]").addEventListener("click", () => {
      lines = [];
      pen.clearRect(0, 0, pad.width, pad.height);
      keep();
    });
  };

  // ------------------------------------------------------------------ passkeys

  const fromBase64 = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toBase64 = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const postJson = async (url, body) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const withBytes = (options) => {
    options.challenge = fromBase64(options.challenge);
    if (options.user) options.user.id = fromBase64(options.user.id);
    for (const key of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) {
      key.id = fromBase64(key.id);
    }
    return { publicKey: options };
  };

  const asJson = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = toBase64(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toBase64(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const askForPasskey = async (box) => {
    const voice = box.querySelector("[role=status]");
    voice.textContent = "";
    try {
      const options = withBytes(await postJson(box.dataset.ask, "{}"));
      const credential = await navigator.credentials[box.dataset.passkey](options);
      location.assign((await postJson(box.dataset.answer, asJson(credential))).go);
    } catch {
      voice.textContent = word(
        "パスキーを確かめられませんでした。もう一度お試しいただくか、パスワードでログインしてください。",
      );
    }
  };

  const wakePasskey = (box) => {
    if (!window.PublicKeyCredential) {
      box.querySelector("button").hidden = true;
      box.querySelector("[role=status]").textContent = word("この端末ではパスキーを使えません。");
      return;
    }
    box.querySelector("button").addEventListener("click", () => askForPasskey(box));
  };

  // ------------------------------------------------------------------ on every page and after a swap

  const wake = (root) => {
    for (const node of all("[data-with-script], [data-copies], [data-shows], [data-prints]", root)) {
      node.hidden = false;
    }
    for (const box of all("[data-shown]", root)) countDown(box);
  };

  wake(document);
  for (const box of all("[data-signature]")) wakeSignature(box);
  for (const box of all("[data-passkey]")) wakePasskey(box);
  countTicks();
  document.querySelector("[data-take-focus]")?.focus();
  document.addEventListener("htmx:after:swap", () => wake(document));

  // The browser may keep this page and bring it back: without numbers, and ready to be used.
  window.addEventListener("pagehide", () => {
    for (const box of all("[data-shown]")) hideSecret(box);
    for (const input of all("[data-digits]")) {
      input.value = "";
      say(hintOf(input), "", "neutral");
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of all("[data-sent]")) setSent(form, false);
    countTicks();
  });
})();
