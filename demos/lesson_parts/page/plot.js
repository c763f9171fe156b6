/* A plot with two axes, in an SVG of a fixed view. */

const PLOT = { width: 340, height: 236, left: 46, right: 12, top: 12, bottom: 36 };

class Plot {
    constructor(svg, xlabel, ylabel) {
        this.svg = svg;
        svg.setAttribute("viewBox", `0 0 ${PLOT.width} ${PLOT.height}`);
        const { left, right, top, bottom, width, height } = PLOT;
        this.grid = draw("g", { class: "grid" });
        // lines end at the plot's edges, points may lie over them
        const inner = [left, top, width - left - right, height - top - bottom];
        const [x, y, w, h] = inner;
        this.layer = draw("svg", { x, y, width: w, height: h, viewBox: inner.join(" ") });
        this.points = draw("g");
        const middle = (top + height - bottom) / 2;
        svg.append(
            this.grid,
            draw("text", { class: "axis", x: (left + width - right) / 2, y: height - 4 }, xlabel),
            draw("text", { class: "axis", x: 11, y: middle, transform: `rotate(-90 11 ${middle})` }, ylabel),
            this.layer,
            this.points,
        );
    }

    /* new ranges; what was drawn is gone */
    range(x, y) {
        Object.assign(this, { x, y });
        this.grid.replaceChildren();
        this.layer.replaceChildren();
        this.points.replaceChildren();
        for (const tick of ticks(...x)) {
            const at = this.px(tick);
            this.grid.append(
                draw("path", { d: `M${at},${PLOT.top}V${PLOT.height - PLOT.bottom}`, class: tick ? "" : "zero" }),
                draw("text", { x: at, y: PLOT.height - PLOT.bottom + 13, class: "tick" }, shown(tick, 3)),
            );
        }
        for (const tick of ticks(...y)) {
            const at = this.py(tick);
            this.grid.append(
                draw("path", { d: `M${PLOT.left},${at}H${PLOT.width - PLOT.right}`, class: tick ? "" : "zero" }),
                draw("text", { x: PLOT.left - 5, y: at + 4, class: "tick up" }, shown(tick, 3)),
            );
        }
    }

    px(x) {
        const span = PLOT.width - PLOT.left - PLOT.right;
        return PLOT.left + (span * (x - this.x[0])) / (this.x[1] - this.x[0]);
    }

    py(y) {
        const span = PLOT.height - PLOT.top - PLOT.bottom;
        return PLOT.height - PLOT.bottom - (span * (y - this.y[0])) / (this.y[1] - this.y[0]);
    }

    /* the x under a pointer */
    under(event) {
        const box = this.svg.getBoundingClientRect();
        const px = ((event.clientX - box.left) * PLOT.width) / box.width;
        const span = PLOT.width - PLOT.left - PLOT.right;
        return this.x[0] + ((px - PLOT.left) / span) * (this.x[1] - this.x[0]);
    }

    /* points [x, y] as a path's description */
    path(points) {
        const told = points.map(([x, y]) => `${this.px(x).toFixed(1)},${this.py(y).toFixed(1)}`);
        return told.length ? `M${told.join("L")}` : "";
    }

    line(look, points) {
        const made = draw("path", { class: look, d: this.path(points) });
        this.layer.append(made);
        return made;
    }

    point(look, x, y, r = 6) {
        const made = draw("circle", { class: look, cx: this.px(x), cy: this.py(y), r });
        this.points.append(made);
        return made;
    }
}

/* about five round numbers in a range */
function ticks(low, high) {
    const rough = (high - low) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((k) => k * power >= rough);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
        found.push(Number((k * step).toPrecision(12)));
    return found;
}

/* a little more than the range of these numbers */
function room(numbers) {
    const low = Math.min(...numbers), high = Math.max(...numbers);
    const more = 0.08 * (high - low || 1);
    return [low - more, high + more];
}

const steps = (low, high, count) =>
    Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
