/* A curve, a point that can be dragged on it, its tangent, and nudges of it. */

FIGURES.curve = (figure) => {
    const { graph, output, from, to, at, variable } = DATA.curves[figure.dataset.name];
    const live = new Live(graph);
    const slider = figure.querySelector("input[type=range]");
    const choice = figure.querySelector("select");
    const plot = new Plot(figure.querySelector("svg"), "", output);
    const xlabel = plot.svg.querySelector(".axis");
    let name = variable, home = {}, marks = {};

    const height = (x) => live.at({ ...home, [name]: x }).value(output);

    function choose() {
        name = choice ? choice.value : variable;
        // all other weights stand as they do at the lesson's example
        home = choice ? named(DATA.start) : {};
        const start = choice ? home[name] : at;
        const low = choice ? start + from : from, high = choice ? start + to : to;
        const points = steps(low, high, 80).map((x) => [x, height(x)]);
        plot.range([low, high], room(points.map(([, y]) => y)));
        xlabel.textContent = name;
        plot.line("curve", points);
        marks = {
            tangent: plot.line("tangent", []),
            drop: plot.line("drop", []),
            point: plot.point("handle", low, 0, 9),
        };
        Object.assign(slider, { min: low, max: high, step: 0.05, value: start });
        say(figure, "name", name);
        show(start);
    }

    function show(x) {
        const y = height(x), slope = live.back().gradient(name);
        const [low, high] = plot.x;
        marks.tangent.setAttribute("d", plot.path([low, high].map((u) => [u, y + slope * (u - x)])));
        marks.drop.setAttribute("d", plot.path([[x, plot.y[0]], [x, y]]));
        marks.point.setAttribute("cx", plot.px(x));
        marks.point.setAttribute("cy", plot.py(y));
        say(figure, "x", told(x));
        say(figure, "y", told(y));
        say(figure, "slope", told(slope));
        for (const row of all(figure, "[data-nudge]")) {
            const nudge = Number(row.dataset.nudge);
            const rise = height(x + nudge) - y;
            say(row, "rise", shown(rise, DIGITS + 1));
            say(row, "ratio", shown(rise / nudge, DIGITS + 1));
        }
        const flat = Math.abs(slope) < 0.005;
        const means = DATA.means[flat ? "flat" : slope > 0 ? "up" : "down"];
        say(figure, "means", means.replace("{0}", name).replace("{1}", output));
        slider.setAttribute("aria-valuetext", `${name} ${told(x)}, slope ${told(slope)}`);
        live.at({ ...home, [name]: x });
    }

    slider.addEventListener("input", () => show(Number(slider.value)));
    draggable(plot, (x) => {
        slider.value = x;
        show(Number(slider.value));
    });
    choice?.addEventListener("change", choose);
    choose();
};

/* A finger may still scroll the page by the plot; a sideways drag moves the point. */
function draggable(plot, move) {
    let held = false;
    plot.svg.addEventListener("pointerdown", (event) => {
        held = true;
        plot.svg.setPointerCapture(event.pointerId);
        move(between(plot.under(event), ...plot.x));
    });
    plot.svg.addEventListener("pointermove", (event) => {
        if (held) move(between(plot.under(event), ...plot.x));
    });
    for (const end of ["pointerup", "pointercancel"])
        plot.svg.addEventListener(end, () => (held = false));
}

/* The loss as the weights move along their gradients, and what the gradients promise. */
FIGURES.rate = (figure) => {
    const live = new Live("loss");
    const slider = figure.querySelector("input[type=range]");
    const plot = new Plot(figure.querySelector("svg"), "learning rate", "loss");
    const start = named(DATA.start);
    const before = live.at(start).value("L");
    live.back();
    const slopes = Object.fromEntries(DATA.parameters.map((name) => [name, live.gradient(name)]));
    const steepness = DATA.parameters.reduce((sum, name) => sum + slopes[name] ** 2, 0);

    function after(rate) {
        const moved = {};
        for (const name of DATA.parameters) moved[name] = start[name] - rate * slopes[name];
        return live.at(moved);
    }

    const points = steps(0, Number(slider.max), 120).map((r) => [r, after(r).value("L")]);
    plot.range([0, Number(slider.max)], [0, 1.06 * Math.max(...points.map(([, y]) => y))]);
    plot.line("tangent", [[0, before], [before / steepness, 0]]);
    plot.line("curve", points);
    const marks = { drop: plot.line("drop", []), point: plot.point("handle", 0, before, 9) };

    function show(rate) {
        const loss = after(rate).value("L");
        marks.drop.setAttribute("d", plot.path([[rate, 0], [rate, loss]]));
        marks.point.setAttribute("cx", plot.px(rate));
        marks.point.setAttribute("cy", plot.py(loss));
        say(figure, "rate", told(rate));
        say(figure, "before", told(before));
        say(figure, "after", told(loss));
        say(figure, "prediction", told(live.value("y")));
        say(figure, "predicted", told(-rate * steepness));
        say(figure, "actual", told(loss - before));
        for (const row of all(figure, "[data-weight]")) {
            const name = row.dataset.weight;
            say(row, "new", told(start[name] - rate * slopes[name]));
        }
        slider.setAttribute("aria-valuetext", `learning rate ${told(rate)}, loss ${told(loss)}`);
    }

    slider.addEventListener("input", () => show(Number(slider.value)));
    draggable(plot, (rate) => {
        slider.value = rate;
        show(Number(slider.value));
    });
    show(Number(slider.value));
};
