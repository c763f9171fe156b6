/* A picture laid out beforehand: what is known gets its number, what happens is lit. */
class Picture {
    constructor(svg, player) {
        this.svg = svg;
        this.player = player;
        this.film = player.film;
        this.parts = new Map();
        for (const part of svg.querySelectorAll("[data-key]"))
            this.parts.set(part.dataset.key, part);
        this.boxes = this.film.variables.map((v, i) => this.#box(i)).filter(({ box }) => box);
        this.arrows = this.film.variables.flatMap(({ operands = [] }, child) =>
            operands.map((parent, position) => {
                const arrow = this.parts.get(`v${parent}>o${child}:${position}`);
                return { child, position, arrow, text: arrow.querySelector("text") };
            }),
        );
        this.lit = [];
    }

    #box(i) {
        const box = this.parts.get(`v${i}`);
        const [data, grad] = ["text.data", "text.grad"].map((kind) => box.querySelector(kind));
        const room = Number(box.querySelector("rect").getAttribute("width")) - 12 - 5 * 6.6;
        return {
            i,
            box,
            data,
            grad,
            room,
            operation: this.parts.get(`o${i}`),
            result: this.parts.get(`o${i}>v${i}`),
        };
    }

    show() {
        const { film, player } = this;
        const { at, moment } = player;
        for (const { i, box, data, grad, room, operation, result } of this.boxes) {
            const isKnown = film.isComputed(i, at);
            for (const part of [box, operation, result])
                part?.classList.toggle("unknown", !isKnown);
            if (data) write(data, isKnown ? film.number(film.primals[i]) : undefined, room);
            if (grad) {
                const arrived = film.arrived(i, at);
                const asked = player.isAsking && moment.variable === i;
                write(
                    grad,
                    asked ? "?" : arrived && film.number(film.numbers[arrived].total),
                    room,
                );
                box.classList.toggle("partial", arrived !== undefined && !film.isComplete(i, at));
                box.classList.toggle("complete", film.isComplete(i, at) && !asked);
            }
            box.classList.toggle("changed", film.changes.has(i));
        }
        for (const { child, position, arrow, text } of this.arrows) {
            const isKnown = film.isComputed(child, at);
            arrow.classList.toggle("unknown", !isKnown);
            if (text)
                write(text, isKnown ? `∂ ${film.number(film.partials[child][position])}` : "");
        }
        this.#light(moment.lit);
        this.reveal();
    }

    #light(kinds) {
        for (const part of this.lit)
            part.classList.remove("lit", "computed", "upstream", "passed", "local", "receives");
        this.lit = Object.keys(kinds).flatMap((key) => this.parts.get(key) ?? []);
        for (const part of this.lit) part.classList.add("lit", kinds[part.dataset.key]);
    }

    /* Light a path beside what is lit already; none without keys. */
    trace(keys = []) {
        for (const part of this.traced ?? []) part.classList.remove("traced");
        this.traced = keys.flatMap((key) => this.parts.get(key) ?? []);
        for (const part of this.traced) part.classList.add("traced");
        this.svg.classList.toggle("tracing", keys.length > 0);
    }

    /* Scroll the picture in its frame, never the page, so that what happens is seen: all
       of it, or at least what is computed or receives. */
    reveal() {
        const frame = this.svg.parentElement;
        const around = frame.getBoundingClientRect();
        const lit = this.lit
            .filter((part) => part.matches(".box, .operation"))
            .map((part) => part.getBoundingClientRect());
        if (lit.length === 0 || lit[0].width === 0) return;
        const aim =
            this.parts.get(`v${this.player.moment.variable}`)?.getBoundingClientRect() ?? lit[0];
        const move = (low, high) => {
            let first = Math.min(...lit.map((box) => box[low])),
                last = Math.max(...lit.map((box) => box[high]));
            if (last - first > around[high] - around[low]) [first, last] = [aim[low], aim[high]];
            const isSeen = first >= around[low] && last <= around[high];
            return isSeen ? 0 : (first + last - around[low] - around[high]) / 2;
        };
        const [left, top] = [move("left", "right"), move("top", "bottom")];
        if (left || top) frame.scrollBy({ left, top, behavior: isCalm() ? "instant" : "smooth" });
    }
}

/* A number where it stands in the picture; a dot as long as there is none. One that is
   too long for its room is narrowed. */
function write(text, told, room = Infinity) {
    text.classList.toggle("missing", told === undefined);
    if (text.textContent === (told ?? "·")) return;
    text.textContent = told ?? "·";
    const isLong = text.textContent.length * 6.6 > room;
    for (const [name, value] of [
        ["textLength", room],
        ["lengthAdjust", "spacingAndGlyphs"],
    ]) {
        if (isLong) text.setAttribute(name, value);
        else text.removeAttribute(name);
    }
}
