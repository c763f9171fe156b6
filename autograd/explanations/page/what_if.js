/* Leaves to be changed: everything is computed again, here and in the picture. */
const SHOWN_LEAVES = 12;
const TICKS = 100;
const PIXELS = 3; // that a leaf is drawn in the picture for a tick

class WhatIf {
    constructor(player) {
        this.player = player;
        this.film = player.film;
        this.element = make("section.what-if", { "aria-label": "what if" });
        this.leaves = [];
        const { refused = [] } = this.film.data;
        this.element.hidden = !this.film.mayChange && refused.length === 0;
        if (this.film.mayChange) this.#build();
        else
            this.element.append(
                make("h3", "what if"),
                ...refused.map((told) => make("p.remark", told)),
            );
    }

    #build() {
        const { film, player } = this;
        this.result = make("output");
        this.resetButton = button("", () => this.#reset(), "reset");
        const rest = film.leaves.slice(SHOWN_LEAVES);
        this.element.append(
            make("div.head", make("h3", "what if"), this.result, this.resetButton),
            this.#rows(film.leaves.slice(0, SHOWN_LEAVES)),
        );
        if (rest.length > 0) this.element.append(this.#more(rest));
        this.element.append(make("p.remark", this.#hint()));
        for (const picture of player.pictures) this.#draggable(picture);
    }

    #rows(leaves) {
        const made = leaves.map((i) => new Leaf(this.film, i, (x) => this.change(i, x)));
        this.leaves.push(...made);
        return make(
            "div.leaves",
            made.map(({ element }) => element),
        );
    }

    /* The rows of the others are made when they are asked for. */
    #more(rest) {
        const ontoggle = () => {
            if (more.open && more.childElementCount === 1) more.append(this.#rows(rest));
            this.show();
        };
        const more = make("details", { ontoggle }, make("summary", `${rest.length} more`));
        return more;
    }

    #hint() {
        const told =
            "Drag a slider, or a leaf in the picture: the recorded operations are computed again.";
        return this.film.root === undefined
            ? `${told} What comes from outside of this part stays as it was.`
            : told;
    }

    change(i, x) {
        this.film.change(i, x);
        this.player.show();
    }

    #reset() {
        this.film.reset();
        this.player.show();
    }

    /* Leaves can be drawn to the left and right in the picture; a finger scrolls there. */
    #draggable({ svg, boxes }) {
        svg.addEventListener("pointerdown", () => (this.hasDragged = false), true);
        for (const { i, box } of boxes) {
            if (!this.film.isLeaf(i)) continue;
            box.classList.add("draggable");
            box.addEventListener("pointerdown", (event) => this.#drag(event, box, i));
            box.addEventListener("pointerup", () => (box.onpointermove = null));
            box.addEventListener("pointercancel", () => (box.onpointermove = null));
        }
    }

    #drag(event, box, i) {
        if (event.pointerType === "touch" || event.button !== 0) return;
        const scale = new Scale(this.film.recorded(i));
        const from = scale.tick(this.film.primals[i]);
        box.setPointerCapture(event.pointerId);
        box.onpointermove = ({ clientX }) => {
            const moved = clientX - event.clientX;
            this.hasDragged ||= Math.abs(moved) > PIXELS;
            if (this.hasDragged) this.change(i, scale.at(from + Math.round(moved / PIXELS)));
        };
    }

    show() {
        if (!this.film.mayChange) return;
        const { film, player } = this;
        const { root } = film;
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
        this.change = change;
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
        this.field = make("input", ANSWER, {
            "aria-label": `${name}, as a number`,
            onfocus: () => this.#isRefused || this.#write(),
            onblur: () => this.#isRefused || this.#write(),
            onchange: () => this.#read(),
        });
        this.slope = make("span.gradient");
        this.element = make(
            "div.leaf",
            make("span.name", name),
            this.slider,
            this.field,
            this.slope,
        );
    }

    get #isRefused() {
        return this.field.hasAttribute("aria-invalid");
    }

    #read() {
        const x = readNumber(this.field.value);
        if (x === null) this.field.setAttribute("aria-invalid", "true");
        else this.change(x);
    }

    /* All digits, for who is writing; six for who reads. */
    #write() {
        const x = this.film.primals[this.i];
        const isWriting = document.activeElement === this.field && Number.isFinite(x);
        this.field.value = isWriting ? String(x) : shown(x, 6);
        this.field.removeAttribute("aria-invalid");
    }

    show(at) {
        const { film, i } = this;
        this.slider.value = this.scale.tick(film.primals[i]);
        this.slider.setAttribute("aria-valuetext", film.number(film.primals[i]));
        this.#write();
        this.slope.textContent = film.isComplete(i, at)
            ? `${film.gradient(i)} = ${film.number(film.adjoints[i])}`
            : "";
        this.element.classList.toggle("changed", film.changes.has(i));
    }
}
