/* Stock e: how a product stands, on any page. docs/shop-window.md says how to use and to colour it.

   <script async src="…/badge.js" data-channel="KEY" data-sku="SKU"></script>, or wherever it shall stand, once this
   file is loaded: <stock-e-badge channel="KEY" sku="SKU"></stock-e-badge>.

   Whatever goes wrong here, the page is left as it is: a badge without an answer shows nothing. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !window.customElements || !window.fetch) return;
  const home = new URL(script.src).origin;
  const NAME = "stock-e-badge", MOST = 50, PATIENCE = 8000;
  const SHAPES = {
    green: "M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0Zm-1.2 8.7L2.4 6.3l.9-.9 1.5 1.5L8.7 3l.9.9Z",
    amber: "M6 0 12 11.5H0ZM5.4 4v4h1.2V4Zm0 5v1.2h1.2V9Z",
    red: "M1 0h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H1a1 1 0 0 1-1-1V1a1 1 0 0 1 1-1Zm1.5 5.300v1.4h7V5.300Z",
    grey: "M6 0a6 6 0 1 0 0 12A6 6 0 0 0 6 0Zm0 1.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2Z",
  };
  const CSS = `
    :host{display:inline-block;font:inherit;line-height:1.4}
    [hidden]{display:none!important}
    [part=badge]{--green:var(--stock-e-green,#14692f);--amber:var(--stock-e-amber,#8a4b00);
      --red:var(--stock-e-red,#b3261e);--grey:var(--stock-e-grey,#555)}
    [part=badge][data-night]{--green:var(--stock-e-green-dark,#6fd08c);--amber:var(--stock-e-amber-dark,#f0b55b);
      --red:var(--stock-e-red-dark,#ff9c92);--grey:var(--stock-e-grey-dark,#bbb)}
    [part=badge]{display:inline-flex;flex-wrap:wrap;align-items:baseline;gap:0 .5em}
    [part=state]{display:inline-flex;align-items:baseline;gap:.4em;font-weight:600}
    [part=badge][data-light=green] [part=state]{color:var(--green)}
    [part=badge][data-light=amber] [part=state]{color:var(--amber)}
    [part=badge][data-light=red] [part=state]{color:var(--red)}
    [part=badge][data-light=grey] [part=state]{color:var(--grey)}
    [part=wish]{color:inherit}
    svg{width:.75em;height:.75em;flex:none;fill:currentColor}`;
  let sheet = null;
  try {
    // Unlike a style element it needs no permission of the page's content policy.
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  } catch { sheet = null; }

  const badges = new Set();
  let waiting = false, anew = false;

  /* All badges that want an answer ask together, a moment later: one question for each channel, language and country. */
  function ask(fresh) {
    // While the page is still being read, more of them may come.
    if (document.readyState === "loading") return document.addEventListener("DOMContentLoaded", () => ask(), { once: true });
    if (fresh) for (const badge of badges) badge.wants = anew = true;
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      const how = anew ? "no-cache" : "default";
      waiting = anew = false;
      const groups = new Map();
      for (const badge of badges) {
        if (!badge.sku || !badge.channel || !badge.wants) continue;
        badge.wants = false;
        const group = JSON.stringify([badge.channel, badge.language, badge.country]);
        groups.set(group, [...(groups.get(group) || []), badge]);
      }
      for (const [group, members] of groups) {
        const skus = [...new Set(members.map((badge) => badge.sku))];
        for (let first = 0; first < skus.length; first += MOST)
          send(...JSON.parse(group), skus.slice(first, first + MOST), members, how);
      }
    }, 20);
  }

  async function send(channel, language, country, skus, members, cache) {
    const query = new URLSearchParams({ channel, lang: language });
    if (country) query.set("country", country);
    for (const sku of skus) query.append("sku", sku);
    let items = null;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(`${home}/api/availability?${query}`, {
        mode: "cors", credentials: "omit", referrerPolicy: "origin", signal: stop.signal, cache,
      });
      if (answer.ok) items = (await answer.json()).items;
    } catch { /* No server, no permission, no time: nothing is shown. */ }
    clearTimeout(timer);
    const told = new Map((Array.isArray(items) ? items : []).map((item) => [item.sku, item]));
    for (const badge of members) if (skus.includes(badge.sku)) badge.show(told.get(badge.sku), language);
  }

  class Badge extends HTMLElement {
    static observedAttributes = ["sku", "channel", "lang", "theme", "country"];
    wants = false;

    get sku() { return (this.getAttribute("sku") || "").trim(); }
    get channel() { return this.getAttribute("channel") || script.dataset.channel || ""; }
    get country() { return this.getAttribute("country") || script.dataset.country || ""; }
    get language() {
      const near = this.closest("[lang]");
      return ((near && near.lang) || document.documentElement.lang || navigator.language || "fr").slice(0, 2);
    }

    connectedCallback() {
      if (!this.shadowRoot) this.draw();
      badges.add(this);
      this.wants = true;
      ask();
    }

    disconnectedCallback() { badges.delete(this); }

    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      this.wants = true;
      ask();
    }

    draw() {
      const root = this.attachShadow({ mode: "open" });
      if (sheet) root.adoptedStyleSheets = [sheet];
      const make = (name, part, within) => {
        const made = document.createElement(name);
        if (part) made.setAttribute("part", part);
        within.append(made);
        return made;
      };
      // It is there before it says something, so that readers of the screen hear what it says.
      const live = make("span", "", root);
      live.setAttribute("role", "status");
      this.badge = make("span", "badge", live);
      this.badge.hidden = true;
      const state = make("span", "state", this.badge);
      const space = "http://www.w3.org/2000/svg";
      const drawing = document.createElementNS(space, "svg");
      for (const [name, value] of Object.entries({ viewBox: "0 0 12 12", part: "shape", "aria-hidden": "true",
        width: "12", height: "12" })) drawing.setAttribute(name, value);
      this.shape = document.createElementNS(space, "path");
      this.shape.setAttribute("fill-rule", "evenodd");
      drawing.append(this.shape);
      state.append(drawing);
      this.words = make("span", "words", state);
      this.when = make("span", "when", this.badge);
      this.wish = make("a", "wish", this.badge);
    }

    /* To where one asks to be told when it is back; the mail will lead to this page. */
    lead(wish) {
      const words = wish ? wish.words : "";
      this.wish.hidden = !wish;
      if (this.wish.textContent !== words) this.wish.textContent = words;
      if (!wish) return;
      const to = new URL(wish.url, home);
      to.searchParams.set("page", location.href.split("#")[0]);
      this.wish.href = to;
    }

    /* Light letters around it stand on a dark page, whatever the visitor's system prefers. */
    shade() {
      const theme = this.getAttribute("theme");
      const [red, green, blue] = (getComputedStyle(this).color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
      const night = theme ? theme === "dark" : 0.3 * red + 0.59 * green + 0.11 * blue > 140;
      this.badge.toggleAttribute("data-night", night);
    }

    show(item, language) {
      const known = Boolean(item && item.words && SHAPES[item.light]);
      const { light, words, when, wish } = known ? item : { light: "grey", words: "", when: "" };
      this.badge.dataset.light = light;
      this.badge.lang = language;
      this.shape.setAttribute("d", SHAPES[light]);
      // Only what differs is written, because each writing is read out.
      if (this.words.textContent !== words) this.words.textContent = words;
      if (this.when.textContent !== when) this.when.textContent = when || "";
      this.lead(wish);
      this.shade();
      this.badge.hidden = !known;
      this.setAttribute("state", known ? item.state : "none");
      this.dispatchEvent(new CustomEvent("stock-e:shown", { bubbles: true, detail: known ? item : null }));
    }
  }

  /* A script that names a SKU has a badge right behind it, which follows when the page changes that SKU. */
  function place(tag) {
    const badge = document.createElement(NAME);
    const copy = () => {
      for (const name of ["channel", "sku", "theme", "lang", "country"])
        if (tag.dataset[name]) badge.setAttribute(name, tag.dataset[name]);
        else badge.removeAttribute(name);
    };
    copy();
    new MutationObserver(copy).observe(tag, { attributes: true });
    if (tag.parentNode && tag.parentNode !== document.head) tag.after(badge);
  }

  const placed = (window.stockeBadges = window.stockeBadges || new WeakSet());
  function placeAll() {
    for (const tag of document.querySelectorAll("script[data-sku]"))
      if (tag.src === script.src && !placed.has(tag)) {
        placed.add(tag);
        place(tag);
      }
  }

  if (!customElements.get(NAME)) {
    customElements.define(NAME, Badge);
    const again = () => { if (document.visibilityState === "visible" && badges.size) ask(true); };
    document.addEventListener("visibilitychange", again);
    matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => {
      for (const badge of badges) badge.shade();
    });
    addEventListener("pageshow", (event) => { if (event.persisted) again(); });
    // Shops whose variants are picked by a script: document.dispatchEvent(new CustomEvent("stock-e:sku", {detail: …})).
    document.addEventListener("stock-e:sku", (event) => {
      const detail = event.detail || {};
      for (const badge of badges)
        if (!detail.from || badge.sku === detail.from) badge.setAttribute("sku", String(detail.sku || detail));
    });
    document.addEventListener("DOMContentLoaded", placeAll);
  }
  placeAll();
})();
