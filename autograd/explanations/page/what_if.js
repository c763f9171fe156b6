/* Leaves to be changed: everything is computed again, here and in the picture. */
const SHOWN_LEAVES = 12,
    TICKS = 100;

class WhatIf {
    constructor(player) {
        this.player = player;
        this.film = player.film;
        this.element = make("section", { class: "what-if", "aria-label": "what if" });
        this.leaves = [];
        const { refused } = this.film.data;
        if (refused)
            this.element.append(
                make("h3", {}, "what if"),
                ...refused.map((told) => make("p", { class: "remark" }, told)),
            );
        this.element.hidden = !this.film.mayChange && !refused;
        if (this.film.mayChange) this.#build();
    }

    #build() {
        const { film, player } = this;
        this.resetButton = make(
            "button",
            { type: "button", onclick: () => (film.reset(), player.show()) },
            "reset",
        );
        this.result = make("output", {});
        const rows = film.leaves.slice(0, SHOWN_LEAVES).map((i) => this.#row(i));
        const rest = film.leaves.slice(SHOWN_LEAVES);
        this.element.append(
            make(
                "div",
                { class: "head" },
                make("h3", {}, "what if"),
                this.result,
                this.resetButton,
            ),
            make("div", { class: "leaves" }, rows),
        );
        if (rest.length > 0) {
            const more = make(
                "details",
                {
                    ontoggle: () => {
                        if (more.open && more.childElementCount === 1)
                            more.append(
                                make(
                                    "div",
                                    { class: "leaves" },
                                    rest.map((i) => this.#row(i)),
                                ),
                            );
                        this.show();
                    },
                },
                make("summary", {}, `${rest.length} more`),
            );
            this.element.append(more);
        }
        this.element.append(make("p", { class: "remark" }, this.#hint()));
        for (const picture of player.pictures) this.#draggable(picture);
    }

    #hint() {
        const part =
            this.film.root === undefined
                ? " What comes from outside of this part stays as it was."
                : "";
        return `Drag a slider, or a leaf in the picture: the recorded operations are computed again.${part}`;
    }

    #row(i) {
        const { film } = this;
        const leaf = new Leaf(film, i, (x) => this.change(i, x));
        this.leaves.push(leaf);
        return leaf.element;
    }

    change(i, x) {
        this.film.change(i, x);
        this.player.show();
    }

    /* Leaves can be drawn to the left and right in the picture; a finger scrolls there. */
    #draggable({ svg, boxes }) {
        svg.addEventListener("pointerdown", () => (this.hasDragged = false), true);
        for (const { i, box } of boxes) {
            if (!this.film.leaves.includes(i)) continue;
            box.classList.add("draggable");
            box.addEventListener("pointerdown", (event) => {
                if (event.pointerType === "touch" || event.button !== 0) return;
                const scale = new Scale(this.film.recorded(i)),
                    from = scale.tick(this.film.primals[i]);
                box.setPointerCapture(event.pointerId);
                box.onpointermove = ({ clientX }) => {
                    const ticks = Math.round((clientX - event.clientX) / 3);
                    this.hasDragged ||= Math.abs(clientX - event.clientX) > 4;
                    if (this.hasDragged) this.change(i, scale.at(from + ticks));
                };
                box.onpointerup = box.onpointercancel = () => (box.onpointermove = null);
            });
        }
    }

    show() {
        if (!this.film.mayChange) return;
        const { film, player } = this,
            { root } = film;
        // who predicts must not find the answers here
        const at = player.controls.wantsQuestions ? player.at - player.isAsking : film.last;
        for (const leaf of this.leaves) leaf.show(at);
        this.resetButton.disabled = !film.isChanged;
        const isKnown = root !== undefined && film.isComputed(root, at);
        this.result.textContent = isKnown
            ? `${film.name(root)} = ${film.number(film.primals[root])}`
            : "";
    }
}

/* Where a number lies among the ticks around a recorded one. */
class Scale {
    constructor(middle) {
        this.middle = middle;
        this.start = Number.isFinite(middle) ? middle : 0;
        const rough = (2 * Math.max(Math.abs(this.start), 1)) / TICKS;
        const unit = 10 ** Math.floor(Math.log10(rough));
        this.step = unit * [1, 2, 5, 10].find((nice) => nice * unit >= rough * (1 - 1e-9));
    }

    at(tick) {
        return tick === 0 ? this.middle : Number((this.start + tick * this.step).toPrecision(12));
    }

    tick(x) {
        const tick = Math.round((x - this.start) / this.step);
        return Number.isFinite(tick) ? Math.min(Math.max(tick, -TICKS), TICKS) : 0;
    }
}

/* A row: name, slider, field, and the gradient. */
class Leaf {
    constructor(film, i, change) {
        this.film = film;
        this.i = i;
        this.scale = new Scale(film.recorded(i));
        const name = film.name(i);
        this.slider = make("input", {
            type: "range",
            min: -TICKS,
            max: TICKS,
            step: 1,
            value: 0,
            "aria-label": name,
            oninput: () => change(this.scale.at(Number(this.slider.value))),
        });
        this.field = make("input", {
            type: "text",
            inputmode: "decimal",
            autocomplete: "off",
            "aria-label": `${name}, as a number`,
            onfocus: () => (this.field.value = this.#told()),
            onblur: () => this.#write(),
            onchange: () => {
                const x = readNumber(this.field.value);
                if (x === null) this.field.setAttribute("aria-invalid", "true");
                else change(x);
            },
        });
        this.slope = make("span", { class: "gradient" });
        this.element = make(
            "div",
            { class: "leaf" },
            make("span", { class: "name" }, name),
            this.slider,
            this.field,
            this.slope,
        );
    }

    /* All digits, for who is writing; six for who reads. */
    #told(digits = 17) {
        const x = this.film.primals[this.i];
        return digits < 17 || !Number.isFinite(x) ? shown(x, digits) : String(x);
    }

    #write() {
        this.field.value = this.#told(document.activeElement === this.field ? 17 : 6);
    }

    show(at) {
        const { film, i } = this,
            x = film.primals[i];
        this.slider.value = this.scale.tick(x);
        this.slider.setAttribute("aria-valuetext", film.number(x));
        this.#write();
        this.field.removeAttribute("aria-invalid");
        this.slope.textContent = film.isComplete(i, at)
            ? `${film.gradient(i)} = ${film.number(film.adjoints[i])}`
            : "";
        this.element.classList.toggle("changed", film.changes.has(i));
    }
}
