// Draws the history of a product from its own table, which stays one button away and is all there is without this.
(() => {
  "use strict";
  const find = (selector) => document.querySelector(`[data-history] ${selector}`);
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // light-dark() is resolved by the browser, not by a canvas: let an element wear the colour and read it back.
  const colour = (name) => {
    const probe = document.createElement("i");
    probe.style.color = token(name);
    document.body.append(probe);
    const worn = getComputedStyle(probe).color;
    probe.remove();
    return worn;
  };
  const number = (cell) => (cell.dataset.n === "" ? null : Number(cell.dataset.n));
  let plot;
  let isTable = false;

  const points = () => {
    const columns = [[], [], []];
    [...document.querySelectorAll("[data-history] [data-twin] tbody tr")].reverse().forEach((row) => {
      const [said, sold] = row.querySelectorAll("td");
      columns[0].push(Date.parse(row.querySelector("time").dateTime) / 1000);
      columns[1].push(number(sold));
      columns[2].push(number(said));
    });
    // The last step goes on until now.
    columns.forEach((column, index) => column.push(index ? column.at(-1) : Date.now() / 1000));
    return columns;
  };

  const draw = () => {
    const box = find("[data-plot]");
    plot?.destroy();
    plot = undefined;
    if (!box || isTable) return;
    const language = document.documentElement.lang;
    const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
    const axis = { stroke: colour("--ink-3"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "11px Geist, system-ui" };
    const steps = uPlot.paths.stepped({ align: 1 });
    const inside = box.clientWidth - parseFloat(getComputedStyle(box).paddingLeft) * 2;
    plot = new uPlot({
      width: inside,
      height: 220,
      legend: { show: false },
      cursor: { y: false },
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, Math.ceil((high ?? 0) * 1.1))] } },
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map((tick) => day.format(new Date(tick * 1000))), space: 80, grid: { show: false } },
        { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000, 1000000], values: (_plot, ticks) => ticks.map((tick) => tick.toLocaleString(language)) },
      ],
      series: [
        {},
        { stroke: colour("--accent"), width: 2, paths: steps, points: { show: false } },
        { stroke: colour("--grey"), width: 1.5, dash: [4, 3], paths: steps, points: { show: false } },
      ],
    }, points(), box);
    // A click asks why the number was what it was there; the table's links do the same from the keyboard.
    plot.over.addEventListener("click", () => {
      const seconds = Math.min(plot.posToVal(plot.cursor.left, "x"), Date.now() / 1000);
      const page = document.querySelector("[data-history]").dataset.history;
      location.assign(`${page}?at=${new Date(seconds * 1000).toISOString()}`);
    });
  };

  const show = () => {
    const box = find("[data-plot]");
    if (!box || typeof uPlot === "undefined") return;
    const button = find("[data-table-switch]");
    find("[data-twin]").hidden = !isTable;
    box.hidden = isTable;
    find("[data-legend]").hidden = isTable;
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isTable));
    draw();
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-history] [data-table-switch]")) return;
    isTable = !isTable;
    show();
  });
  document.addEventListener("themechange", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.addEventListener("htmx:after:swap", () => { if (find("[data-plot]:not(:has(*))")) show(); });
  let resizing;
  addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(draw, 120); });
  addEventListener("beforeprint", () => { const twin = find("[data-twin]"); if (twin) twin.hidden = false; });
  show();
})();
