/* Figures that train or try: dials by hand, cycle after cycle, epoch after epoch. */

FIGURES.dials = (figure) => {
    const live = new Live("loss");
    const meter = figure.querySelector(".meter rect.fill");
    const sliders = all(figure, "input[type=range]");

    function show() {
        const numbers = Object.fromEntries(sliders.map((s) => [s.dataset.weight, Number(s.value)]));
        live.at(numbers);
        for (const slider of sliders) {
            say(figure, slider.dataset.weight, told(Number(slider.value)));
            slider.setAttribute("aria-valuetext", `${told(Number(slider.value))}, loss ${told(live.value("L"))}`);
        }
        const loss = live.value("L");
        say(figure, "y", told(live.value("y")));
        say(figure, "L", told(loss));
        meter.setAttribute("width", between((100 * loss) / 4, 0, 100).toFixed(2));
        const { good, better, worse, start } = DATA.dials;
        const verdict = loss < 0.01 ? good : loss < start.loss ? better : loss > start.loss ? worse : start.text;
        say(figure, "verdict", verdict);
    }

    for (const slider of sliders) slider.addEventListener("input", show);
    figure.querySelector("button.reset").addEventListener("click", () => {
        for (const slider of sliders) slider.value = slider.defaultValue;
        show();
    });
    show();
};

FIGURES.cycle = (figure) => {
    const live = new Live("loss");
    const stations = all(figure, ".station");
    const [step, whole, again] = all(figure, ".buttons-row button");
    const status = figure.querySelector(".status");
    const bars = figure.querySelector(".bars");
    let state, slopes, losses, phase;

    function reset() {
        state = [...DATA.start];
        losses = [];
        phase = 0;
        bars.replaceChildren();
        for (const name of ["y", "L", "gradients", "moved", "before", "after"]) say(figure, name, "");
        say(figure, "cycles", "0");
        light();
    }

    const light = () => stations.forEach((s, i) => s.classList.toggle("next", i === phase));

    const actions = [
        () => {
            live.at(named(state));
            say(figure, "y", told(live.value("y")));
            return `prediction ${told(live.value("y"))}`;
        },
        () => {
            losses.push(live.value("L"));
            say(figure, "L", told(live.value("L")));
            chart();
            return `loss ${told(live.value("L"))}`;
        },
        () => {
            live.back();
            slopes = DATA.parameters.map((name) => live.gradient(name));
            const most = slopes.reduce((best, g, i) => (Math.abs(g) > Math.abs(slopes[best]) ? i : best), 0);
            const text = `∂L/∂${DATA.parameters[most]} = ${told(slopes[most])}`;
            say(figure, "gradients", text);
            return `gradients; the largest ${text}`;
        },
        () => {
            state = state.map((w, i) => w - DATA.rate * slopes[i]);
            const most = Math.max(...slopes.map(Math.abs)) * DATA.rate;
            say(figure, "moved", told(most));
            say(figure, "cycles", String(losses.length));
            return `weights moved by at most ${told(most)}; cycle ${losses.length} is done`;
        },
    ];

    function chart() {
        bars.replaceChildren(
            ...losses.slice(-24).map((loss, i) =>
                draw("rect", { x: 4 + 13 * i, width: 10, y: 60 - 54 * (loss / losses[0]), height: 54 * (loss / losses[0]) + 1 }),
            ),
        );
    }

    function advance() {
        const said = actions[phase]();
        stations.forEach((s, i) => s.classList.toggle("now", i === phase));
        phase = (phase + 1) % actions.length;
        light();
        return said;
    }

    step.addEventListener("click", () => (status.textContent = advance()));
    whole.addEventListener("click", () => {
        let said;
        do said = advance();
        while (phase !== 0);
        status.textContent = `${said}; loss ${told(losses.at(-1))}`;
    });
    again.addEventListener("click", () => {
        reset();
        status.textContent = "back at the start";
    });
    reset();
};

FIGURES.loop = (figure) => {
    const live = new Live("loss");
    const { states, losses } = DATA.training;
    const slider = figure.querySelector("input[type=range]");
    const [play] = all(figure, ".buttons-row button");
    const plot = new Plot(figure.querySelector("svg.plot"), "epoch", "loss");
    const region = figure.querySelector(".region"), border = figure.querySelector(".border");
    const last = states.length - 1;
    plot.range([0, last], [0, 1.08 * Math.max(...losses)]);
    plot.line("curve", losses.map((loss, i) => [i, loss]));
    const mark = plot.point("handle", 0, losses[0], 8);
    let timer = null;

    function show(epoch) {
        live.at(named(states[epoch]));
        mark.setAttribute("cx", plot.px(epoch));
        mark.setAttribute("cy", plot.py(losses[epoch]));
        say(figure, "epoch", String(epoch));
        say(figure, "loss", told(losses[epoch]));
        let right = 0;
        DATA.examples.forEach(({ x, t }, i) => {
            const y = live.at({ x1: x[0], x2: x[1] }).value("y");
            say(figure, `y${i}`, told(y));
            const isRight = y > 0 === t > 0;
            right += isRight;
            const row = figure.querySelector(`tr[data-example="${i}"]`);
            row.classList.toggle("right", isRight);
            say(row, "verdict", isRight ? DATA.verdicts.right : DATA.verdicts.wrong);
        });
        say(figure, "right", String(right));
        const [inside, edge] = regions((x1, x2) => live.at({ x1, x2 }).value("y"));
        region.setAttribute("d", inside);
        border.setAttribute("d", edge);
        slider.setAttribute("aria-valuetext", `epoch ${epoch}, loss ${told(losses[epoch])}, ${right} of 4 right`);
    }

    function stop() {
        clearInterval(timer);
        timer = null;
        play.textContent = DATA.verdicts.play;
    }

    slider.addEventListener("input", () => {
        stop();
        show(Number(slider.value));
    });
    play.addEventListener("click", () => {
        if (timer !== null) return stop();
        if (Number(slider.value) === last || isCalm()) slider.value = isCalm() ? last : 0;
        show(Number(slider.value));
        if (isCalm()) return;
        play.textContent = DATA.verdicts.stop;
        timer = setInterval(() => {
            slider.value = Number(slider.value) + 1;
            show(Number(slider.value));
            if (Number(slider.value) >= last) stop();
        }, 160);
    });
    // the page as written shows the end; on a screen it begins at the beginning
    const seen = (epoch) => show(Number((slider.value = epoch)));
    addEventListener("beforeprint", () => seen(last));
    seen(0);
};

/* Where a function of the two switches is above 0, in a square of 200: an area of rows,
   each cut where the sign changes, and the border as marks at the cuts. */
function regions(f) {
    const size = 200, rows = 80, columns = 40, high = size / rows;
    const at = (p) => -1.5 + (3 * p) / size;
    let inside = "", edge = "";
    for (let row = 0; row < rows; row++) {
        const y = row * high, x2 = -at(y + high / 2);
        let began = null, before = null;
        for (let column = 0; column <= columns; column++) {
            const x = (size * column) / columns, height = f(at(x), x2);
            if (before !== null && before.height > 0 !== height > 0) {
                const cut = before.x + ((x - before.x) * before.height) / (before.height - height);
                edge += `M${cut.toFixed(1)},${y}v${high}`;
                if (height > 0) began = cut;
                else {
                    inside += bar(began, cut, y, high);
                    began = null;
                }
            } else if (before === null && height > 0) began = x;
            before = { x, height };
        }
        if (began !== null) inside += bar(began, size, y, high);
    }
    return [inside, edge];
}

const bar = (from, to, y, high) =>
    `M${from.toFixed(1)},${y}H${to.toFixed(1)}v${high}H${from.toFixed(1)}z`;
