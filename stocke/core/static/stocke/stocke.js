// What every staff page does beyond HTML and htmx: keys, command menu, lists, dialogs, undo, announcements.
// The pages work without it. Nothing here changes data by itself: it presses the page's own buttons.
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const isShown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
  root.classList.add("se-js");

  // ---------- Saying things: one live region, there from the start ----------
  let saying;
  const say = (text) => {
    const live = $("#live");
    if (!live || !text) return;
    live.textContent = "";
    clearTimeout(saying);
    saying = setTimeout(() => { live.textContent = text.trim(); }, 60);
  };
  const sayAll = (from) => say($$("[data-say]", from).map((said) => said.textContent.trim()).join(". "));
  on("announce", (event) => say(event.detail.text));

  // ---------- Keys ----------
  const FIELDS = "input:not([type=checkbox],[type=radio],[type=file]),textarea,select,[contenteditable]";
  // A dialog gives the focus back to whoever had it: its opener must not take it first, or the rail stays unfolded.
  const press = (element) => {
    if (!element.matches("[data-dialog]")) element.focus({ preventScroll: true });
    element.click();
  };
  const scope = () => $$("dialog[open]").pop() ?? document;
  const button = (name) => $$(`[data-key="${CSS.escape(name)}"]`, scope()).find((element) => isShown(element) && !element.disabled);

  let goPrefix = 0;
  const goTo = (letter) => {
    const isSecond = Date.now() - goPrefix < 1500;
    goPrefix = 0;
    const link = isSecond && $(`[data-go="${CSS.escape(letter)}"]`);
    if (link) location.href = link.href;
    return Boolean(link);
  };

  const items = () => {
    const near = document.activeElement?.closest("[data-list]");
    const list = near ?? $$("main [data-list]").find(isShown);
    return list ? $$("[data-item]", list).filter(isShown) : [];
  };
  const handle = (item) => (item.matches("a,button") ? item : $("a[href],button,input", item));
  const position = (all) => {
    const focused = all.findIndex((item) => item.contains(document.activeElement));
    return focused >= 0 ? focused : all.findIndex((item) => item.hasAttribute("aria-current"));
  };
  const move = (step) => {
    const all = items();
    if (!all.length) return false;
    const at = position(all);
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    const target = $("th a[href]", next) ?? handle(next);
    target?.focus();
    next.scrollIntoView({ block: "nearest" });
    if (next.closest("[data-list=open]") && all[at] !== next) target?.click();
    return true;
  };
  let lastTicked;
  const tick = (withRange) => {
    const all = items();
    const row = all[position(all)];
    const box = row && $("[name=ids]", row);
    if (!box) return false;
    box.checked = !box.checked;
    if (withRange && lastTicked) range(lastTicked, box);
    lastTicked = box;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };
  const range = (from, to) => {
    const boxes = $$("[name=ids]");
    const [low, high] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    if (low >= 0) boxes.slice(low, high + 1).forEach((box) => { box.checked = to.checked; });
  };

  const findInPage = () => {
    const field = $$("main [data-search]").find(isShown);
    if (field) { field.focus(); field.select(); } else openCommand();
    return true;
  };
  const SINGLE = { j: () => move(1), k: () => move(-1), x: () => tick(false), X: () => tick(true), "/": findInPage };

  const singleKey = (event) => {
    if (!("keys" in root.dataset) || event.getModifierState("AltGraph")) return;
    const letter = event.key.length === 1 ? event.key : "";
    if (!letter) return;
    if (goTo(letter.toLowerCase())) return event.preventDefault();
    if (letter === "g" && scope() === document) { goPrefix = Date.now(); return; }
    const pressed = button(letter.toLowerCase());
    if (pressed && letter !== "X") { event.preventDefault(); press(pressed); return; }
    if (scope() === document && SINGLE[letter]?.()) event.preventDefault();
  };

  on("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k") { event.preventDefault(); return openCommand(); }
    if ((event.ctrlKey || event.metaKey) && key === "Enter") { const sent = button("ctrl+enter"); if (sent) { event.preventDefault(); press(sent); } return; }
    if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) return reorder(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") return escape(target);
    if (!target.matches?.(FIELDS)) singleKey(event);
  });
  const escape = (target) => {
    const menu = $$("details.se-menu[open]").pop();
    if (menu) { menu.open = false; $("summary", menu).focus(); } else if (target.matches?.(FIELDS) && scope() === document) target.blur();
    document.body.classList.remove("se-phone-open");
  };
  const reorder = (event) => {
    const row = event.target.closest?.("[data-item]");
    const mover = row && $(event.key === "ArrowUp" ? "[data-up]" : "[data-down]", row);
    if (mover && !mover.disabled) { event.preventDefault(); mover.click(); }
  };

  // ---------- Command menu: a combobox over what the server finds and what this page can do ----------
  const menu = $("#command");
  const hits = $("#hits");
  const field = $("#command-field");
  const openCommand = () => {
    if (!menu || menu.open) return;
    menu.showModal();
    field.select();
    fill();
  };
  const fill = () => field.dispatchEvent(new Event("fill"));
  // htmx wakes up a moment after the page: whoever was faster must not wait before an empty menu.
  field?.addEventListener("htmx:after:init", () => { if (menu.open) fill(); });
  const options = () => $$("[role=option]", hits);
  const choose = (option) => {
    options().forEach((other) => other.setAttribute("aria-selected", other === option));
    field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const pageActs = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    const wanted = (text) => words.every((word) => text.toLowerCase().includes(word));
    return $$("main :is(a.se-btn, button.se-btn)").filter((act) => isShown(act) && !act.disabled && wanted(act.textContent)).slice(0, 6);
  };
  const showPageActs = () => {
    const group = $("[data-page-acts]", hits);
    const acts = field.value.trim() ? pageActs() : [];
    if (!group) return;
    group.hidden = !acts.length;
    acts.forEach((act, index) => {
      const option = document.createElement("div");
      option.className = "se-hit";
      option.id = `act-${index}`;
      option.setAttribute("role", "option");
      option.textContent = (act.getAttribute("aria-label") ?? [...act.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("")).trim();
      option.addEventListener("click", () => { menu.close(); press(act); });
      group.append(option);
    });
  };
  field?.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) { event.preventDefault(); choose(all[(at + step + all.length) % all.length]); }
    if (event.key === "Enter" && all[at]) { event.preventDefault(); all[at].click(); }
  });

  // ---------- Lists ----------
  const countTicked = () => {
    const boxes = $$("[name=ids]");
    const ticked = boxes.filter((box) => box.checked).length;
    const all = $("[data-tick-all]");
    if (all) { all.checked = ticked > 0 && ticked === boxes.length; all.indeterminate = ticked > 0 && ticked < boxes.length; }
    const everything = $("[data-everything]");
    if (everything && ticked < boxes.length) everything.checked = false;
    const shown = $("[data-ticked]");
    if (shown) shown.textContent = everything?.checked ? shown.dataset.all : ticked;
  };
  on("change", (event) => {
    if (event.target.matches("[data-tick-all]")) $$("[name=ids]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-everything]") && event.target.checked) $$("[name=ids]").forEach((box) => { box.checked = true; });
    if (event.target.matches("[data-tick-all], [data-everything], [name=ids]")) countTicked();
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.id === "se-pin") localStorage.setItem("pin", event.target.checked ? "1" : "");
  });

  // ---------- Clicks ----------
  let moved;
  on("click", (event) => {
    const near = (selector) => event.target.closest(selector);
    moved = near("[data-up], [data-down]") ?? moved;
    const dialog = near("[data-dialog]");
    if (dialog) document.getElementById(dialog.dataset.dialog)?.showModal();
    if (near("[data-dialog-close]")) near("dialog").close();
    if (near("[data-close]")) near(".se-strip").remove();
    if (near("[data-command-open]") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openCommand(); }
    if (near("[data-phone-menu]")) { event.preventDefault(); document.body.classList.toggle("se-phone-open"); }
    if (near("[data-print]")) window.print();
    if (near("[data-theme-switch]")) switchTheme(event);
    if (event.target === menu) menu.close();
    $$("details.se-menu[open]").filter((open) => !open.contains(event.target)).forEach((open) => { open.open = false; });
  });
  const switchTheme = (event) => {
    event.preventDefault();
    const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    const form = event.target.closest("form");
    const body = new URLSearchParams({ theme: root.dataset.theme, csrfmiddlewaretoken: $("[name=csrfmiddlewaretoken]", form).value });
    fetch(form.action, { method: "POST", body, redirect: "manual" });
    document.dispatchEvent(new Event("themechange"));
  };

  // ---------- Undo: at least its time, longer while somebody points at it ----------
  const watchUndo = () => {
    const bar = $("[data-undo]");
    if (!bar || bar.dataset.watched) return;
    bar.dataset.watched = "1";
    let left = Number(bar.dataset.undo);
    const timer = setInterval(() => {
      if (!bar.isConnected) return clearInterval(timer);
      if (bar.matches(":hover, :focus-within") || document.hidden) return;
      left -= 1;
      $("progress", bar).value = left;
      if (left <= 0) { clearInterval(timer); bar.remove(); }
    }, 1000);
  };

  // ---------- htmx: polls rest in hidden tabs, errors are told, focus and words follow the swap ----------
  on("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (document.hidden && ctx.sourceElement.hasAttribute("data-poll")) event.preventDefault();
  });
  on("htmx:before:request", (event) => {
    const pressed = event.detail.ctx.request.submitter ?? event.detail.ctx.sourceElement;
    lost("");
    if (!pressed.dataset?.busy) return;
    pressed.dataset.label = pressed.innerHTML;
    pressed.textContent = pressed.dataset.busy;
  });
  on("htmx:finally:request", (event) => {
    const pressed = event.detail.ctx.request.submitter ?? event.detail.ctx.sourceElement;
    if (!pressed?.dataset?.label) return;
    pressed.innerHTML = pressed.dataset.label;
    delete pressed.dataset.label;
  });
  const lost = (why) => {
    const strip = $("#lost");
    if (!strip) return;
    strip.hidden = !why;
    strip.className = why ? "se-strip se-tone-red" : "";
    strip.textContent = why ? strip.dataset[why] : "";
  };
  // Words typed before htmx was awake are searched too.
  on("htmx:after:init", ({ target }) => {
    const typed = target.matches("form") && $("[data-search]", target);
    if (typed && typed.value !== typed.defaultValue) typed.dispatchEvent(new Event("search", { bubbles: true }));
  });
  on("htmx:response:error", (event) => {
    const { status } = event.detail.ctx.response;
    if (event.detail.ctx.sourceElement.hasAttribute("data-poll") || status === 422 || status === 409) return;
    lost({ 403: "denied", 404: "missing" }[status] ?? (status >= 500 ? "server" : "refused"));
  });
  on("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.sourceElement?.hasAttribute?.("data-poll")) lost("network");
  });
  on("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.target === hits) { showPageActs(); return choose(options()[0]); }
    settle(ctx.target instanceof Element && ctx.target.isConnected ? ctx.target : document);
    if (ctx.text?.includes('hx-target="#notices"')) sayAll($("#notices"));
    if (ctx.text?.includes('hx-target="#undo"')) sayAll($("#undo"));
  });
  // The first row has no way up, the last none down: the focus goes to the way that is left, not to the page.
  const keepMover = () => {
    if (!moved || moved.isConnected) return;
    const now = document.getElementById(moved.id);
    moved = undefined;
    if (now?.disabled) $("[data-up]:enabled, [data-down]:enabled", now.closest("[data-item]"))?.focus();
  };
  const settle = (part) => {
    countTicked();
    watchUndo();
    keepMover();
    const wanted = $("[data-focus]", part) ?? (part.isConnected ? null : $("main [data-focus]"));
    if (wanted && !wanted.contains(document.activeElement) && !document.activeElement?.matches(FIELDS)) wanted.focus();
  };

  // ---------- Moving rows by hand: the third way, after the buttons and Alt with the arrows ----------
  let dragged;
  on("dragstart", (event) => { dragged = event.target.closest?.("[data-reorder] [data-item]"); });
  on("dragover", (event) => {
    const over = dragged && event.target.closest?.("[data-item]");
    if (!over || over.parentNode !== dragged.parentNode) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    over.parentNode.insertBefore(dragged, event.clientY > top + height / 2 ? over.nextSibling : over);
  });
  on("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    document.getElementById(dragged.closest("[data-reorder]").dataset.reorder)?.requestSubmit();
    dragged = undefined;
  });

  // ---------- A form is sent once ----------
  on("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form._htmx) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const pressed = event.submitter;
    if (pressed?.dataset.busy) setTimeout(() => { pressed.textContent = pressed.dataset.busy; });
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  // ---------- Start ----------
  const start = () => {
    const pin = $("#se-pin");
    if (pin) pin.checked = localStorage.getItem("pin") === "1";
    countTicked();
    watchUndo();
    ($("#form-summary") ?? $("main [data-focus-first]"))?.focus();
    setTimeout(() => sayAll($("main") ?? document), 200);
  };
  if (document.readyState === "loading") on("DOMContentLoaded", start); else start();
})();
